/** `Product` and `ProductVariant`. */
import { globalId } from '../../shop/global-id.ts';
import { price } from '../../shop/money.ts';
import { defaultTitle, type Product, shownTitle, type Variant } from '../../shop/product.ts';
import { findProduct } from '../../shop/product-rows.ts';
import { isoTime } from '../../shop/time.ts';
import { listConnection } from '../connection.ts';
import type { Fields } from '../context.ts';
import { notImplemented } from '../errors.ts';
import type { PageArguments } from '../inputs.ts';

interface VariantsArguments extends PageArguments {
  readonly sortKey: string;
}

export const productFields: Fields<Product> = {
  id: ({ id }) => globalId('Product', id),
  legacyResourceId: ({ id }) => String(id),
  createdAt: ({ createdAt }) => isoTime(createdAt),
  updatedAt: ({ updatedAt }) => isoTime(updatedAt),
  hasOnlyDefaultVariant: ({ variants }) =>
    variants.length === 1 && variants[0]?.title === defaultTitle,
  // Variants are kept in the order of their positions.
  variants: ({ variants }, args: VariantsArguments) => {
    if (args.sortKey !== 'POSITION' && args.sortKey !== 'ID')
      throw notImplemented(`the sort key ${args.sortKey}`);
    return listConnection(variants, args);
  },
  variantsCount: ({ variants }) => ({ count: variants.length, precision: 'EXACT' }),
};

export const variantFields: Fields<Variant> = {
  id: ({ id }) => globalId('ProductVariant', id),
  legacyResourceId: ({ id }) => String(id),
  createdAt: ({ createdAt }) => isoTime(createdAt),
  updatedAt: ({ updatedAt }) => isoTime(updatedAt),
  price: (variant) => price(variant.price),
  displayName: (variant, _args, { shop }) => {
    const product = findProduct(shop.database, variant.productId);
    return [product?.title, shownTitle(variant) ?? defaultTitle].join(' - ');
  },
  product: ({ productId }, _args, { shop }) => findProduct(shop.database, productId),
};
