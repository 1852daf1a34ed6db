/** What a token that is bound to a user may do: see and change this user, and read what is there at all. */
import type { Access } from '../directory/access.ts';
import { forbidden } from '../scim/error.ts';

/** A request as the router understood it. */
export interface RoutedRequest {
  /** The route's pattern, e.g. `/scim/v2/:source/Users/:id`; undefined where there is none. */
  readonly route: string | undefined;
  readonly params: unknown;
}

/** Below the source's base URL; open to everybody with a token. */
const open: ReadonlySet<string> = new Set([
  '/Me',
  '/ServiceProviderConfig',
  '/ResourceTypes',
  '/ResourceTypes/:id',
  '/Schemas',
  '/Schemas/:id',
]);

/**
 * To be run before any SCIM route, once it is known who asks.
 * @throws `ScimError` 403 where the token is bound to a user and the request goes beyond them
 */
export function refuseBeyondPerson(
  { userId }: Pick<Access, 'userId'>,
  { route, params }: RoutedRequest,
): void {
  if (userId === null) return;
  const endpoint = /\/:source(\/.*)$/.exec(route ?? '')?.[1] ?? '';
  if (open.has(endpoint)) return;
  if (endpoint === '/Users/:id' && idIn(params) === userId) return;
  throw forbidden(
    'This token stands for one user: it is good for /Me, for that user and for discovery. Use a token of the connection for everything else.',
  );
}

function idIn(params: unknown): string | null {
  const named = typeof params === 'object' && params !== null && 'id' in params;
  return named ? String(params.id).toLowerCase() : null;
}
