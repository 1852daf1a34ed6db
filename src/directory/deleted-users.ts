/** Bringing back whom the directory deleted, as they were: with their account and their groups. */
import { validate as isUuid, v7 as uuidv7 } from 'uuid';
import { notFound, ScimError } from '../scim/error.ts';
import { deletedUsers, findDeleted, forgetDeleted, idOfRestored } from '../store/deleted-users.ts';
import { findResource, type StoredResource } from '../store/resources.ts';
import { patchGroup } from './groups.ts';
import { anyVersion, type DirectoryWorld, ownerOf, type Request } from './request.ts';
import { createUser } from './users.ts';

const mostListed = 200;

/** Who can be brought back, the latest first. */
export async function listDeleted({ pool }: Pick<DirectoryWorld, 'pool'>, request: Request) {
  return deletedUsers(pool, ownerOf(request).tenantId, mostListed);
}

/**
 * Brings somebody back: a new user with what they were, who inherits the accounts that were kept (their
 * tombstones), in those of their groups that are still there. They are forgotten last, so that what was cut short is
 * gone on with when it is asked for again. Throws 404, and 409 where the userName is taken.
 */
export async function restoreUser(
  world: DirectoryWorld,
  request: Request,
  id: string,
): Promise<StoredResource> {
  const owner = ownerOf(request);
  const { tenantId } = owner;
  const kept = isUuid(id) ? await findDeleted(world.pool, tenantId, id) : null;
  const newId = kept === null ? null : await idOfRestored(world.pool, tenantId, id, uuidv7());
  if (kept === null || newId === null)
    throw notFound(`Nobody with the id ${id.slice(0, 100)} can be restored.`);
  const begun = await findResource(world.pool, owner, 'User', newId);
  const user = begun ?? (await createUser(world, request, kept.data, newId));
  for (const group of kept.groups) await rejoin(world, request, group, user.id);
  await forgetDeleted(world.pool, tenantId, id);
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
