/** Groups as a SCIM connection changes them: created, replaced, patched and deleted. */
import { isDeepStrictEqual } from 'node:util';
import { v7 as uuidv7, validate } from 'uuid';
import type { JsonObject } from '../model.ts';
import { notFound, type ScimError, uniqueness } from '../scim/error.ts';
import {
  type Member,
  type MembershipChange,
  membershipChange,
  membershipDifference,
  membershipOf,
} from '../scim/membership.ts';
import { applyPatch, type PatchRequest, readPatch } from '../scim/patch.ts';
import { readResource, replaceResource } from '../scim/resource.ts';
import {
  changeGroup,
  deleteGroup as deleteStored,
  type GroupData,
  insertGroup,
  type StoredMember,
} from '../store/groups.ts';
import { allMembers } from '../store/members.ts';
import { findResource, type StoredResource } from '../store/resources.ts';
import { violatedUnique } from '../store/statement.ts';
import { changesBetween } from './changes.ts';
import { indexed } from './indexed.ts';
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
import { whileBusy } from './turns.ts';

/** POST: writes a new group. Throws 409 `uniqueness` where the displayName is taken. */
export async function createGroup(
  world: DirectoryWorld,
  request: Request,
  body: unknown,
  id: string = uuidv7(),
): Promise<StoredResource> {
  const { resource, ignored } = readResource(request.access.types.Group, body);
  const { data, members } = split(resource);
  checkSize(data);
  const at = new Date(world.now());
  const group = { ...stored(data), id, at, members: membershipOf(members).map(keptMember) };
  const line = note(request, ignoredNote(ignored), null);
  const owner = ownerOf(request);
  const destinations = await orTaken(data, () => insertGroup(world.pool, owner, group, line));
  world.wake(owner.tenantId, destinations);
  return { id, type: 'Group', data, version: 1, createdAt: at, lastModified: at };
}

/** The group with this id, without its members. Throws 404. */
export async function getGroup(
  world: Pick<DirectoryWorld, 'pool'>,
  request: Request,
  id: string,
): Promise<StoredResource> {
  const found = await findResource(world.pool, ownerOf(request), 'Group', id);
  if (found === null) throw noSuchGroup(id);
  return found;
}

/** PUT: replaces a group and its members (RFC 7644 §3.5.1). An equal one stays as it is. */
export async function replaceGroup(
  world: DirectoryWorld,
  request: Request,
  id: string,
  body: unknown,
  precondition: Precondition,
): Promise<StoredResource> {
  return change(world, request, { id, precondition }, async (group) => {
    const { resource, ignored } = replaceResource(request.access.types.Group, group.data, body);
    const { data, members } = split(resource);
    const membership = { clear: true, add: membershipOf(members), remove: [] };
    return { data, membership, ignored, commutes: false };
  });
}

/** PATCH: changes a group, all or nothing (RFC 7644 §3.5.2). */
export async function patchGroup(
  world: DirectoryWorld,
  request: Request,
  id: string,
  body: unknown,
  precondition: Precondition,
): Promise<StoredResource> {
  const patch = readPatch(body);
  return change(world, request, { id, precondition }, (group) =>
    patched(world, request, group, patch),
  );
}

/** DELETE: the id is 404 from now on; who was in the group stays. */
export async function deleteGroup(
  world: DirectoryWorld,
  request: Request,
  id: string,
  precondition: Precondition | null,
): Promise<void> {
  await whileBusy(id, async () => {
    const { version } = await getGroup(world, request, id);
    precondition?.(version);
    // Always of this version: a statement sees no members that came after it began, and they would
    // be left without their group.
    const deletion = { id, version, at: new Date(world.now()) };
    const owner = ownerOf(request);
    const destinations = await deleteStored(world.pool, owner, deletion, note(request, [], null));
    if (destinations === null) return null;
    world.wake(owner.tenantId, destinations);
    return 'gone';
  });
}

/** What is to become of a group. */
interface Edited {
  readonly data: JsonObject;
  readonly membership: MembershipChange;
  readonly ignored: readonly string[];
  /** Whether the change of the members means the same whatever else happens to the group. */
  readonly commutes: boolean;
}

const apart: ReadonlySet<string> = new Set(['members']);

/** Most requests say who comes and goes; the others are decided on the whole group. */
async function patched(
  world: DirectoryWorld,
  request: Request,
  group: StoredResource,
  patch: PatchRequest,
): Promise<Edited> {
  const type = request.access.types.Group;
  const issued = { id: group.id };
  const { resource, ignored, ...rest } = applyPatch(type, group.data, patch, issued, { apart });
  const membership = membershipChange(rest.apart);
  if (membership !== null) return { data: resource, membership, ignored, commutes: true };
  const before = await allMembers(world.pool, ownerOf(request), group.id, request.baseUrl);
  const whole = applyPatch(type, { ...group.data, members: before }, patch, issued);
  const { data, members } = split(whole.resource);
  const difference = membershipDifference(membershipOf(before), membershipOf(members));
  return { data, membership: difference, ignored: whole.ignored, commutes: false };
}

type Edit = (group: StoredResource) => Promise<Edited>;

/** Reads, edits and writes; where it matters what was read, only if nobody wrote in between. */
async function change(
  world: DirectoryWorld,
  request: Request,
  { id, precondition }: { readonly id: string; readonly precondition: Precondition },
  edit: Edit,
): Promise<StoredResource> {
  return whileBusy(id, async () => {
    const group = await getGroup(world, request, id);
    precondition(group.version);
    const edited = await edit(group);
    checkSize(edited.data);
    const same = isDeepStrictEqual(edited.data, group.data);
    if (same && isNoChange(edited.membership)) return group;
    const bound = !same || !edited.commutes || precondition !== anyVersion;
    return write(world, request, group, { ...edited, same, bound });
  });
}

function isNoChange({ clear, add, remove }: MembershipChange): boolean {
  return !clear && add.length === 0 && remove.length === 0;
}

async function write(
  world: DirectoryWorld,
  request: Request,
  group: StoredResource,
  {
    data,
    membership,
    ignored,
    same,
    bound,
  }: Edited & { readonly same: boolean; readonly bound: boolean },
): Promise<StoredResource | null> {
  const at = new Date(world.now());
  const next = {
    id: group.id,
    version: bound ? group.version : null,
    at,
    data: same ? null : stored(data),
    ...membership,
    add: membership.add.map(keptMember),
  };
  const line = note(request, ignoredNote(ignored), changesBetween(group.data, data));
  const owner = ownerOf(request);
  const changed = await orTaken(data, () => changeGroup(world.pool, owner, next, line));
  if (changed === null) return null;
  world.wake(owner.tenantId, changed.destinations);
  const { version } = changed;
  return changed.changed ? { ...group, data, version, lastModified: at } : { ...group, version };
}

/** Members are kept beside the group. */
function split({ members, ...data }: JsonObject): {
  readonly data: JsonObject;
  readonly members: JsonObject[string] | undefined;
} {
  return { data, members };
}

function stored(data: JsonObject): GroupData {
  const { displayName, externalId } = indexed(data);
  return { data, displayName, externalId };
}

function keptMember({ key, value, type, display, ref }: Member): StoredMember {
  return {
    key,
    value,
    memberId: validate(key) ? key : null,
    type: type ?? null,
    display: display ?? null,
    ref: ref ?? null,
  };
}

/** Two groups of one connection cannot have one name, in any case: nobody could tell them apart. */
async function orTaken<Result>(data: JsonObject, write: () => Promise<Result>): Promise<Result> {
  try {
    return await write();
  } catch (error) {
    if (violatedUnique(error) !== 'resources_group_name') throw error;
    const name = String(data.displayName);
    throw uniqueness(
      `A group with the displayName ${name} exists already. Find it with the filter displayName eq "${name}" and update it.`,
    );
  }
}

function noSuchGroup(id: string): ScimError {
  return notFound(`There is no group ${id.slice(0, 100)} in this connection.`);
}
