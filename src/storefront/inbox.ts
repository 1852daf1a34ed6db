/**
 * Works off the inbox: deliveries that are due are taken, soon after they came and by any instance, and given
 * to whoever works on their topic. What fails is tried again at widening intervals, then left for dead
 * with its cause, until somebody replays it.
 */
import type { Logger } from 'pino';
import type { Json } from '../model.ts';
import { everySecond } from '../provisioning/every-second.ts';
import { backoffMs, DestinationError } from '../provisioning/failure.ts';
import { isObject } from '../scim/json.ts';
import type { WebhookHeaders } from '../shopify/webhook.ts';
import {
  failDelivery,
  finishDeliveries,
  postponeDeliveries,
  storeDelivery,
  type TakenDelivery,
  takeDeliveries,
} from '../store/inbox.ts';
import type { Handler, HandlerWorld, ReadDelivery } from './handler.ts';
import { ShopUnavailable } from './shop.ts';
import { isCustomerTopic } from './told.ts';
import { handlerOf } from './topics.ts';

/**
 * How long a delivery about a customer waits before it is worked on: what a drain writes at this moment is
 * recorded by then, and its echo known for one.
 */
const echoMs = 1_000;
/**
 * How long it waits where it says that a customer is gone: one that was merged into another is told of by another
 * delivery, and whoever looked before that had come would make a new customer.
 */
const goneMs = 5_000;
/** How long others wait: several about one thing come within milliseconds, and are one look. */
const gatherMs = 100;
const postponeMs = 2_000;
/** Whoever takes deliveries has this long for them; then they are anybody's again. */
const holdMs = 30_000;
const batchSize = 200;
/** As many tenants are worked for at once: one whose shop is slow keeps none of the others waiting. */
const tenantsAtOnce = 8;
/** After so many failures a delivery is dead: some twenty minutes after it came. */
const mostAttempts = 10;

/** A shop that cannot be read is asked again after this time, for as long as it takes. */
const unavailableMs = 5_000;
/** The same where somebody has to act first, e.g. install the app again. */
const shutMs = 60_000;

/** What working the inbox off needs of the world. */
export interface InboxWorld extends Omit<HandlerWorld, 'signal'> {
  readonly log: Logger;
  readonly random: () => number;
}

type WorkWorld = InboxWorld & HandlerWorld;

/** The inbox at work. */
export interface Inbox {
  /**
   * Stores a delivery as it came; it is worked off soon.
   * @returns whether its shop is one of ours
   */
  receive(headers: WebhookHeaders, body: string): Promise<boolean>;
  stop(): Promise<void>;
}

/** Works the inbox off until it is stopped. */
export function startInbox(world: InboxWorld): Inbox {
  const stopping = new AbortController();
  const { signal } = stopping;
  const busy = new Map<string, Promise<void>>();
  /** The next look after each wait. */
  const soon = new Map<number, NodeJS.Timeout>();

  const takeOn = async () => {
    while (!signal.aborted && busy.size < tenantsAtOnce) {
      const taken = await takeDeliveries(world.pool, batchSize, holdMs, [...busy.keys()]);
      if (taken.length === 0) return;
      for (const [tenantId, deliveries] of Map.groupBy(taken, (one) => one.tenantId)) {
        const work = workOff({ ...world, signal }, deliveries)
          .catch((error: unknown) => world.log.error({ tenantId, err: error }, 'the inbox failed'))
          .finally(() => {
            busy.delete(tenantId);
            working.now();
          });
        busy.set(tenantId, work);
      }
    }
  };
  const working = everySecond(takeOn, world.log);
  const lookAfter = (waitMs: number) =>
    setTimeout(() => {
      soon.delete(waitMs);
      working.now();
    }, waitMs + 10);

  return {
    async receive({ shop, webhookId, eventId, topic, triggeredAt }, body) {
      const state = handlerOf(topic) === null ? 'ignored' : 'waiting';
      const waitMs = waitMsOf(topic);
      const delivery = {
        shop,
        webhookId,
        eventId,
        topic,
        triggeredAt,
        body,
        state,
        waitMs,
      } as const;
      const ours = await storeDelivery(world.pool, delivery);
      if (state === 'waiting' && !soon.has(waitMs)) soon.set(waitMs, lookAfter(waitMs));
      return ours;
    },
    async stop() {
      stopping.abort();
      for (const timer of soon.values()) clearTimeout(timer);
      await working.stop();
      await Promise.all(busy.values());
    },
  };
}

function waitMsOf(topic: string): number {
  if (topic === 'customers/delete') return goneMs;
  return isCustomerTopic(topic) ? echoMs : gatherMs;
}

/** Works on deliveries of one tenant. */
async function workOff(world: WorkWorld, taken: readonly TakenDelivery[]): Promise<void> {
  await Promise.all(groupsOf(taken).map((group) => workTogether(world, group)));
}

/** Deliveries of a tenant that one handler works on. One that failed before goes alone. */
interface Group {
  readonly tenantId: string;
  readonly handler: Handler | null;
  readonly deliveries: readonly TakenDelivery[];
}

function groupsOf(taken: readonly TakenDelivery[]): readonly Group[] {
  const byKey = Map.groupBy(taken, ({ tenantId, id, topic, attempts }) =>
    attempts > 0 ? id : `${tenantId} ${handlerOf(topic)?.name}`,
  );
  return [...byKey.values()].flatMap((deliveries) => {
    const [first] = deliveries;
    return first === undefined
      ? []
      : [{ tenantId: first.tenantId, handler: handlerOf(first.topic), deliveries }];
  });
}

async function workTogether(world: WorkWorld, group: Group): Promise<void> {
  try {
    await work(world, group);
  } catch (error) {
    if (world.signal.aborted) return;
    if (error instanceof ShopUnavailable) return postpone(world, group, error);
    const [only, ...others] = group.deliveries;
    if (only !== undefined && others.length === 0) return failed(world, only, error);
    // One of them spoils it for all: each goes alone.
    for (const delivery of group.deliveries)
      await workTogether(world, { ...group, deliveries: [delivery] });
  }
}

async function work(world: WorkWorld, { tenantId, handler, deliveries }: Group): Promise<void> {
  const ids = deliveries.map(({ id }) => id);
  if (handler === null) return finishDeliveries(world.pool, tenantId, ids, 'ignored');
  const later = await handler.work(world, tenantId, deliveries.map(read));
  const done = ids.filter((id) => !later.includes(id));
  await finishDeliveries(world.pool, tenantId, done);
  if (later.length > 0) await postponeDeliveries(world.pool, tenantId, later, postponeMs);
}

async function postpone(
  { pool, log }: WorkWorld,
  { tenantId, deliveries }: Group,
  error: ShopUnavailable,
): Promise<void> {
  const ids = deliveries.map(({ id }) => id);
  log.warn(
    { tenantId, deliveries: ids.length, err: error },
    'a shop cannot be read: webhooks wait',
  );
  const isShut = error.cause instanceof DestinationError && error.cause.kind === 'misconfigured';
  await postponeDeliveries(pool, tenantId, ids, isShut ? shutMs : unavailableMs, error.message);
}

function read({ id, topic, body, receivedAt, triggeredAt }: TakenDelivery): ReadDelivery {
  const json: Json = JSON.parse(body, exactly);
  if (!isObject(json)) throw new Error('The body is not a JSON object.');
  return { id, topic, body: json, receivedAt, triggeredAt };
}

/** An id that is too large for a number stays what it says. */
function exactly(_name: string, value: Json, context?: { readonly source?: string }): Json {
  const source = context?.source ?? '';
  const large = typeof value === 'number' && !Number.isSafeInteger(value);
  return large && /^\d+$/.test(source) ? source : value;
}

async function failed(
  { pool, log, random }: InboxWorld,
  delivery: TakenDelivery,
  error: unknown,
): Promise<void> {
  const { tenantId, id, topic, attempts } = delivery;
  const dead = attempts + 1 >= mostAttempts;
  const message = error instanceof Error ? error.message : String(error);
  log.warn({ tenantId, id, topic, attempts, dead, err: error }, 'a webhook was not worked off');
  await failDelivery(pool, delivery, message, dead ? null : backoffMs(attempts, random()));
}
