/** Deliveries of webhooks: stored before they are answered, worked off afterwards. */
import { v7 as uuidv7 } from 'uuid';
import { type Queryable, statement } from './statement.ts';

/** What became of a delivery. `dead`: it failed too often, and waits for somebody to replay it. */
export type DeliveryState = 'waiting' | 'done' | 'ignored' | 'dead';

/** A delivery as it came. */
export interface NewDelivery {
  readonly shop: string;
  readonly webhookId: string;
  readonly eventId: string | null;
  readonly topic: string;
  readonly triggeredAt: Date | null;
  readonly body: string;
  /** `ignored`: nobody here works on its topic. */
  readonly state: 'waiting' | 'ignored';
  /** How long it waits before it is taken, in milliseconds. */
  readonly waitMs: number;
}

const insertStatement = statement<
  { tenantId: string },
  [
    shop: string,
    id: string,
    webhookId: string,
    eventId: string | null,
    topic: string,
    triggeredAt: Date | null,
    body: string,
    state: string,
    waitMs: number,
  ]
>(
  'inbox-insert',
  `with tenant as (
     select tenant_id from tenants where shop_domain = $1 and erasing_since is null
   ), stored as (
     insert into inbox (tenant_id, id, webhook_id, event_id, topic, triggered_at, body, state, not_before)
     select tenant_id, $2, $3, $4, $5, $6, $7, $8, now() + $9 * interval '1 millisecond' from tenant
     on conflict (tenant_id, webhook_id) do nothing
   )
   select tenant_id as "tenantId" from tenant`,
);

/**
 * Stores a delivery for the tenant of its shop; one that is stored already stays as it is.
 * @returns whether there is such a tenant
 */
export async function storeDelivery(db: Queryable, delivery: NewDelivery): Promise<boolean> {
  const { shop, webhookId, eventId, topic, triggeredAt, body, state, waitMs } = delivery;
  const rows = await insertStatement(
    db,
    shop,
    uuidv7(),
    webhookId,
    eventId,
    topic,
    triggeredAt,
    body,
    state,
    waitMs,
  );
  return rows.length > 0;
}

/** A delivery that is being worked on. */
export interface TakenDelivery {
  readonly tenantId: string;
  readonly id: string;
  readonly topic: string;
  readonly body: string;
  readonly receivedAt: Date;
  readonly triggeredAt: Date | null;
  /** How often it was tried before. */
  readonly attempts: number;
}

const takeStatement = statement<
  TakenDelivery,
  [limit: number, holdMs: number, except: readonly string[]]
>(
  'inbox-take',
  `with due as (
     select tenant_id, id from inbox where state = 'waiting' and not_before <= now() and tenant_id <> all($3)
     order by not_before limit $1 for update skip locked
   )
   update inbox i set not_before = now() + $2 * interval '1 millisecond' from due
   where i.tenant_id = due.tenant_id and i.id = due.id
   returning i.tenant_id as "tenantId", i.id, i.topic, i.body, i.received_at as "receivedAt",
     i.triggered_at as "triggeredAt", i.attempts`,
);

/**
 * Takes deliveries that are due of all tenants but these, longest waiting first. Whoever took them has `holdMs`
 * for it; then, its process being gone, they are anybody's again.
 */
export async function takeDeliveries(
  db: Queryable,
  limit: number,
  holdMs: number,
  except: readonly string[],
): Promise<readonly TakenDelivery[]> {
  return takeStatement(db, limit, holdMs, except);
}

const finishStatement = statement<never, [tenantId: string, ids: readonly string[], state: string]>(
  'inbox-finish',
  `update inbox set state = $3, done_at = now(), error = null where tenant_id = $1 and id = any($2)`,
);

/** Deliveries that were worked off, or that there is nothing to do about. */
export async function finishDeliveries(
  db: Queryable,
  tenantId: string,
  ids: readonly string[],
  state: 'done' | 'ignored' = 'done',
): Promise<void> {
  await finishStatement(db, tenantId, ids, state);
}

const postponeStatement = statement<
  never,
  [tenantId: string, ids: readonly string[], waitMs: number, error: string | null]
>(
  'inbox-postpone',
  `update inbox set not_before = now() + $3 * interval '1 millisecond', error = $4 where tenant_id = $1 and id = any($2)`,
);

/** Deliveries that cannot be worked off yet, for no fault of theirs; `why`, for who looks. */
export async function postponeDeliveries(
  db: Queryable,
  tenantId: string,
  ids: readonly string[],
  waitMs: number,
  why: string | null = null,
): Promise<void> {
  await postponeStatement(db, tenantId, ids, waitMs, why);
}

const failStatement = statement<
  never,
  [tenantId: string, id: string, error: string, waitMs: number | null]
>(
  'inbox-fail',
  `update inbox set attempts = attempts + 1, error = $3,
          state = case when $4::float8 is null then 'dead' else state end,
          not_before = now() + coalesce($4, 0) * interval '1 millisecond'
   where tenant_id = $1 and id = $2 and state = 'waiting'`,
);

/** A delivery that failed: it is tried again after `waitMs`, or, with `null`, no more. */
export async function failDelivery(
  db: Queryable,
  { tenantId, id }: Pick<TakenDelivery, 'tenantId' | 'id'>,
  error: string,
  waitMs: number | null,
): Promise<void> {
  await failStatement(db, tenantId, id, error, waitMs);
}

/** Which deliveries of a tenant. */
export interface DeliveryFilter {
  readonly state: DeliveryState | null;
  readonly topic: string | null;
}

/** A delivery as it is listed. */
export interface Delivery {
  readonly id: string;
  readonly webhookId: string;
  readonly eventId: string | null;
  readonly topic: string;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly error: string | null;
  readonly triggeredAt: Date | null;
  readonly receivedAt: Date;
  readonly doneAt: Date | null;
}

const columns = `id, webhook_id as "webhookId", event_id as "eventId", topic, state, attempts, error,
  triggered_at as "triggeredAt", received_at as "receivedAt", done_at as "doneAt"`;

/** One delivery, with its body as it came. */
export async function findDelivery(
  db: Queryable,
  tenantId: string,
  id: string,
): Promise<(Delivery & { readonly body: string }) | null> {
  const { rows } = await db.query<Delivery & { readonly body: string }>(
    `select ${columns}, body from inbox where tenant_id = $1 and id = $2`,
    [tenantId, id],
  );
  return rows[0] ?? null;
}

/**
 * Deliveries of a tenant, newest first.
 * @param before only older ones than this, for the next page
 */
export async function listDeliveries(
  db: Queryable,
  tenantId: string,
  { state, topic }: DeliveryFilter,
  page: { readonly limit: number; readonly before: string | null },
): Promise<readonly Delivery[]> {
  const { rows } = await db.query<Delivery>(
    `select ${columns} from inbox
     where tenant_id = $1 and ($2::text is null or state = $2) and ($3::text is null or topic = $3)
       and ($4::uuid is null or id < $4)
     order by id desc limit $5`,
    [tenantId, state, topic, page.before, page.limit],
  );
  return rows;
}

/** What a replay makes of a delivery. */
const again = `state = 'waiting', attempts = 0, error = null, not_before = now(), done_at = null`;

/**
 * Has one delivery worked off again.
 * @returns whether there is one
 */
export async function replayDelivery(
  db: Queryable,
  tenantId: string,
  id: string,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update inbox set ${again} where tenant_id = $1 and id = $2`,
    [tenantId, id],
  );
  return rowCount === 1;
}

/**
 * Has the deliveries of a tenant that fit worked off again.
 * @returns how many there are
 */
export async function replayDeliveries(
  db: Queryable,
  tenantId: string,
  { state, topic }: DeliveryFilter,
): Promise<number> {
  const { rowCount } = await db.query(
    `update inbox set ${again}
     where tenant_id = $1 and ($2::text is null or state = $2) and ($3::text is null or topic = $3)`,
    [tenantId, state, topic],
  );
  return rowCount ?? 0;
}
