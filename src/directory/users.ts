/** What changes the roll through a SCIM connection: users created, replaced, patched and deleted. */
import { isDeepStrictEqual } from 'node:util';
import { v7 as uuidv7 } from 'uuid';
import type { JsonObject } from '../model.ts';
import { notFound, type ScimError, uniqueness } from '../scim/error.ts';
import { applyPatch, readPatch } from '../scim/patch.ts';
import { type ReadResource, readResource, replaceResource } from '../scim/resource.ts';
import {
  findByUserName,
  findResource,
  findUserWithGroups,
  type StoredResource,
} from '../store/resources.ts';
import { violatedUnique } from '../store/statement.ts';
import { deleteUser as deleteStored, insertUser, updateUser } from '../store/users.ts';
import { changesBetween } from './changes.ts';
import { indexed } from './indexed.ts';
import { refuse } from './refusals.ts';
import {
  anyVersion,
  type DirectoryWorld,
  ignoredNote,
  note,
  ownerOf,
  type Precondition,
  type Request,
} from './request.ts';
import { checkSize } from './size.ts';
import { inTurn, whileBusy } from './turns.ts';

/** POST: writes a new user. Throws 409 `uniqueness` where the userName is taken. */
export async function createUser(
  world: DirectoryWorld,
  request: Request,
  body: unknown,
  id: string = uuidv7(),
): Promise<StoredResource> {
  const read = readResource(request.access.types.User, body);
  const dropped = refuse(read.resource, request.access);
  return inTurn(nameOf(request, read.resource), async () => {
    try {
      return await insert(world, request, { ...read, id, dropped });
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

interface NewUser extends ReadResource {
  readonly id: string;
  readonly dropped: readonly string[];
}

async function insert(
  world: DirectoryWorld,
  request: Request,
  { resource: data, ignored, id, dropped }: NewUser,
): Promise<StoredResource> {
  const owner = ownerOf(request);
  const at = new Date(world.now());
  const { destinations, buyers } = await insertUser(
    world.pool,
    owner,
    { id, data, at, ...indexed(data) },
    note(request, [...ignoredNote(ignored), ...dropped], null),
  );
  if (buyers.includes(id)) await world.recognise(owner.tenantId, id);
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
    return { ...replaceResource(request.access.types.User, stored.data, sent), ignored };
  });
}

/** PUT: replaces a user (RFC 7644 §3.5.1). An equal one stays as it is. */
export async function replaceUser(
  world: DirectoryWorld,
  request: Request,
  id: string,
  body: unknown,
  precondition: Precondition,
): Promise<StoredResource> {
  return change(world, request, id, precondition, (stored) =>
    replaceResource(request.access.types.User, stored.data, body),
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
    const patched = applyPatch(request.access.types.User, stored.data, patch, { id: stored.id });
    checkSize(patched.resource);
    return patched;
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
  const versionThat = async (holds: Precondition) => {
    const { version } = await getUser(world, request, id);
    holds(version);
    return version;
  };
  const { data } = await getUser(world, request, id);
  const attempt = async () => {
    const version = precondition === null ? null : await versionThat(precondition);
    const deletion = { id, version, at: new Date(world.now()) };
    const destinations = await deleteStored(world.pool, owner, deletion, note(request, [], null));
    if (destinations === null && version === null) throw noSuchUser(id);
    return destinations;
  };
  const destinations = await inTurn(nameOf(request, data), () => whileBusy(id, attempt));
  world.wake(owner.tenantId, destinations);
}

/** The user with this id. Throws 404. */
export async function getUser(
  { pool }: Pick<DirectoryWorld, 'pool'>,
  request: Request,
  id: string,
): Promise<StoredResource> {
  const owner = ownerOf(request);
  const stored = request.shows.groups
    ? await findUserWithGroups(pool, owner, id, request.baseUrl)
    : await findResource(pool, owner, 'User', id);
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
    const stored = await getUser(world, request, id);
    precondition(stored.version);
    const edited = edit(stored);
    if (isDeepStrictEqual(edited.resource, stored.data)) return stored;
    return write(world, request, stored, edited);
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
    id: stored.id,
    version: stored.version,
    data,
    at: lastModified,
    urgent,
  };
  try {
    const changed = await updateUser(
      world.pool,
      owner,
      { ...update, ...indexed(data) },
      note(request, [...ignoredNote(ignored), ...dropped], changesBetween(stored.data, data)),
    );
    if (changed === null) return null;
    if (changed.isBuyer) await world.recognise(owner.tenantId, stored.id);
    world.wake(owner.tenantId, changed.destinations);
    return { ...stored, data, version: changed.version, lastModified };
  } catch (error) {
    if (violatedUnique(error) !== 'resources_user_name') throw error;
    throw uniqueness(`Another user has the userName ${String(data.userName)} already.`);
  }
}

function noSuchUser(id: string): ScimError {
  return notFound(`There is no user ${id.slice(0, 100)} in this connection.`);
}
