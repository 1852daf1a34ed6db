/** The profile of somebody of the directory: what they see of themselves, and change. */
import type pg from 'pg';
import type { JsonObject } from '../model.ts';
import type { Connect } from '../provisioning/connect.ts';
import { standingsOf } from '../provisioning/explain.ts';
import { scopeOf } from '../provisioning/scope.ts';
import { subjectOf } from '../provisioning/subject.ts';
import type { Access } from './access.ts';
import { openFields, type ProfileField, patchFor, profileOf } from './own-attributes.ts';
import { anyVersion, type DirectoryWorld } from './request.ts';
import { openAttributes } from './sign-in-settings.ts';
import { getUser, patchUser } from './users.ts';

/** What somebody changes about themselves. */
export interface ProfileChange {
  readonly access: Access;
  readonly userId: string;
  readonly requestId: string;
  /** By the names of the lines; `null` empties one. */
  readonly changes: Readonly<Record<string, string | null>>;
}

/** What came of it: the profile as it is now, or the lines that are not theirs to change. */
export type ProfileChanged =
  | { readonly kind: 'changed'; readonly data: JsonObject }
  | { readonly kind: 'closed'; readonly fields: readonly string[] };

/**
 * Changes a profile, all or nothing; every destination is told as by any other change of the user.
 * @throws `ScimError` for a value that is refused
 */
export async function changeProfile(
  world: DirectoryWorld,
  { access, userId, requestId, changes }: ProfileChange,
): Promise<ProfileChanged> {
  const open = openFields(await openAttributes(world.pool, access.source.tenantId));
  const closed = Object.keys(changes).filter((name) => !open.has(name));
  if (closed.length > 0) return { kind: 'closed', fields: closed };
  const request = { access, requestId, baseUrl: '', shows: { groups: false } };
  const { data } = await getUser(world, request, userId);
  const patch = patchFor(data, changes);
  if (patch === null) return { kind: 'changed', data };
  const changed = await patchUser(world, request, userId, patch, anyVersion);
  return { kind: 'changed', data: changed.data };
}

/** The lines of somebody's profile. */
export async function profileFields(
  pool: pg.Pool,
  tenantId: string,
  data: JsonObject,
): Promise<readonly ProfileField[]> {
  return profileOf(data, await openAttributes(pool, tenantId));
}

/** What finding somebody's applications needs of the world. */
export interface ApplicationsWorld {
  readonly pool: pg.Pool;
  readonly now: () => number;
  readonly connect: Connect;
}

/** The names of the destinations whose policy covers somebody, in their order. */
export async function applicationsOf(
  world: ApplicationsWorld,
  tenantId: string,
  userId: string,
): Promise<readonly string[]> {
  const standings = await standingsOf(world, tenantId, userId);
  const covering = standings.filter(
    ({ link, connected }) =>
      link.resource !== null &&
      !('fault' in connected) &&
      scopeOf(subjectOf(link.resource, link), connected.policy).covered,
  );
  return covering
    .map(({ destination }) => destination.name)
    .toSorted((one, other) => one.localeCompare(other));
}
