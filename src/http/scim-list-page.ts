/** One page of a list, by index (RFC 7644 §3.4.2.4) or by cursor (RFC 9865 §2). */
import { invalidCount, tooMany } from '../scim/error.ts';
import { printFilter } from '../scim/filter.ts';
import { DEFAULT_COUNT, type ListHead, type Paging } from '../scim/list-response.ts';
import { printSort, sortTarget } from '../scim/sort.ts';
import type { ListQuery, PageRequest } from '../store/list-statement.ts';
import {
  countResources,
  type ListedResource,
  listPage,
  type ResourcePage,
} from '../store/resource-list.ts';
import { isTooSlow, type Queryable } from '../store/statement.ts';
import type { CursorState, Cursors } from './scim-cursor.ts';

/** What is asked, and by whom. */
export interface ListRequest {
  readonly query: ListQuery;
  readonly paging: Paging;
  /** Cursors belong to the credential that they were given to (RFC 9865 §5.2). */
  readonly credential: string;
}

/** What answering needs. */
export interface ListWorld {
  readonly db: Queryable;
  readonly cursors: Cursors;
}

/** A page, and what stands beside it. */
export interface ListAnswer {
  readonly head: ListHead;
  readonly resources: readonly ListedResource[];
}

/**
 * Reads the page that is asked for. Throws `tooMany` where that takes too long: more than "the server
 * is willing to calculate or process" (RFC 7644 §3.12).
 */
export async function listAnswer(world: ListWorld, request: ListRequest): Promise<ListAnswer> {
  const { paging } = request;
  try {
    return await (paging.kind === 'index'
      ? pageByIndex(world, request, paging)
      : pageByCursor(world, request, paging));
  } catch (error) {
    if (!isTooSlow(error)) throw error;
    throw tooMany(
      'This filter takes too long here: ask by userName, externalId, emails.value or meta.lastModified.',
    );
  }
}

type PagingBy<Kind extends Paging['kind']> = Extract<Paging, { readonly kind: Kind }>;

async function pageByIndex(
  { db }: ListWorld,
  { query }: ListRequest,
  { startIndex, count }: PagingBy<'index'>,
): Promise<ListAnswer> {
  const from = startIndex - 1;
  const page = await pageOf(db, query, { limit: count, from });
  const { resources, more } = page;
  // A page that ends the list says how long it is: who asks for one user is spared a count.
  const ends = !more && (resources.length > 0 || (from === 0 && count > 0));
  const totalResults = ends ? from + resources.length : await countResources(db, query);
  return { head: { totalResults, itemsPerPage: resources.length, startIndex }, resources };
}

async function pageOf(
  db: Queryable,
  query: ListQuery,
  request: PageRequest,
): Promise<ResourcePage> {
  return request.limit === 0 ? { resources: [], more: false } : listPage(db, query, request);
}

async function pageByCursor(
  world: ListWorld,
  request: ListRequest,
  { cursor, count }: PagingBy<'cursor'>,
): Promise<ListAnswer> {
  return cursor === ''
    ? firstPage(world, request, count ?? DEFAULT_COUNT)
    : nextPage(world, request, continued(world.cursors.open(cursor, boundTo(request)), count));
}

/** "Count … must be equal to the count value of the initial query" (RFC 9865 §2.1). */
function continued(state: CursorState, count: number | undefined): CursorState {
  if (count === undefined || count === state.count) return state;
  throw invalidCount(`This list is paged by ${state.count}: send count=${state.count} again.`);
}

/** A count of 0 asks for the total alone, and has no next page. */
async function firstPage(
  world: ListWorld,
  request: ListRequest,
  count: number,
): Promise<ListAnswer> {
  const { db } = world;
  const { resources, more } = await pageOf(db, request.query, { limit: count, from: 0 });
  const counted = more || count === 0;
  const totalResults = counted ? await countResources(db, request.query) : resources.length;
  return answered(world, request, { resources, more, count, totalResults });
}

async function nextPage(
  world: ListWorld,
  request: ListRequest,
  { after, count, totalResults }: CursorState,
): Promise<ListAnswer> {
  const page = await listPage(world.db, request.query, { limit: count, from: after });
  return answered(world, request, { ...page, count, totalResults });
}

function answered(
  { cursors }: ListWorld,
  request: ListRequest,
  page: ResourcePage & { readonly count: number; readonly totalResults: number },
): ListAnswer {
  const { resources, more, count, totalResults } = page;
  const head = { totalResults, itemsPerPage: resources.length };
  const after = resources.at(-1)?.place;
  if (!more || after === undefined) return { head, resources };
  const nextCursor = cursors.seal({ after, count, totalResults }, boundTo(request));
  return { head: { ...head, nextCursor }, resources };
}

/** "all query parameters and values being identical" (RFC 9865 §2), of those that choose resources. */
function boundTo({ query, credential }: ListRequest): string {
  const { owner, types, filter, sort } = query;
  return JSON.stringify([
    owner.tenantId,
    owner.sourceId,
    credential,
    // An attribute that an admin defines anew may have another order.
    types.map(({ type }) => [type.name, sort && sortTarget(sort, type)?.attribute.type]),
    filter && printFilter(filter),
    sort && printSort(sort),
  ]);
}
