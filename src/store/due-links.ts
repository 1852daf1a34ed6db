/** Links that are due or to be shown, each with the roll's side of it as of one snapshot. */
import type { JsonObject, ResourceKind } from '../model.ts';
import type { DestinationKey } from './destinations.ts';
import { grantsOfLink, type StoredGrant } from './grants.ts';
import type { PushedGroup } from './group-links.ts';
import { type GroupKey, missingGroupsSql } from './groups-present.ts';
import type { SourceKind } from './sources.ts';
import { type Queryable, statement } from './statement.ts';

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
  /** Until when we granted those that have an end, or were granted without one; ISO 8601. */
  readonly ends: Readonly<Record<string, string | null>>;
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
  readonly sourceKind: SourceKind;
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
  /** Of the groups of its person, those that are there, as the destination's groups; none where none are made. */
  readonly pushed: readonly PushedGroup[];
  /** What the ledger has for its person here. */
  readonly grants: readonly StoredGrant[];
  /** The person is to be erased there, whatever the policy says about leaving. */
  readonly erase: boolean;
  /** The moment all this was read: rights begin and end by it. */
  readonly readAt: Date;
  /** What the guard remembers of it. */
  readonly leave: LeaveMark | null;
  /** The memberships that mark is about; `null` where it is about the account itself. */
  readonly withheld: readonly string[] | null;
  /** When its account was taken away; `null` while the person is here. */
  readonly leftAt: Date | null;
  /** When an administrator last allowed or discarded leaves of its destination. */
  readonly guardDecidedAt: Date | null;
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

/** Those of them that the destination has, in an order that stands. */
const pushedOfPerson = `coalesce((
  select jsonb_agg(jsonb_build_object('id', g.group_id, 'name', gr.data ->> 'displayName', 'membership', g.membership)
                   order by g.group_id)
  from group_links g join resources gr on gr.tenant_id = $1 and gr.source_id = g.source_id and gr.id = g.group_id
  where g.tenant_id = $1 and g.destination_id = l.destination_id and g.source_id = l.source_id
    and g.membership is not null and g.group_id = any(${groupsOfPerson})), '[]')`;

const dueColumns = `
  l.id, l.resource_id as "resourceId", l.remote_id as "remoteId", l.wanted, l.urgent,
  l.in_flight as "inFlight", l.look_again as "lookAgain", l.fingerprint, l.memberships, l.ends, l.applied, l.outcome, l.reason, l.attempts,
  l.leaving_since as "leavingSince", l.requested_at as "requestedAt", l.email, l.chosen,
  (select into_id from merged_accounts m where m.tenant_id = l.tenant_id and m.remote_id = l.remote_id) as "mergedInto", l.left_alone as "leftAlone", l.erase,
  l.leave, l.withheld, l.left_at as "leftAt",
  (select guard_decided_at from destinations d where d.tenant_id = l.tenant_id and d.id = l.destination_id) as "guardDecidedAt", l.revoked, l.revoked_at as "revokedAt",
  r.type as "resourceType", r.data as resource,
  ${grantsOfLink} as grants, now() as "readAt",
  s.id as "sourceId", s.name as "sourceName", s.kind as "sourceKind", s.creation_enabled as "creationEnabled", s.domains,
  case when cardinality($6::uuid[]) = 0 then '{}' else ${groupsOfPerson} end as groups,
  case when $7 then ${pushedOfPerson} else '[]' end as pushed,
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
  pushes: boolean,
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
  readonly looked: LookedAt;
}

/** What of the groups of people is read. */
export interface LookedAt {
  /** The groups that are looked at. */
  readonly groups: readonly GroupKey[];
  /** Groups are made at the destination: those of a person are looked at. */
  readonly pushes: boolean;
}

const argumentsOf = ({ groups, pushes }: LookedAt): [string[], string[], boolean] => [
  groups.map(({ sourceId }) => sourceId),
  groups.map(({ id }) => id),
  pushes,
];

/** The links that are due and not already in hand, longest waiting first. */
export async function dueLinks(
  db: Queryable,
  { tenantId, destinationId }: DestinationKey,
  { lane, inHand, limit, looked }: Due,
): Promise<readonly DueLink[]> {
  return selects[lane](db, tenantId, destinationId, inHand, limit, ...argumentsOf(looked));
}

const selectPage = statement<
  DueLink,
  [string, string, string, number, readonly string[], readonly string[], boolean]
>(
  'links-page',
  `select ${dueColumns} ${withRoll}
   where l.tenant_id = $1 and l.destination_id = $2 and l.id > $3 order by l.id limit $4`,
);
const selectThese = statement<
  DueLink,
  [string, string, readonly string[], number, readonly string[], readonly string[], boolean]
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
  readonly looked: LookedAt;
}

/** A page of links in the order of their ids. */
export async function linkPage(
  db: Queryable,
  { tenantId, destinationId }: DestinationKey,
  { which, limit, looked }: LinkPage,
): Promise<readonly DueLink[]> {
  const roll = argumentsOf(looked);
  return 'after' in which
    ? selectPage(db, tenantId, destinationId, which.after, limit, ...roll)
    : selectThese(db, tenantId, destinationId, which.these, limit, ...roll);
}
