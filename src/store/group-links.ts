/** Links between groups of the roll and the groups they are at a destination. */

import type { JsonObject } from '../model.ts';
import type { DestinationKey } from './destinations.ts';
import { beginning, type LinkOutcome } from './due-links.ts';
import type { GroupKey } from './groups-present.ts';
import type { Lease, LinkNote } from './links.ts';
import { mostAtOnce } from './member-links.ts';
import { type Queryable, statement, violatedUnique } from './statement.ts';

/** A group's link that is due, with the roll's side of it as of one snapshot. */
export interface DueGroupLink extends GroupKey {
  /** The trigger this look answers. */
  readonly wanted: number;
  /** What it is there, as the connector names memberships; `null` while it is nothing. */
  readonly membership: string | null;
  /** We made it there, or were about to. */
  readonly made: boolean;
  /** Its members were looked at since it has this membership. */
  readonly told: boolean;
  /** The name last written; `null` where nobody knows how it ended. */
  readonly name: string | null;
  /** The other attributes last written, in the connector's names; none where nobody knows how it ended. */
  readonly attributes: Readonly<Record<string, string | null>>;
  readonly lookAgain: boolean;
  readonly attempts: number;
  readonly reason: string | null;
  /** The SCIM Group as stored, without its members; `null` where it is not on the roll. */
  readonly group: JsonObject | null;
}

/** A link between a group and a membership, as somebody's look at their memberships needs it. */
export interface PushedGroup {
  readonly id: string;
  readonly name: string;
  readonly membership: string;
}

const pushesSql = (destination: string, group: string): string => `(
  ${destination}.policy @> '{"push":{"groups":"all"}}'
  or ${destination}.policy @> jsonb_build_object('push', jsonb_build_object('groups',
       jsonb_build_array(jsonb_build_object('id', ${group})))))`;

const groupJoin = `left join resources r on r.tenant_id = g.tenant_id and r.source_id = g.source_id and r.id = g.group_id
     and r.type = 'Group'`;

const selectDue = statement<DueGroupLink, [string, string, number]>(
  'group-links-due',
  `select g.source_id as "sourceId", g.group_id as id, g.wanted, g.membership, g.made, g.told, g.name, g.attributes,
          g.look_again as "lookAgain", g.attempts, g.reason, r.data as "group"
   from group_links g ${groupJoin}
   where g.tenant_id = $1 and g.destination_id = $2 and g.wanted > g.done and g.not_before <= now()
   order by g.not_before limit $3`,
);

/** The links of groups that are due at a destination, longest waiting first. */
export async function dueGroupLinks(
  db: Queryable,
  { tenantId, destinationId }: DestinationKey,
  limit: number,
): Promise<readonly DueGroupLink[]> {
  return selectDue(db, tenantId, destinationId, limit);
}

/** Before the first group. */
export const firstGroup: GroupKey = { sourceId: '', id: beginning };

/**
 * All groups of the roll, and those of a destination that are on it no more, a page at a time; `after` is the last one
 * of the page before.
 */
export async function groupPage(
  db: Queryable,
  { tenantId, destinationId }: DestinationKey,
  { after, limit }: { readonly after: GroupKey; readonly limit: number },
): Promise<readonly DueGroupLink[]> {
  const { rows } = await db.query<DueGroupLink>(
    `with key as (
       (select source_id, id from resources r
        where tenant_id = $1 and type = 'Group' and (source_id, id) > ($3, $4::uuid)
          and exists (select from sources s where s.tenant_id = $1 and s.id = r.source_id)
        order by source_id, id limit $5)
       union
       (select source_id, group_id from group_links
        where tenant_id = $1 and destination_id = $2 and (source_id, group_id) > ($3, $4::uuid)
        order by source_id, group_id limit $5)
     )
     select key.source_id as "sourceId", key.id, coalesce(g.wanted, 0) as wanted, g.membership,
            coalesce(g.made, false) as made, coalesce(g.told, false) as told, g.name,
            coalesce(g.attributes, '{}') as attributes, coalesce(g.look_again, false) as "lookAgain",
            coalesce(g.attempts, 0) as attempts, g.reason, r.data as "group"
     from (select source_id, id from key order by source_id, id limit $5) key
     left join group_links g on g.tenant_id = $1 and g.destination_id = $2 and g.source_id = key.source_id and g.group_id = key.id
     left join resources r on r.tenant_id = $1 and r.source_id = key.source_id and r.id = key.id and r.type = 'Group'
     order by key.source_id, key.id`,
    [tenantId, destinationId, after.sourceId, after.id, limit],
  );
  return rows;
}

/** Whether the destination `d` has a group that is due. */
export const groupDueSql = `exists (select from group_links g where g.tenant_id = d.tenant_id
  and g.destination_id = d.id and g.wanted > g.done and g.not_before <= now())`;

/**
 * A common table expression by which the groups of the table expression `groups` (source $2) are looked at wherever
 * they are made; $1 is the tenant.
 */
export const pushGroups = (groups: string): string => `pushed as (
     insert into group_links (tenant_id, destination_id, source_id, group_id)
     select $1, d.id, $2, g.id from ${groups} g, destinations d
     where d.tenant_id = $1 and ${pushesSql('d', 'g.id')}
     on conflict (tenant_id, destination_id, source_id, group_id) do update
       set wanted = group_links.wanted + 1, not_before = now(), attempts = 0
     returning destination_id
   )`;

const wantStatement = statement<Record<string, never>, [string, string, boolean]>(
  'group-links-want',
  `with known as (
     select source_id, group_id from group_links where tenant_id = $1 and destination_id = $2
     order by source_id, group_id for update
   ), bumped as (
     update group_links g set wanted = wanted + 1, not_before = now(), attempts = 0, look_again = look_again or $3
     from known where g.tenant_id = $1 and g.destination_id = $2 and g.source_id = known.source_id
       and g.group_id = known.group_id
   )
   insert into group_links (tenant_id, destination_id, source_id, group_id)
   select $1, d.id, r.source_id, r.id from destinations d
   join resources r on r.tenant_id = $1 and r.type = 'Group' and ${pushesSql('d', 'r.id')}
   where d.tenant_id = $1 and d.id = $2
   on conflict (tenant_id, destination_id, source_id, group_id) do nothing`,
);

/** Has every group of a destination looked at; `lookAgain` on both sides. */
export async function wantGroups(
  db: Queryable,
  { tenantId, destinationId }: DestinationKey,
  { lookAgain }: { readonly lookAgain: boolean },
): Promise<void> {
  await wantStatement(db, tenantId, destinationId, lookAgain);
}

/** Has the groups with these memberships looked at there: somebody was refused them. */
export async function doubtGroups(
  db: Queryable,
  { tenantId, destinationId }: DestinationKey,
  memberships: readonly string[],
): Promise<void> {
  if (memberships.length === 0) return;
  await db.query(
    `update group_links set wanted = wanted + 1, not_before = now(), attempts = 0, look_again = true
     where tenant_id = $1 and destination_id = $2 and membership = any($3)`,
    [tenantId, destinationId, memberships],
  );
}

const leaseHolds = `exists (select from destinations where tenant_id = $1 and id = $2 and epoch = $3 and state = 'active')`;
const thisGroup = `tenant_id = $1 and destination_id = $2 and source_id = $4 and group_id = $5`;

const keysOf = (
  { tenantId, destinationId, epoch }: Lease,
  { sourceId, id }: GroupKey,
): [string, string, number, string, string] => [tenantId, destinationId, epoch, sourceId, id];

/**
 * Notes what a group is about to be there, before it is written: what is ours of it counts as unknown from here on.
 * @returns `taken` where another group is that; `lost` when the lease is gone
 */
export async function claimGroup(
  db: Queryable,
  lease: Lease,
  group: GroupKey,
  { membership, made }: Pick<DueGroupLink, 'membership' | 'made'>,
): Promise<'claimed' | 'taken' | 'lost'> {
  try {
    const { rowCount } = await db.query(
      `update group_links set told = told and membership is not distinct from $6, membership = $6, made = $7,
                              name = null, attributes = '{}'
       where ${thisGroup} and ${leaseHolds}`,
      [...keysOf(lease, group), membership, made],
    );
    return rowCount === 1 ? 'claimed' : 'lost';
  } catch (error) {
    if (violatedUnique(error) === 'group_links_membership') return 'taken';
    throw error;
  }
}

/** A group as it is found there. */
type FoundGroup = { readonly membership: string; readonly key: string | null };

/** Of groups found there, the memberships of those that are, or carry the key of, another group of the roll. */
export async function othersGroups(
  db: Queryable,
  { tenantId, destinationId }: DestinationKey,
  group: GroupKey,
  found: readonly FoundGroup[],
): Promise<readonly string[]> {
  if (found.length === 0) return [];
  const { rows } = await db.query<{ membership: string }>(
    `select found.membership from unnest($3::text[], $4::text[]) found (membership, key)
     where exists (select from group_links g where g.tenant_id = $1 and g.destination_id = $2 and g.group_id <> $5
       and (g.membership = found.membership or g.group_id::text = found.key))`,
    [
      tenantId,
      destinationId,
      found.map(({ membership }) => membership),
      found.map(({ key }) => key),
      group.id,
    ],
  );
  return rows.map(({ membership }) => membership);
}

/** How many people have a membership there that we gave them. */
export async function holdersOf(
  db: Queryable,
  { tenantId, destinationId }: DestinationKey,
  membership: string,
): Promise<number> {
  const { rows } = await db.query<{ holders: number }>(
    `select count(*)::int as holders from links where tenant_id = $1 and destination_id = $2 and memberships @> array[$3]`,
    [tenantId, destinationId, membership],
  );
  return rows[0]?.holders ?? 0;
}

const followStatement = statement<
  { bumped: number },
  [tenantId: string, destinationId: string, sourceId: string, groupId: string]
>(
  'group-link-follow',
  `with moved as (
     select member_id from members
     where tenant_id = $1 and source_id = $3 and group_id = $4 and member_id is not null limit ${mostAtOnce + 1}
   ), crowd as (
     select (select count(*) from moved) > ${mostAtOnce} or exists (
       select from moved join resources g on g.tenant_id = $1 and g.source_id = $3 and g.id = moved.member_id
         and g.type = 'Group') as large
   ), waiting as (
     -- One that has not begun will come by everybody all the same; locked, so that it does not begin meanwhile.
     select id from spreads
     where tenant_id = $1 and destination_id = $2 and what = jsonb_build_object('kind', 'source', 'sourceId', $3::text)
       and after = '00000000-0000-0000-0000-000000000000' and (select large from crowd)
     limit 1 for update
   ), spread as (
     insert into spreads (tenant_id, destination_id, what)
     select $1, $2, jsonb_build_object('kind', 'source', 'sourceId', $3::text) from crowd
     where large and not exists (select from waiting)
   ), followed as materialized (
     -- As lockedLinks does.
     select links.id from links, moved, crowd
     where not crowd.large and links.tenant_id = $1 and links.destination_id = $2
       and links.resource_id = moved.member_id
     order by links.id for update of links
   ), bumped as (
     update links set wanted = wanted + 1, not_before = now(), attempts = 0,
                      requested_at = case when wanted > done then requested_at else now() end
     from followed where links.tenant_id = $1 and links.id = followed.id returning links.id
   )
   select count(*)::int as bumped from bumped`,
);

/** Has the members of a group looked at: what being in it means there is another thing now. */
export async function followGroup(
  db: Queryable,
  { tenantId, destinationId }: DestinationKey,
  { sourceId, id }: GroupKey,
): Promise<void> {
  await followStatement(db, tenantId, destinationId, sourceId, id);
}

/** What a look at a group leaves behind. */
export interface GroupLinkRecord extends Pick<DueGroupLink, 'wanted' | 'lookAgain' | 'attempts'> {
  /** Whether it is answered for good; otherwise it is due again at `notBefore`. */
  readonly settled: boolean;
  readonly notBefore: Date | null;
  /** What it is there now; `null` after a failure: what was claimed before it stands. */
  readonly now: Pick<DueGroupLink, 'membership' | 'made' | 'name' | 'attributes'> | null;
  /** Nothing is remembered of it any more, unless it is wanted again meanwhile. */
  readonly forgotten: boolean;
  readonly outcome: LinkOutcome;
  readonly reason: string | null;
  /** Written down for people when given. */
  readonly note: Omit<LinkNote, 'resourceId' | 'sourceId'> | null;
}

const recordStatement = statement<
  { group_id: string },
  [
    tenantId: string,
    destinationId: string,
    epoch: number,
    sourceId: string,
    groupId: string,
    wanted: number,
    settled: boolean,
    notBefore: Date | null,
    known: boolean,
    membership: string | null,
    made: boolean,
    name: string | null,
    attributes: string,
    outcome: string,
    reason: string | null,
    attempts: number,
    lookAgain: boolean,
    forgotten: boolean,
    activityId: string | null,
    kind: string | null,
    message: string | null,
    detail: string | null,
  ]
>(
  'group-link-record',
  `with gone as (
     delete from group_links where ${thisGroup} and ${leaseHolds} and $18 and wanted = $6 returning group_id
   ), recorded as (
     update group_links set
       done = case when $7 then greatest(done, $6) else done end,
       not_before = case when wanted > $6 then not_before else coalesce($8, not_before) end,
       membership = case when $9 then $10 else membership end,
       made = case when $9 then $11 else made end,
       told = case when $9 then $10::text is not null else told end,
       name = case when $9 then $12 else name end,
       attributes = case when $9 then $13::jsonb else attributes end,
       outcome = $14, reason = $15, attempts = case when wanted > $6 then 0 else $16 end,
       look_again = $17 or (look_again and wanted > $6)
     where ${thisGroup} and ${leaseHolds} and not ($18 and wanted = $6)
     returning group_id
   ), noted as (
     insert into activity (tenant_id, id, kind, source_id, destination_id, resource_id, outcome, message, detail)
     select $1, $19, $20, $4, $2, $5::uuid, $14, $21, $22::jsonb
     from (select group_id from gone union all select group_id from recorded) done where $19::uuid is not null
   )
   select group_id from gone union all select group_id from recorded`,
);

/**
 * Writes down how a look at a group ended, with its line of activity.
 * @returns false when the lease has passed to another worker: nothing was written
 */
export async function recordGroupLink(
  db: Queryable,
  lease: Lease,
  group: GroupKey,
  record: GroupLinkRecord,
): Promise<boolean> {
  const { now, note } = record;
  const rows = await recordStatement(
    db,
    ...keysOf(lease, group),
    record.wanted,
    record.settled,
    record.notBefore,
    now !== null,
    now?.membership ?? null,
    now?.made ?? false,
    now?.name ?? null,
    JSON.stringify(now?.attributes ?? {}),
    record.outcome,
    record.reason,
    record.attempts,
    record.lookAgain,
    record.forgotten,
    note?.activityId ?? null,
    note?.kind ?? null,
    note?.message ?? null,
    note?.detail == null ? null : JSON.stringify(note.detail),
  );
  return rows.length > 0;
}
