/** A page of anything as the control API and the pages list it: straight from the table, without lag. */
import { countOf, type Documents, pageOf } from './paging.ts';
import type { Condition } from './search-filter.ts';
import type { Shop } from './shop.ts';

export interface ViewRequest {
  /** Part of what is kept as words (a name, an address, a tag), or a whole id. */
  readonly query: string;
  readonly limit: number;
  /** The number of the last one seen. */
  readonly after: number | null;
  readonly order: 'oldest' | 'newest';
}

/** The page, how many there are in all, and where the next page begins. */
export function listPage<T>(
  shop: Shop,
  documents: Documents<T>,
  { query, limit, after, order }: ViewRequest,
) {
  const selection = { search: null, within: matching(query.trim()) };
  const page = pageOf(shop, documents, {
    ...selection,
    column: 'id',
    reverse: order === 'newest',
    direction: 'next',
    position: after === null ? null : { id: after, value: after },
    size: limit,
  });
  return {
    items: page.items.map(({ item }) => item),
    total: countOf(shop, documents, selection),
    next: page.more ? (page.items.at(-1)?.position.id ?? null) : null,
  };
}

function matching(query: string): Condition | null {
  if (query === '') return null;
  const number = Number(query.split('/').pop());
  return {
    sql: 'instr(words, ?) > 0 OR id = ?',
    parameters: [query.toLowerCase(), Number.isSafeInteger(number) ? number : -1],
  };
}
