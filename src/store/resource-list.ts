/** Pages of lists, and how many resources these have. */
import type { JsonObject } from '../model.ts';
import type { Filter } from '../scim/filter.ts';
import { resolveFilter } from '../scim/resolved-filter.ts';
import {
  countStatement,
  type ListQuery,
  type PageRequest,
  type PageRow,
  pageStatement,
  type Statement,
} from './list-statement.ts';
import { findByUserName, groupsOf, type StoredResource } from './resources.ts';
import type { ListPlace } from './sort-sql.ts';
import type { Queryable } from './statement.ts';

/** A resource of a page. */
export interface ListedResource {
  readonly stored: StoredResource;
  readonly place: ListPlace;
  /** The members of a group; `null` where they are not asked for, or too many to hold. */
  readonly members: readonly JsonObject[] | null;
}

/** A page of a list. */
export interface ResourcePage {
  readonly resources: readonly ListedResource[];
  /** Whether others follow. */
  readonly more: boolean;
}

/** A page of the resources that match. */
export async function listPage(
  db: Queryable,
  query: ListQuery,
  request: PageRequest,
): Promise<ResourcePage> {
  const userName = request.from === 0 ? userNameIn(query) : null;
  if (userName !== null) return userByName(db, query, userName);
  // One more than asked for tells whether others follow.
  const statement = pageStatement(query, { ...request, limit: request.limit + 1 });
  const rows = await run<PageRow>(db, query, statement);
  const { shown, groups } = await withGroups(db, query, rows.slice(0, request.limit));
  const resources = shown.map((row) => listed(row, groups.get(row.id) ?? null));
  return { resources, more: shown.at(-1)?.followed ?? rows.length > 0 };
}

/**
 * The userName that a list of users asks for and nothing else: what identity providers ask before
 * they do anything, many at a time, and what at most one user answers.
 */
function userNameIn({ types, filter }: ListQuery): string | null {
  const [only, ...others] = types;
  if (filter === null || only === undefined || others.length > 0) return null;
  const resolved = resolveFilter(filter, only.type);
  const asked = resolved.kind === 'compare' && resolved.operator === 'eq';
  return asked && resolved.target.name === 'userName' ? String(resolved.value) : null;
}

async function userByName(
  db: Queryable,
  { owner, types, baseUrl }: ListQuery,
  userName: string,
): Promise<ResourcePage> {
  const user = await findByUserName(db, owner, userName);
  if (user === null) return { resources: [], more: false };
  const { grouped, ...stored } = user;
  const shown = grouped === true && types.some(({ memberships }) => memberships);
  const held = shown ? await groupsOf(db, owner, [user.id], baseUrl) : null;
  const groups = held?.get(user.id) ?? null;
  const place = { key: null, id: user.id };
  return { resources: [{ stored: { ...stored, groups }, place, members: null }], more: false };
}

/** Users whose groups are read at a time, and how many of these a page has before it ends early. */
const usersAtATime = 50;
const mostGroups = 20_000;

interface GroupedRows {
  readonly shown: readonly PageRow[];
  readonly groups: ReadonlyMap<string, readonly JsonObject[]>;
}

/** The groups of those users of a page that are in any; with very many of them the page ends early. */
async function withGroups(
  db: Queryable,
  { owner, baseUrl }: ListQuery,
  rows: readonly PageRow[],
): Promise<GroupedRows> {
  const grouped = rows.filter(({ grouped, type }) => grouped === true && type === 'User');
  const groups = new Map<string, readonly JsonObject[]>();
  let read = 0;
  for (let from = 0; from < grouped.length; from += usersAtATime) {
    const ids = grouped.slice(from, from + usersAtATime).map(({ id }) => id);
    for (const [id, held] of await groupsOf(db, owner, ids, baseUrl)) {
      groups.set(id, held);
      read += held.length;
    }
    const next = grouped[from + usersAtATime];
    if (read > mostGroups && next !== undefined)
      return { shown: rows.slice(0, rows.indexOf(next)), groups };
  }
  return { shown: rows, groups };
}

/** How many resources match. */
export async function countResources(db: Queryable, query: ListQuery): Promise<number> {
  const [row] = await run<{ total: number }>(db, query, countStatement(query));
  return row?.total ?? 0;
}

function listed(
  { key, json, members, followed: _, grouped: __, ...row }: PageRow,
  groups: readonly JsonObject[] | null,
): ListedResource {
  const stored = { ...row, groups, data: JSON.parse(json) };
  const held: readonly JsonObject[] | null = members === null ? null : JSON.parse(members);
  return { stored, place: { key, id: row.id }, members: held };
}

const prepared = new Map<string, string>();
const mostPrepared = 50;

/**
 * A name for a list's statement, so that it is planned once a connection. Identity providers look up
 * in a few forms; whoever asks in very many must not fill the connections' memory. What is no look-up
 * is planned each time, as how much of the roll it finds depends on its values.
 */
function preparedName({ filter }: ListQuery, text: string): string | null {
  if (filter !== null && !isLookUp(filter)) return null;
  const known = prepared.get(text);
  if (known !== undefined) return known;
  if (prepared.size >= mostPrepared) return null;
  const name = `resource-list-${prepared.size}`;
  prepared.set(text, name);
  return name;
}

function isLookUp(filter: Filter): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.terms.every(isLookUp);
    case 'compare':
      return filter.operator === 'eq';
    case 'valuePath':
      return isLookUp(filter.filter);
    default:
      return false;
  }
}

async function run<Found extends object>(
  db: Queryable,
  query: ListQuery,
  { text, values }: Statement,
): Promise<readonly Found[]> {
  const name = preparedName(query, text);
  const named = name === null ? { text } : { name, text };
  const { rows } = await db.query<Found>({ ...named, values: [...values] });
  return rows;
}
