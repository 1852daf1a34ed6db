/**
 * What Shopify asks every app of (https://shopify.dev/docs/apps/build/compliance/privacy-law-compliance): to tell what
 * is held of a customer, to erase a customer, and to erase a shop that has left. To be done within 30 days.
 */
import { askErasure, uninstall } from '../store/uninstall.ts';
import type { Handler, HandlerWorld, ReadDelivery } from './handler.ts';

/** Whether an unknown shop is answered that all is done: there is nothing of it. */
export function isAskedOfNobody(topic: string): boolean {
  return (
    topic === 'app/uninstalled' ||
    topic === 'shop/redact' ||
    topic.startsWith('customers/data_') ||
    topic === 'customers/redact'
  );
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Two days after a shop left; an hour for clocks and for what was late. */
const afterLeavingMs = 47 * hourMs;
/** Two days before it has to be done. */
const withinMs = 28 * dayMs;

/**
 * Erases a shop that has left, when its time of grace is over, and in time whatever that is: a shop that comes back
 * meanwhile finds everything. One that came back already is not erased.
 */
export const shopToErase: Handler = {
  name: 'shop/redact',
  async work({ pool }: HandlerWorld, tenantId: string, deliveries: readonly ReadDelivery[]) {
    for (const { triggeredAt, receivedAt } of deliveries) {
      const asked = (triggeredAt ?? receivedAt).getTime();
      await uninstall(pool, tenantId, {
        at: new Date(asked - afterLeavingMs),
        connector: 'shopify',
        reason: 'The app was uninstalled from the shop, as its request to erase everything says.',
      });
      await askErasure(pool, tenantId, { left: new Date(asked), by: new Date(asked + withinMs) });
    }
    return [];
  },
};
