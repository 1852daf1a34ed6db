/** How a destination stands: what waits, since when, and what does not get on. */
import type { DestinationKey, DestinationState } from './destinations.ts';
import { type Queryable, statement } from './statement.ts';
import { firstIdAt } from './time-ids.ts';

/**
 * So many links are counted at most; where there are more, a count is "at least". Counting a hundred
 * thousand takes some ten milliseconds, and whoever has a million waiting does not need the last digit.
 */
export const mostCounted = 100_000;

/** A destination without its settings, and the bucket of points it spends from. */
export interface DestinationFacts {
  readonly name: string;
  readonly connector: string;
  readonly state: DestinationState;
  readonly reason: string | null;
  readonly pausedUntil: Date | null;
  readonly lastSuccessAt: Date | null;
  /** `null` before the first request. `restoreRate` is points a second. */
  readonly available: number | null;
  readonly maximum: number | null;
  readonly restoreRate: number | null;
  /** When looking at everybody began last, and whether that is under way; `null` before the first time. */
  readonly sweptAt: Date | null;
  readonly createdAt: Date;
  readonly sweeping: boolean;
  /** Where it is quarantined. */
  readonly reasonCode: string | null;
  readonly quarantinedAt: Date | null;
  readonly probeAt: Date | null;
}

const selectFacts = statement<DestinationFacts, [string, string]>(
  'destination-facts',
  `select d.name, d.connector, d.state, d.reason,
          case when d.paused_until > now() then d.paused_until end as "pausedUntil",
          d.last_success_at as "lastSuccessAt", a.maximum, a.restore_rate as "restoreRate",
          case when d.swept_at > d.created_at then d.swept_at end as "sweptAt",
          d.created_at as "createdAt",
          exists (select from spreads s where s.tenant_id = d.tenant_id and s.destination_id = d.id
            and s.what ->> 'kind' = 'everybody') as sweeping,
          d.reason_code as "reasonCode", d.quarantined_at as "quarantinedAt", d.probe_at as "probeAt",
          least(a.maximum, a.available + a.restore_rate * extract(epoch from now() - a.updated_at)::float8) as available
   from destinations d left join allowances a on a.tenant_id = d.tenant_id and a.name = d.id
   where d.tenant_id = $1 and d.id = $2`,
);

/** The destination itself; `null` where there is none. */
export async function destinationFacts(
  db: Queryable,
  { tenantId, destinationId }: DestinationKey,
): Promise<DestinationFacts | null> {
  const [row] = await selectFacts(db, tenantId, destinationId);
  return row ?? null;
}

/** What waits at a destination. */
export interface Backlog {
  /** May be looked at now. */
  readonly dueNow: number;
  /** Wait for a later moment: another try, or somebody who fell out of scope to settle. */
  readonly later: number;
  /** Of both, people who were deactivated or deleted. */
  readonly leavers: number;
  /** Since when the longest waiting has waited, of ordinary changes and of leavers; failing ones count. */
  readonly oldestOrdinary: Date | null;
  readonly oldestLeaver: Date | null;
}

/**
 * What waits at a destination, its ids given as SQL; answered by the index `links_due` alone. Where
 * more wait than are counted, those that are due first count. Who was held for a while, to settle, waits
 * since that was over.
 */
export const backlogSql = (tenantId: string, destinationId: string) => `
  select count(*) filter (where not_before <= now()) as "dueNow",
         count(*) filter (where not_before > now()) as later,
         count(*) filter (where urgent) as leavers,
         min(since) filter (where not urgent and unanswered) as "oldestOrdinary",
         min(since) filter (where urgent and unanswered) as "oldestLeaver"
  from (
    select not_before, urgent, (not_before <= now() or outcome = 'failed') as unanswered,
           case when outcome = 'held' then greatest(requested_at, not_before) else requested_at end as since
    from links where tenant_id = ${tenantId} and destination_id = ${destinationId} and wanted > done
    order by in_flight, not_before limit ${mostCounted}
  ) waiting`;

const selectBacklog = statement<Backlog, [string, string]>(
  'destination-backlog',
  backlogSql('$1', '$2'),
);

/** What waits at a destination. */
export async function backlogOf(
  db: Queryable,
  { tenantId, destinationId }: DestinationKey,
): Promise<Backlog> {
  const [row] = await selectBacklog(db, tenantId, destinationId);
  if (row === undefined) throw new Error('an aggregate gave no row');
  return row;
}

/** How many links do not get on: `held` and `rejected` wait for somebody, `failing` is tried again. */
export interface StuckCounts {
  readonly held: number;
  readonly rejected: number;
  readonly failing: number;
}

const isStuck = `outcome in ('held', 'rejected', 'failed')
        and case when outcome = 'failed' then wanted > done else wanted = done end`;

/** How many do not get on at a destination, its ids given as SQL; found by the index `links_stuck`. */
export const stuckCountsSql = (tenantId: string, destinationId: string) => `
  select count(*) filter (where outcome = 'held') as held,
         count(*) filter (where outcome = 'rejected') as rejected,
         count(*) filter (where outcome = 'failed') as failing
  from (
    select outcome from links
    where tenant_id = ${tenantId} and destination_id = ${destinationId} and ${isStuck}
    limit ${mostCounted}
  ) counted`;

const selectStuckCounts = statement<StuckCounts, [string, string]>(
  'destination-stuck-counts',
  stuckCountsSql('$1', '$2'),
);

/** How many do not get on at a destination. */
export async function stuckCountsOf(
  db: Queryable,
  { tenantId, destinationId }: DestinationKey,
): Promise<StuckCounts> {
  const [row] = await selectStuckCounts(db, tenantId, destinationId);
  return row ?? { held: 0, rejected: 0, failing: 0 };
}

/** Why links do not get on. */
export interface StuckReason {
  readonly kind: keyof StuckCounts;
  /** What they share; with `…` for addresses, ids and times where there are several. */
  readonly reason: string;
  readonly count: number;
  /** How often the one that was tried most was tried. */
  readonly attempts: number;
}

/** So many links of each kind are asked for their reason. */
export const mostAsked = 10_000;

/** What is one person's own in a reason, e.g. who must let go of an address. */
const ofOnePerson = String.raw`[^\s@"(]+@[^\s@")]+|gid://\S+|\d{4}-\d\d-\d\dT[0-9:.]+Z`;

const selectReasons = statement<StuckReason, [string, string, pattern: string, limit: number]>(
  'destination-stuck-reasons',
  `with reasons as (
     select outcome, coalesce(reason, '') as reason, count(*) as count, max(attempts) as attempts
     from unnest(array['held', 'rejected', 'failed']) kind(stuck) cross join lateral (
       select outcome, reason, attempts from links
       where tenant_id = $1 and destination_id = $2 and outcome = stuck and ${isStuck}
       limit ${mostAsked}
     ) asked group by 1, 2
   ), folded as (
     select outcome, min(reason) as example, regexp_replace(reason, $3, '…', 'g') as folded,
            sum(count)::int as count, max(attempts) as attempts
     from reasons group by outcome, folded
   )
   select case outcome when 'failed' then 'failing' else outcome end as kind,
          case when count = 1 then example else folded end as reason, count, attempts
   from folded order by row_number() over (partition by outcome order by count desc, folded), outcome limit $4`,
);

/** Why links do not get on, the most frequent reasons of each kind first. */
export async function stuckReasonsOf(
  db: Queryable,
  { tenantId, destinationId }: DestinationKey,
  limit: number,
): Promise<readonly StuckReason[]> {
  return selectReasons(db, tenantId, destinationId, ofOnePerson, limit);
}

const mostLines = 10_000;

const countPutRight = statement<
  { readonly found: number; readonly exact: boolean },
  [tenantId: string, destinationId: string, from: string]
>(
  'destination-put-right',
  `select count(*) filter (where kind in ('account.drift', 'account.report'))::int as found,
          count(*) < ${mostLines} as exact
   from (select kind from activity where tenant_id = $1 and destination_id = $2 and id >= $3
         order by id desc limit ${mostLines}) lines`,
);

/**
 * How many accounts were found to differ since then, from the activity; where so many lines were written that not
 * all are looked at, at least.
 */
export async function differingSince(
  db: Queryable,
  { tenantId, destinationId }: DestinationKey,
  since: Date,
): Promise<{ readonly found: number; readonly exact: boolean }> {
  const [row] = await countPutRight(db, tenantId, destinationId, firstIdAt(since));
  if (row === undefined) throw new Error('an aggregate gave no row');
  return row;
}
