/** A product as the control API and the pages show it. */
import { globalId } from './global-id.ts';
import { price } from './money.ts';
import { type Product, shownTitle } from './product.ts';
import { isoTime } from './time.ts';

export function productView(product: Product) {
  const { id, title, handle, status, descriptionHtml, vendor, productType, tags } = product;
  return {
    id: globalId('Product', id),
    number: id,
    title,
    handle,
    status,
    descriptionHtml,
    vendor,
    productType,
    tags,
    isGiftCard: product.isGiftCard,
    variants: product.variants.map((variant) => ({
      id: globalId('ProductVariant', variant.id),
      number: variant.id,
      title: variant.title,
      shownTitle: shownTitle(variant),
      sku: variant.sku,
      price: price(variant.price),
      requiresShipping: variant.requiresShipping,
    })),
    createdAt: isoTime(product.createdAt),
    updatedAt: isoTime(product.updatedAt),
  };
}
