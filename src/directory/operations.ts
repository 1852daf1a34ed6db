/** What can be done with the resources of each type: the endpoints and Bulk both do it by these. */
import type { ResourceKind } from '../model.ts';
import type { StoredResource } from '../store/resources.ts';
import { createGroup, deleteGroup, getGroup, patchGroup, replaceGroup } from './groups.ts';
import type { DirectoryWorld, Precondition, Request } from './request.ts';
import { createUser, deleteUser, getUser, patchUser, replaceUser } from './users.ts';

/** The operations on the resources of one type. All throw `ScimError` for what the client must change. */
export interface ResourceOperations {
  /** POST. `id` is the one to be given, where it had to be known beforehand. */
  create(
    world: DirectoryWorld,
    request: Request,
    body: unknown,
    id?: string,
  ): Promise<StoredResource>;
  /** GET. */
  read(world: Pick<DirectoryWorld, 'pool'>, request: Request, id: string): Promise<StoredResource>;
  /** PUT. */
  replace(
    world: DirectoryWorld,
    request: Request,
    id: string,
    body: unknown,
    precondition: Precondition,
  ): Promise<StoredResource>;
  /** PATCH. */
  patch(
    world: DirectoryWorld,
    request: Request,
    id: string,
    body: unknown,
    precondition: Precondition,
  ): Promise<StoredResource>;
  /** DELETE. */
  remove(
    world: DirectoryWorld,
    request: Request,
    id: string,
    precondition: Precondition | null,
  ): Promise<void>;
}

/** The operations of each type. */
export const operationsOf: Readonly<Record<ResourceKind, ResourceOperations>> = {
  User: {
    create: createUser,
    read: getUser,
    replace: replaceUser,
    patch: patchUser,
    remove: deleteUser,
  },
  Group: {
    create: createGroup,
    read: getGroup,
    replace: replaceGroup,
    patch: patchGroup,
    remove: deleteGroup,
  },
};
