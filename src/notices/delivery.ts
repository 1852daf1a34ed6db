/**
 * Delivers notices: the leading instance looks every second for deliveries that are due. A delivery is
 * written down as made after it was made, so that one that is lost with its process is made again: at
 * least once, under the same id.
 */
import type pg from 'pg';
import { everySecond } from '../provisioning/every-second.ts';
import {
  type Delivery,
  deliveryName,
  dueDeliveries,
  recordDelivered,
  recordFailed,
} from '../store/notice-deliveries.ts';
import { type ChannelWorld, DeliveryFailure, deliver } from './channels.ts';
import { type NoticeTimes, retryAt } from './retry.ts';

/** What the delivery needs of the world. */
export interface DeliveryWorld extends ChannelWorld {
  readonly pool: pg.Pool;
  readonly random: () => number;
  readonly times: NoticeTimes;
}

/** How many are under way at once, and of one tenant: its receiver that hangs is its own trouble. */
const atOnce = 32;
const atOnceOfTenant = 4;

/**
 * Starts delivering.
 * @param leading whether this instance leads
 */
export function startDelivering(
  world: DeliveryWorld,
  leading: () => boolean,
): { stop(): Promise<void> } {
  const underWay = new Map<string, UnderWay>();
  let stopping = false;

  const begin = (delivery: Delivery): void => {
    const name = deliveryName(delivery);
    const done = attempt(world, delivery)
      .then(() => undefined)
      .catch((error: unknown) =>
        world.log.error({ noticeId: delivery.noticeId, err: error }, 'a delivery was not recorded'),
      )
      .finally(() => underWay.delete(name));
    underWay.set(name, { tenantId: delivery.tenantId, done });
  };

  const look = async (): Promise<void> => {
    while (leading() && !stopping && underWay.size < atOnce) {
      const names = [...underWay.keys()];
      const busy = { names, tenants: busyTenants(underWay) };
      const due = await dueDeliveries(world.pool, busy, atOnce);
      // Whoever has very many due must not hide the others: their turn is with the next question.
      for (const delivery of due) if (mayBegin(delivery, underWay)) begin(delivery);
      if (due.length < atOnce) return;
    }
  };

  const scan = everySecond(look, world.log);
  return {
    async stop() {
      stopping = true;
      await scan.stop();
      await Promise.all([...underWay.values()].map(({ done }) => done));
    },
  };
}

interface UnderWay {
  readonly tenantId: string;
  readonly done: Promise<void>;
}

/** Tenants that have as many under way as they may. */
function busyTenants(underWay: ReadonlyMap<string, UnderWay>): readonly string[] {
  const byTenant = Map.groupBy(underWay.values(), ({ tenantId }) => tenantId);
  return [...byTenant].flatMap(([tenantId, { length }]) =>
    length < atOnceOfTenant ? [] : [tenantId],
  );
}

function mayBegin(
  { tenantId }: Pick<Delivery, 'tenantId'>,
  underWay: ReadonlyMap<string, UnderWay>,
): boolean {
  return underWay.size < atOnce && !busyTenants(underWay).includes(tenantId);
}

/**
 * Makes one attempt and writes down how it ended.
 * @returns why it did not arrive; `null` when it did
 */
export async function attempt(world: DeliveryWorld, delivery: Delivery): Promise<string | null> {
  try {
    await deliver(world, delivery);
  } catch (error) {
    const nextAt =
      error instanceof DeliveryFailure && error.retry === 'never'
        ? null
        : nextAttempt(world, delivery);
    const reason = reasonOf(error);
    const { tenantId, noticeId, channel } = delivery;
    const line = { tenantId, noticeId, channel, err: error };
    if (nextAt === null) world.log.error(line, 'a notice was not delivered and is given up');
    else world.log.warn(line, 'a notice was not delivered; it is tried again');
    await recordFailed(world.pool, delivery, reason, nextAt);
    return reason;
  }
  await recordDelivered(world.pool, delivery);
  return null;
}

function nextAttempt({ now, random, times }: DeliveryWorld, delivery: Delivery): Date | null {
  const { at: raisedAt, attempts } = delivery;
  return retryAt({ raisedAt, attempts, now: now(), random: random() }, times);
}

const longestReason = 500;

/** The deepest cause says what went wrong: `fetch failed` alone does not. */
function reasonOf(error: unknown): string {
  let reason = error;
  while (reason instanceof Error && reason.cause instanceof Error) reason = reason.cause;
  return (reason instanceof Error ? reason.message : String(reason)).slice(0, longestReason);
}
