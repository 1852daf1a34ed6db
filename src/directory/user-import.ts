/**
 * Takes a file of users into the directory, line by line, each like a request of its own: what was taken in stays when
 * it is cut short, and the same file again changes nothing that is so already.
 */
import { ScimError } from '../scim/error.ts';
import { findGroupByName } from '../store/groups.ts';
import { groupIdsOf } from '../store/members.ts';
import { findByUserName } from '../store/resources.ts';
import { createGroup, patchGroup } from './groups.ts';
import { anyVersion, type DirectoryWorld, ownerOf, type Request } from './request.ts';
import { changesIn, type FileLine, groupsIn, userIn } from './user-file.ts';
import { createUser, patchUser } from './users.ts';

/** What becomes of a line. */
export type LineEffect = 'create' | 'update' | 'nothing' | 'refused';

/** What is told while a file is taken in. */
export type ImportEvent =
  | {
      readonly type: 'line';
      readonly line: number;
      readonly userName: string;
      readonly effect: LineEffect;
      /** What changes, in short, or why it was refused. */
      readonly detail: string;
    }
  | {
      readonly type: 'progress';
      readonly done: number;
      readonly total: number;
      readonly counts: Readonly<Record<LineEffect, number>>;
    }
  | {
      readonly type: 'summary';
      readonly total: number;
      readonly counts: Readonly<Record<LineEffect, number>>;
    };

/** Which lines, and whether they are only looked at. */
export interface UserImport {
  readonly lines: readonly FileLine[];
  readonly how: 'preview' | 'import';
  readonly signal: AbortSignal;
}

/** Progress is told every so many lines. */
const toldEvery = 100;

/** Takes the lines in, and tells what becomes of each that is not so already. */
export async function* importUsers(
  world: DirectoryWorld,
  request: Request,
  { lines, how, signal }: UserImport,
): AsyncGenerator<ImportEvent> {
  const counts = { create: 0, update: 0, nothing: 0, refused: 0 };
  const seen = new Set<string>();
  for (const [index, line] of lines.entries()) {
    if (signal.aborted) return;
    const userName = line.cells.userName ?? '';
    const { effect, detail } = await taken(world, request, { line, how, seen });
    counts[effect] += 1;
    seen.add(userName.toLowerCase());
    if (effect !== 'nothing') yield { type: 'line', line: line.line, userName, effect, detail };
    if ((index + 1) % toldEvery === 0)
      yield { type: 'progress', done: index + 1, total: lines.length, counts: { ...counts } };
  }
  yield { type: 'summary', total: lines.length, counts };
}

interface Taking extends Pick<UserImport, 'how'> {
  readonly line: FileLine;
  /** The user names of the lines before, in lower case. */
  readonly seen: ReadonlySet<string>;
}

interface Taken {
  readonly effect: LineEffect;
  readonly detail: string;
}

async function taken(world: DirectoryWorld, request: Request, taking: Taking): Promise<Taken> {
  try {
    const { cells } = taking.line;
    if (cells.userName === undefined || cells.userName === '')
      throw new ScimError(400, 'userName is empty.');
    if (taking.seen.has(cells.userName.toLowerCase()))
      throw new ScimError(400, `${cells.userName} is in a line before already.`);
    return await take(world, request, taking);
  } catch (error) {
    if (!(error instanceof ScimError)) throw error;
    return { effect: 'refused', detail: error.detail };
  }
}

async function take(
  world: DirectoryWorld,
  request: Request,
  { line, how }: Taking,
): Promise<Taken> {
  const owner = ownerOf(request);
  const existing = await findByUserName(world.pool, owner, String(line.cells.userName));
  const wantedGroups = groupsIn(line);
  if (existing === null) {
    const user = userIn(line);
    if (how === 'import') {
      const { id } = await createUser(world, request, user);
      await join(world, request, id, wantedGroups ?? [], []);
    }
    return { effect: 'create', detail: (wantedGroups ?? []).join(', ') };
  }
  const operations = changesIn(line, existing.data);
  const held = wantedGroups === null ? [] : await groupIdsOf(world.pool, owner, existing.id);
  const { joins, leaves } = await difference(world, request, wantedGroups, held);
  const changed = [
    ...operations.map(({ path }) => String(path).split(':').at(-1) ?? ''),
    ...joins.map((name) => `+ ${name}`),
    ...leaves.map(() => '− a group'),
  ];
  if (changed.length === 0) return { effect: 'nothing', detail: '' };
  if (how === 'import') {
    if (operations.length > 0) {
      const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp'];
      const body = { schemas, Operations: operations };
      await patchUser(world, request, existing.id, body, anyVersion);
    }
    await join(world, request, existing.id, joins, leaves);
  }
  return { effect: 'update', detail: changed.join(', ') };
}

/** Which groups somebody is to join, by name, and which to leave, by id. */
async function difference(
  { pool }: DirectoryWorld,
  request: Request,
  wanted: readonly string[] | null,
  held: readonly string[],
): Promise<{ readonly joins: readonly string[]; readonly leaves: readonly string[] }> {
  if (wanted === null) return { joins: [], leaves: [] };
  const joins: string[] = [];
  const kept = new Set<string>();
  for (const name of wanted) {
    const group = await findGroupByName(pool, ownerOf(request), name);
    if (group !== null && held.includes(group)) kept.add(group);
    else joins.push(name);
  }
  return { joins, leaves: held.filter((id) => !kept.has(id)) };
}

/** Makes somebody a member of groups, which are made where there are none of the name, and takes them out of others. */
async function join(
  world: DirectoryWorld,
  request: Request,
  userId: string,
  joins: readonly string[],
  leaves: readonly string[],
): Promise<void> {
  for (const displayName of joins) {
    const group = await groupCalled(world, request, displayName);
    await member(world, request, group, { op: 'add', path: 'members', value: [{ value: userId }] });
  }
  for (const group of leaves)
    await member(world, request, group, { op: 'remove', path: `members[value eq "${userId}"]` });
}

/** The id of the group of this name, which is made where there is none. */
async function groupCalled(
  world: DirectoryWorld,
  request: Request,
  displayName: string,
): Promise<string> {
  const known = await findGroupByName(world.pool, ownerOf(request), displayName);
  if (known !== null) return known;
  const schemas = ['urn:ietf:params:scim:schemas:core:2.0:Group'];
  const { id } = await createGroup(world, request, { schemas, displayName });
  return id;
}

function member(
  world: DirectoryWorld,
  request: Request,
  groupId: string,
  operation: object,
): Promise<unknown> {
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp'];
  return patchGroup(world, request, groupId, { schemas, Operations: [operation] }, anyVersion);
}
