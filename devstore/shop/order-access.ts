/** Which orders an app sees: those of the last 60 days, unless it may read all of them. */
import type { Order } from './order.ts';
import { findOrder } from './order-rows.ts';
import type { Condition } from './search-filter.ts';
import type { Shop } from './shop.ts';

const recentMs = 60 * 24 * 60 * 60 * 1000;

/** What holds for the orders the app sees; null when it sees all. */
export function visibleOrders(shop: Shop): Condition | null {
  const oldest = oldestVisible(shop);
  return oldest === null ? null : { sql: 'created_at >= ?', parameters: [oldest] };
}

/** The order, if the app sees it: an older one does not exist for it. */
export function findVisibleOrder(shop: Shop, id: number): Order | undefined {
  const order = findOrder(shop.database, id);
  const oldest = oldestVisible(shop);
  return order && (oldest === null || order.createdAt >= oldest) ? order : undefined;
}

function oldestVisible({ live, now }: Shop): number | null {
  return live.scopes.has('read_all_orders') ? null : now() - recentMs;
}
