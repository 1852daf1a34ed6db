/** What a test's store sells, and who buys it. */
import assert from 'node:assert/strict';
import type { World } from './world.ts';

type Store = Pick<World, 'store'>;

/** An order as the store's control API shows it. */
export interface Sale {
  readonly id: string;
  readonly name: string;
}

/** Puts something on sale that is known by its SKU; from then on orders are found as soon as they are placed. */
export async function sell({ store }: Store, sku: string): Promise<void> {
  await store.dev('POST', 'search', { lagMs: 0 });
  const product = { title: `Course ${sku}`, variants: [{ title: 'Default', sku, price: 100 }] };
  const { status, body } = await store.dev('POST', 'products', product);
  assert.equal(status, 200, JSON.stringify(body));
}

/** The shop is not listed again by itself, which else begins as soon as there is an offer. */
export async function keepSweepOut({
  pool,
  tenantId,
}: Pick<World, 'pool' | 'tenantId'>): Promise<void> {
  await pool.query(
    `insert into storefront_sweeps (tenant_id, swept_to, next_at) values ($1, now(), now() + interval '1 day')`,
    [tenantId],
  );
}

/** Somebody buys what is known by these SKUs, and pays for it. */
export async function buy(
  { store }: Store,
  email: string,
  skus: readonly string[],
  more: object = {},
): Promise<Sale> {
  const lines = skus.map((sku) => ({ sku }));
  const order = { email, paid: true, lines, ...more };
  const { status, body } = await store.dev('POST', 'orders', order);
  assert.equal(status, 200, JSON.stringify(body));
  return body;
}
