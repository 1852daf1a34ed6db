/** Writes users: each change with its links and its activity in one statement. */
import type { JsonObject } from '../model.ts';
import { groupsHolding, leaveGroups } from './members.ts';
import type { Changed, IndexedColumns, Note, Owner } from './resources.ts';
import { type Queryable, statement } from './statement.ts';

/** The destinations that are worth waking: the others find their links due when they work again. */
const awake = `awake as (
     select id from destinations
     where tenant_id = $1 and state = 'active' and (paused_until is null or paused_until <= now())
   )`;

/**
 * One statement writes the user, its links (taking over the newest tombstone of the same source and
 * userName at each destination) and its activity: one round trip, all or nothing.
 */
const insertStatement = statement<
  { destinations: string[] },
  [
    tenantId: string,
    sourceId: string,
    id: string,
    userName: string | null,
    externalId: string | null,
    displayName: string | null,
    emails: readonly string[],
    active: boolean,
    data: string,
    at: Date,
    activityId: string,
    actor: string | null,
    requestId: string | null,
    message: string | null,
    detail: string | null,
  ]
>(
  'user-insert',
  `with ${awake}, created as (
     insert into resources (tenant_id, source_id, type, id, user_name, external_id, display_name,
                            emails, active, data, created_at, last_modified)
     values ($1, $2, 'User', $3, $4, $5, $6, $7, $8, $9, $10, $10)
     returning id
   ), place as (
     select id as destination_id from destinations where tenant_id = $1
   ), tombstone as (
     select distinct on (destination_id) id, destination_id from links
     where tenant_id = $1 and source_id = $2 and user_name = $4 and deleted_at is not null
     order by destination_id, deleted_at desc
   ), inherited as (
     update links set resource_id = created.id, deleted_at = null, wanted = wanted + 1,
                      not_before = now(), requested_at = now(), attempts = 0
     from created, tombstone
     where links.tenant_id = $1 and links.id = tombstone.id
     returning links.destination_id
   ), linked as (
     insert into links (tenant_id, id, destination_id, source_id, resource_id)
     select $1, gen_random_uuid(), place.destination_id, $2, created.id
     from place, created
     where place.destination_id not in (select destination_id from tombstone)
     returning destination_id
   ), noted as (
     insert into activity (tenant_id, id, kind, actor, request_id, source_id, resource_id, outcome, message, detail)
     select $1, $11, 'User.create', $12, $13, $2, created.id, 'done', $14, $15 from created
   )
   select array(select id from awake where id in (select destination_id from inherited union all
                                                   select destination_id from linked)) as destinations
   from created`,
);

/** A user about to be written. */
export interface NewUser extends IndexedColumns {
  readonly id: string;
  readonly data: JsonObject;
  readonly at: Date;
}

/**
 * Writes a new user with its links and activity.
 * @returns the destinations to wake
 * @throws a unique violation of `resources_user_name` when the userName is taken
 */
export async function insertUser(
  db: Queryable,
  owner: Owner,
  user: NewUser,
  note: Note,
): Promise<readonly string[]> {
  const rows = await insertStatement(
    db,
    owner.tenantId,
    owner.sourceId,
    user.id,
    user.userName,
    user.externalId,
    user.displayName,
    user.emails,
    user.active,
    JSON.stringify(user.data),
    user.at,
    note.activityId,
    note.actor,
    note.requestId,
    note.message,
    note.detail === null ? null : JSON.stringify(note.detail),
  );
  return rows[0]?.destinations ?? [];
}

const updateStatement = statement<
  Changed,
  [
    tenantId: string,
    sourceId: string,
    id: string,
    version: number,
    userName: string | null,
    externalId: string | null,
    displayName: string | null,
    emails: readonly string[],
    active: boolean,
    data: string,
    at: Date,
    urgent: boolean,
    activityId: string,
    actor: string | null,
    requestId: string | null,
    message: string | null,
    detail: string | null,
  ]
>(
  'user-update',
  `with ${awake}, changed as (
     update resources set user_name = $5, external_id = $6, display_name = $7, emails = $8, active = $9,
                          data = $10, last_modified = $11, version = version + 1
     where tenant_id = $1 and source_id = $2 and type = 'User' and id = $3 and version = $4
     returning id, version
   ), bumped as (
     update links set wanted = wanted + 1, not_before = now(), attempts = 0, urgent = urgent or $12,
                      requested_at = case when wanted > done then requested_at else now() end
     from changed
     where links.tenant_id = $1 and links.resource_id = changed.id
     returning links.destination_id
   ), noted as (
     insert into activity (tenant_id, id, kind, actor, request_id, source_id, resource_id, outcome, message, detail)
     select $1, $13, 'User.update', $14, $15, $2, changed.id, 'done', $16, $17 from changed
   )
   select version, array(select id from awake where id in (select destination_id from bumped)) as destinations
   from changed`,
);

/** A user's next state. */
export interface UserUpdate extends NewUser {
  /** The version it was read at: another writer in between makes the update find nothing. */
  readonly version: number;
  /** A leaver: drained before everybody else. */
  readonly urgent: boolean;
}

/** Writes a change if the version still holds; `null` when somebody else was faster, or it is gone. */
export async function updateUser(
  db: Queryable,
  owner: Owner,
  update: UserUpdate,
  note: Note,
): Promise<Changed | null> {
  const rows = await updateStatement(
    db,
    owner.tenantId,
    owner.sourceId,
    update.id,
    update.version,
    update.userName,
    update.externalId,
    update.displayName,
    update.emails,
    update.active,
    JSON.stringify(update.data),
    update.at,
    update.urgent,
    note.activityId,
    note.actor,
    note.requestId,
    note.message,
    note.detail === null ? null : JSON.stringify(note.detail),
  );
  return rows[0] ?? null;
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
  'user-delete',
  `with ${awake}, gone as (
     delete from resources
     where tenant_id = $1 and source_id = $2 and type = 'User' and id = $3 and ($4::bigint is null or version = $4)
     returning id, user_name
   ), joined as (
     select r.id from resources r, gone
     where r.tenant_id = $1 and r.source_id = $2 and r.type = 'Group' and r.id in (${groupsHolding})
     order by r.id for update of r
   ), ${leaveGroups}, buried as (
     update links set wanted = wanted + 1, not_before = now(), attempts = 0, urgent = true,
                      deleted_at = now(), user_name = gone.user_name,
                      requested_at = case when wanted > done then requested_at else now() end
     from gone
     where links.tenant_id = $1 and links.resource_id = gone.id
     returning links.destination_id
   ), noted as (
     insert into activity (tenant_id, id, kind, actor, request_id, source_id, resource_id, outcome, detail)
     select $1, $6, 'User.delete', $7, $8, $2, gone.id, 'done', jsonb_build_object('userName', gone.user_name) from gone
   )
   select array(select id from awake where id in (select destination_id from buried)) as destinations
   from gone`,
);

/** A resource to be deleted. */
export interface Deletion {
  readonly id: string;
  /** Deletes only this version; `null` deletes any. */
  readonly version: number | null;
  readonly at: Date;
}

/**
 * Deletes a user, who leaves its groups; its links stay behind as tombstones.
 * @returns the destinations to wake, or `null` when there was no such user or version
 */
export async function deleteUser(
  db: Queryable,
  owner: Owner,
  { id, version, at }: Deletion,
  note: Note,
): Promise<readonly string[] | null> {
  const rows = await deleteStatement(
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
  return rows[0]?.destinations ?? null;
}
