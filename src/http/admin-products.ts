/** The products of the shop in the admin API: to be picked for an offer, and by their names. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { classify } from '../provisioning/failure.ts';
import { findProducts, namesOfSold } from '../storefront/product-search.ts';
import { type Shop, ShopUnavailable } from '../storefront/shop.ts';
import type { AdminApiOptions } from './admin-api.ts';
import { readInput } from './admin-input.ts';
import { shopOfTenant, type TenantParams, tenantOf } from './admin-scope.ts';
import { Problem } from './problem.ts';

const words = 'must be what is searched for, in at most 200 characters';

/** Which products. */
export const productsInput = z.strictObject({
  query: z.string(words).max(200, words).default(''),
  cursor: z.string('must be the next of the page before').max(2_000).nullable().default(null),
});

const ids = 'must be 1 to 100 ids of products or variants, with commas between';

/** What the names of are asked for. */
export const namesInput = z.strictObject({
  ids: z
    .string(ids)
    .transform((text) => text.split(','))
    .pipe(
      z
        .array(z.string().regex(/^gid:\/\/shopify\/(Product|ProductVariant)\/\d{1,20}$/, ids), ids)
        .max(100, ids),
    ),
});

/** How long a person waits for the shop. */
const patienceMs = 20_000;

/** Adds the routes; to be registered under a tenant's shop. */
export async function productRoutes(
  app: FastifyInstance,
  { world: { pool }, shopOf }: Pick<AdminApiOptions, 'world' | 'shopOf'>,
): Promise<void> {
  app.get<{ Params: TenantParams }>('/products', async ({ params, query }) => {
    const { query: words, cursor: after } = readInput(productsInput, query);
    return asked(params, (shop) => findProducts(shop, { words, after }));
  });

  app.get<{ Params: TenantParams }>('/products/names', async ({ params, query }) => {
    const { ids } = readInput(namesInput, query);
    return asked(params, async (shop) => ({ names: await namesOfSold(shop, ids) }));
  });

  async function asked<Answer>(params: TenantParams, ask: (shop: Shop) => Promise<Answer>) {
    const { tenantId } = await tenantOf(pool, params);
    const shop = await shopOfTenant(shopOf, tenantId, AbortSignal.timeout(patienceMs));
    try {
      return await ask(shop);
    } catch (error) {
      const words = error instanceof ShopUnavailable ? error.message : classify(error).message;
      throw new Problem('destination-failed', words);
    }
  }
}
