import type { JsonObject, ResourceKind } from '../model.ts';
import { groupsJson } from './member-sql.ts';
import { type Queryable, statement } from './statement.ts';

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

const selectUser = statement<StoredResource, [string, string, string, string]>(
  'user-with-groups',
  `select ${columns}, ${groupsJson({ tenant: '$1', source: '$2', resource: 'resources.id', base: '$4::text' })} as groups
   from resources where tenant_id = $1 and source_id = $2 and type = 'User' and id = $3`,
);

/** The user with this id and its groups, if this source owns it; `$ref` begins with the base URL. */
export async function findUserWithGroups(
  db: Queryable,
  owner: Owner,
  id: string,
  baseUrl: string,
): Promise<StoredResource | null> {
  const [row] = await selectUser(db, owner.tenantId, owner.sourceId, id, baseUrl);
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
