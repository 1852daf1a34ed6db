/** Groups of the directory on the command line. */
import { deleteUnassigned } from '../directory/app-policies.ts';
import { createGroup, patchGroup } from '../directory/groups.ts';
import { anyVersion, ownerOf } from '../directory/request.ts';
import type { JsonObject } from '../model.ts';
import { PATCH_URN } from '../scim/patch.ts';
import { allMembers } from '../store/members.ts';
import type { StoredResource } from '../store/resources.ts';
import { type Context, UsageError } from './context.ts';
import {
  allOf,
  type Directory,
  groupCalled,
  inScim,
  theDirectory,
  theGroup,
  theOne,
  userCalled,
} from './directory.ts';

/** `group list`. */
export async function listGroupsCommand(context: Context): Promise<string> {
  const { options } = context;
  const directory = await theDirectory(context);
  const groups = await allOf(directory, 'Group', options.filter);
  if (options.json === true)
    return JSON.stringify({ groups: groups.map((group) => inScim(directory, group)) }, null, 2);
  if (groups.length > 0)
    return groups.map(({ id, data }) => `${id}  ${data.displayName}`).join('\n');
  return options.filter === undefined ? 'No groups yet: rollcall group add' : 'No groups that fit.';
}

/** `group show`: with its members. */
export async function showGroup(context: Context): Promise<string> {
  const name = theOne(context.positionals, 'Say which group: rollcall group show Staff');
  const directory = await theDirectory(context);
  const { world, request } = directory;
  const group = await theGroup(directory, name);
  const members = await allMembers(world.pool, ownerOf(request), group.id, request.baseUrl);
  if (context.options.json === true) {
    const shown = { ...group, data: { ...group.data, members } };
    return JSON.stringify(inScim(directory, shown), null, 2);
  }
  return [`${group.id}  ${group.data.displayName}`, ...members.map(memberLine)].join('\n');
}

function memberLine({ value, display, type }: JsonObject): string {
  return `  ${value}  ${display ?? ''}${type === 'Group' ? '  (group)' : ''}`;
}

/** `group add`. */
export async function addGroup(context: Context): Promise<string> {
  const displayName = theOne(context.positionals, 'Say its name: rollcall group add Staff');
  const { world, request } = await theDirectory(context);
  const schemas = [request.access.types.Group.schema.id];
  const { id } = await createGroup(world, request, { schemas, displayName });
  return `${id}  ${displayName} is in the directory.`;
}

/** `group rename`. */
export async function renameGroup(context: Context): Promise<string> {
  const [name, displayName, ...others] = context.positionals;
  if (name === undefined || displayName === undefined || others.length > 0)
    throw new UsageError('Say which group and its new name: rollcall group rename Staff Everybody');
  const directory = await theDirectory(context);
  const group = await theGroup(directory, name);
  await change(directory, group, [{ op: 'replace', path: 'displayName', value: displayName }]);
  return `${name} is called ${displayName}.`;
}

/** `group delete`. */
export async function deleteGroupCommand(context: Context): Promise<string> {
  const name = theOne(context.positionals, 'Say which group: rollcall group delete Staff');
  const directory = await theDirectory(context);
  const { id } = await theGroup(directory, name);
  await deleteUnassigned(directory.world, directory.request, id, null);
  return `${name} is deleted; who was in it stays in the directory.`;
}

/** `group join` and `group leave`: users, or groups, by userName, name or id. */
export async function changeMembers(context: Context, verb: 'join' | 'leave'): Promise<string> {
  const [name, ...members] = context.positionals;
  if (name === undefined || members.length === 0)
    throw new UsageError(`Say which group and who: rollcall group ${verb} Staff ada@example.com`);
  const directory = await theDirectory(context);
  const group = await theGroup(directory, name);
  const ids = await Promise.all(members.map((who) => memberId(directory, who)));
  await change(directory, group, operationsOf(verb, ids));
  const who = members.join(', ');
  return verb === 'join' ? `In ${name}: ${who}.` : `Not in ${name} any more: ${who}.`;
}

function operationsOf(verb: 'join' | 'leave', ids: readonly string[]): readonly JsonObject[] {
  return verb === 'join'
    ? [{ op: 'add', path: 'members', value: ids.map((value) => ({ value })) }]
    : ids.map((id) => ({ op: 'remove', path: `members[value eq "${id}"]` }));
}

async function memberId(directory: Directory, who: string): Promise<string> {
  const found = (await userCalled(directory, who)) ?? (await groupCalled(directory, who));
  if (found !== null) return found.id;
  throw new UsageError(`There is no user or group ${who} in the directory.`);
}

function change(
  { world, request }: Directory,
  { id }: StoredResource,
  Operations: readonly JsonObject[],
): Promise<StoredResource> {
  return patchGroup(world, request, id, { schemas: [PATCH_URN], Operations }, anyVersion);
}
