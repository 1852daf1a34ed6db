/** A test notice: raised by a person, delivered once while they wait, and never tried again. */
import { type Channel, deliveriesOf, keepDeliveries } from '../store/notice-deliveries.ts';
import { raiseNotice } from '../store/notices.ts';
import { transaction } from '../store/statement.ts';
import { attempt, type DeliveryWorld } from './delivery.ts';

/** How one channel went. */
export interface TestResult {
  readonly channel: Channel;
  readonly target: string;
  /** Why it did not arrive; `null` when it did. */
  readonly error: string | null;
}

/** Sends a test notice over every channel of a tenant, all at once, and tells how each went. */
export async function sendTestNotice(
  world: DeliveryWorld,
  tenantId: string,
): Promise<{ readonly id: string; readonly results: readonly TestResult[] }> {
  const id = await transaction(world.pool, async (client) => {
    const raised = await raiseNotice(client, tenantId, {
      kind: 'notice.test',
      destinationId: null,
      code: null,
      message: 'This is a test: somebody wants to see a notice arrive.',
      detail: null,
    });
    if (raised === null) throw new Error('a notice without a key was not raised');
    await keepDeliveries(client, tenantId, raised);
    return raised;
  });
  // Given up where it fails: who waits for it sees that, and the next test is a new one.
  const once: DeliveryWorld = { ...world, times: { ...world.times, giveUpMs: 0 } };
  const deliveries = await deliveriesOf(world.pool, tenantId, id);
  const results = await Promise.all(
    deliveries.map(async (delivery) => ({
      channel: delivery.channel,
      target: delivery.target,
      error: await attempt(once, delivery),
    })),
  );
  return { id, results };
}
