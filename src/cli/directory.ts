/** A tenant's directory as the command line asks it: by the same operations as the admin API. */
import { validate as isUuid, v7 as uuidv7 } from 'uuid';
import { connectorNamed } from '../connectors/index.ts';
import { recognise } from '../courses/recognise.ts';
import { localAccess, localSource } from '../directory/local.ts';
import { type DirectoryWorld, ownerOf, type Request } from '../directory/request.ts';
import { destinationRules } from '../http/destination-rules.ts';
import { directoryUrlOf } from '../http/scim-request.ts';
import type { JsonObject, ResourceKind } from '../model.ts';
import { parseFilter } from '../scim/filter.ts';
import { represent } from '../scim/meta.ts';
import { destinationsOf } from '../store/destinations.ts';
import { findGroupByName } from '../store/groups.ts';
import { listPage } from '../store/resource-list.ts';
import { findByUserName, findResource, type StoredResource } from '../store/resources.ts';
import type { ListPlace } from '../store/sort-sql.ts';
import type { Tenant } from '../store/tenants.ts';
import { type Context, theTenant, UsageError } from './context.ts';

/** Who changes what, for the activity. */
export const actor = 'cli';

/** A directory, and what asking it takes. */
export interface Directory {
  readonly tenant: Tenant;
  readonly world: DirectoryWorld;
  readonly request: Request;
}

/** The directory of the tenant that is meant. A running Rollcall finds by itself within a second who is to be looked at. */
export async function theDirectory({ database, config, options }: Context): Promise<Directory> {
  const { pool } = database;
  const tenant = await theTenant(database, options);
  const { tenantId } = tenant;
  const [source, destinations] = await Promise.all([
    localSource(pool, tenantId),
    destinationsOf(pool, tenantId),
  ]);
  const wake = () => undefined;
  const rulesOf = destinationRules(connectorNamed);
  return {
    tenant,
    world: {
      ...{ pool, now: Date.now, wake },
      recognise: (tenantId, userId) => recognise({ pool, now: Date.now, wake }, tenantId, userId),
    },
    request: {
      access: localAccess(source, { actor, destinations: destinations.flatMap(rulesOf) }),
      requestId: uuidv7(),
      baseUrl: directoryUrlOf(config.publicUrl, tenantId),
      shows: { groups: false },
    },
  };
}

/** The user with this userName or id. Throws `UsageError`. */
export async function theUser(directory: Directory, who: string): Promise<StoredResource> {
  const found = await userCalled(directory, who);
  if (found !== null) return found;
  throw new UsageError(`There is no user ${who} in the directory: see rollcall user list.`);
}

/** The user with this userName or id, if there is one. */
export function userCalled(
  { world: { pool }, request }: Directory,
  who: string,
): Promise<StoredResource | null> {
  const owner = ownerOf(request);
  return isUuid(who)
    ? findResource(pool, owner, 'User', who.toLowerCase())
    : findByUserName(pool, owner, who);
}

/** The group with this name or id. Throws `UsageError`. */
export async function theGroup(directory: Directory, name: string): Promise<StoredResource> {
  const found = await groupCalled(directory, name);
  if (found !== null) return found;
  throw new UsageError(`There is no group ${name} in the directory: see rollcall group list.`);
}

/** The group with this name or id, if there is one. */
export async function groupCalled(
  { world: { pool }, request }: Directory,
  name: string,
): Promise<StoredResource | null> {
  const owner = ownerOf(request);
  const id = isUuid(name) ? name.toLowerCase() : await findGroupByName(pool, owner, name);
  return id === null ? null : findResource(pool, owner, 'Group', id);
}

const pageSize = 200;

/** All resources of a kind that a SCIM filter fits, in the order of their names. */
export async function allOf(
  { world: { pool }, request }: Directory,
  kind: ResourceKind,
  filter: string | undefined,
): Promise<readonly StoredResource[]> {
  const { access, baseUrl } = request;
  const query = {
    owner: ownerOf(request),
    baseUrl,
    types: [{ type: access.types[kind], memberships: false }],
    filter: filter === undefined ? null : parseFilter(filter),
    sort: {
      path: { attribute: kind === 'User' ? 'userName' : 'displayName' },
      descending: false,
    },
  };
  const all: StoredResource[] = [];
  for (let from: number | ListPlace = 0; ; ) {
    const page = await listPage(pool, query, { limit: pageSize, from });
    all.push(...page.resources.map(({ stored }) => stored));
    const last = page.resources.at(-1);
    if (!page.more || last === undefined) return all;
    from = last.place;
  }
}

/** A resource as SCIM has it. */
export function inScim({ request }: Directory, stored: StoredResource): JsonObject {
  const { type, id, data, createdAt: created, lastModified, version, groups } = stored;
  const issued = { id, created, lastModified, version: String(version) };
  const shown = groups == null ? data : { ...data, groups };
  return represent(request.access.types[type], shown, { issued, baseUrl: request.baseUrl });
}

/** The only thing a command is about. Throws `UsageError` with what is to be said. */
export function theOne(positionals: readonly string[], usage: string): string {
  const [one, ...others] = positionals;
  if (one === undefined || others.length > 0) throw new UsageError(usage);
  return one;
}
