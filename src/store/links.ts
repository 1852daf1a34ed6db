/** What is written to a link while its destination is drained, conditional on the lease. */
import type { Json } from '../model.ts';
import type { LinkOutcome } from './due-links.ts';
import { type Queryable, statement } from './statement.ts';

/** A destination of a tenant, and the lease under which its links may be written. */
export interface Lease {
  readonly tenantId: string;
  readonly destinationId: string;
  readonly epoch: number;
}

/** What a look at a link leaves behind. */
export interface LinkRecord {
  readonly linkId: string;
  /** The trigger that was answered. */
  readonly wanted: number;
  /** Whether it is answered for good; otherwise it is due again at `notBefore`. */
  readonly settled: boolean;
  readonly notBefore: Date | null;
  /**
   * The remote ids that this worker knows the link to have had since it was read: where it has another
   * one, somebody else has written meanwhile.
   */
  readonly known: readonly (string | null)[];
  /** What is held now; `null` after a failure: what was claimed and intended before it stands. */
  readonly account: LinkedAccount | null;
  readonly outcome: LinkOutcome;
  readonly reason: string | null;
  readonly attempts: number;
  readonly lookAgain: boolean;
  readonly leavingSince: Date | null;
  readonly email: string | null;
  /** An e-mail address whose account this link has let go of: whoever is held for it is looked at again. */
  readonly freedEmail: string | null;
  /** Written down for people when given. */
  readonly note: LinkNote | null;
  /** Memberships that were intended and certainly not granted: they are not remembered as ours. */
  readonly refused: readonly string[];
  /** Remote ids among which a person has to choose. */
  readonly candidates: readonly string[] | null;
  /** When the account changed last, as far as we saw or wrote it; `kept`: what is remembered stands. */
  readonly version: string | null;
}

/** What a link remembers of its remote account. */
export interface LinkedAccount {
  readonly remoteId: string | null;
  readonly fingerprint: string | null;
  readonly memberships: readonly string[];
  /** Until when memberships were granted, where they have terms; ISO 8601, `null`: without an end. */
  readonly ends: Readonly<Record<string, string | null>>;
  readonly applied: readonly string[];
}

/** A line of activity about a link. */
export interface LinkNote {
  readonly activityId: string;
  readonly kind: string;
  readonly resourceId: string;
  readonly sourceId: string;
  readonly message: string | null;
  readonly detail: Json;
}

const recordStatement = statement<
  { id: string },
  [
    tenantId: string,
    destinationId: string,
    epoch: number,
    linkId: string,
    wanted: number,
    settled: boolean,
    notBefore: Date | null,
    remoteId: string | null,
    fingerprint: string | null,
    memberships: readonly string[],
    outcome: string,
    reason: string | null,
    attempts: number,
    lookAgain: boolean,
    leavingSince: Date | null,
    email: string | null,
    activityId: string | null,
    kind: string | null,
    resourceId: string | null,
    sourceId: string | null,
    message: string | null,
    detail: string | null,
    applied: readonly string[],
    known: boolean,
    freedEmail: string | null,
    refused: readonly string[],
    candidates: readonly string[] | null,
    version: string | null,
    knownRemoteIds: readonly string[],
    ends: string,
  ]
>(
  'link-record',
  `with recorded as (
     update links set
       done = case when $6 then greatest(done, $5) else done end,
       urgent = urgent and not ($6 and wanted = $5),
       not_before = case when wanted > $5 then not_before else coalesce($7, not_before) end,
       requested_at = case when $6 and wanted > $5 then now() else requested_at end,
       applied_at = case when $11 = 'done' then now() else applied_at end,
       remote_id = case when $24 then $8 else remote_id end,
       fingerprint = case when $24 then $9 end,
       memberships = case when $24 then $10 when cardinality($26::text[]) = 0 then memberships
                          else array(select unnest(memberships) except select unnest($26)) end,
       applied = case when $24 then $23 else applied end,
       ends = case when $24 then $30::jsonb else ends end,
       candidates = case when $24 then $27::text[] else candidates end,
       outcome = $11, reason = $12, attempts = case when wanted > $5 then 0 else $13 end,
       look_again = $14 or (look_again and wanted > $5), leaving_since = $15, email = coalesce($16, email),
       remote_version = case when $28 = 'kept' then nullif(remote_version, 'infinity') else $28::timestamptz end
     where tenant_id = $1 and destination_id = $2 and id = $4 and (not in_flight or urgent)
       -- Asked beside the lease: whoever waits for the row sees it as it is then, the lease as it was before.
       and coalesce(remote_id, '') = any($29)
       and exists (select from destinations where tenant_id = $1 and id = $2 and epoch = $3)
     returning id
   ), freed as (
     update links l set wanted = l.wanted + 1, not_before = now()
     from recorded
     where $25::text is not null and l.tenant_id = $1 and l.destination_id = $2 and l.outcome = 'held'
       and l.email = $25 and l.id <> $4
   ), noted as (
     insert into activity (tenant_id, id, kind, source_id, destination_id, resource_id, link_id, outcome, message, detail)
     select $1, $17, $18, $20, $2, $19::uuid, recorded.id, $11, $21, $22 from recorded where $17::uuid is not null
   )
   select id from recorded`,
);

/**
 * Writes down how a look at a link ended, with its line of activity.
 * @returns false when nothing was written: the lease has passed to another worker, bulk has the link, or
 * somebody else has changed whose account it is; it is still due then
 */
export async function recordLink(
  db: Queryable,
  lease: Lease,
  record: LinkRecord,
): Promise<boolean> {
  const { account, note } = record;
  const rows = await recordStatement(
    db,
    lease.tenantId,
    lease.destinationId,
    lease.epoch,
    record.linkId,
    record.wanted,
    record.settled,
    record.notBefore,
    account?.remoteId ?? null,
    account?.fingerprint ?? null,
    account?.memberships ?? [],
    record.outcome,
    record.reason,
    record.attempts,
    record.lookAgain,
    record.leavingSince,
    record.email,
    note?.activityId ?? null,
    note?.kind ?? null,
    note?.resourceId ?? null,
    note?.sourceId ?? null,
    note?.message ?? null,
    note === null ? null : JSON.stringify(note.detail),
    account?.applied ?? [],
    account !== null,
    record.freedEmail,
    record.refused,
    record.candidates,
    record.version,
    record.known.map((remoteId) => remoteId ?? ''),
    JSON.stringify(account?.ends ?? {}),
  );
  return rows.length > 0;
}

const intendStatement = statement<
  { id: string },
  [
    tenantId: string,
    destinationId: string,
    epoch: number,
    linkId: string,
    memberships: readonly string[],
    applied: readonly string[],
  ]
>(
  'link-intend',
  `update links set
     fingerprint = null, remote_version = 'infinity',
     memberships = array(select unnest(memberships) union select unnest($5::text[])),
     applied = array(select unnest(applied) union select unnest($6::text[])),
     ends = ends - $5::text[]
   where tenant_id = $1 and destination_id = $2 and id = $4 and (not in_flight or urgent)
     and exists (select from destinations where tenant_id = $1 and id = $2 and epoch = $3 and state = 'active')
   returning id`,
);

/**
 * Notes what is about to be written to a remote account, before it is: a worker that dies in between
 * must not leave memberships and values behind that nobody knows to be ours.
 * @returns false when nothing may be written: the lease has passed to another worker, or bulk has the link
 */
export async function intendWrite(
  db: Queryable,
  lease: Lease,
  linkId: string,
  intent: Pick<LinkedAccount, 'memberships' | 'applied'>,
): Promise<boolean> {
  const { tenantId, destinationId, epoch } = lease;
  const { memberships, applied } = intent;
  const rows = await intendStatement(
    db,
    tenantId,
    destinationId,
    epoch,
    linkId,
    memberships,
    applied,
  );
  return rows.length > 0;
}
