/** `/_dev/products`: what is sold, and what staff do about it. */
import { z } from 'zod';
import { parseBody } from '../../standin/body.ts';
import { readJson } from '../../standin/exchange.ts';
import type { Product } from '../shop/product.ts';
import { findProduct, productDocuments } from '../shop/product-rows.ts';
import { productView } from '../shop/product-view.ts';
import {
  changeProduct,
  createProduct,
  type ProductResult,
  removeProduct,
} from '../shop/products.ts';
import type { Shop } from '../shop/shop.ts';
import { listPage } from '../shop/view-list.ts';
import { productBody } from './commerce-bodies.ts';
import type { ControlRoute } from './control.ts';
import { found, numberIn, refusal, viewRequest } from './control-requests.ts';

export const productRoutes: Readonly<Record<string, ControlRoute>> = {
  'GET products': ({ shop }, { url }) => {
    const { items, ...page } = listPage(shop, productDocuments, viewRequest(url));
    return { products: items.map(productView), ...page };
  },

  // A list makes them all or, when one is refused, none.
  'POST products': async ({ shop }, { request }) => {
    const body = await readJson(request);
    if (!Array.isArray(body))
      return productView(accepted(createProduct(shop, parseBody(productBody, body))));
    const inputs = parseBody(z.array(productBody), body);
    return shop.database.transaction(() => ({
      products: inputs.map((input) => productView(accepted(createProduct(shop, input)))),
    }));
  },

  'GET products/{id}': ({ shop }, _exchange, id) => productView(wanted(shop, id)),

  'PATCH products/{id}': async ({ shop }, { request }, id) => {
    const input = parseBody(productBody, await readJson(request));
    return productView(accepted(changeProduct(shop, wanted(shop, id), input)));
  },

  'DELETE products/{id}': ({ shop }, _exchange, id) => {
    const product = wanted(shop, id);
    removeProduct(shop, product);
    return { deleted: product.id };
  },
};

function wanted({ database }: Shop, id: string): Product {
  return found(findProduct(database, numberIn(id)), id);
}

function accepted(result: ProductResult): Product {
  if ('id' in result) return result;
  throw refusal(422, result);
}
