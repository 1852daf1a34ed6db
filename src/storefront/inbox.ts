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

/** What working the inbox off needs of the world. */
export interface InboxWorld extends HandlerWorld {
  readonly log: Logger;
  readonly random: () => number;
}

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
  return everySecond(async () => {
    while ((await workOff(world)) === batchSize);
  }, world.log);
}

/** Works on one batch. Gives how many deliveries it took. */
async function workOff(world: InboxWorld): Promise<number> {
  const taken = await takeDeliveries(world.db, batchSize, holdMs);
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

async function workTogether(world: InboxWorld, group: Group): Promise<void> {
  try {
    await work(world, group);
  } catch (error) {
    const [only, ...others] = group.deliveries;
    if (only !== undefined && others.length === 0) return failed(world, only, error);
    // One of them spoils it for all: each goes alone.
    for (const delivery of group.deliveries)
      await workTogether(world, { ...group, deliveries: [delivery] });
  }
}

async function work(world: InboxWorld, { tenantId, handler, deliveries }: Group): Promise<void> {
  const ids = deliveries.map(({ id }) => id);
  if (handler === null) return finishDeliveries(world.db, tenantId, ids, 'ignored');
  const later = await handler.work(world, tenantId, deliveries.map(read));
  const done = ids.filter((id) => !later.includes(id));
  await finishDeliveries(world.db, tenantId, done);
  if (later.length > 0) await postponeDeliveries(world.db, tenantId, later, postponeMs);
}

function read({ id, topic, body, receivedAt }: TakenDelivery): ReadDelivery {
  const json: Json = JSON.parse(body);
  if (!isObject(json)) throw new Error('The body is not a JSON object.');
  return { id, topic, body: json, receivedAt };
}

async function failed(
  { db, log, random }: InboxWorld,
  delivery: TakenDelivery,
  error: unknown,
): Promise<void> {
  const { tenantId, id, topic, attempts } = delivery;
  const dead = attempts + 1 >= mostAttempts;
  const message = error instanceof Error ? error.message : String(error);
  log.warn({ tenantId, id, topic, attempts, dead, err: error }, 'a webhook was not worked off');
  await failDelivery(db, delivery, message, dead ? null : backoffMs(attempts, random()));
}
