/** Orders and offers of a test, and what the ledger made of them. */
import { randomUUID } from 'node:crypto';
import { recordOrders } from '../../src/courses/ledger.ts';
import { type OfferTerms, offerSchema } from '../../src/courses/offer.ts';
import type { Order, OrderLine } from '../../src/courses/order.ts';
import type { JsonObject } from '../../src/model.ts';
import { putOffer } from '../../src/store/offers.ts';
import type { World } from './world.ts';

/** An offer of the world from the beginning of time on: what sells as `sku` gives these memberships. */
export async function offering(
  { pool, tenantId, destinationId }: Pick<World, 'pool' | 'tenantId' | 'destinationId'>,
  sku: string,
  memberships: readonly string[],
  terms: Partial<OfferTerms> | JsonObject = {},
): Promise<string> {
  const id = randomUUID();
  const checked = offerSchema.parse({
    match: { sku },
    courses: memberships.map((membership) => ({ destination: destinationId, membership })),
    ...terms,
  });
  const offer = { id, name: sku, terms: checked as unknown as JsonObject, at: new Date(0) };
  await putOffer(pool, tenantId, offer);
  return id;
}

/** A line that sells `sku`. */
export const lineOf = (sku: string, more: Partial<OrderLine> = {}): OrderLine => ({
  ...{ id: `gid://shopify/LineItem/${sku}`, title: sku, sku, quantity: 1, currentQuantity: 1 },
  ...{ productId: null, variantId: null, properties: {} },
  ...more,
});

/** A paid order of somebody. */
export function orderOf(
  number: number,
  email: string,
  lines: readonly OrderLine[],
  more: Partial<Order> = {},
): Order {
  const placed = new Date(Date.now() - 3_600_000);
  return {
    ...{ id: `gid://shopify/Order/${number}`, name: `#${number}` },
    ...{ processedAt: placed, updatedAt: placed, cancelledAt: null },
    ...{ financialStatus: 'PAID', fullyPaid: true, edited: false, total: 100 },
    buyer: { customerId: null, email, firstName: 'Bea', lastName: 'Buyer' },
    ...{ lines, refunds: [], disputes: [] },
    ...more,
  };
}

/** The same order with a line refunded whole, a moment later. */
export function refunded(order: Order, lineId: string): Order {
  const updatedAt = new Date(order.updatedAt.getTime() + 1_000);
  return {
    ...order,
    updatedAt,
    financialStatus: 'PARTIALLY_REFUNDED',
    lines: order.lines.map((line) => (line.id === lineId ? { ...line, currentQuantity: 0 } : line)),
    refunds: [
      ...order.refunds,
      { id: randomUUID(), at: updatedAt, amount: 50, lines: [{ lineId, quantity: 1 }] },
    ],
  };
}

/** Records orders as if they had just been read. */
export async function record(
  { pool, tenantId, rollcall }: World,
  orders: readonly Order[],
  deleted: readonly string[] = [],
): Promise<void> {
  const { wake } = rollcall.engine;
  await recordOrders({ pool, now: Date.now, wake }, tenantId, {
    ...{ orders, deleted },
    readAt: new Date(),
  });
}

/** A right as a test compares it. */
export interface SeenRight {
  readonly order: string | null;
  readonly membership: string;
  readonly state: string;
  readonly reason: string | null;
  readonly question: string | null;
  readonly person: string | null;
}

/** The whole ledger of the world. */
export async function ledgerOf({
  pool,
  tenantId,
}: Pick<World, 'pool' | 'tenantId'>): Promise<readonly SeenRight[]> {
  const { rows } = await pool.query<SeenRight>(
    `select o.name as "order", g.membership, g.state, g.reason, g.question, r.user_name as person
     from grants g left join orders o on o.tenant_id = g.tenant_id and o.id = g.order_id
     left join resources r on r.tenant_id = g.tenant_id and r.source_id = g.source_id and r.id = g.resource_id
     where g.tenant_id = $1 order by o.name, g.line_id, g.seat, g.membership`,
    [tenantId],
  );
  return rows;
}
