/** What the store knows of a product and its variants. */

export type ProductStatus = 'ACTIVE' | 'ARCHIVED' | 'DRAFT' | 'UNLISTED';

export interface Variant {
  /** Names the type to GraphQL wherever the schema only says `Node`. */
  readonly __typename: 'ProductVariant';
  readonly id: number;
  readonly productId: number;
  readonly title: string;
  readonly sku: string | null;
  /** In cents. */
  readonly price: number;
  /** False for what is not sent by post, such as a course. */
  readonly requiresShipping: boolean;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface Product {
  readonly __typename: 'Product';
  readonly id: number;
  readonly title: string;
  /** Its name in addresses; no two products have the same. */
  readonly handle: string;
  readonly status: ProductStatus;
  readonly descriptionHtml: string;
  readonly vendor: string;
  readonly productType: string;
  readonly tags: readonly string[];
  readonly isGiftCard: boolean;
  readonly variants: readonly Variant[];
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** The title of the one variant of a product that comes in no variants. */
export const defaultTitle = 'Default Title';

/** The title where people read it: nothing for the one variant of a product. */
export function shownTitle({ title }: Pick<Variant, 'title'>): string | null {
  return title === defaultTitle ? null : title;
}

/** What a title becomes in an address: `Welding 101` is `welding-101`. */
export function handleOf(title: string): string {
  const plain = title.normalize('NFKD').toLowerCase();
  return (
    plain
      .replace(/\p{M}/gu, '')
      .replace(/[^\p{L}\p{N}]+/gu, '-')
      .replace(/^-|-$/g, '') || 'product'
  );
}
