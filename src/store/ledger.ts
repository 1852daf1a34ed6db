/** The ledger as it is written: rights from orders and by hand, whose they are, and when they stand. */
import type { JsonObject } from '../model.ts';
import { type Queryable, statement } from './statement.ts';

/** One who writes a tenant's ledger keeps all others waiting until their transaction ends. */
export async function lockLedger(client: Queryable, tenantId: string): Promise<void> {
  await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
    `ledger ${tenantId}`,
  ]);
}

/** Whose a right is. */
export interface Holder {
  readonly resourceId: string;
  readonly sourceId: string;
}

/** A right as the ledger has it. */
export interface LedgerRow {
  readonly id: string;
  readonly destinationId: string;
  readonly membership: string;
  readonly resourceId: string | null;
  readonly sourceId: string | null;
  readonly kind: 'order' | 'hand';
  readonly state: 'standing' | 'waiting' | 'held' | 'ended';
  readonly words: string;
  readonly reason: string | null;
  readonly question: string | null;
  readonly answers: Readonly<Record<string, 'suspend' | 'remove' | 'keep'>>;
  readonly startsAt: Date | null;
  readonly endsAt: Date | null;
  readonly ending: 'suspend' | 'remove';
  readonly endedAt: Date | null;
  readonly orderId: string | null;
  readonly lineId: string | null;
  readonly seat: number | null;
  readonly offerId: string | null;
  readonly offerVersion: number | null;
  readonly learner: string | null;
  readonly purchasedAt: Date | null;
  readonly actor: string | null;
  readonly note: string | null;
}

const columns = `g.id, g.destination_id as "destinationId", g.membership, g.resource_id as "resourceId", g.source_id as "sourceId",
  g.kind, g.state, g.words, g.reason, g.question, g.answers, g.starts_at as "startsAt", g.ends_at as "endsAt", g.ending,
  g.ended_at as "endedAt", g.order_id as "orderId", g.line_id as "lineId", g.seat, g.offer_id as "offerId",
  g.offer_version as "offerVersion", g.learner, g.purchased_at as "purchasedAt", g.actor, g.note`;

const selectOfOrders = statement<LedgerRow, [string, readonly string[]]>(
  'ledger-of-orders',
  `select ${columns} from grants g where g.tenant_id = $1 and g.order_id = any($2)`,
);

/** The rights of orders. */
export const rightsOfOrders = (db: Queryable, tenantId: string, orderIds: readonly string[]) =>
  selectOfOrders(db, tenantId, orderIds);

/** A purchase that stands, with the terms it follows. */
export interface StandingPurchase {
  readonly id: string;
  readonly destinationId: string;
  readonly membership: string;
  readonly resourceId: string;
  readonly at: Date;
  /** Orders as they were placed, and the lines of each. */
  readonly rank: string;
  readonly terms: JsonObject;
}

/** One course and person. */
export interface CourseOfPerson {
  readonly resourceId: string;
  readonly destinationId: string;
  readonly membership: string;
}

const selectPurchases = statement<StandingPurchase, [tenantId: string, rows: string]>(
  'ledger-purchases',
  `with asked as (
     select * from json_to_recordset($2) as asked ("resourceId" uuid, "destinationId" text, membership text)
   )
   select g.id, g.destination_id as "destinationId", g.membership, g.resource_id as "resourceId",
          g.purchased_at as at, o.terms,
          -- Ids end in numbers that grow.
          concat_ws(' ', coalesce(lpad(substring(g.order_id from '[0-9]+$'), 20, '0'), g.order_id),
            coalesce(lpad(substring(g.line_id from '[0-9]+$'), 20, '0'), g.line_id), lpad(g.seat::text, 6, '0')) as rank
   from asked
   join grants g on g.tenant_id = $1 and g.destination_id = asked."destinationId"
     and g.resource_id = asked."resourceId" and lower(g.membership) = lower(asked.membership)
     and g.kind = 'order' and g.state = 'standing'
   join offers o on o.tenant_id = $1 and o.id = g.offer_id and o.version = g.offer_version`,
);

/** The purchases of these courses by these people that stand. */
export async function standingPurchases(
  db: Queryable,
  tenantId: string,
  of: readonly CourseOfPerson[],
): Promise<readonly StandingPurchase[]> {
  return of.length === 0 ? [] : selectPurchases(db, tenantId, JSON.stringify(of));
}

/** A right of an order about to be written. */
export interface OrderRight {
  readonly id: string;
  readonly destinationId: string;
  readonly membership: string;
  readonly resourceId: string | null;
  readonly sourceId: string | null;
  readonly state: LedgerRow['state'];
  readonly words: string;
  readonly reason: string | null;
  readonly question: string | null;
  readonly ending: 'suspend' | 'remove';
  readonly endedAt: Date | null;
  readonly orderId: string;
  readonly lineId: string;
  readonly seat: number;
  readonly offerId: string;
  readonly offerVersion: number;
  readonly learner: string | null;
  readonly purchasedAt: Date;
}

const putStatement = statement<never, [tenantId: string, rows: string]>(
  'ledger-put',
  `insert into grants (tenant_id, id, kind, destination_id, membership, resource_id, source_id, state, words, reason,
     question, ending, ended_at, order_id, line_id, seat, offer_id, offer_version, learner, purchased_at)
   select $1, id, 'order', "destinationId", membership, "resourceId", "sourceId", state, words, reason,
     question, ending, "endedAt", "orderId", "lineId", seat, "offerId", "offerVersion", learner, "purchasedAt"
   from json_to_recordset($2) as given (id uuid, "destinationId" text, membership text, "resourceId" uuid, "sourceId" text,
     state text, words text, reason text, question text, ending text, "endedAt" timestamptz, "orderId" text, "lineId" text,
     seat integer, "offerId" uuid, "offerVersion" integer, learner text, "purchasedAt" timestamptz)
   on conflict (tenant_id, id) do update set
     resource_id = excluded.resource_id, source_id = excluded.source_id, state = excluded.state, words = excluded.words,
     reason = excluded.reason, question = excluded.question, ending = excluded.ending, ended_at = excluded.ended_at,
     learner = excluded.learner, purchased_at = excluded.purchased_at,
     offer_id = excluded.offer_id, offer_version = excluded.offer_version`,
);

/** Writes rights of orders: new ones, and new states of those that are known by their ids. */
export async function putRights(
  db: Queryable,
  tenantId: string,
  rights: readonly OrderRight[],
): Promise<void> {
  if (rights.length > 0) await putStatement(db, tenantId, JSON.stringify(rights));
}

/** When a right stands. */
export interface Stretch {
  readonly id: string;
  readonly start: Date;
  readonly end: Date | null;
}

const datesStatement = statement<never, [tenantId: string, rows: string]>(
  'ledger-dates',
  `update grants g set starts_at = given.start, ends_at = given."end",
     next_at = case when given.start > now() then given.start when given."end" > now() and given."end" > given.start then given."end" end
   from json_to_recordset($2) as given (id uuid, start timestamptz, "end" timestamptz)
   where g.tenant_id = $1 and g.id = given.id
     and (g.starts_at, g.ends_at) is distinct from (given.start, given."end")`,
);

/** Writes down when rights stand. */
export async function putStretches(
  db: Queryable,
  tenantId: string,
  stretches: readonly Stretch[],
): Promise<void> {
  if (stretches.length > 0) await datesStatement(db, tenantId, JSON.stringify(stretches));
}

const bumpStatement = statement<{ destinationId: string }, [tenantId: string, rows: string]>(
  'ledger-bump',
  `with asked as (
     select distinct "resourceId", "destinationId" from json_to_recordset($2) as asked ("resourceId" uuid, "destinationId" text)
   ), locked as materialized (
     select l.id from links l join asked on l.tenant_id = $1 and l.resource_id = asked."resourceId"
       and l.destination_id = asked."destinationId" order by l.id for update of l
   )
   update links l set wanted = wanted + 1, not_before = now(), attempts = 0,
                      requested_at = case when wanted > done then requested_at else now() end
   from locked where l.tenant_id = $1 and l.id = locked.id
   returning l.destination_id as "destinationId"`,
);

/**
 * Has people looked at again where their rights changed.
 * @returns the destinations to wake
 */
export async function lookAtHolders(
  db: Queryable,
  tenantId: string,
  of: readonly Pick<CourseOfPerson, 'resourceId' | 'destinationId'>[],
): Promise<readonly string[]> {
  if (of.length === 0) return [];
  const rows = await bumpStatement(db, tenantId, JSON.stringify(of));
  return [...new Set(rows.map(({ destinationId }) => destinationId))];
}

const notesStatement = statement<never, [tenantId: string, rows: string]>(
  'ledger-notes',
  `insert into activity (tenant_id, id, kind, actor, source_id, destination_id, resource_id, outcome, message, detail)
   select $1, id, kind, actor, "sourceId", "destinationId", "resourceId", outcome, message, detail
   from json_to_recordset($2) as given (id uuid, kind text, actor text, "sourceId" text, "destinationId" text, "resourceId" uuid,
     outcome text, message text, detail jsonb)`,
);

/** A line of activity about a right. */
export interface LedgerNote {
  readonly id: string;
  readonly kind: 'grant.given' | 'grant.waiting' | 'grant.held' | 'grant.ended' | 'grant.asked';
  readonly actor: string | null;
  readonly sourceId: string | null;
  readonly destinationId: string;
  readonly resourceId: string | null;
  readonly outcome: 'done' | 'held';
  readonly message: string;
  readonly detail: JsonObject;
}

/** Writes activity about rights. */
export async function noteRights(
  db: Queryable,
  tenantId: string,
  notes: readonly LedgerNote[],
): Promise<void> {
  if (notes.length > 0) await notesStatement(db, tenantId, JSON.stringify(notes));
}

const turnStatement = statement<{ tenantId: string; destinationId: string }, [limit: number]>(
  'ledger-turn',
  `with turning as materialized (
     select tenant_id, id, destination_id, resource_id from grants where next_at <= now()
     order by next_at limit $1 for update skip locked
   ), turned as (
     update grants g set next_at = case when g.ends_at > now() then g.ends_at end
     from turning t where g.tenant_id = t.tenant_id and g.id = t.id
   ), locked as materialized (
     select l.tenant_id, l.id from links l join turning t on l.tenant_id = t.tenant_id
       and l.resource_id = t.resource_id and l.destination_id = t.destination_id
     order by l.id for update of l
   )
   update links l set wanted = wanted + 1, not_before = now(), attempts = 0,
                      requested_at = case when wanted > done then requested_at else now() end
   from locked where l.tenant_id = locked.tenant_id and l.id = locked.id
   returning l.tenant_id as "tenantId", l.destination_id as "destinationId"`,
);

/** Has people looked at whose rights, of any tenant, begin or are over by now; at most so many rights. */
export async function turnRights(db: Queryable, limit: number): Promise<void> {
  await turnStatement(db, limit);
}

/** One right. */
export async function findRight(
  db: Queryable,
  tenantId: string,
  id: string,
): Promise<LedgerRow | null> {
  const { rows } = await db.query<LedgerRow>(
    `select ${columns} from grants g where g.tenant_id = $1 and g.id = $2`,
    [tenantId, id],
  );
  return rows[0] ?? null;
}

/** Which rights are listed. */
export interface RightFilter {
  /** Those that wait for somebody: held, or asked about. */
  readonly attention: boolean;
  /** Those of one of these people; `null`: of anybody, or nobody yet. */
  readonly people: readonly string[] | null;
  /** Those of an order, by its id or as people call it. */
  readonly order: string | null;
}

/** A right as it is listed. */
export type ListedRight = LedgerRow & {
  readonly userName: string | null;
  readonly orderName: string | null;
};

/**
 * Rights of a tenant, newest first.
 * @param before only older ones than this, for the next page
 */
export async function listRights(
  db: Queryable,
  tenantId: string,
  { attention, people, order }: RightFilter,
  page: { readonly limit: number; readonly before: string | null },
): Promise<readonly ListedRight[]> {
  const { rows } = await db.query<ListedRight>(
    `select ${columns}, r.user_name as "userName", o.name as "orderName" from grants g
     left join resources r on r.tenant_id = $1 and r.source_id = g.source_id and r.id = g.resource_id
     left join orders o on o.tenant_id = $1 and o.id = g.order_id
     where g.tenant_id = $1 and (not $2 or g.state = 'held' or g.question is not null)
       and ($3::uuid[] is null or g.resource_id = any($3)) and ($4::text is null or g.order_id = $4 or o.name = $4)
       and ($5::uuid is null or g.id < $5)
     order by g.id desc limit $6`,
    [tenantId, attention, people, order, page.before, page.limit],
  );
  return rows;
}

/** Remembers what somebody answered to a question about a right. */
export async function answerRight(
  client: Queryable,
  tenantId: string,
  id: string,
  question: string,
  answer: 'keep' | 'suspend' | 'remove',
): Promise<void> {
  await client.query(
    `update grants set answers = answers || jsonb_build_object($3::text, $4::text) where tenant_id = $1 and id = $2`,
    [tenantId, id, question, answer],
  );
}

/**
 * Remembers whose a right is that was held.
 * @returns false where there is no such person
 */
export async function chooseHolder(
  client: Queryable,
  tenantId: string,
  id: string,
  resourceId: string,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `update grants g set resource_id = r.id, source_id = r.source_id
     from sources s join resources r on r.tenant_id = $1 and r.source_id = s.id and r.id = $3 and r.type = 'User'
     where s.tenant_id = $1 and g.tenant_id = $1 and g.id = $2`,
    [tenantId, id, resourceId],
  );
  return rowCount === 1;
}

/** A right about to be given by hand. */
export interface HandRight {
  readonly tenantId: string;
  readonly id: string;
  readonly destinationId: string;
  readonly membership: string;
  readonly resourceId: string;
  readonly note: string;
  readonly endsAt: Date | null;
  readonly ending: 'suspend' | 'remove';
  readonly actor: string;
}

/** Writes a right that was given by hand; `null` where there is no such person. */
export async function giveRight(client: Queryable, right: HandRight): Promise<LedgerRow | null> {
  const { tenantId, id, destinationId, membership, resourceId, note, endsAt, ending, actor } =
    right;
  const { rows } = await client.query<LedgerRow>(
    `insert into grants as g (tenant_id, id, kind, destination_id, membership, resource_id, source_id, state, words,
       starts_at, ends_at, next_at, ending, actor, note)
     select $1, $2, 'hand', $3, $4, r.id, r.source_id, 'standing', $5, now(), $6::timestamptz,
            case when $6 > now() then $6::timestamptz end, $7, $8, $9
     from sources s join resources r on r.tenant_id = $1 and r.source_id = s.id and r.id = $10 and r.type = 'User'
     where s.tenant_id = $1
     returning ${columns}`,
    [
      ...[tenantId, id, destinationId, membership, `${actor}, by hand: ${note}`, endsAt],
      ...[ending, actor, note, resourceId],
    ],
  );
  return rows[0] ?? null;
}

/** Ends a right that was given by hand; `null` where there is none that stands. */
export async function withdrawRight(
  client: Queryable,
  tenantId: string,
  id: string,
  { at, reason }: { readonly at: Date; readonly reason: string },
): Promise<LedgerRow | null> {
  const { rows } = await client.query<LedgerRow>(
    `update grants g set state = 'ended', ended_at = $3, reason = $4, next_at = null
     where tenant_id = $1 and id = $2 and kind = 'hand' and state = 'standing' returning ${columns}`,
    [tenantId, id, at, reason],
  );
  return rows[0] ?? null;
}
