/** Writes groups: each change with its members and its activity in one statement. */
import type { JsonObject } from '../model.ts';
import { pushGroups } from './group-links.ts';
import { followMembers } from './member-links.ts';
import { groupsHolding, leaveGroups } from './members.ts';
import type { Note, Owner } from './resources.ts';
import { type Queryable, statement } from './statement.ts';
import type { Deletion } from './users.ts';

/** A member as it is kept. */
export interface StoredMember {
  /** The value in lower case: what makes two members one. */
  readonly key: string;
  readonly value: string;
  /** The value where it can be the id of a resource. */
  readonly memberId: string | null;
  readonly type: string | null;
  readonly display: string | null;
  readonly ref: string | null;
}

type MemberColumns = [
  keys: readonly string[],
  values: readonly string[],
  memberIds: readonly (string | null)[],
  types: readonly (string | null)[],
  displays: readonly (string | null)[],
  refs: readonly (string | null)[],
];

/** Members as the arrays that `unnest` makes rows of again: a million values in six parameters. */
function columnsOf(members: readonly StoredMember[]): MemberColumns {
  return [
    members.map(({ key }) => key),
    members.map(({ value }) => value),
    members.map(({ memberId }) => memberId),
    members.map(({ type }) => type),
    members.map(({ display }) => display),
    members.map(({ ref }) => ref),
  ];
}

const insertStatement = statement<
  { destinations: string[] },
  [
    tenantId: string,
    sourceId: string,
    id: string,
    displayName: string | null,
    externalId: string | null,
    data: string,
    at: Date,
    activityId: string,
    actor: string | null,
    requestId: string | null,
    message: string | null,
    detail: string | null,
    ...members: MemberColumns,
  ]
>(
  'group-insert',
  `with created as (
     insert into resources (tenant_id, source_id, type, id, display_name, external_id, data, created_at, last_modified)
     values ($1, $2, 'Group', $3, $4, $5, $6, $7, $7)
     returning id
   ), added as (
     insert into members (tenant_id, source_id, group_id, key, value, member_id, type, display, ref)
     select $1, $2, created.id, m.* from created,
       unnest($13::text[], $14::text[], $15::uuid[], $16::text[], $17::text[], $18::text[]) m
     returning member_id
   ), moved as (
     select member_id from added
   ), ${pushGroups('created')}, ${followMembers}, noted as (
     insert into activity (tenant_id, id, kind, actor, request_id, source_id, resource_id, outcome, message, detail)
     select $1, $8, 'Group.create', $9, $10, $2, created.id, 'done', $11, $12 from created
   )
   select destinations from awoken`,
);

/** What of a group is stored beside its members. */
export interface GroupData {
  readonly data: JsonObject;
  /** In lower case. */
  readonly displayName: string | null;
  readonly externalId: string | null;
}

/** A group about to be written. */
export interface NewGroup extends GroupData {
  readonly id: string;
  readonly at: Date;
  readonly members: readonly StoredMember[];
}

/**
 * Writes a new group with its members and activity.
 * @returns the destinations to wake
 * @throws a unique violation of `resources_group_name` when the displayName is taken
 */
export async function insertGroup(
  db: Queryable,
  owner: Owner,
  group: NewGroup,
  note: Note,
): Promise<readonly string[]> {
  const [row] = await insertStatement(
    db,
    owner.tenantId,
    owner.sourceId,
    group.id,
    group.displayName,
    group.externalId,
    JSON.stringify(group.data),
    group.at,
    note.activityId,
    note.actor,
    note.requestId,
    note.message,
    note.detail === null ? null : JSON.stringify(note.detail),
    ...columnsOf(group.members),
  );
  return row?.destinations ?? [];
}

const changeStatement = statement<
  GroupChanged,
  [
    tenantId: string,
    sourceId: string,
    id: string,
    version: number | null,
    at: Date,
    data: string | null,
    displayName: string | null,
    externalId: string | null,
    clear: boolean,
    removed: readonly string[],
    activityId: string,
    actor: string | null,
    requestId: string | null,
    message: string | null,
    detail: string | null,
    ...added: MemberColumns,
  ]
>(
  'group-change',
  `with target as (
     select id, version from resources
     where tenant_id = $1 and source_id = $2 and type = 'Group' and id = $3 and ($4::bigint is null or version = $4)
     for update
   ), cleared as (
     delete from members m using target
     where $9 and m.tenant_id = $1 and m.source_id = $2 and m.group_id = target.id
       -- NOT IN is hashed; an anti join would be planned for the ten elements an array is taken to have.
       and m.key not in (select kept.key from unnest($16::text[]) kept (key))
     returning m.key, m.member_id
   ), removed as (
     delete from members m using target
     where not $9 and m.tenant_id = $1 and m.source_id = $2 and m.group_id = target.id and m.key = any($10)
     returning m.key, m.member_id
   ), added as (
     insert into members (tenant_id, source_id, group_id, key, value, member_id, type, display, ref)
     select $1, $2, target.id, m.* from target,
       unnest($16::text[], $17::text[], $18::uuid[], $19::text[], $20::text[], $21::text[]) m
     on conflict (tenant_id, source_id, group_id, key) do nothing
     returning key, member_id
   ), gone as (
     select key, member_id from cleared union all select key, member_id from removed
   ), moved as (
     select member_id from added union all select member_id from gone
   ), ${pushGroups('(select id from target where $6::jsonb is not null)')}, ${followMembers}, counted as (
     select (select count(*) from added) as added, (select count(*) from gone) as removed,
            array(select key from added limit 20) as added_first, array(select key from gone limit 20) as removed_first
   ), changed as (
     update resources r set version = r.version + 1, last_modified = $5,
       data = coalesce($6, r.data),
       display_name = case when $6::jsonb is null then r.display_name else $7 end,
       external_id = case when $6::jsonb is null then r.external_id else $8 end
     from target, counted
     where r.tenant_id = $1 and r.source_id = $2 and r.id = target.id
       and ($6::jsonb is not null or counted.added > 0 or counted.removed > 0)
     returning r.version
   ), noted as (
     insert into activity (tenant_id, id, kind, actor, request_id, source_id, resource_id, outcome, message, detail)
     select $1, $11, 'Group.update', $12, $13, $2, $3, 'done', $14,
            coalesce($15::jsonb, '{}') || jsonb_build_object('members', jsonb_build_object(
              'added', counted.added, 'removed', counted.removed,
              'addedFirst', counted.added_first, 'removedFirst', counted.removed_first))
     from changed, counted
   )
   select coalesce((select version from changed), target.version) as version,
          exists (select from changed) as changed, destinations
   from target, awoken`,
);

/** A group after a change. */
export interface GroupChanged {
  readonly version: number;
  /** False where the group had these members already: its version stays. */
  readonly changed: boolean;
  /** The destinations to wake. */
  readonly destinations: readonly string[];
}

/** What is to become of a group. */
export interface GroupChange {
  readonly id: string;
  /** The version it was read at; `null` where the change does not depend on it. */
  readonly version: number | null;
  readonly at: Date;
  /** `null` where only the members change. */
  readonly data: GroupData | null;
  /** All members go, but for those added. */
  readonly clear: boolean;
  /** Keys; none of those added. */
  readonly remove: readonly string[];
  readonly add: readonly StoredMember[];
}

/**
 * Changes a group and its members; who is there already stays as they are.
 * @returns `null` when there is no such group or version
 * @throws a unique violation of `resources_group_name` when the displayName is taken
 */
export async function changeGroup(
  db: Queryable,
  owner: Owner,
  change: GroupChange,
  note: Note,
): Promise<GroupChanged | null> {
  const { data } = change;
  const [row] = await changeStatement(
    db,
    owner.tenantId,
    owner.sourceId,
    change.id,
    change.version,
    change.at,
    data === null ? null : JSON.stringify(data.data),
    data?.displayName ?? null,
    data?.externalId ?? null,
    change.clear,
    change.remove,
    note.activityId,
    note.actor,
    note.requestId,
    note.message,
    note.detail === null ? null : JSON.stringify(note.detail),
    ...columnsOf(change.add),
  );
  return row ?? null;
}

const deleteStatement = statement<
  { destinations: string[] },
  [
    tenantId: string,
    sourceId: string,
    id: string,
    version: number | null,
    at: Date,
    activityId: string,
    actor: string | null,
    requestId: string | null,
  ]
>(
  'group-delete',
  `with locked as (
     select r.id from resources r
     where r.tenant_id = $1 and r.source_id = $2 and r.type = 'Group'
       and r.id in (select $3::uuid union all ${groupsHolding})
     order by r.id for update of r
   ), gone as (
     -- The count has all of them locked before the first row is deleted.
     delete from resources using (select count(*) from locked) all_locked
     where tenant_id = $1 and source_id = $2 and type = 'Group' and id = $3 and ($4::bigint is null or version = $4)
     returning id, data ->> 'displayName' as display_name
   ), joined as (
     select locked.id from locked, gone where locked.id <> gone.id
   ), ${leaveGroups}, emptied as (
     delete from members m using gone where m.tenant_id = $1 and m.source_id = $2 and m.group_id = gone.id
     returning m.member_id
   ), moved as (
     select member_id from emptied
   ), ${pushGroups('gone')}, ${followMembers}, noted as (
     insert into activity (tenant_id, id, kind, actor, request_id, source_id, resource_id, outcome, detail)
     select $1, $6, 'Group.delete', $7, $8, $2, gone.id, 'done', jsonb_build_object('displayName', gone.display_name) from gone
   )
   select destinations from gone, awoken`,
);

/**
 * Deletes a group with its memberships; its members stay.
 * @returns the destinations to wake, or `null` when there was no such group or version
 */
export async function deleteGroup(
  db: Queryable,
  owner: Owner,
  { id, version, at }: Deletion,
  note: Note,
): Promise<readonly string[] | null> {
  const [row] = await deleteStatement(
    db,
    owner.tenantId,
    owner.sourceId,
    id,
    version,
    at,
    note.activityId,
    note.actor,
    note.requestId,
  );
  return row?.destinations ?? null;
}

/** The id of the group of this name (any case) of a source; `null` where there is none. */
export async function findGroupByName(
  db: Queryable,
  { tenantId, sourceId }: Owner,
  displayName: string,
): Promise<string | null> {
  const { rows } = await db.query<{ id: string }>(
    `select id from resources
     where tenant_id = $1 and source_id = $2 and type = 'Group' and display_name = $3`,
    [tenantId, sourceId, displayName.toLowerCase()],
  );
  return rows[0]?.id ?? null;
}
