/** What changes the roll through a SCIM connection: users created, replaced, patched and deleted. */
import { isDeepStrictEqual } from 'node:util';
import type pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import type { JsonObject } from '../model.ts';
import { notFound, payloadTooLarge, ScimError, uniqueness } from '../scim/error.ts';
import { applyPatch, readPatch } from '../scim/patch.ts';
import { type ReadResource, readResource, replaceResource } from '../scim/resource.ts';
import { userType } from '../scim/resource-types.ts';
import {
  deleteResource,
  findByUserName,
  findResource,
  insertResource,
  type Note,
  type Owner,
  type StoredResource,
  updateResource,
} from '../store/resources.ts';
import { violatedUnique } from '../store/statement.ts';
import type { Access } from './access.ts';
import { changesBetween } from './changes.ts';
import { indexed } from './indexed.ts';
import { refuse } from './refusals.ts';
import { inTurn } from './turns.ts';

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
  const read = readResource(userType, body);
  const dropped = refuse(read.resource, request.access);
  return inTurn(nameOf(request, read.resource), async () => {
    try {
      return await insert(world, request, read, dropped);
    } catch (error) {
      if (violatedUnique(error) !== 'resources_user_name') throw error;
      return reactivateOrRefuse(world, request, read);
    }
  });
}

/**
 * What a POST and a DELETE of one person have in common. At once, the POST would find the userName
 * free and yet not see the tombstone, and the person would get a second link.
 */
function nameOf({ access }: Request, user: JsonObject): string {
  return `${access.source.id} ${indexed(user).userName}`;
}

async function insert(
  world: DirectoryWorld,
  request: Request,
  { resource: data, ignored }: ReadResource,
  dropped: readonly string[],
): Promise<StoredResource> {
  const owner = ownerOf(request);
  const id = uuidv7();
  const at = new Date(world.now());
  const destinations = await insertResource(
    world.pool,
    owner,
    { type: 'User', id, data, at, ...indexed(data) },
    note(request, [...ignoredNote(ignored), ...dropped], null),
  );
  world.wake(owner.tenantId, destinations);
  return { id, type: 'User', data, version: 1, createdAt: at, lastModified: at };
}

/** A taken userName: the inactive user comes back where the source says so, else 409 (RFC 7644 §3.3). */
async function reactivateOrRefuse(
  world: DirectoryWorld,
  request: Request,
  { resource: sent, ignored }: ReadResource,
): Promise<StoredResource> {
  const userName = String(sent.userName);
  const taken = () =>
    uniqueness(
      `A user with the userName ${userName} exists already. Find it with the filter userName eq "${userName}" and update it.`,
    );
  if (!request.access.source.reactivateOnCreate) throw taken();
  const existing = await findByUserName(world.pool, ownerOf(request), userName);
  if (existing === null) throw taken();
  return change(world, request, existing.id, anyVersion, (stored) => {
    // Of two that come at once the second finds the user active again.
    if (stored.data.active !== false) throw taken();
    return { ...replaceResource(userType, stored.data, sent), ignored };
  });
}

const anyVersion: Precondition = () => undefined;

/** PUT: replaces a user (RFC 7644 §3.5.1). An equal one stays as it is. */
export async function replaceUser(
  world: DirectoryWorld,
  request: Request,
  id: string,
  body: unknown,
  precondition: Precondition,
): Promise<StoredResource> {
  return change(world, request, id, precondition, (stored) =>
    replaceResource(userType, stored.data, body),
  );
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
    const patched = applyPatch(userType, stored.data, patch, { id: stored.id });
    checkSize(patched.resource);
    return patched;
  });
}

/** A user by many small requests must not grow beyond what one POST may send. */
const mostCharacters = 1_048_576;

function checkSize(user: JsonObject): void {
  if (JSON.stringify(user).length > mostCharacters)
    throw payloadTooLarge('The user would be larger than 1 MiB: remove values from it first.');
}

/** DELETE: the id is 404 from now on; the account leaves by the destination's policy. */
export async function deleteUser(
  world: DirectoryWorld,
  request: Request,
  id: string,
  precondition: Precondition | null,
): Promise<void> {
  const owner = ownerOf(request);
  const { data } = await found(world, owner, id, anyVersion);
  const attempt = async () => {
    const version =
      precondition === null ? null : (await found(world, owner, id, precondition)).version;
    const target = { type: 'User', id, version } as const;
    const destinations = await deleteResource(world.pool, owner, target, note(request, [], null));
    if (destinations === null && version === null) throw noSuchUser(id);
    return destinations;
  };
  const destinations = await inTurn(nameOf(request, data), () => whileBusy(id, attempt));
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

type Edit = (stored: StoredResource) => ReadResource;

/** Reads, edits and writes under the version that was read; another writer in between means again. */
async function change(
  world: DirectoryWorld,
  request: Request,
  id: string,
  precondition: Precondition,
  edit: Edit,
): Promise<StoredResource> {
  return whileBusy(id, async () => {
    const stored = await found(world, ownerOf(request), id, precondition);
    const edited = edit(stored);
    if (isDeepStrictEqual(edited.resource, stored.data)) return stored;
    return write(world, request, stored, edited);
  });
}

/** Tries until it is done; `null` says that another process wrote the same user in between. */
function whileBusy<Done>(id: string, attempt: () => Promise<Done | null>): Promise<Done> {
  return inTurn(id, async () => {
    for (let tries = 0; tries < mostTries; tries += 1) {
      const done = await attempt();
      if (done !== null) return done;
    }
    throw new ScimError(503, 'The user is being changed by many requests at once: try again.');
  });
}

async function write(
  world: DirectoryWorld,
  request: Request,
  stored: StoredResource,
  { resource: data, ignored }: ReadResource,
): Promise<StoredResource | null> {
  const owner = ownerOf(request);
  const dropped = refuse(data, request.access);
  const lastModified = new Date(world.now());
  const urgent = stored.data.active !== false && data.active === false;
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
    throw uniqueness(`Another user has the userName ${String(data.userName)} already.`);
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
