/** What somebody wants to buy, become the lines of an order. */
import { centsOf } from './money.ts';
import type { Attribute, LineItem } from './order.ts';
import { type Problem, under } from './problem.ts';
import { shownTitle, type Variant } from './product.ts';
import { findProduct, findVariant, findVariantBySku } from './product-rows.ts';
import type { Shop } from './shop.ts';

/** A variant, by its number or its SKU, or an item that staff type in with a price. */
export interface LineInput {
  readonly variantId?: number;
  readonly sku?: string;
  readonly title?: string;
  readonly price?: string | number;
  readonly requiresShipping?: boolean;
  readonly quantity: number;
  /** What the customer typed in beside it. */
  readonly properties?: Readonly<Record<string, string>>;
}

/** What has become of the input: lines, unless there are problems. */
export interface LineDrafts {
  readonly lines: readonly LineItem[];
  readonly problems: readonly Problem[];
}

/** Drafts each input; `field` is where the request has them. */
export function draftLines(
  shop: Shop,
  inputs: readonly LineInput[],
  field: 'lines' | 'add' = 'lines',
): LineDrafts {
  const drafts = inputs.map((input) => draftLine(shop, input));
  return {
    lines: drafts.filter((draft) => 'id' in draft),
    problems: drafts.flatMap((draft, index) =>
      'id' in draft ? [] : [under([field, `${index}`], draft)],
    ),
  };
}

/** The entries as a list, in the order they were given. */
export function attributesOf(entries: Readonly<Record<string, string>> = {}): Attribute[] {
  return Object.entries(entries).map(([key, value]) => ({ key, value }));
}

function draftLine(shop: Shop, input: LineInput): LineItem | Problem {
  const { variantId, sku, title } = input;
  if (variantId !== undefined) {
    const variant = findVariant(shop.database, variantId);
    return variant ? variantLine(shop, input, variant) : problem('variantId', variantId);
  }
  if (title !== undefined) return customLine(shop, input, title);
  const variant = sku === undefined ? undefined : findVariantBySku(shop.database, sku);
  return variant ? variantLine(shop, input, variant) : problem('sku', sku ?? '');
}

function variantLine({ database }: Shop, input: LineInput, variant: Variant): LineItem {
  const product = findProduct(database, variant.productId);
  return {
    ...emptyLine(database.nextId('lineItem'), input),
    productId: variant.productId,
    variantId: variant.id,
    title: product?.title ?? variant.title,
    variantTitle: shownTitle(variant),
    sku: variant.sku,
    vendor: product?.vendor ?? null,
    price: input.price === undefined ? variant.price : centsOf(input.price),
    isGiftCard: product?.isGiftCard ?? false,
    requiresShipping: variant.requiresShipping,
  };
}

function customLine({ database }: Shop, input: LineInput, title: string): LineItem {
  return { ...emptyLine(database.nextId('lineItem'), input), title, sku: input.sku ?? null };
}

function emptyLine(id: number, input: LineInput): LineItem {
  return {
    __typename: 'LineItem',
    id,
    productId: null,
    variantId: null,
    title: '',
    variantTitle: null,
    sku: null,
    vendor: null,
    price: centsOf(input.price ?? 0),
    quantity: input.quantity,
    removed: 0,
    refunded: 0,
    isGiftCard: false,
    requiresShipping: input.requiresShipping ?? false,
    customAttributes: attributesOf(input.properties),
  };
}

const problem = (field: string, value: string | number): Problem => ({
  field: [field],
  message: `No product has the variant ${value}`,
  code: null,
});
