import type { JsonObject, ResourceKind } from '../model.ts';
import { type Queryable, statement } from './statement.ts';

/** A stored SCIM resource; `data` is its SCIM representation without `id` and `meta`. */
export interface StoredResource {
  readonly id: string;
  readonly type: ResourceKind;
  readonly data: JsonObject;
  readonly version: number;
  readonly createdAt: Date;
  readonly lastModified: Date;
}

/** Whose resource it is: every statement carries both. */
export interface Owner {
  readonly tenantId: string;
  readonly sourceId: string;
}

/** What is indexed beside a resource's data; lower-cased where SCIM compares without case. */
export interface IndexedColumns {
  readonly userName: string | null;
  readonly externalId: string | null;
  readonly displayName: string | null;
  readonly emails: readonly string[];
  readonly active: boolean;
}

/** What is written down about a change in the same statement as the change itself. */
export interface Note {
  readonly activityId: string;
  readonly actor: string | null;
  readonly requestId: string | null;
  readonly message: string | null;
  readonly detail: JsonObject | null;
}

/** The destinations to wake after a change, and the new version. */
export interface Changed {
  readonly version: number;
  readonly destinations: readonly string[];
}

/** The columns of a `StoredResource`. */
export const columns = `id, type, data, version, created_at as "createdAt", last_modified as "lastModified"`;

const selectResource = statement<StoredResource, [string, string, ResourceKind, string]>(
  'resource-by-id',
  `select ${columns} from resources where tenant_id = $1 and source_id = $2 and type = $3 and id = $4`,
);

/** The resource with this id, if this source owns it. */
export async function findResource(
  db: Queryable,
  owner: Owner,
  type: ResourceKind,
  id: string,
): Promise<StoredResource | null> {
  const [row] = await selectResource(db, owner.tenantId, owner.sourceId, type, id);
  return row ?? null;
}

const selectByUserName = statement<StoredResource, [string, string, string]>(
  'resource-by-user-name',
  `select ${columns} from resources
   where tenant_id = $1 and source_id = $2 and type = 'User' and user_name = $3`,
);

/** The user with this userName, in any case (RFC 7643 §4.1.1: caseExact false). */
export async function findByUserName(
  db: Queryable,
  owner: Owner,
  userName: string,
): Promise<StoredResource | null> {
  const [row] = await selectByUserName(db, owner.tenantId, owner.sourceId, userName.toLowerCase());
  return row ?? null;
}

/** The destinations that are worth waking: the others find their links due when they work again. */
const awake = `awake as (
     select id from destinations
     where tenant_id = $1 and state = 'active' and (paused_until is null or paused_until <= now())
   )`;

/**
 * One statement writes the resource, its links (taking over the newest tombstone of the same source
 * and userName at each destination) and its activity: one round trip, all or nothing.
 */
const insertStatement = statement<
  { destinations: string[] },
  [
    tenantId: string,
    sourceId: string,
    type: ResourceKind,
    id: string,
    userName: string | null,
    externalId: string | null,
    displayName: string | null,
    emails: readonly string[],
    active: boolean,
    data: string,
    at: Date,
    activityId: string,
    kind: string,
    actor: string | null,
    requestId: string | null,
    message: string | null,
    detail: string | null,
  ]
>(
  'resource-insert',
  `with ${awake}, created as (
     insert into resources (tenant_id, source_id, type, id, user_name, external_id, display_name,
                            emails, active, data, created_at, last_modified)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)
     returning id
   ), place as (
     select id as destination_id from destinations where tenant_id = $1 and $3 = 'User'
   ), tombstone as (
     select distinct on (destination_id) id, destination_id from links
     where tenant_id = $1 and source_id = $2 and user_name = $5 and deleted_at is not null
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
     select $1, $12, $13, $14, $15, $2, created.id, 'done', $16, $17 from created
   )
   select array(select id from awake where id in (select destination_id from inherited union all
                                                   select destination_id from linked)) as destinations
   from created`,
);

/** A resource about to be written. */
export interface NewResource extends IndexedColumns {
  readonly type: ResourceKind;
  readonly id: string;
  readonly data: JsonObject;
  readonly at: Date;
}

/**
 * Writes a new resource with its links and activity.
 * @returns the destinations to wake
 * @throws a unique violation of `resources_user_name` when the userName is taken
 */
export async function insertResource(
  db: Queryable,
  owner: Owner,
  resource: NewResource,
  note: Note,
): Promise<readonly string[]> {
  const rows = await insertStatement(
    db,
    owner.tenantId,
    owner.sourceId,
    resource.type,
    resource.id,
    resource.userName,
    resource.externalId,
    resource.displayName,
    resource.emails,
    resource.active,
    JSON.stringify(resource.data),
    resource.at,
    note.activityId,
    `${resource.type}.create`,
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
    type: ResourceKind,
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
    kind: string,
    actor: string | null,
    requestId: string | null,
    message: string | null,
    detail: string | null,
  ]
>(
  'resource-update',
  `with ${awake}, changed as (
     update resources set user_name = $6, external_id = $7, display_name = $8, emails = $9, active = $10,
                          data = $11, last_modified = $12, version = version + 1
     where tenant_id = $1 and source_id = $2 and type = $3 and id = $4 and version = $5
     returning id, version
   ), bumped as (
     update links set wanted = wanted + 1, not_before = now(), attempts = 0, urgent = urgent or $13,
                      requested_at = case when wanted > done then requested_at else now() end
     from changed
     where links.tenant_id = $1 and links.resource_id = changed.id
     returning links.destination_id
   ), noted as (
     insert into activity (tenant_id, id, kind, actor, request_id, source_id, resource_id, outcome, message, detail)
     select $1, $14, $15, $16, $17, $2, changed.id, 'done', $18, $19 from changed
   )
   select version, array(select id from awake where id in (select destination_id from bumped)) as destinations
   from changed`,
);

/** A resource's next state. */
export interface ResourceUpdate extends IndexedColumns {
  readonly type: ResourceKind;
  readonly id: string;
  /** The version it was read at: another writer in between makes the update find nothing. */
  readonly version: number;
  readonly data: JsonObject;
  readonly at: Date;
  /** A leaver: drained before everybody else. */
  readonly urgent: boolean;
}

/** Writes a change if the version still holds; `null` when somebody else was faster, or it is gone. */
export async function updateResource(
  db: Queryable,
  owner: Owner,
  update: ResourceUpdate,
  note: Note,
): Promise<Changed | null> {
  const rows = await updateStatement(
    db,
    owner.tenantId,
    owner.sourceId,
    update.type,
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
    `${update.type}.update`,
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
    type: ResourceKind,
    id: string,
    version: number | null,
    activityId: string,
    kind: string,
    actor: string | null,
    requestId: string | null,
  ]
>(
  'resource-delete',
  `with ${awake}, gone as (
     delete from resources
     where tenant_id = $1 and source_id = $2 and type = $3 and id = $4 and ($5::bigint is null or version = $5)
     returning id, user_name
   ), buried as (
     update links set wanted = wanted + 1, not_before = now(), attempts = 0, urgent = true,
                      deleted_at = now(), user_name = gone.user_name,
                      requested_at = case when wanted > done then requested_at else now() end
     from gone
     where links.tenant_id = $1 and links.resource_id = gone.id
     returning links.destination_id
   ), noted as (
     insert into activity (tenant_id, id, kind, actor, request_id, source_id, resource_id, outcome, detail)
     select $1, $6, $7, $8, $9, $2, gone.id, 'done', jsonb_build_object('userName', gone.user_name) from gone
   )
   select array(select id from awake where id in (select destination_id from buried)) as destinations
   from gone`,
);

/**
 * Deletes a resource; its links stay behind as tombstones.
 * @param version deletes only this version; `null` deletes any
 * @returns the destinations to wake, or `null` when there was no such resource or version
 */
export async function deleteResource(
  db: Queryable,
  owner: Owner,
  target: { readonly type: ResourceKind; readonly id: string; readonly version: number | null },
  note: Note,
): Promise<readonly string[] | null> {
  const rows = await deleteStatement(
    db,
    owner.tenantId,
    owner.sourceId,
    target.type,
    target.id,
    target.version,
    note.activityId,
    `${target.type}.delete`,
    note.actor,
    note.requestId,
  );
  return rows[0]?.destinations ?? null;
}
