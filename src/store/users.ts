/** Writes users: each change with its links and its activity in one statement. */
import type { JsonObject } from '../model.ts';
import { groupsHolding, leaveGroups } from './members.ts';
import type { Changed, IndexedColumns, Note, Owner } from './resources.ts';
import { type Queryable, statement } from './statement.ts';
import { writtenTogether } from './together.ts';
import { lexemesOf } from './words.ts';

/** The destinations that are worth waking: the others find their links due when they work again. */
const awake = `awake as (
     select id from destinations
     where tenant_id = $1 and state = 'active' and (paused_until is null or paused_until <= now())
   )`;

/** Whether the storefront has brought somebody with one of these addresses, as a condition. */
const bought = (addresses: string): string => `exists (
       select from sources shop join resources buyer on buyer.tenant_id = $1 and buyer.source_id = shop.id
         and buyer.type = 'User' and buyer.user_name = any(${addresses})
       where shop.tenant_id = $1 and shop.kind = 'storefront' and shop.id <> $2)`;

/**
 * One statement writes users, their links (taking over the newest tombstone of the same source and
 * userName at each destination) and their activity: one round trip, all or nothing. $3 has a row for
 * each user: what comes at the same moment shares the cost of a transaction. Rights follow their person to a
 * new id before links do: whoever else writes both does it in this order.
 */
const insertStatement = statement<
  { destinations: string[]; buyers: string[] },
  [tenantId: string, sourceId: string, rows: string]
>(
  'users-insert',
  `with ${awake}, given as materialized (
     select * from json_to_recordset($3) as given (id uuid, "userName" text, "externalId" text, "displayName" text,
       emails text[], active boolean, words text[], data jsonb, at timestamptz,
       "activityId" uuid, actor text, "requestId" text, message text, detail jsonb)
   ), created as (
     insert into resources (tenant_id, source_id, type, id, user_name, external_id, display_name,
                            emails, active, words, data, created_at, last_modified)
     select $1, $2, 'User', id, "userName", "externalId", "displayName", emails, active,
            array_to_tsvector(words), data, at, at from given
   ), tombstone as (
     select distinct on (given.id, links.destination_id) links.id, links.destination_id, given.id as user_id,
            links.resource_id as old_id
     from given join links on links.tenant_id = $1 and links.source_id = $2
       and links.user_name = given."userName" and links.deleted_at is not null and not links.erase
     order by given.id, links.destination_id, links.deleted_at desc
   ), rights as (
     update grants g set resource_id = heir.user_id
     from (select distinct user_id, old_id from tombstone) heir
     where g.tenant_id = $1 and g.resource_id = heir.old_id
     returning g.id
   ), inherited as (
     update links set resource_id = tombstone.user_id, deleted_at = null, wanted = wanted + 1,
                      not_before = now(), requested_at = now(), attempts = 0
     from tombstone
     where links.tenant_id = $1 and links.id = tombstone.id and (select count(*) from rights) >= 0
     returning links.destination_id
   ), linked as (
     insert into links (tenant_id, id, destination_id, source_id, resource_id)
     select $1, gen_random_uuid(), destinations.id, $2, given.id
     from destinations, given
     where destinations.tenant_id = $1
       and not exists (select from tombstone where user_id = given.id and destination_id = destinations.id)
     returning destination_id
   ), noted as (
     insert into activity (tenant_id, id, kind, actor, request_id, source_id, resource_id, outcome, message, detail)
     select $1, "activityId", 'User.create', actor, "requestId", $2, id, 'done',
            message, detail from given
   )
   select array(select id from awake where id in (select destination_id from inherited union all
                                                   select destination_id from linked)) as destinations,
          array(select id from given where ${bought('given.emails || given."userName"')}) as buyers`,
);

/** A user about to be written. */
export interface NewUser extends IndexedColumns {
  readonly id: string;
  readonly data: JsonObject;
  readonly at: Date;
}

/** What writing users came to. */
export interface Inserted {
  /** The destinations to wake. */
  readonly destinations: readonly string[];
  /** Ids of those who have the address of somebody whom the storefront brought. */
  readonly buyers: readonly string[];
}

/**
 * Writes new users of a source with their links and activity, all of them or none.
 * @throws a unique violation of `resources_user_name` when a userName is taken
 */
export async function insertUsers(
  db: Queryable,
  { tenantId, sourceId }: Owner,
  users: readonly (NewUser & Note)[],
): Promise<Inserted> {
  const rows = users.map((user) => ({ ...user, words: lexemesOf(tenantId, user.words) }));
  const [row] = await insertStatement(db, tenantId, sourceId, JSON.stringify(rows));
  return row ?? { destinations: [], buyers: [] };
}

const insertTogether = writtenTogether<NewUser & Note, Inserted>(
  (db, [tenantId = '', sourceId = ''], users) => insertUsers(db, { tenantId, sourceId }, users),
);

/**
 * Writes a new user with its links and activity; those of the same moment are one statement.
 * @throws a unique violation of `resources_user_name` when the userName is taken
 */
export async function insertUser(
  db: Queryable,
  { tenantId, sourceId }: Owner,
  user: NewUser,
  note: Note,
): Promise<Inserted> {
  return insertTogether(db, [tenantId, sourceId], { ...user, ...note });
}

const updateStatement = statement<
  Changed & { readonly isBuyer: boolean },
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
    words: readonly string[],
  ]
>(
  'user-update',
  `with ${awake}, changed as (
     update resources set user_name = $5, external_id = $6, display_name = $7, emails = $8, active = $9,
                          words = array_to_tsvector($18), data = $10, last_modified = $11, version = version + 1
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
   ), signed_out as (
     delete from sessions using changed where sessions.tenant_id = $1 and sessions.user_id = changed.id and not $9
   )
   select version, array(select id from awake where id in (select destination_id from bumped)) as destinations,
          ${bought('$8::text[] || $5::text')} as "isBuyer"
   from changed`,
);

/** A user's next state. */
export interface UserUpdate extends NewUser {
  /** The version it was read at: another writer in between makes the update find nothing. */
  readonly version: number;
  /** A leaver: drained before everybody else. */
  readonly urgent: boolean;
}

/**
 * Writes a change if the version still holds; `null` when somebody else was faster, or it is gone. `isBuyer`:
 * the user has the address of somebody whom the storefront brought.
 */
export async function updateUser(
  db: Queryable,
  owner: Owner,
  update: UserUpdate,
  note: Note,
): Promise<(Changed & { readonly isBuyer: boolean }) | null> {
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
    lexemesOf(owner.tenantId, update.words),
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
     returning id, user_name, data
   ), joined as (
     select r.id from resources r, gone
     where r.tenant_id = $1 and r.source_id = $2 and r.type = 'Group' and r.id in (${groupsHolding})
     order by r.id for update of r
   ), ${leaveGroups}, kept as (
     -- Whom the directory deletes can be brought back.
     insert into deleted_users (tenant_id, id, user_name, data, groups, deleted_at, deleted_by)
     select $1, gone.id, gone.data ->> 'userName', gone.data, array(select id from joined), $5, coalesce($7, 'unknown')
     from gone join sources s on s.tenant_id = $1 and s.id = $2 and s.kind = 'local'
   ), buried as (
     update links set wanted = wanted + 1, not_before = now(), attempts = 0, urgent = true,
                      deleted_at = now(), user_name = gone.user_name,
                      requested_at = case when wanted > done then requested_at else now() end
     from gone
     where links.tenant_id = $1 and links.resource_id = gone.id
     returning links.destination_id
   ), noted as (
     insert into activity (tenant_id, id, kind, actor, request_id, source_id, resource_id, outcome, detail)
     select $1, $6, 'User.delete', $7, $8, $2, gone.id, 'done', jsonb_build_object('userName', gone.user_name) from gone
   ), signed_out as (
     delete from sessions using gone where sessions.tenant_id = $1 and sessions.user_id = gone.id
   ), without_password as (
     delete from passwords using gone where passwords.tenant_id = $1 and passwords.user_id = gone.id
   ), without_links as (
     delete from password_links l using gone where l.tenant_id = $1 and l.user_id = gone.id
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
