/** What a resolver can see beside its arguments, one for each request. */
import type { GraphQLFieldResolver } from 'graphql';
import type { FieldFault } from '../faults.ts';
import type { Shop } from '../shop/shop.ts';

export interface SearchReport {
  readonly path: readonly (string | number)[];
  readonly query: string;
  readonly parsed: object;
  readonly warnings: readonly object[];
}

export interface Context {
  readonly shop: Shop;
  /** Asked for with the header `Shopify-Search-Query-Debug: 1`. */
  readonly debugSearches: boolean;
  /** What `extensions.search` will say; resolvers add to it. */
  readonly searches: SearchReport[];
  /** A fault that strikes inside the answer rather than the connection. */
  readonly fault: FieldFault | undefined;
}

/** The resolvers of one type, by field. Arguments have been checked against the schema before. */
export type Fields<Source> = Readonly<Record<string, GraphQLFieldResolver<Source, Context>>>;
