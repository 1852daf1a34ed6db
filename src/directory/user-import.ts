/**
 * Takes a file of users into the directory, line by line, each like a request of its own: what was taken in stays when
 * it is cut short, and the same file again changes nothing that is so already.
 */
import type { JsonObject } from '../model.ts';
import { ScimError } from '../scim/error.ts';
import { PATCH_URN } from '../scim/patch.ts';
import { findGroupByName } from '../store/groups.ts';
import { groupIdsOf } from '../store/members.ts';
import { findByUserName } from '../store/resources.ts';
import { createGroup, patchGroup } from './groups.ts';
import { refuse } from './refusals.ts';
import { anyVersion, type DirectoryWorld, ownerOf, type Request } from './request.ts';
import { columnNamedIn, columnsOf, managerOf } from './user-columns.ts';
import { changesIn, type FileLine, groupsIn, inColumn, userIn } from './user-file.ts';
import { createUser, getUser, patchUser } from './users.ts';

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
  const inFile = new Set(lines.map(({ cells }) => (cells.userName ?? '').toLowerCase()));
  const late: Late[] = [];
  for (const [index, line] of lines.entries()) {
    if (signal.aborted) return;
    const userName = line.cells.userName ?? '';
    const taking = { line, how, seen, inFile, late };
    const { effect, detail } = await taken(world, request, taking);
    counts[effect] += 1;
    seen.add(userName.toLowerCase());
    if (effect !== 'nothing') yield { type: 'line', line: line.line, userName, effect, detail };
    if ((index + 1) % toldEvery === 0)
      yield { type: 'progress', done: index + 1, total: lines.length, counts: { ...counts } };
  }
  for (const one of late) {
    if (signal.aborted) return;
    const { line, cells } = one.line;
    const detail = await withManager(world, request, one);
    if (detail === null) continue;
    counts[one.effect] -= 1;
    counts.refused += 1;
    yield { type: 'line', line, userName: cells.userName ?? '', effect: 'refused', detail };
  }
  yield { type: 'summary', total: lines.length, counts };
}

/** Somebody whose manager is in a line further down. */
interface Late {
  readonly line: FileLine;
  readonly effect: 'create' | 'update';
  readonly userId: string;
}

/** Gives somebody the manager whom a later line has made; answers why not. */
async function withManager(
  world: DirectoryWorld,
  request: Request,
  { line, userId }: Late,
): Promise<string | null> {
  try {
    const { cells } = await named(world, request, { line, inFile: new Set(), manager: '' });
    const { data } = await getUser(world, request, userId);
    const only = { ...line, cells: { manager: cells.manager ?? '' } };
    const { operations } = changesIn(only, data, request.access.types.User);
    if (operations.length > 0)
      await patchUser(world, request, userId, patchOf(operations), anyVersion);
    return null;
  } catch (error) {
    if (!(error instanceof ScimError)) throw error;
    return `${error.detail} All else of the line was taken in.`;
  }
}

interface Taking extends Pick<UserImport, 'how'> {
  readonly line: FileLine;
  /** The user names of the lines before, in lower case. */
  readonly seen: ReadonlySet<string>;
  /** Those of all lines. */
  readonly inFile: ReadonlySet<string>;
  readonly late: Late[];
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
  { line, how, inFile, late }: Taking,
): Promise<Taken> {
  const owner = ownerOf(request);
  const type = request.access.types.User;
  const existing = await findByUserName(world.pool, owner, String(line.cells.userName));
  const manager = existing === null ? '' : managerOf(existing.data);
  const known = await named(world, request, { line, inFile, manager });
  const isLate = known.cells.manager === undefined && (line.cells.manager ?? '') !== '';
  const wantedGroups = groupsIn(line);
  if (existing === null) {
    const user = userIn(known, type);
    refuseIn(user, request, known);
    if (how === 'import') {
      const { id } = await createUser(world, request, user);
      await join(world, request, id, wantedGroups ?? [], []);
      if (isLate) late.push({ line, effect: 'create', userId: id });
    }
    return { effect: 'create', detail: (wantedGroups ?? []).join(', ') };
  }
  const { columns, operations, data } = changesIn(known, existing.data, type);
  if (operations.length > 0) refuseIn(data, request, known);
  const held = wantedGroups === null ? [] : await groupIdsOf(world.pool, owner, existing.id);
  const { joins, leaves } = await difference(world, request, wantedGroups, held);
  const changed = [
    ...columns.map((name) => name.split(':').at(-1) ?? name),
    ...(isLate ? ['manager'] : []),
    ...joins.map((name) => `+ ${name}`),
    ...leaves.map(() => '− a group'),
  ];
  if (changed.length === 0) return { effect: 'nothing', detail: '' };
  if (how === 'import') {
    if (operations.length > 0)
      await patchUser(world, request, existing.id, patchOf(operations), anyVersion);
    await join(world, request, existing.id, joins, leaves);
    if (isLate) late.push({ line, effect: 'update', userId: existing.id });
  }
  return { effect: 'update', detail: changed.join(', ') };
}

const patchOf = (operations: readonly JsonObject[]) => ({
  schemas: [PATCH_URN],
  Operations: operations,
});

interface Naming {
  readonly line: FileLine;
  readonly inFile: ReadonlySet<string>;
  /** Who is it now, by id; empty: nobody. */
  readonly manager: string;
}

/**
 * The line with the id of the manager whom it names by userName; without the manager where a line of the file has yet
 * to make them. Throws where there is no such user.
 */
async function named(
  { pool }: DirectoryWorld,
  request: Request,
  { line, inFile, manager }: Naming,
): Promise<FileLine> {
  const name = line.cells.manager ?? '';
  // Of a manager who is gone the file has the id.
  if (name === '' || name === manager) return line;
  const found = await findByUserName(pool, ownerOf(request), name);
  if (found !== null) return { ...line, cells: { ...line.cells, manager: found.id } };
  if (!inFile.has(name.toLowerCase()))
    throw new ScimError(400, `manager: there is no user ${name.slice(0, 100)} in the directory.`);
  const { manager: _late, ...cells } = line.cells;
  return { ...line, cells };
}

/** Says of a value that a destination would refuse in which column it is. */
function refuseIn(user: JsonObject, request: Request, { cells }: FileLine): void {
  try {
    refuse(user, request.access);
  } catch (error) {
    if (!(error instanceof ScimError)) throw error;
    const columns = columnsOf(request.access.types.User).filter(({ name }) => cells[name]);
    const column = columnNamedIn(error.detail, columns);
    throw column === undefined ? error : inColumn(error, column);
  }
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
