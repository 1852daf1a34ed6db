/** The products of a shop, for whoever says what they give. */
import * as operations from '../shopify/operations.generated.ts';
import type { Shop } from './shop.ts';

/** A variant that can be picked. */
export interface PickedVariant {
  readonly id: string;
  /** `null` where the product has only one, which has no name. */
  readonly title: string | null;
  readonly sku: string | null;
}

/** A product that can be picked. */
export interface PickedProduct {
  readonly id: string;
  readonly title: string;
  /** The first of them: thirty at most. */
  readonly variants: readonly PickedVariant[];
}

/** A page of products; `next` is where the following one begins, `null` where this is the last. */
export interface ProductPage {
  readonly products: readonly PickedProduct[];
  readonly next: string | null;
}

const pageSize = 20;

/** Products in whose texts every word is found, the last one by its beginning; by title. */
export async function findProducts(
  shop: Shop,
  { words, after }: { readonly words: string; readonly after: string | null },
): Promise<ProductPage> {
  const query = searchOf(words);
  const { products } = await shop.ask(operations.ProductsFound, { query, after, first: pageSize });
  return {
    products: products.nodes.map(({ id, title, variants }) => ({
      ...{ id, title },
      variants: variants.nodes.map(({ id, title, sku }) => ({
        ...{ id, title: shownTitle(title) },
        sku: sku === null || sku === '' ? null : sku,
      })),
    })),
    next: products.pageInfo.hasNextPage ? (products.pageInfo.endCursor ?? null) : null,
  };
}

/** A search in Shopify's language (https://shopify.dev/docs/api/usage/search-syntax): of words nothing is a sign of it. */
function searchOf(words: string): string | null {
  const plain = words.match(/[\p{L}\p{N}]+/gu) ?? [];
  return plain.length === 0 ? null : `${plain.join(' ')}*`;
}

/** What Shopify calls the variant of a product that has one. */
const shownTitle = (title: string): string | null => (title === 'Default Title' ? null : title);

/** What a product or variant is called. */
export interface SoldName {
  readonly id: string;
  readonly title: string;
  /** Of which product a variant is. */
  readonly product: string | null;
}

/** The names of products and variants; those that are gone are missing. */
export async function namesOfSold(
  shop: Shop,
  ids: readonly string[],
): Promise<readonly SoldName[]> {
  const { nodes } = await shop.ask(operations.ProductsNamed, { ids });
  return nodes.flatMap((node): readonly SoldName[] => {
    if (node?.__typename === 'Product') return [{ id: node.id, title: node.title, product: null }];
    if (node?.__typename !== 'ProductVariant') return [];
    const product = node.product.title;
    return [{ id: node.id, title: shownTitle(node.title) ?? product, product }];
  });
}
