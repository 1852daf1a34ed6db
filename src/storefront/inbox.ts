/**
 * Works off the inbox: every second deliveries that are due are taken, by any instance, and given to
 * whoever works on their topic. What fails is tried again at widening intervals, then left for dead
 * with its cause, until somebody replays it.
 */
import type { Logger } from 'pino';
import type { Json } from '../model.ts';
import { everySecond } from '../provisioning/every-second.ts';
import { backoffMs } from '../provisioning/failure.ts';
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
import type { Queryable } from '../store/statement.ts';
import type { Handler, HandlerWorld, ReadDelivery } from './handler.ts';
import { ShopUnavailable } from './shop.ts';
import { handlerOf } from './topics.ts';

/**
 * How long a delivery waits before it is worked on: what a drain writes at this moment is recorded by
 * then, and its echo known for one.
 */
const firstWaitMs = 1_000;
const postponeMs = 2_000;
/** Whoever takes deliveries has this long for them; then they are anybody's again. */
const holdMs = 30_000;
const batchSize = 200;
/** After so many failures a delivery is dead: some twenty minutes after it came. */
const mostAttempts = 10;

/** A shop that cannot be read is asked again after this time, for as long as it takes. */
const unavailableMs = 5_000;

/** What working the inbox off needs of the world. */
export interface InboxWorld extends Omit<HandlerWorld, 'signal'> {
  readonly log: Logger;
  readonly random: () => number;
}

type WorkWorld = InboxWorld & HandlerWorld;

/**
 * Stores a delivery as it came.
 * @returns whether its shop is one of ours
 */
export async function receive(
  db: Queryable,
  { shop, webhookId, eventId, topic, triggeredAt }: WebhookHeaders,
  body: string,
): Promise<boolean> {
  const state = handlerOf(topic) === null ? 'ignored' : 'waiting';
  const waitMs = firstWaitMs;
  return storeDelivery(db, { shop, webhookId, eventId, topic, triggeredAt, body, state, waitMs });
}

/** Works the inbox off until it is stopped. */
export function startInbox(world: InboxWorld): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  const working = everySecond(async () => {
    while (!signal.aborted && (await workOff({ ...world, signal })) === batchSize);
  }, world.log);
  return {
    async stop() {
      stopping.abort();
      await working.stop();
    },
  };
}

/** Works on one batch. Gives how many deliveries it took. */
async function workOff(world: WorkWorld): Promise<number> {
  const taken = await takeDeliveries(world.pool, batchSize, holdMs);
  await Promise.all(groupsOf(taken).map((group) => workTogether(world, group)));
  return taken.length;
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
  await postponeDeliveries(pool, tenantId, ids, unavailableMs, error.message);
}

function read({ id, topic, body, receivedAt }: TakenDelivery): ReadDelivery {
  const json: Json = JSON.parse(body, exactly);
  if (!isObject(json)) throw new Error('The body is not a JSON object.');
  return { id, topic, body: json, receivedAt };
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
