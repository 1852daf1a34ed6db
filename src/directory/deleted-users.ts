/** Deleting somebody from the directory, and bringing them back as they were: with their account and their groups. */
import { notFound, ScimError } from '../scim/error.ts';
import { deletedUsers, findDeleted, forgetDeleted, keepDeleted } from '../store/deleted-users.ts';
import { groupIdsOf } from '../store/members.ts';
import type { StoredResource } from '../store/resources.ts';
import { patchGroup } from './groups.ts';
import {
  anyVersion,
  type DirectoryWorld,
  ownerOf,
  type Precondition,
  type Request,
} from './request.ts';
import { createUser, deleteUser, getUser } from './users.ts';

const mostListed = 200;

/** Deletes somebody and keeps what is needed to bring them back. */
export async function deleteKept(
  world: DirectoryWorld,
  request: Request,
  id: string,
  precondition: Precondition | null,
): Promise<void> {
  const { tenantId, sourceId } = ownerOf(request);
  const user = await getUser(world, { ...request, shows: { groups: false } }, id);
  await keepDeleted(world.pool, tenantId, {
    id,
    userName: String(user.data.userName),
    data: user.data,
    groups: await groupIdsOf(world.pool, { tenantId, sourceId }, id),
    deletedAt: new Date(world.now()),
    deletedBy: request.access.actor,
  });
  try {
    await deleteUser(world, request, id, precondition);
  } catch (error) {
    if (error instanceof ScimError) await forgetDeleted(world.pool, tenantId, id);
    throw error;
  }
}

/** Who can be brought back, the latest first. */
export async function listDeleted({ pool }: Pick<DirectoryWorld, 'pool'>, request: Request) {
  return deletedUsers(pool, ownerOf(request), mostListed);
}

/**
 * Brings somebody back: a new user with what they were, who inherits the accounts that were kept (their
 * tombstones), in those of their groups that are still there. Throws 404, and 409 where the userName is taken.
 */
export async function restoreUser(
  world: DirectoryWorld,
  request: Request,
  id: string,
): Promise<StoredResource> {
  const { tenantId } = ownerOf(request);
  const kept = await findDeleted(world.pool, tenantId, id);
  if (kept === null) throw notFound(`Nobody with the id ${id.slice(0, 100)} can be restored.`);
  const user = await createUser(world, request, kept.data);
  await forgetDeleted(world.pool, tenantId, id);
  for (const group of kept.groups) await rejoin(world, request, group, user.id);
  return user;
}

async function rejoin(
  world: DirectoryWorld,
  request: Request,
  group: string,
  value: string,
): Promise<void> {
  const body = {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [{ op: 'add', path: 'members', value: [{ value }] }],
  };
  try {
    await patchGroup(world, request, group, body, anyVersion);
  } catch (error) {
    // A group that is gone meanwhile has no members.
    if (!(error instanceof ScimError) || error.status !== 404) throw error;
  }
}
