/** What is asked of a list: in the query of a GET (RFC 7644 §3.4.2), or in the body of a `.search`. */
import { invalidSyntax, invalidValue } from './error.ts';
import { type Filter, parseFilter } from './filter.ts';
import { isObject, member, names } from './json.ts';
import { type Paging, readPaging } from './list-response.ts';
import { checkNames } from './resolved-filter.ts';
import type { ResourceType } from './resource-types.ts';
import { checkSort, readSort, type Sort } from './sort.ts';

const SEARCH_URN = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';

/** The parameters of a list, read but for those of the projection, which depend on the type. */
export interface ListParameters {
  readonly filter: Filter | null;
  readonly sort: Sort | null;
  readonly paging: Paging;
  readonly attributes?: unknown;
  readonly excludedAttributes?: unknown;
}

/** Reads the query of a GET; parameters that are not known are ignored (§3.4.2). */
export function readListQuery(query: unknown): ListParameters {
  return readParameters(isObject(query) ? query : {});
}

const SEARCHED = ['filter', 'sortBy', 'sortOrder', 'startIndex', 'count', 'cursor'] as const;
const PROJECTED = ['attributes', 'excludedAttributes'] as const;

/** Reads the body of a `.search` (§3.4.3): names in any case, null for what is not asked. */
export function readSearch(body: unknown): ListParameters {
  if (!isObject(body) || !names(member(body, 'schemas'), SEARCH_URN)) {
    throw invalidSyntax(`The body must be an object with the schema ${SEARCH_URN}.`);
  }
  const asked = [...SEARCHED, ...PROJECTED].map((name) => [name, member(body, name) ?? undefined]);
  return readParameters(Object.fromEntries(asked));
}

function readParameters(query: Readonly<Record<string, unknown>>): ListParameters {
  const { attributes, excludedAttributes } = query;
  const projection = { attributes, excludedAttributes };
  return {
    filter: readFilter(query.filter),
    sort: readSort(query),
    paging: readPaging(query),
    ...projection,
  };
}

function readFilter(filter: unknown): Filter | null {
  if (filter === undefined) return null;
  if (typeof filter !== 'string') throw invalidValue('filter must be given once, as a string.');
  return parseFilter(filter);
}

/**
 * Throws where a strict source is asked for attributes that none of the types has: the
 * interoperability profile refuses what RFC 7644 §3.4.2.1 treats as having no value.
 */
export function checkListNames(
  { filter, sort }: ListParameters,
  types: readonly ResourceType[],
): void {
  if (!types.some(({ strictInterop }) => strictInterop)) return;
  if (filter !== null) checkNames(filter, types);
  if (sort !== null) checkSort(sort, types);
}
