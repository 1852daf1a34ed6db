import type pg from 'pg';
import type { Json, JsonObject, ResourceKind } from '../model.ts';
import { type GroupKey, missingGroupsSql } from './groups-present.ts';
import { type Queryable, statement, transaction, violatedUnique } from './statement.ts';

/** A destination of a tenant, and the lease under which its links may be written. */
export interface Lease {
  readonly tenantId: string;
  readonly destinationId: string;
  readonly epoch: number;
}

/** How the last look at a link ended. */
export type LinkOutcome = 'done' | 'held' | 'rejected' | 'failed';

/** What was decided about a leave: it waits for somebody, may be carried out, or is not to be. */
export type LeaveMark = 'held' | 'allowed' | 'discarded';

/** A link that is due, with the roll's side of it as of one snapshot. */
export interface DueLink {
  readonly id: string;
  readonly resourceId: string;
  readonly remoteId: string | null;
  /** The trigger this look answers: what is written down as `done` afterwards. */
  readonly wanted: number;
  readonly urgent: boolean;
  /** A line of a bulk run is about to make its account. */
  readonly inFlight: boolean;
  readonly lookAgain: boolean;
  readonly fingerprint: string | null;
  /** Memberships we granted. */
  readonly memberships: readonly string[];
  /** Names of the attributes we gave a value. */
  readonly applied: readonly string[];
  readonly outcome: LinkOutcome | null;
  readonly reason: string | null;
  readonly attempts: number;
  readonly leavingSince: Date | null;
  readonly requestedAt: Date;
  /** The e-mail last written; what is known of somebody who was deleted. */
  readonly email: string | null;
  readonly resourceType: ResourceKind | null;
  /** `null`: the resource was deleted and the link is a tombstone. */
  readonly resource: JsonObject | null;
  readonly sourceId: string;
  readonly sourceName: string;
  readonly creationEnabled: boolean;
  readonly domains: readonly string[] | null;
  /** The account an administrator chose for this person. */
  readonly chosen: string | null;
  /** The account that its account was merged into at the destination, as far as we were told. */
  readonly mergedInto: string | null;
  /** An administrator decided that nothing is done about this person. */
  readonly leftAlone: boolean;
  /** Ids of the groups of its person, direct and indirect; none where nobody looks at groups. */
  readonly groups: readonly string[];
  /** What the guard remembers of it. */
  readonly leave: LeaveMark | null;
  /** The memberships that mark is about; `null` where it is about the account itself. */
  readonly withheld: readonly string[] | null;
  /** When its account was taken away; `null` while the person is here. */
  readonly leftAt: Date | null;
  /** Memberships taken back lately, the last of them at `revokedAt`. */
  readonly revoked: readonly string[] | null;
  readonly revokedAt: Date | null;
  /** Of the groups that are looked at, those that were not there: nobody may be judged by them. */
  readonly missingGroups: readonly string[];
}

/** Groups that hold the person of the link `l`, also through other groups. */
const groupsOfPerson = `array(
  with recursive reached (id) as (
    select m.group_id from members m
    where m.tenant_id = $1 and m.source_id = l.source_id and m.key = l.resource_id::text
    union
    select m.group_id from reached join members m
      on m.tenant_id = $1 and m.source_id = l.source_id and m.key = reached.id::text
  ) select id from reached)`;

const dueColumns = `
  l.id, l.resource_id as "resourceId", l.remote_id as "remoteId", l.wanted, l.urgent,
  l.in_flight as "inFlight", l.look_again as "lookAgain", l.fingerprint, l.memberships, l.applied, l.outcome, l.reason, l.attempts,
  l.leaving_since as "leavingSince", l.requested_at as "requestedAt", l.email, l.chosen,
  (select into_id from merged_accounts m where m.tenant_id = l.tenant_id and m.remote_id = l.remote_id) as "mergedInto", l.left_alone as "leftAlone",
  l.leave, l.withheld, l.left_at as "leftAt", l.revoked, l.revoked_at as "revokedAt",
  r.type as "resourceType", r.data as resource,
  s.id as "sourceId", s.name as "sourceName", s.creation_enabled as "creationEnabled", s.domains,
  case when cardinality($6::uuid[]) = 0 then '{}' else ${groupsOfPerson} end as groups,
  ${missingGroupsSql('$5', '$6')} as "missingGroups"`;

const rollOfLink = `
  join sources s on s.tenant_id = l.tenant_id and s.id = l.source_id
  left join resources r on r.tenant_id = l.tenant_id and r.source_id = l.source_id and r.id = l.resource_id`;

const withRoll = `
  from links l ${rollOfLink}`;

/**
 * The due links of a kind, whose condition is that of an index. They are cut to as many as are wanted in
 * the order of that index, before anything is joined to them: else all of them would be sorted.
 */
const dueSql = (kind: string): string => `select ${dueColumns}
  from (
    select * from links l where l.tenant_id = $1 and l.destination_id = $2 and l.wanted > l.done
      and l.not_before <= now() and l.id <> all($3) and ${kind} order by l.not_before limit $4
  ) l ${rollOfLink} order by l.not_before`;

type DueArguments = [
  tenantId: string,
  destinationId: string,
  inHand: readonly string[],
  limit: number,
  groupSources: readonly string[],
  groupIds: readonly string[],
];

const selectUrgent = statement<DueLink, DueArguments>('links-due-urgent', dueSql('l.urgent'));
// Of those in flight only leavers are looked at.
const selectDue = statement<DueLink, DueArguments>('links-due', dueSql('not l.in_flight'));
const selectSingle = statement<DueLink, DueArguments>(
  'links-due-single',
  dueSql('not l.in_flight and not l.creatable'),
);
const selectCreatable = statement<DueLink, DueArguments>(
  'links-due-creatable',
  dueSql('not l.in_flight and l.creatable and not l.urgent'),
);

/**
 * Which due links to fetch: only leavers, whoever has waited longest, of these only those that cannot
 * go by bulk, or only those that can.
 */
export type Lane = 'urgent' | 'any' | 'single' | 'creatable';

const selects = {
  urgent: selectUrgent,
  any: selectDue,
  single: selectSingle,
  creatable: selectCreatable,
} satisfies Record<Lane, typeof selectDue>;

/** Which of the due links. */
export interface Due {
  readonly lane: Lane;
  /** Links that are worked on already. */
  readonly inHand: readonly string[];
  readonly limit: number;
  /** The groups that are looked at. */
  readonly groups: readonly GroupKey[];
}

/** The links that are due and not already in hand, longest waiting first. */
export async function dueLinks(
  db: Queryable,
  { tenantId, destinationId }: Lease,
  { lane, inHand, limit, groups }: Due,
): Promise<readonly DueLink[]> {
  const sources = groups.map(({ sourceId }) => sourceId);
  const ids = groups.map(({ id }) => id);
  return selects[lane](db, tenantId, destinationId, inHand, limit, sources, ids);
}

const selectPage = statement<
  DueLink,
  [string, string, string, number, readonly string[], readonly string[]]
>(
  'links-page',
  `select ${dueColumns} ${withRoll}
   where l.tenant_id = $1 and l.destination_id = $2 and l.id > $3 order by l.id limit $4`,
);
const selectThese = statement<
  DueLink,
  [string, string, readonly string[], number, readonly string[], readonly string[]]
>(
  'links-these',
  `select ${dueColumns} ${withRoll}
   where l.tenant_id = $1 and l.destination_id = $2 and l.id = any($3) order by l.id limit $4`,
);

/** Before all ids. */
export const beginning = '00000000-0000-0000-0000-000000000000';

/** Which links, whether they are due or not: those after an id, or these. */
export interface LinkPage {
  readonly which: { readonly after: string } | { readonly these: readonly string[] };
  readonly limit: number;
  readonly groups: readonly GroupKey[];
}

/** A page of links in the order of their ids. */
export async function linkPage(
  db: Queryable,
  { tenantId, destinationId }: Pick<Lease, 'tenantId' | 'destinationId'>,
  { which, limit, groups }: LinkPage,
): Promise<readonly DueLink[]> {
  const sources = groups.map(({ sourceId }) => sourceId);
  const ids = groups.map(({ id }) => id);
  return 'after' in which
    ? selectPage(db, tenantId, destinationId, which.after, limit, sources, ids)
    : selectThese(db, tenantId, destinationId, which.these, limit, sources, ids);
}

/** What a look at a link leaves behind. */
export interface LinkRecord {
  readonly linkId: string;
  /** The trigger that was answered. */
  readonly wanted: number;
  /** Whether it is answered for good; otherwise it is due again at `notBefore`. */
  readonly settled: boolean;
  readonly notBefore: Date | null;
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
       candidates = case when $24 then $27::text[] else candidates end,
       outcome = $11, reason = $12, attempts = case when wanted > $5 then 0 else $13 end,
       look_again = $14 or (look_again and wanted > $5), leaving_since = $15, email = coalesce($16, email),
       remote_version = case when $28 = 'kept' then nullif(remote_version, 'infinity') else $28::timestamptz end
     where tenant_id = $1 and destination_id = $2 and id = $4 and (not in_flight or urgent)
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
 * @returns false when nothing was written: the lease has passed to another worker, or bulk has the link
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
     applied = array(select unnest(applied) union select unnest($6::text[]))
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

/** Who holds a remote account. */
export interface RemoteOwner {
  readonly remoteId: string;
  readonly sourceId: string;
  readonly sourceName: string;
  /**
   * `leaving`: its person was deleted and the leave is still to be done; `vacant`: it is done;
   * `unsettled`: its person changed, and may be about to let go of the account's address.
   */
  readonly claim: 'held' | 'unsettled' | 'leaving' | 'vacant';
}

const selectOwners = statement<
  RemoteOwner,
  [string, string, string, readonly string[], readonly (string | null)[]]
>(
  'link-owners',
  `select found.remote_id as "remoteId", s.id as "sourceId", s.name as "sourceName",
          case when l.deleted_at is null then case when l.wanted > l.done then 'unsettled' else 'held' end
               when l.wanted > l.done then 'leaving' else 'vacant' end as claim
   from unnest($4::text[], $5::uuid[]) as found (remote_id, key)
   join lateral (
     select * from links where tenant_id = $1 and destination_id = $2 and remote_id = found.remote_id
     union all
     -- A bulk run made it, and has not written down yet whose it is.
     select * from links where tenant_id = $1 and destination_id = $2 and id = found.key and in_flight
       and remote_id is null
   ) l on l.id <> $3
   join sources s on s.tenant_id = l.tenant_id and s.id = l.source_id`,
);

/** A remote account, and our key where it carries one. */
export interface KeyedAccount {
  readonly remoteId: string;
  readonly key: string | null;
}

const linkId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The other links that hold any of these remote accounts. */
export async function remoteOwners(
  db: Queryable,
  lease: Pick<Lease, 'tenantId' | 'destinationId'>,
  id: string,
  accounts: readonly KeyedAccount[],
): Promise<readonly RemoteOwner[]> {
  if (accounts.length === 0) return [];
  const remoteIds = accounts.map(({ remoteId }) => remoteId);
  const keys = accounts.map(({ key }) => (key !== null && linkId.test(key) ? key : null));
  return selectOwners(db, lease.tenantId, lease.destinationId, id, remoteIds, keys);
}

/**
 * Reserves a remote account for a link before anything is written to it, taking it from a vacant
 * tombstone if one holds it. One remote account belongs to one resource.
 * @returns `claimed`; `taken` when another link was faster; `lost` when the lease is gone
 */
export async function claimRemote(
  pool: pg.Pool,
  lease: Lease,
  linkId: string,
  remoteId: string,
): Promise<'claimed' | 'taken' | 'lost'> {
  const leased = `exists (select from destinations where tenant_id = $1 and id = $2 and epoch = $3)`;
  const values = [lease.tenantId, lease.destinationId, lease.epoch, linkId, remoteId];
  try {
    return await transaction(pool, async (client) => {
      await client.query(
        `update links set remote_id = null, fingerprint = null, leave = null, withheld = null
         where tenant_id = $1 and destination_id = $2 and remote_id = $5 and id <> $4
           and deleted_at is not null and wanted = done and ${leased}`,
        values,
      );
      const { rowCount } = await client.query(
        `update links set remote_id = $5 where tenant_id = $1 and destination_id = $2 and id = $4 and ${leased}`,
        values,
      );
      return rowCount === 1 ? 'claimed' : 'lost';
    });
  } catch (error) {
    if (violatedUnique(error) === 'links_remote_id') return 'taken';
    throw error;
  }
}
