/**
 * Webhook deliveries that still have to be made. They are written in the transaction that caused
 * them, so that neither a crash nor a restart loses one: at least once, as Shopify promises.
 */
import { randomUUID } from 'node:crypto';
import type { Database } from './database.ts';
import type { Shop } from './shop.ts';

export type Topic =
  | 'customers/create'
  | 'customers/update'
  | 'customers/delete'
  | 'customers/merge'
  | 'customer.tags_added'
  | 'customer.tags_removed'
  | 'app/uninstalled'
  | 'app/scopes_update'
  | 'customers/data_request'
  | 'customers/redact'
  | 'shop/redact'
  | 'bulk_operations/finish'
  | 'orders/create'
  | 'orders/paid'
  | 'orders/updated'
  | 'orders/edited'
  | 'orders/cancelled'
  | 'orders/delete'
  | 'refunds/create'
  | 'disputes/create'
  | 'disputes/update'
  | 'products/create'
  | 'products/update'
  | 'products/delete';

/** One topic and what it says. */
export type Message = readonly [topic: Topic, payload: object];

export interface Delivery {
  /** `X-Shopify-Webhook-Id`: the key by which a receiver recognises a repeated delivery. */
  readonly id: string;
  readonly eventId: string;
  readonly topic: string;
  readonly body: string;
  readonly triggeredAt: number;
  /** How often it was tried already. */
  readonly attempts: number;
  readonly nextAt: number;
}

/** Everything written down during `work` is one action to its receivers: it has one event id. */
export function asOneEvent<T>({ live }: Shop, work: () => T): T {
  const outer = live.eventId;
  live.eventId = outer ?? randomUUID();
  try {
    return work();
  } finally {
    live.eventId = outer;
  }
}

/** The deliveries of one thing that happened; they share its event id, as Shopify's do. */
export function writeDeliveries(shop: Shop, messages: readonly Message[]): void {
  if (!shop.sendsWebhooks) return;
  const now = shop.now();
  const eventId = shop.live.eventId ?? randomUUID();
  for (const [topic, payload] of messages)
    shop.database
      .statement(
        `INSERT INTO webhook_deliveries (id, event_id, topic, body, triggered_at, attempts, next_at)
         VALUES (?, ?, ?, ?, ?, 0, ?)`,
      )
      .run(randomUUID(), eventId, topic, JSON.stringify(payload), now, now);
}

/** The deliveries due by `now`, oldest first. */
export function dueDeliveries(database: Database, now: number, limit: number): Delivery[] {
  return database
    .statement('SELECT * FROM webhook_deliveries WHERE next_at <= ? ORDER BY next_at LIMIT ?')
    .all(now, limit)
    .map(readDelivery);
}

/** When the next delivery is due, or null when there is none left. */
export function nextDeliveryAt(database: Database): number | null {
  const row = database.statement('SELECT min(next_at) AS at FROM webhook_deliveries').get();
  return typeof row?.at === 'number' ? row.at : null;
}

/** The deliveries not made yet, the next one first. */
export function pendingDeliveries(database: Database): Delivery[] {
  return database
    .statement('SELECT * FROM webhook_deliveries ORDER BY next_at LIMIT 250')
    .all()
    .map(readDelivery);
}

export function postponeDelivery(
  database: Database,
  delivery: Delivery,
  next: { readonly attempts: number; readonly at: number },
): void {
  database
    .statement('UPDATE webhook_deliveries SET attempts = ?, next_at = ? WHERE id = ?')
    .run(next.attempts, next.at, delivery.id);
}

export function removeDelivery(database: Database, delivery: Delivery): void {
  database.statement('DELETE FROM webhook_deliveries WHERE id = ?').run(delivery.id);
}

function readDelivery(row: Record<string, unknown>): Delivery {
  return {
    id: String(row.id),
    eventId: String(row.event_id),
    topic: String(row.topic),
    body: String(row.body),
    triggeredAt: Number(row.triggered_at),
    attempts: Number(row.attempts),
    nextAt: Number(row.next_at),
  };
}
