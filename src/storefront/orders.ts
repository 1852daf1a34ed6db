/**
 * Orders told by webhook: what a delivery says is a reason to read the order again, which then is what
 * counts. Several deliveries about one order are one look.
 */
import { recordOrders } from '../courses/ledger.ts';
import type { Json, JsonObject } from '../model.ts';
import { isObject } from '../scim/json.ts';
import { databaseTime, storedOrders } from '../store/orders.ts';
import type { Handler, HandlerWorld, ReadDelivery } from './handler.ts';
import { readOrders } from './orders-read.ts';

type IdReader = (body: JsonObject) => string;

/** Where each topic names its order. */
export const orderTopics = {
  'orders/create': (body) => text(body.admin_graphql_api_id),
  'orders/paid': (body) => text(body.admin_graphql_api_id),
  'orders/updated': (body) => text(body.admin_graphql_api_id),
  'orders/cancelled': (body) => text(body.admin_graphql_api_id),
  'orders/edited': ({ order_edit }) => numbered(isObject(order_edit) ? order_edit.order_id : null),
  'orders/delete': ({ id }) => numbered(id),
  'refunds/create': ({ order_id }) => numbered(order_id),
  'disputes/create': ({ order_id }) => numbered(order_id),
  'disputes/update': ({ order_id }) => numbered(order_id),
} as const satisfies Readonly<Record<string, IdReader>>;

const readers: ReadonlyMap<string, IdReader> = new Map(Object.entries(orderTopics));

/** Works on the topics of orders. */
export const ordersChanged: Handler = { name: 'orders', work };

async function work(
  world: HandlerWorld,
  tenantId: string,
  deliveries: readonly ReadDelivery[],
): Promise<readonly string[]> {
  const told = deliveries.map((delivery) => ({ ...delivery, orderId: orderIdOf(delivery) }));
  const shop = await world.shopOf(tenantId, world.signal);
  if (shop === null) return [];
  const readAt = await databaseTime(world.pool);
  const orders = await readOrders(shop, [...new Set(told.map(({ orderId }) => orderId))]);
  const seen = new Set(orders.map(({ id }) => id));
  const unseen = told.filter(({ orderId }) => !seen.has(orderId));
  const deleted = unseen.flatMap(({ topic, orderId }) =>
    topic === 'orders/delete' ? orderId : [],
  );
  await recordOrders(world, tenantId, { orders, readAt, deleted: [...new Set(deleted)] });
  const gone = new Set(deleted);
  const hidden = unseen.flatMap(({ orderId }) => (gone.has(orderId) ? [] : orderId));
  await refuseUnseen(world, tenantId, [...new Set(hidden)]);
  return [];
}

/** An order that the shop does not show was deleted, or is not for our eyes; the latter has to be mended. */
async function refuseUnseen(
  { pool }: HandlerWorld,
  tenantId: string,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  const stored = await storedOrders(pool, tenantId, ids);
  const deleted = new Set(stored.flatMap(({ id, deletedAt }) => (deletedAt === null ? [] : id)));
  const [hidden] = ids.filter((id) => !deleted.has(id));
  if (hidden === undefined) return;
  throw new Error(
    `The shop does not show ${hidden}: without the scope read_all_orders an app sees no order of more than 60 days ago. Grant it and replay this delivery.`,
  );
}

function orderIdOf({ topic, body }: ReadDelivery): string {
  const reader = readers.get(topic);
  if (reader === undefined) throw new Error(`${topic} is no topic of orders.`);
  return reader(body);
}

function numbered(id: Json | undefined): string {
  const number = typeof id === 'number' || typeof id === 'string' ? String(id) : '';
  if (!/^\d+$/.test(number)) throw new Error('The body does not say which order it is about.');
  return `gid://shopify/Order/${number}`;
}

function text(id: Json | undefined): string {
  if (typeof id === 'string' && id.startsWith('gid://shopify/Order/')) return id;
  throw new Error('The body does not say which order it is about.');
}
