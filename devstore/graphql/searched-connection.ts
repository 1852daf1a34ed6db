/** A connection over a table of documents, with its search, sort key and cursors. */
import { type GraphQLResolveInfo, responsePathAsArray } from 'graphql';
import { countOf, type Documents, type Position, pageOf } from '../shop/paging.ts';
import type { Condition, SearchFilter } from '../shop/search-filter.ts';
import { connection, decodeCursor, encodeCursor, requestedPage } from './connection.ts';
import type { Context } from './context.ts';
import { apiError } from './errors.ts';
import type { PageArguments } from './inputs.ts';
import { reportSearch } from './search-report.ts';

export interface SearchArguments extends PageArguments {
  readonly query?: string | null;
}

export interface CountArguments {
  readonly query?: string | null;
  readonly limit?: number | null;
}

interface Search<T> {
  readonly documents: Documents<T>;
  readonly filter: (text: string, now: number) => SearchFilter | null;
  /** What is there for the app at all; everything when left out. */
  readonly within?: Condition | null;
}

/** The page asked for, sorted by the column. */
export function searchedConnection<T>(
  search: Search<T> & { readonly column: string },
  args: SearchArguments,
  context: Context,
  info: GraphQLResolveInfo,
) {
  const page = requestedPage(args);
  const { items, more } = pageOf(context.shop, search.documents, {
    search: searchCondition(search, args, context, info),
    within: search.within ?? null,
    column: search.column,
    reverse: args.reverse ?? false,
    direction: page.direction,
    position: page.cursor === null ? null : positionIn(page.cursor),
    size: page.size,
  });
  const edges = items.map(({ item, position }) => ({
    cursor: encodeCursor({ last_id: position.id, last_value: position.value }),
    node: item,
  }));
  return connection(edges, page, more);
}

/** How many there are, up to the limit. */
export function searchedCount<T>(
  search: Search<T>,
  args: CountArguments,
  context: Context,
  info: GraphQLResolveInfo,
) {
  const total = countOf(context.shop, search.documents, {
    search: searchCondition(search, args, context, info),
    within: search.within ?? null,
  });
  const limit = args.limit ?? Number.POSITIVE_INFINITY;
  return { count: Math.min(total, limit), precision: total > limit ? 'AT_LEAST' : 'EXACT' };
}

function searchCondition<T>(
  search: Search<T>,
  { query }: { readonly query?: string | null },
  context: Context,
  info: GraphQLResolveInfo,
): Condition | null {
  const text = query ?? '';
  const filter = search.filter(text, context.shop.now());
  reportSearch(context, responsePathAsArray(info.path), { text, filter });
  return filter?.condition ?? null;
}

function positionIn(cursor: string): Position {
  const decoded = decodeCursor(cursor);
  if (decoded && typeof decoded === 'object' && 'last_id' in decoded && 'last_value' in decoded) {
    const { last_id: id, last_value: value } = decoded;
    if (typeof id === 'number' && (typeof value === 'string' || typeof value === 'number'))
      return { id, value };
  }
  throw apiError('Invalid cursor for current pagination sort.', 'BAD_REQUEST');
}
