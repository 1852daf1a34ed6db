/** Orders of a stretch of time, page by page, oldest first. */
import type { Order } from '../courses/order.ts';
import * as operations from '../shopify/operations.generated.ts';
import { ordersAtOnce, readOrders } from './orders-read.ts';
import type { Shop } from './shop.ts';

/** A page of orders. */
export interface OrderPage {
  readonly orders: readonly Order[];
  /** Where the next page begins; `null`: this was the last. */
  readonly next: string | null;
}

/** When orders were placed. */
export interface Placed {
  readonly since: Date;
  readonly until: Date;
}

/** A page of the orders that were placed in a stretch of time. */
export async function placedOrders(
  shop: Shop,
  { since, until }: Placed,
  after: string | null,
): Promise<OrderPage> {
  const query = `processed_at:>='${since.toISOString()}' processed_at:<'${until.toISOString()}'`;
  const { orders } = await shop.ask(operations.OrdersPlaced, {
    ...{ first: ordersAtOnce, after, query },
  });
  const ids = orders.nodes.map(({ id }) => id);
  const { hasNextPage, endCursor } = orders.pageInfo;
  return { orders: await readOrders(shop, ids), next: hasNextPage ? endCursor : null };
}
