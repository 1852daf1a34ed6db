/** Users of the directory on the command line. */
import { validate as isUuid } from 'uuid';
import { listDeleted, restoreUser } from '../directory/deleted-users.ts';
import { invite, profileUrlOf } from '../directory/password-links.ts';
import { anyVersion } from '../directory/request.ts';
import { signOutEverywhere } from '../directory/sign-in.ts';
import { changesIn, userIn } from '../directory/user-file.ts';
import { createUser, deleteUser, getUser, patchUser } from '../directory/users.ts';
import type { JsonObject } from '../model.ts';
import { ScimError } from '../scim/error.ts';
import { applyPatch, PATCH_URN, readPatch } from '../scim/patch.ts';
import type { StoredResource } from '../store/resources.ts';
import { type Context, UsageError, type Verdict } from './context.ts';
import {
  actor,
  allOf,
  type Directory,
  inScim,
  theDirectory,
  theOne,
  theUser,
} from './directory.ts';
import { withNotices } from './notices.ts';
import { type Assigned, attributeLines, readAssignments } from './user-attributes.ts';

/** `user list`. */
export async function listUsers(context: Context): Promise<string> {
  const { options } = context;
  const directory = await theDirectory(context);
  if (options.deleted === true) return deletedUsers(directory, options.json === true);
  const users = await allOf(directory, 'User', options.filter);
  if (options.json === true)
    return JSON.stringify({ users: users.map((user) => inScim(directory, user)) }, null, 2);
  if (users.length > 0) return users.map(lineOf).join('\n');
  return options.filter === undefined ? 'No users yet: rollcall user add' : 'No users that fit.';
}

function lineOf({ id, data }: StoredResource): string {
  const state = data.active === false ? 'suspended' : 'active';
  return [id, data.userName, data.displayName ?? '', state].join('  ');
}

async function deletedUsers({ world, request }: Directory, asJson: boolean): Promise<string> {
  const deleted = await listDeleted(world, request);
  if (asJson) {
    const shown = deleted.map(({ id, userName, deletedAt, deletedBy }) => ({
      ...{ id, userName, deletedAt, deletedBy },
    }));
    return JSON.stringify({ deleted: shown }, null, 2);
  }
  if (deleted.length === 0) return 'Nobody was deleted who could be restored.';
  return deleted
    .map(
      ({ id, userName, deletedAt, deletedBy }) =>
        `${id}  ${userName}  deleted ${deletedAt.toISOString()} by ${deletedBy}`,
    )
    .join('\n');
}

/** `user show`: a line for each attribute, as `user set` takes it. */
export async function showUser(context: Context): Promise<string> {
  const who = theOne(context.positionals, 'Say who: rollcall user show ada@example.com');
  const directory = await theDirectory(context);
  const { world, request } = directory;
  const { id } = await theUser(directory, who);
  const user = await getUser(world, { ...request, shows: { groups: true } }, id);
  if (context.options.json === true) return JSON.stringify(inScim(directory, user), null, 2);
  const groups = (user.groups ?? []).map(({ display }) => display).join(', ');
  return [
    `id ${id}`,
    `groups ${groups === '' ? 'none' : groups}`,
    ...attributeLines(request.access.types.User, user.data),
  ].join('\n');
}

/** `user add`. */
export async function addUser(context: Context): Promise<string> {
  const [userName, ...texts] = context.positionals;
  if (userName === undefined || userName.includes('='))
    throw new UsageError(
      'Say who: rollcall user add ada@example.com givenName=Ada familyName=Lovelace',
    );
  const directory = await theDirectory(context);
  const { world, request } = directory;
  const { cells, operations } = await readAssignments(directory, texts);
  const type = request.access.types.User;
  const user = userIn({ line: 0, cells: { ...cells, userName } }, type);
  const whole =
    operations.length === 0
      ? user
      : applyPatch(type, user, readPatch(patchOf(operations)), { id: '' }).resource;
  const { id } = await createUser(world, request, whole);
  return `${id}  ${userName} is in the directory.`;
}

/** `user set`. */
export async function setUser(context: Context): Promise<string> {
  const [who, ...texts] = context.positionals;
  if (who === undefined || who.includes('=') || texts.length === 0)
    throw new UsageError('Say who and what: rollcall user set ada@example.com department=Research');
  const directory = await theDirectory(context);
  const assigned = await readAssignments(directory, texts);
  const before = await theUser(directory, who);
  const after = await change(directory, before, assigned);
  return after.version === before.version
    ? `${who} is so already.`
    : `${who} is changed: ${texts.map((text) => text.split('=', 1)[0]).join(', ')}.`;
}

/** `user suspend` and `user activate`. */
export async function switchUsers(context: Context, active: 'true' | 'false'): Promise<Verdict> {
  const [verb, state] =
    active === 'true'
      ? ['activate', 'is active.']
      : ['suspend', 'is suspended: deactivated in every application, and signed out here.'];
  return forEach(context, verb, async (directory, user) => {
    await change(directory, user, { cells: { active }, operations: [] });
    return state;
  });
}

/** `user delete`. */
export async function deleteUsers(context: Context): Promise<Verdict> {
  return forEach(context, 'delete', async ({ world, request }, { id }) => {
    await deleteUser(world, request, id, null);
    return `is deleted; rollcall user restore ${id} brings them back.`;
  });
}

/** Does something about each user that is named, and tells of each how it went: who cannot be done keeps no other. */
async function forEach(
  context: Context,
  verb: string,
  act: (directory: Directory, user: StoredResource) => Promise<string>,
): Promise<Verdict> {
  const { positionals } = context;
  if (positionals.length === 0)
    throw new UsageError(`Say who: rollcall user ${verb} ada@example.com`);
  const directory = await theDirectory(context);
  const lines: string[] = [];
  let failed = false;
  for (const who of positionals) {
    try {
      lines.push(`${who} ${await act(directory, await theUser(directory, who))}`);
    } catch (error) {
      if (!(error instanceof UsageError || error instanceof ScimError)) throw error;
      failed = true;
      lines.push(`${who}: ${error.message}`);
    }
  }
  return { text: lines.join('\n'), failed };
}

function change(
  { world, request }: Directory,
  { id, data }: StoredResource,
  { cells, operations }: Assigned,
): Promise<StoredResource> {
  const changes = changesIn({ line: 0, cells }, data, request.access.types.User);
  const all = [...changes.operations, ...operations];
  return patchUser(world, request, id, patchOf(all), anyVersion);
}

const patchOf = (operations: readonly JsonObject[]) => ({
  ...{ schemas: [PATCH_URN], Operations: operations },
});

/** `user restore`. */
export async function restoreUserCommand(context: Context): Promise<string> {
  const who = theOne(context.positionals, 'Say who: rollcall user restore ada@example.com');
  const directory = await theDirectory(context);
  const { world, request } = directory;
  const found = await deletedCalled(directory, who);
  const { id } = await restoreUser(world, request, found);
  return `${id}  ${who} is back, with their groups.`;
}

/** The id of whoever was deleted last by this userName, or has it. */
async function deletedCalled({ world, request }: Directory, who: string): Promise<string> {
  const wanted = who.toLowerCase();
  if (isUuid(wanted)) return wanted;
  const deleted = await listDeleted(world, request);
  const found = deleted.find(({ userName }) => userName.toLowerCase() === wanted);
  if (found !== undefined) return found.id;
  throw new UsageError(`${who} was not deleted: see rollcall user list --deleted.`);
}

/** `user sign-out`. */
export async function signOutUser(context: Context): Promise<string> {
  const who = theOne(context.positionals, 'Say who: rollcall user sign-out ada@example.com');
  const directory = await theDirectory(context);
  const { tenant, world, request } = directory;
  const { id: userId } = await theUser(directory, who);
  const { requestId } = request;
  const { tenantId } = tenant;
  const ended = await signOutEverywhere(world, { tenantId, userId, actor, requestId });
  return `${who} is signed in nowhere any more; sessions that ended: ${ended ?? 0}.`;
}

/** `user invite`. */
export async function inviteUser(context: Context): Promise<string> {
  const who = theOne(context.positionals, 'Say who: rollcall user invite ada@example.com');
  const directory = await theDirectory(context);
  const { tenant, request } = directory;
  const { id: userId } = await theUser(directory, who);
  const { requestId } = request;
  const invited = await withNotices(context, (world) =>
    invite(world, { tenant, userId, actor, requestId }),
  );
  switch (invited.kind) {
    case 'unknown':
      throw new UsageError(`There is no user ${who} in the directory any more.`);
    case 'suspended':
      throw new UsageError(`${who} is suspended: rollcall user activate ${who}, then invite them.`);
    case 'invited': {
      const { url, expiresAt, mailedTo } = invited;
      return [
        `Link: ${url}`,
        `It is good for one use until ${expiresAt.toISOString()}, and is not shown again.`,
        mailedTo === null ? 'It was not sent: give it to them.' : `It was sent to ${mailedTo}.`,
        `They sign in at ${profileUrlOf(context.config, tenant.tenantId)}`,
      ].join('\n');
    }
  }
}
