/**
 * Cursors (RFC 9865 §2): where a list goes on, sealed so that it can be neither read nor made up.
 * Nothing is kept of one here, so that any number of them cost nothing (§5.3).
 */

import { expiredCursor, invalidCursor } from '../scim/error.ts';
import { CURSOR_SECONDS } from '../scim/list-response.ts';
import { type SecretBox, SecretUnreadable } from '../store/secret-box.ts';
import type { ListPlace } from '../store/sort-sql.ts';

/** What a cursor remembers of the pages before. */
export interface CursorState {
  /** The last resource that was sent. */
  readonly after: ListPlace;
  /** How many resources a page has at most: it stays what it was (§2.1, invalidCount). */
  readonly count: number;
  /** As it was counted for the first page. */
  readonly totalResults: number;
}

/** Makes cursors and reads them. What one is bound to is another's only by the same text. */
export interface Cursors {
  seal(state: CursorState, boundTo: string): string;
  /** Throws `invalidCursor` for what was not made here or for something else, else `expiredCursor`. */
  open(cursor: string, boundTo: string): CursorState;
}

/** Cursors of a server. */
export function cursorsOf(secrets: SecretBox, now: () => number): Cursors {
  return {
    seal({ after, count, totalResults }, boundTo) {
      const expires = now() + CURSOR_SECONDS * 1000;
      const sealed: Sealed = [expires, count, totalResults, after.id, after.key];
      // The prefix of the box says how it seals, its rest is base64url: all of it is unreserved.
      return secrets.seal(JSON.stringify(sealed), contextOf(boundTo));
    },
    open(cursor, boundTo) {
      const text = opened(secrets, cursor, contextOf(boundTo));
      const [expires, count, totalResults, id, key]: Sealed = JSON.parse(text);
      if (expires > now()) return { after: { id, key }, count, totalResults };
      throw expiredCursor(
        `The cursor was good for ${CURSOR_SECONDS} seconds: begin again with an empty cursor.`,
      );
    },
  };
}

type Sealed = [
  expires: number,
  count: number,
  totalResults: number,
  id: string,
  key: string | null,
];

function contextOf(boundTo: string): string {
  return `cursor ${boundTo}`;
}

/** Much longer than any that was made here. */
const mostCharacters = 16_384;

function opened(secrets: SecretBox, cursor: string, context: string): string {
  try {
    if (isWellFormed(cursor)) return secrets.open(cursor, context);
  } catch (error) {
    if (!(error instanceof SecretUnreadable)) throw error;
  }
  // One answer for all: it must not tell whose a cursor is (RFC 9865 §5.2).
  throw invalidCursor(
    'This is no cursor of this query: send the nextCursor of its last page, the rest as before.',
  );
}

/** Base64url has bits at its end that say nothing: a cursor with others there was not made here. */
function isWellFormed(cursor: string): boolean {
  const [, body = '', ...more] = cursor.split('.');
  if (cursor.length > mostCharacters || more.length > 0) return false;
  return Buffer.from(body, 'base64url').toString('base64url') === body;
}
