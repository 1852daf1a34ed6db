/**
 * The lines of bulk runs. A link in flight has exactly one line, made and removed in the statement
 * that marks the link and clears the mark.
 */
import type { Json } from '../model.ts';
import { type BulkLease, bulkStandsSql } from './bulk-loads.ts';
import { lockedLinks } from './link-locks.ts';
import { type Queryable, statement } from './statement.ts';

/** A creation for a run, as it was decided from a link that was read a moment ago. */
export interface NewLine {
  readonly linkId: string;
  /** The trigger it answers: a link that changed since is left alone. */
  readonly wanted: number;
  readonly requestedAt: Date;
  readonly fingerprint: string;
  readonly email: string;
  /** What is about to become ours; noted on the link, as before any write. */
  readonly memberships: readonly string[];
  readonly applied: readonly string[];
  /** Whether the link had nothing of ours noted before. */
  readonly clean: boolean;
  /** What was decided, for people. */
  readonly detail: Json;
}

/** The number a creation got in its file. */
export interface NumberedLine {
  readonly linkId: string;
  readonly line: number;
}

const collectStatement = statement<
  { stands: boolean; taken: NumberedLine[] },
  [
    tenantId: string,
    destinationId: string,
    epoch: number,
    runId: string,
    lines: string,
    from: number,
    passedOver: readonly string[],
  ]
>(
  'bulk-collect',
  `with given as materialized (
     select * from json_to_recordset($5) as given ("linkId" uuid, wanted bigint, "requestedAt" timestamptz, fingerprint text, email text,
       memberships text[], applied text[], clean boolean, detail jsonb)
   ), ${lockedLinks('select "linkId" from given union all select unnest($7::uuid[])')}, marked as (
     update links l set bulk_run_id = $4,
       memberships = array(select unnest(l.memberships) union select unnest(given.memberships)),
       applied = array(select unnest(l.applied) union select unnest(given.applied))
     from given join locked on locked.id = given."linkId"
     where l.tenant_id = $1 and l.destination_id = $2 and l.id = given."linkId" and l.wanted = given.wanted
       and l.creatable and not l.urgent and not l.in_flight
       and (l.memberships = '{}' and l.applied = '{}') = given.clean and ${bulkStandsSql}
     returning l.id
   ), lined as (
     insert into bulk_lines (tenant_id, run_id, line, link_id, wanted, requested_at, fingerprint, email, clean, detail)
     select $1, $4, $6::int + (row_number() over (order by "linkId"))::int - 1, "linkId", wanted, "requestedAt",
            fingerprint, email, clean, detail
     from given join marked on marked.id = given."linkId"
     returning link_id, line
   ), counted as (
     update bulk_runs set lines = lines + (select count(*) from lined)
     where tenant_id = $1 and id = $4 and ${bulkStandsSql}
   ), passed as (
     update links set single = true from locked
     where tenant_id = $1 and destination_id = $2 and links.id = locked.id and links.id = any($7) and not in_flight and ${bulkStandsSql}
   )
   select ${bulkStandsSql} as stands,
          coalesce((select json_agg(json_build_object('linkId', link_id, 'line', line) order by line) from lined), '[]')
            as taken`,
);

/**
 * Adds creations to a run and marks their links as in flight; those passed over are left to single calls.
 * @param from the number of the first of them in the file
 * @returns those that were taken, in the order of the file: the others changed meanwhile; `lost` when the
 *   lease is gone
 */
export async function collectLines(
  db: Queryable,
  lease: BulkLease,
  runId: string,
  page: {
    readonly lines: readonly NewLine[];
    readonly from: number;
    readonly passedOver: readonly string[];
  },
): Promise<readonly NumberedLine[] | 'lost'> {
  const { tenantId, destinationId, epoch } = lease;
  const lines = JSON.stringify(page.lines);
  const [row] = await collectStatement(
    db,
    tenantId,
    destinationId,
    epoch,
    runId,
    lines,
    page.from,
    page.passedOver,
  );
  return row?.stands === true ? row.taken : 'lost';
}

/** What became of a line. */
export interface LineResult {
  readonly line: number;
  /** The account it made, or `null` where it failed. */
  readonly remoteId: string | null;
  /** When that account changed last, as the destination has it: news of it that are no later are an echo. */
  readonly changedAt: Date | null;
  /** For the line of activity. */
  readonly activityId: string;
}

const recordStatement = statement<
  { stands: boolean; due: boolean; requested: Date[] },
  [tenantId: string, destinationId: string, epoch: number, runId: string, results: string]
>(
  'bulk-record',
  `with given as materialized (
     select * from json_to_recordset($5) as given (line int, "remoteId" text, "changedAt" timestamptz,
       "activityId" uuid)
   ), answered as (
     delete from bulk_lines b using given
     where b.tenant_id = $1 and b.run_id = $4 and b.line = given.line and ${bulkStandsSql}
     returning b.link_id, b.wanted, b.requested_at, b.fingerprint, b.email, b.clean, b.detail, given."remoteId",
       given."changedAt", given."activityId"
   ), judged as materialized (
     -- Whoever else holds the account found it by its address: whose it is then is not for bulk to say.
     select answered.*, "remoteId" is not null and not exists (
       select from links o where o.tenant_id = $1 and o.destination_id = $2 and o.remote_id = "remoteId"
         and o.id <> link_id) as is_made
     from answered
   ), ${lockedLinks('select link_id from judged')}, made as (
     update links l set bulk_run_id = null, outcome = 'done', reason = null, attempts = 0, applied_at = now(),
       remote_id = coalesce(l.remote_id, j."remoteId"),
       fingerprint = case when l.remote_id is null then j.fingerprint else l.fingerprint end,
       email = case when l.remote_id is null then j.email else l.email end,
       remote_version = case when l.remote_id is null then j."changedAt" else l.remote_version end,
       done = greatest(l.done, j.wanted),
       -- Somebody who left was looked at meanwhile, and there was no account yet: now there is one.
       wanted = case when l.remote_id is null and l.done >= j.wanted then l.wanted + 1 else l.wanted end,
       not_before = now(),
       requested_at = case when l.wanted > j.wanted then now() else l.requested_at end,
       look_again = l.look_again and l.wanted > j.wanted
     from judged j join locked on locked.id = j.link_id
     where l.tenant_id = $1 and l.id = j.link_id and j.is_made
     returning l.id, l.resource_id, l.source_id, l.wanted > l.done as due, j.requested_at, j.detail, j."activityId"
   ), returned as (
     update links l set bulk_run_id = null, single = true, not_before = now(),
       memberships = case when j.clean and l.remote_id is null then '{}' else l.memberships end,
       applied = case when j.clean and l.remote_id is null then '{}' else l.applied end
     from judged j join locked on locked.id = j.link_id
     where l.tenant_id = $1 and l.id = j.link_id and not j.is_made
     returning l.id
   ), noted as (
     insert into activity (tenant_id, id, kind, source_id, destination_id, resource_id, link_id, outcome, detail)
     select $1, "activityId", 'account.create', source_id, $2, resource_id, id, 'done', detail from made
   ), counted as (
     update bulk_runs set made = made + (select count(*) from made), returned = returned + (select count(*) from returned)
     where tenant_id = $1 and id = $4 and ${bulkStandsSql}
   )
   select ${bulkStandsSql} as stands,
          exists (select from returned) or exists (select from made where due) as due,
          array(select requested_at from made) as requested`,
);

/** What recording results has come to. */
export interface Recorded {
  /** Somebody is to be looked at now: given back, or changed while in flight. */
  readonly due: boolean;
  /** When each of those whose accounts were made was asked for. */
  readonly requested: readonly Date[];
}

/**
 * Records what became of lines. A line that was recorded before is left alone, so that results may be
 * read again from the begin. What changed while a line was in flight is due afterwards.
 * @returns `lost` when the lease is gone
 */
export async function recordResults(
  db: Queryable,
  lease: BulkLease,
  runId: string,
  results: readonly LineResult[],
): Promise<Recorded | 'lost'> {
  const { tenantId, destinationId, epoch } = lease;
  const rows = JSON.stringify(results);
  const [row] = await recordStatement(db, tenantId, destinationId, epoch, runId, rows);
  return row?.stands === true ? row : 'lost';
}

const releaseStatement = statement<
  { stands: boolean; released: number },
  [
    tenantId: string,
    destinationId: string,
    epoch: number,
    runId: string,
    limit: number,
    unsent: boolean,
  ]
>(
  'bulk-release',
  `with rest as (
     delete from bulk_lines b
     where b.tenant_id = $1 and b.run_id = $4 and ${bulkStandsSql} and b.line in (
       select line from bulk_lines where tenant_id = $1 and run_id = $4 order by line limit $5)
     returning b.link_id, b.clean
   ), ${lockedLinks('select link_id from rest')}, released as (
     update links l set bulk_run_id = null, not_before = now(),
       memberships = case when $6 and rest.clean and l.remote_id is null then '{}' else l.memberships end,
       applied = case when $6 and rest.clean and l.remote_id is null then '{}' else l.applied end
     from rest join locked on locked.id = rest.link_id where l.tenant_id = $1 and l.id = rest.link_id
     returning l.id
   ), counted as (
     update bulk_runs set unknown = unknown + (select count(*) from released)
     where tenant_id = $1 and id = $4 and not $6 and ${bulkStandsSql}
   )
   select ${bulkStandsSql} as stands, (select count(*) from released)::int as released`,
);

/**
 * Gives links back whose lines are left over: `unsent`, then nothing of theirs can be at the destination;
 * or of unknown outcome, then what was noted as ours stands, and they are looked at before anything is
 * written. Either may go by bulk again: a line that was worked off in secret fails the second time.
 * @returns how many were given back, at most `limit`; `lost` when the lease is gone
 */
export async function releaseLines(
  db: Queryable,
  lease: BulkLease,
  runId: string,
  how: 'unsent' | 'unknown',
  limit: number,
): Promise<number | 'lost'> {
  const { tenantId, destinationId, epoch } = lease;
  const [row] = await releaseStatement(
    db,
    tenantId,
    destinationId,
    epoch,
    runId,
    limit,
    how === 'unsent',
  );
  return row?.stands === true ? row.released : 'lost';
}
