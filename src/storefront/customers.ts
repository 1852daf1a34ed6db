/** Customers changed in the shop: their links are looked at again, unless it was our own doing. */
import { moveBuyers } from '../store/learners.ts';
import { noticeChanges, recordMerges } from '../store/remote-changes.ts';
import { refreshBuyers } from './buyers.ts';
import type { Handler, HandlerWorld, ReadDelivery } from './handler.ts';
import { coalesce, customerTopics, isCustomerTopic, type Told } from './told.ts';

/**
 * For this long a change of an account that is being written to is taken for our own doing, and asked
 * about again. A write takes seconds; past that it is looked at.
 */
const writingMs = 60_000;

/** Works on the topics of customers. */
export const customersChanged: Handler = { name: 'customers', work };

async function work(
  world: HandlerWorld,
  tenantId: string,
  deliveries: readonly ReadDelivery[],
): Promise<readonly string[]> {
  const { pool, now, wake, signal } = world;
  const told = deliveries.map((delivery) => ({ delivery, ...read(delivery, now()) }));
  const merges = told.flatMap(({ merged }) => (merged === null ? [] : [merged]));
  if (merges.length > 0) {
    await recordMerges(pool, tenantId, merges);
    await moveBuyers(pool, tenantId, merges);
  }
  const changes = coalesce(told.flatMap((one) => one.changes));
  const { destinations, beingWritten } = await noticeChanges(pool, tenantId, 'shopify', changes);
  wake(tenantId, destinations);
  const customerIds = changes.map(({ remoteId }) => remoteId);
  await refreshBuyers(world, tenantId, customerIds, signal);
  const unsure = new Set(beingWritten);
  return told
    .filter((one) => one.changes.some(({ remoteId }) => unsure.has(remoteId)))
    .map(({ delivery }) => delivery.id);
}

function read({ topic, body, receivedAt }: ReadDelivery, now: number): Told {
  if (!isCustomerTopic(topic)) throw new Error(`${topic} is no topic of customers.`);
  const told = customerTopics[topic](body);
  if (now - receivedAt.getTime() < writingMs) return told;
  return { ...told, changes: told.changes.map((change) => ({ ...change, version: null })) };
}
