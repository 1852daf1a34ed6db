/** The directory as the pages read it: SCIM (RFC 7643), as far as they show and change it. */
import { useAnswer } from '../../api/queries.ts';

/** The enterprise extension (RFC 7643 §4.3). */
export const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

interface Value {
  readonly value?: string;
  readonly type?: string;
  readonly primary?: boolean;
}

/** A user. */
export interface User {
  readonly id: string;
  readonly userName: string;
  readonly displayName?: string;
  readonly name?: { readonly givenName?: string; readonly familyName?: string };
  readonly title?: string;
  readonly active?: boolean;
  readonly emails?: readonly Value[];
  readonly phoneNumbers?: readonly Value[];
  readonly groups?: readonly { readonly value: string; readonly display?: string }[];
  readonly [enterprise]?: { readonly department?: string };
  readonly meta: { readonly version: string };
}

/** A group. */
export interface Group {
  readonly id: string;
  readonly displayName: string;
  readonly members?: readonly { readonly value: string; readonly display?: string }[];
}

/** A page of a list (RFC 7644 §3.4.2), or of those who were found. */
export interface Listed<Resource> {
  readonly totalResults: number;
  /** There are more than were counted. */
  readonly more?: boolean;
  readonly startIndex: number;
  readonly itemsPerPage: number;
  readonly Resources?: readonly Resource[];
}

/** How many were found, in words. */
export function foundWords({ totalResults, more }: Listed<unknown>): string {
  const count = totalResults.toLocaleString();
  return more === true ? `More than ${count} found` : `${count} found`;
}

/** How many a page of a list shows. */
export const perPage = 50;

/** A text as a filter has it (RFC 7644 §3.4.2.2): JSON. */
const quoted = (text: string): string => JSON.stringify(text);

/** Who a search finds: whoever's names or addresses have, for each word, one that begins so. */
export function usersPath(words: string, startIndex: number, count = perPage): string {
  const query = words.trim();
  if (query === '') return listPath('Users', null, { startIndex, count, sortBy: 'userName' });
  const page = { startIndex: String(startIndex), count: String(count) };
  return `/directory/search?${new URLSearchParams({ query, ...page })}`;
}

/** Which groups a search finds: those whose name has the words in it. */
export function groupsPath(words: string, startIndex: number): string {
  const text = words.trim();
  const filter = text === '' ? null : `displayName co ${quoted(text)}`;
  return listPath('Groups', filter, { startIndex, sortBy: 'displayName', excluded: 'members' });
}

function listPath(
  kind: string,
  filter: string | null,
  order: {
    readonly startIndex: number;
    readonly count?: number;
    readonly sortBy: string;
    readonly excluded?: string;
  },
): string {
  const query = new URLSearchParams({
    startIndex: String(order.startIndex),
    count: String(order.count ?? perPage),
    sortBy: order.sortBy,
    ...(filter === null ? {} : { filter }),
    ...(order.excluded === undefined ? {} : { excludedAttributes: order.excluded }),
  });
  return `/directory/${kind}?${query}`;
}

/** The groups of the directory, the first of them by name. */
export function useGroups(words = '') {
  return useAnswer<Listed<Group>>(groupsPath(words, 1), { keep: true });
}

/** What somebody is called. */
export function nameOf({ displayName, name, userName }: Omit<User, 'meta' | 'id'>): string {
  const full = [name?.givenName, name?.familyName].filter(Boolean).join(' ');
  return displayName || full || userName;
}

/** The address that is shown, and sent to applications. */
export function emailOf({ emails }: Pick<User, 'emails'>): string {
  return (emails?.find(({ primary }) => primary) ?? emails?.[0])?.value ?? '';
}

/** A change of parts (RFC 7644 §3.5.2). */
export function patchOf(...operations: readonly object[]): object {
  return {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: operations,
  };
}
