/** Offers applied to orders of before they were in force: what is under way, and which orders it touched. */
import { type Queryable, statement } from './statement.ts';

/** An offer that was applied to an order. */
export interface Applied {
  readonly orderId: string;
  readonly offerId: string;
  readonly version: number;
}

const selectApplied = statement<Applied, [string, readonly string[]]>(
  'backfills-applied',
  `select order_id as "orderId", offer_id as "offerId", offer_version as version
   from backfilled_orders where tenant_id = $1 and order_id = any($2) order by backfill_id`,
);

/** The offers that were applied to orders later, the last one last. */
export const appliedTo = (db: Queryable, tenantId: string, orderIds: readonly string[]) =>
  selectApplied(db, tenantId, orderIds);

/** How a back-fill stands. */
export interface Backfill {
  readonly tenantId: string;
  readonly id: string;
  readonly offerId: string;
  readonly offerVersion: number;
  readonly since: Date;
  readonly until: Date;
  readonly state: 'running' | 'done' | 'failed' | 'undone';
  readonly cursor: string | null;
  /** Orders read so far. */
  readonly seen: number;
  /** Orders it was applied to. */
  readonly applied: number;
  readonly error: string | null;
  readonly actor: string | null;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
}

const columns = `b.tenant_id as "tenantId", b.id, b.offer_id as "offerId", b.offer_version as "offerVersion", b.since, b.until,
  b.state, b.cursor, b.seen, b.applied, b.error, b.actor, b.created_at as "createdAt", b.ended_at as "endedAt"`;

/** Begins a back-fill; the leader works it off. */
export async function insertBackfill(
  db: Queryable,
  backfill: Pick<
    Backfill,
    'tenantId' | 'id' | 'offerId' | 'offerVersion' | 'since' | 'until' | 'actor'
  >,
): Promise<void> {
  const { tenantId, id, offerId, offerVersion, since, until, actor } = backfill;
  await db.query(
    `insert into backfills (tenant_id, id, offer_id, offer_version, since, until, actor) values ($1, $2, $3, $4, $5, $6, $7)`,
    [tenantId, id, offerId, offerVersion, since, until, actor],
  );
}

/** A tenant's back-fills, newest first. */
export async function backfillsOf(db: Queryable, tenantId: string): Promise<readonly Backfill[]> {
  const { rows } = await db.query<Backfill>(
    `select ${columns} from backfills b where tenant_id = $1 order by id desc limit 100`,
    [tenantId],
  );
  return rows;
}

/** One back-fill of a tenant. */
export async function findBackfill(
  db: Queryable,
  tenantId: string,
  id: string,
): Promise<Backfill | null> {
  const { rows } = await db.query<Backfill>(
    `select ${columns} from backfills b where tenant_id = $1 and id = $2`,
    [tenantId, id],
  );
  return rows[0] ?? null;
}

const takeStatement = statement<Backfill, [holdMs: number]>(
  'backfill-take',
  `with due as (
     select tenant_id, id from backfills where state = 'running' and next_at <= now()
     order by next_at limit 1 for update skip locked
   )
   update backfills b set next_at = now() + $1 * interval '1 millisecond' from due
   where b.tenant_id = due.tenant_id and b.id = due.id
   returning ${columns}`,
);

/** Takes the back-fill that has waited longest; nobody else has it for `holdMs`. */
export async function takeBackfill(db: Queryable, holdMs: number): Promise<Backfill | null> {
  const [row] = await takeStatement(db, holdMs);
  return row ?? null;
}

/**
 * Notes that a back-fill applies to orders; to be done in the transaction that gives their rights.
 * Where several apply one offer to an order, the last counts; one that was undone applies to none.
 */
export async function applyBackfill(
  client: Queryable,
  { tenantId, id, offerId, offerVersion }: Backfill,
  orderIds: readonly string[],
): Promise<void> {
  await client.query(
    `with running as materialized (
       select from backfills where tenant_id = $1 and id = $2 and state = 'running' for update
     ), applied as (
       insert into backfilled_orders (tenant_id, order_id, offer_id, offer_version, backfill_id)
       select $1, unnest($3::text[]), $4, $5, $2 from running on conflict do nothing returning order_id
     )
     update backfills set applied = applied + (select count(*) from applied)::int
     where tenant_id = $1 and id = $2 and state = 'running'`,
    [tenantId, id, orderIds, offerId, offerVersion],
  );
}

/** How far a back-fill has come; with no cursor it is done. `trouble`: of orders that were left out. */
export async function advanceBackfill(
  db: Queryable,
  { tenantId, id, cursor: from }: Backfill,
  to: {
    readonly cursor: string | null;
    readonly seen: number;
    readonly trouble: string | null;
  },
): Promise<void> {
  await db.query(
    `update backfills set cursor = $4, seen = seen + $5, error = coalesce($6, error), next_at = now(),
            state = case when $4::text is null then 'done' else state end,
            ended_at = case when $4::text is null then now() end
     where tenant_id = $1 and id = $2 and state = 'running' and cursor is not distinct from $3`,
    [tenantId, id, from, to.cursor, to.seen, to.trouble],
  );
}

/** A page that could not be worked off: it comes again, or the back-fill ends with it. */
export async function delayBackfill(
  db: Queryable,
  { tenantId, id }: Pick<Backfill, 'tenantId' | 'id'>,
  error: string,
  waitMs: number | null,
): Promise<void> {
  await db.query(
    `update backfills set error = $3, next_at = now() + coalesce($4, 0) * interval '1 millisecond',
            state = case when $4::float8 is null then 'failed' else state end,
            ended_at = case when $4::float8 is null then now() end
     where tenant_id = $1 and id = $2 and state = 'running'`,
    [tenantId, id, error, waitMs],
  );
}

/**
 * Takes an offer back from orders that a back-fill applied it to, some at a time.
 * @returns the orders, whose rights are to be computed again; none: it is undone
 */
export async function undoBackfill(
  client: Queryable,
  tenantId: string,
  id: string,
  limit: number,
): Promise<readonly string[]> {
  const { rows } = await client.query<{ orderId: string }>(
    `with stopped as (
       update backfills set state = 'undone', ended_at = coalesce(ended_at, now()) where tenant_id = $1 and id = $2
     )
     delete from backfilled_orders where ctid = any (array(
       select ctid from backfilled_orders where tenant_id = $1 and backfill_id = $2 limit $3))
     returning order_id as "orderId"`,
    [tenantId, id, limit],
  );
  return rows.map(({ orderId }) => orderId);
}
