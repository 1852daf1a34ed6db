import type { JsonObject, ResourceKind } from '../model.ts';
import { groupRowsOf, isMember } from './member-sql.ts';
import { type Queryable, statement } from './statement.ts';
import { together } from './together.ts';

/** A stored SCIM resource; `data` is its SCIM representation without `id` and `meta`. */
export interface StoredResource {
  readonly id: string;
  readonly type: ResourceKind;
  readonly data: JsonObject;
  readonly version: number;
  readonly createdAt: Date;
  readonly lastModified: Date;
  /** The groups of a user, computed where they were asked for. */
  readonly groups?: readonly JsonObject[] | null;
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
  /** By whose beginnings a person is looked for. */
  readonly words: readonly string[];
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

const selectResources = statement<
  StoredResource & { readonly grouped: true | null },
  [string, string, ResourceKind, readonly string[]]
>(
  'resources-by-id',
  `select ${columns}, ${isMember({ tenant: '$1', source: '$2', resource: 'resources.id' })} as grouped
   from resources where tenant_id = $1 and source_id = $2 and type = $3 and id = any($4)`,
);

const findTogether = together(async (db, [tenantId = '', sourceId = '', type = ''], ids) => {
  const rows = await selectResources(db, tenantId, sourceId, type as ResourceKind, ids);
  return new Map(rows.map((row) => [row.id, row]));
});

/** The resource with this id, if this source owns it. */
export async function findResource(
  db: Queryable,
  { tenantId, sourceId }: Owner,
  type: ResourceKind,
  id: string,
): Promise<StoredResource | null> {
  return findTogether(db, [tenantId, sourceId, type], id);
}

/** The resources with these ids that this source owns, in the order of the ids. */
export async function findResources(
  db: Queryable,
  { tenantId, sourceId }: Owner,
  type: ResourceKind,
  ids: readonly string[],
): Promise<readonly StoredResource[]> {
  const rows = await selectResources(db, tenantId, sourceId, type, ids);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

const selectGroups = statement<
  { readonly userId: string; readonly groups: readonly JsonObject[] },
  [string, string, readonly string[], string]
>(
  'groups-of-users',
  `select user_id as "userId", jsonb_agg(element order by key) as groups
   from ${groupRowsOf('select id from unnest($3::uuid[]) asked (id)', {
     tenant: '$1',
     source: '$2',
     base: '$4::text',
   })} held group by user_id`,
);

/** The groups of users, direct and indirect, by the users' ids; `$ref` begins with the base URL. */
export async function groupsOf(
  db: Queryable,
  { tenantId, sourceId }: Owner,
  userIds: readonly string[],
  baseUrl: string,
): Promise<ReadonlyMap<string, readonly JsonObject[]>> {
  const rows = await selectGroups(db, tenantId, sourceId, userIds, baseUrl);
  return new Map(rows.map(({ userId, groups }) => [userId, groups]));
}

const groupsTogether = together((db, [tenantId = '', sourceId = '', base = ''], ids) =>
  groupsOf(db, { tenantId, sourceId }, ids, base),
);

/** The user with this id and its groups, if this source owns it; `$ref` begins with the base URL. */
export async function findUserWithGroups(
  db: Queryable,
  { tenantId, sourceId }: Owner,
  id: string,
  baseUrl: string,
): Promise<StoredResource | null> {
  const user = await findTogether(db, [tenantId, sourceId, 'User'], id);
  // Most users of most sources are in no group, and spared the search for indirect ones.
  if (user === null || user.grouped === null) return user;
  return { ...user, groups: await groupsTogether(db, [tenantId, sourceId, baseUrl], id) };
}

const selectByUserName = statement<
  StoredResource & { readonly grouped: true | null; readonly userName: string },
  [string, string, readonly string[]]
>(
  'users-by-user-name',
  `select ${columns}, user_name as "userName",
     ${isMember({ tenant: '$1', source: '$2', resource: 'resources.id' })} as grouped
   from resources
   where tenant_id = $1 and source_id = $2 and type = 'User' and user_name = any($3)`,
);

const byUserNameTogether = together(async (db, [tenantId = '', sourceId = ''], userNames) => {
  const rows = await selectByUserName(db, tenantId, sourceId, userNames);
  return new Map(rows.map(({ userName, ...user }) => [userName, user]));
});

/** The user with this userName, in any case (RFC 7643 §4.1.1: caseExact false), and whether it is in groups. */
export async function findByUserName(
  db: Queryable,
  { tenantId, sourceId }: Owner,
  userName: string,
): Promise<(StoredResource & { readonly grouped: true | null }) | null> {
  return byUserNameTogether(db, [tenantId, sourceId], userName.toLowerCase());
}

/** A page of the users of a source, in the order of their ids, each with the names of their groups. */
export async function userPage(
  db: Queryable,
  { tenantId, sourceId }: Owner,
  after: string | null,
  limit: number,
): Promise<
  readonly { readonly id: string; readonly data: JsonObject; readonly groups: readonly string[] }[]
> {
  const { rows } = await db.query(
    `select u.id, u.data,
       array(select g.data ->> 'displayName' from members m
             join resources g on g.tenant_id = $1 and g.source_id = $2 and g.id = m.group_id
             where m.tenant_id = $1 and m.source_id = $2 and m.key = u.id::text
             order by 1) as groups
     from resources u
     where u.tenant_id = $1 and u.source_id = $2 and u.type = 'User' and ($3::uuid is null or u.id > $3)
     order by u.id limit $4`,
    [tenantId, sourceId, after, limit],
  );
  return rows;
}
