/** The bodies of `products/create`, `products/update` and `products/delete`. */
import { globalId } from './global-id.ts';
import { price } from './money.ts';
import type { Product, Variant } from './product.ts';
import { isoTime } from './time.ts';

/** `products/create` and `products/update`. */
export function productPayload(product: Product): object {
  return {
    id: product.id,
    admin_graphql_api_id: globalId('Product', product.id),
    title: product.title,
    handle: product.handle,
    body_html: product.descriptionHtml,
    vendor: product.vendor,
    product_type: product.productType,
    status: product.status.toLowerCase(),
    tags: product.tags.join(', '),
    created_at: isoTime(product.createdAt),
    updated_at: isoTime(product.updatedAt),
    published_at: product.status === 'ACTIVE' ? isoTime(product.createdAt) : null,
    variants: product.variants.map(variantPayload),
  };
}

/** `products/delete`. */
export function productDeletePayload(id: number): object {
  return { id };
}

function variantPayload(variant: Variant, index: number): object {
  return {
    id: variant.id,
    admin_graphql_api_id: globalId('ProductVariant', variant.id),
    product_id: variant.productId,
    title: variant.title,
    sku: variant.sku,
    price: price(variant.price),
    position: index + 1,
    created_at: isoTime(variant.createdAt),
    updated_at: isoTime(variant.updatedAt),
  };
}
