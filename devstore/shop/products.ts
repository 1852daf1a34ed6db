/** Making, changing and deleting a product: the row and the webhook are one transaction. */
import { centsOf } from './money.ts';
import { type Problem, problemIf } from './problem.ts';
import {
  defaultTitle,
  handleOf,
  type Product,
  type ProductStatus,
  type Variant,
} from './product.ts';
import { productDeletePayload, productPayload } from './product-payloads.ts';
import { deleteProduct, insertProduct, isHandleTaken, updateProduct } from './product-rows.ts';
import type { Shop } from './shop.ts';
import { normaliseTags } from './tags.ts';
import { writeDeliveries } from './webhook-outbox.ts';

export interface VariantInput {
  /** One of the product's own; a new variant without it. */
  readonly id?: number;
  readonly title?: string;
  readonly sku?: string | null;
  readonly price?: string | number;
  readonly requiresShipping?: boolean;
}

export interface ProductInput {
  readonly title?: string;
  readonly handle?: string;
  readonly status?: ProductStatus;
  readonly descriptionHtml?: string;
  readonly vendor?: string;
  readonly productType?: string;
  readonly tags?: readonly string[];
  readonly isGiftCard?: boolean;
  /** All of them: one that is not named is gone. */
  readonly variants?: readonly VariantInput[];
}

/** The product as it stands afterwards, or why not. */
export type ProductResult = Product | readonly Problem[];

/** Staff make a product; it is there to be sold at once. */
export function createProduct(shop: Shop, input: ProductInput): ProductResult {
  return shop.database.transaction(() => {
    const product = draft(shop, blankProduct(shop), input);
    const problems = productProblems(shop, product);
    if (problems.length > 0) return problems;
    insertProduct(shop.database, product, shop.now() + shop.live.indexLagMs);
    writeDeliveries(shop, [['products/create', productPayload(product)]]);
    return product;
  });
}

export function changeProduct(shop: Shop, before: Product, input: ProductInput): ProductResult {
  return shop.database.transaction(() => {
    const updatedAt = Math.max(shop.now(), before.updatedAt + 1);
    const product = { ...draft(shop, before, input), updatedAt };
    const problems = productProblems(shop, product);
    if (problems.length > 0) return problems;
    updateProduct(shop.database, product);
    writeDeliveries(shop, [['products/update', productPayload(product)]]);
    return product;
  });
}

/** Orders of it stay, with lines that have no product any more. */
export function removeProduct(shop: Shop, { id }: Product): void {
  shop.database.transaction(() => {
    deleteProduct(shop.database, id);
    writeDeliveries(shop, [['products/delete', productDeletePayload(id)]]);
  });
}

function blankProduct({ database, now }: Shop): Product {
  return {
    __typename: 'Product',
    id: database.nextId('product'),
    title: '',
    handle: '',
    status: 'ACTIVE',
    descriptionHtml: '',
    vendor: 'Rollcall Development Store',
    productType: '',
    tags: [],
    isGiftCard: false,
    variants: [],
    createdAt: now(),
    updatedAt: now(),
  };
}

function draft(shop: Shop, base: Product, input: ProductInput): Product {
  const { variants, tags, handle, ...fields } = input;
  const product = { ...base, ...fields, tags: normaliseTags(tags ?? base.tags) };
  const wanted = handle ?? base.handle;
  const isNew = base.variants.length === 0;
  return {
    ...product,
    handle: wanted === '' ? freeHandle(shop, product) : wanted,
    variants: variants || isNew ? draftVariants(shop, product, variants ?? [{}]) : base.variants,
  };
}

function draftVariants(
  shop: Shop,
  product: Product,
  inputs: readonly VariantInput[],
): readonly Variant[] {
  return inputs.map(({ price, id, ...fields }): Variant => {
    const known = product.variants.find((variant) => variant.id === id);
    const base = known ?? blankVariant(shop, product.id);
    const cents = price === undefined ? base.price : centsOf(price);
    return { ...base, ...fields, price: cents, updatedAt: shop.now() };
  });
}

function blankVariant({ database, now }: Shop, productId: number): Variant {
  return {
    __typename: 'ProductVariant',
    id: database.nextId('variant'),
    productId,
    title: defaultTitle,
    sku: null,
    price: 0,
    requiresShipping: false,
    createdAt: now(),
    updatedAt: now(),
  };
}

/** The title's own handle, or that with the first number nobody has. */
function freeHandle({ database }: Shop, { id, title }: Product): string {
  const wanted = handleOf(title);
  for (let number = 0; ; number += 1) {
    const handle = number === 0 ? wanted : `${wanted}-${number}`;
    if (!isHandleTaken(database, handle, id)) return handle;
  }
}

function productProblems({ database }: Shop, { id, title, handle, variants }: Product): Problem[] {
  const titles = new Set(variants.map((variant) => variant.title));
  return [
    ...problemIf(title.trim() === '', 'title', "Title can't be blank", null),
    ...problemIf(
      isHandleTaken(database, handle, id),
      'handle',
      `Handle '${handle}' already in use. Please provide a new handle.`,
      null,
    ),
    ...problemIf(variants.length === 0, 'variants', 'A product has at least one variant', null),
    ...problemIf(
      titles.size < variants.length,
      'variants',
      'Two variants of a product cannot have the same title',
      null,
    ),
  ];
}
