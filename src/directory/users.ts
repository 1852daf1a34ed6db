/** What changes the roll through a SCIM connection: users created, replaced, patched and deleted. */
import { isDeepStrictEqual } from 'node:util';
import type pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import type { JsonObject } from '../model.ts';
import { project } from '../provisioning/project.ts';
import {
  invalidValue,
  notFound,
  preconditionFailed,
  ScimError,
  uniqueness,
} from '../scim/error.ts';
import { isArray, isObject } from '../scim/json.ts';
import { applyPatch, readPatch } from '../scim/patch.ts';
import { readResource, replaceResource } from '../scim/resource.ts';
import { userType } from '../scim/resource-types.ts';
import {
  deleteResource,
  findByUserName,
  findResource,
  type IndexedColumns,
  insertResource,
  type Note,
  type Owner,
  type StoredResource,
  updateResource,
} from '../store/resources.ts';
import { violatedUnique } from '../store/statement.ts';
import type { Access } from './access.ts';
import { changesBetween } from './changes.ts';

/** What changing the roll needs of the world. */
export interface DirectoryWorld {
  readonly pool: pg.Pool;
  readonly now: () => number;
  /** Called after each commit with the destinations whose links were bumped. */
  readonly wake: (tenantId: string, destinations: readonly string[]) => void;
}

/** One request: who asks, and the id that follows it through every log. */
export interface Request {
  readonly access: Access;
  readonly requestId: string;
}

/** Says whether a stored version is the one the client means (If-Match); throws 412 where not. */
export type Precondition = (version: number) => void;

/** How often a write is tried again when somebody else wrote the same user in between. */
const mostTries = 20;

/** POST: writes a new user. Throws 409 `uniqueness` where the userName is taken. */
export async function createUser(
  world: DirectoryWorld,
  request: Request,
  body: unknown,
): Promise<StoredResource> {
  const { resource: data, ignored } = readResource(userType, body);
  const dropped = refuse(data, request.access);
  const owner = ownerOf(request);
  const id = uuidv7();
  const at = new Date(world.now());
  try {
    const destinations = await insertResource(
      world.pool,
      owner,
      { type: 'User', id, data, at, ...indexed(data) },
      note(request, [...ignoredNote(ignored), ...dropped], null),
    );
    world.wake(owner.tenantId, destinations);
    return { id, type: 'User', data, version: 1, createdAt: at, lastModified: at };
  } catch (error) {
    if (violatedUnique(error) !== 'resources_user_name') throw error;
    return reactivateOrRefuse(world, request, data, body);
  }
}

/** A taken userName: the inactive user comes back where the source says so, else 409 (RFC 7644 §3.3). */
async function reactivateOrRefuse(
  world: DirectoryWorld,
  request: Request,
  data: JsonObject,
  body: unknown,
): Promise<StoredResource> {
  const userName = String(data['userName']);
  const existing = await findByUserName(world.pool, ownerOf(request), userName);
  if (
    existing !== null &&
    existing.data['active'] === false &&
    request.access.source.reactivateOnCreate
  ) {
    return replaceUser(world, request, existing.id, body, () => undefined);
  }
  throw uniqueness(
    `A user with the userName ${userName} exists already. Find it with the filter userName eq "${userName}" and update it.`,
  );
}

/** PUT: replaces a user (RFC 7644 §3.5.1). An equal one stays as it is. */
export async function replaceUser(
  world: DirectoryWorld,
  request: Request,
  id: string,
  body: unknown,
  precondition: Precondition,
): Promise<StoredResource> {
  return change(world, request, id, precondition, (stored) => {
    const { resource, ignored } = replaceResource(userType, stored.data, body);
    return { data: resource, ignored };
  });
}

/** PATCH: changes a user, all or nothing (RFC 7644 §3.5.2). */
export async function patchUser(
  world: DirectoryWorld,
  request: Request,
  id: string,
  body: unknown,
  precondition: Precondition,
): Promise<StoredResource> {
  const patch = readPatch(body);
  return change(world, request, id, precondition, (stored) => {
    const { resource, ignored } = applyPatch(userType, stored.data, patch, { id: stored.id });
    return { data: resource, ignored };
  });
}

/** DELETE: the id is 404 from now on; the account leaves by the destination's policy. */
export async function deleteUser(
  world: DirectoryWorld,
  request: Request,
  id: string,
  precondition: Precondition | null,
): Promise<void> {
  const owner = ownerOf(request);
  const version =
    precondition === null ? null : (await found(world, owner, id, precondition)).version;
  const destinations = await deleteResource(
    world.pool,
    owner,
    { type: 'User', id, version },
    note(request, [], null),
  );
  if (destinations === null) {
    if (version !== null) throw preconditionFailed('The user changed meanwhile: read it again.');
    throw noSuchUser(id);
  }
  world.wake(owner.tenantId, destinations);
}

/** The user with this id. Throws 404. */
export async function getUser(
  world: Pick<DirectoryWorld, 'pool'>,
  request: Request,
  id: string,
): Promise<StoredResource> {
  const stored = await findResource(world.pool, ownerOf(request), 'User', id);
  if (stored === null) throw noSuchUser(id);
  return stored;
}

type Edit = (stored: StoredResource) => {
  readonly data: JsonObject;
  readonly ignored: readonly string[];
};

/** Reads, edits and writes under the version that was read; another writer in between means again. */
async function change(
  world: DirectoryWorld,
  request: Request,
  id: string,
  precondition: Precondition,
  edit: Edit,
): Promise<StoredResource> {
  const owner = ownerOf(request);
  for (let tries = 0; tries < mostTries; tries += 1) {
    const stored = await found(world, owner, id, precondition);
    const { data, ignored } = edit(stored);
    if (isDeepStrictEqual(data, stored.data)) return stored;
    const written = await write(world, request, stored, data, ignored);
    if (written !== null) return written;
  }
  throw new ScimError(503, 'The user is being changed by many requests at once: try again.');
}

async function write(
  world: DirectoryWorld,
  request: Request,
  stored: StoredResource,
  data: JsonObject,
  ignored: readonly string[],
): Promise<StoredResource | null> {
  const owner = ownerOf(request);
  const dropped = refuse(data, request.access);
  const lastModified = new Date(world.now());
  const urgent = stored.data['active'] !== false && data['active'] === false;
  const update = {
    type: 'User' as const,
    id: stored.id,
    version: stored.version,
    data,
    at: lastModified,
    urgent,
  };
  try {
    const changed = await updateResource(
      world.pool,
      owner,
      { ...update, ...indexed(data) },
      note(request, [...ignoredNote(ignored), ...dropped], changesBetween(stored.data, data)),
    );
    if (changed === null) return null;
    world.wake(owner.tenantId, changed.destinations);
    return { ...stored, data, version: changed.version, lastModified };
  } catch (error) {
    if (violatedUnique(error) !== 'resources_user_name') throw error;
    throw uniqueness(`Another user has the userName ${String(data['userName'])} already.`);
  }
}

async function found(
  world: Pick<DirectoryWorld, 'pool'>,
  owner: Owner,
  id: string,
  precondition: Precondition,
): Promise<StoredResource> {
  const stored = await findResource(world.pool, owner, 'User', id);
  if (stored === null) throw noSuchUser(id);
  precondition(stored.version);
  return stored;
}

/**
 * What a destination is known to refuse is told at once, before anything is written.
 * @returns what is dropped instead, by the source's policy
 * @throws `invalidValue`
 */
function refuse(user: JsonObject, { destinations, source }: Access): readonly string[] {
  const dropped: string[] = [];
  for (const { connector, policy } of destinations) {
    const refusals = project('', user, { connector, policy })?.refusals ?? [];
    for (const { path, message, optional } of refusals) {
      if (!optional || source.invalidPhone === 'refuse') throw invalidValue(`${path}: ${message}`);
      dropped.push(`dropped ${path}: ${message}`);
    }
  }
  return dropped;
}

function indexed(user: JsonObject): IndexedColumns {
  const emails = user['emails'];
  return {
    userName: lower(user['userName']),
    externalId: typeof user['externalId'] === 'string' ? user['externalId'] : null,
    displayName: lower(user['displayName']),
    emails: (isArray(emails) ? emails : []).flatMap((email) =>
      isObject(email) ? (lower(email['value']) ?? []) : [],
    ),
    active: user['active'] !== false,
  };
}

function lower(value: unknown): string | null {
  return typeof value === 'string' ? value.toLowerCase() : null;
}

function ownerOf({ access }: Request): Owner {
  return { tenantId: access.source.tenantId, sourceId: access.source.id };
}

function note(
  { access, requestId }: Request,
  messages: readonly string[],
  detail: JsonObject | null,
): Note {
  return {
    activityId: uuidv7(),
    actor: access.actor,
    requestId,
    message: messages.length === 0 ? null : messages.join('; '),
    detail,
  };
}

function ignoredNote(ignored: readonly string[]): readonly string[] {
  return ignored.length === 0
    ? []
    : [`ignored, as the schemas do not define them: ${ignored.slice(0, 20).join(', ')}`];
}

function noSuchUser(id: string): ScimError {
  return notFound(`There is no user ${id.slice(0, 100)} in this connection.`);
}
