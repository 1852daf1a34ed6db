/** What `extensions.search` says of a search: asked for, or because of a warning. */
import type { SearchFilter } from '../shop/search-filter.ts';
import { describeSearchQuery } from '../shop/search-query.ts';
import type { Context } from './context.ts';

export function reportSearch(
  context: Context,
  path: readonly (string | number)[],
  { text, filter }: { readonly text: string; readonly filter: SearchFilter | null },
): void {
  if (!filter || (filter.warnings.length === 0 && !context.debugSearches)) return;
  context.searches.push({
    path,
    query: text,
    parsed: describeSearchQuery(filter.query),
    warnings: filter.warnings,
  });
}
