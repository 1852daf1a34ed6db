/** Pages of lists, and how many resources these have. */
import type { JsonObject } from '../model.ts';
import type { Filter } from '../scim/filter.ts';
import {
  countStatement,
  type ListQuery,
  type PageRequest,
  type PageRow,
  pageStatement,
  type Statement,
} from './list-statement.ts';
import type { StoredResource } from './resources.ts';
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
  // One more than asked for tells whether others follow.
  const statement = pageStatement(query, { ...request, limit: request.limit + 1 });
  const rows = await run<PageRow>(db, query, statement);
  const shown = rows.slice(0, request.limit);
  return { resources: shown.map(listed), more: shown.at(-1)?.followed ?? rows.length > 0 };
}

/** How many resources match. */
export async function countResources(db: Queryable, query: ListQuery): Promise<number> {
  const [row] = await run<{ total: number }>(db, query, countStatement(query));
  return row?.total ?? 0;
}

function listed({ key, json, memberships, followed: _, ...row }: PageRow): ListedResource {
  const { id, type } = row;
  const read: readonly JsonObject[] | null = memberships === null ? null : JSON.parse(memberships);
  const stored = { ...row, data: JSON.parse(json) };
  const place = { key, id };
  return type === 'User'
    ? { stored: { ...stored, groups: read }, place, members: null }
    : { stored, place, members: read };
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
