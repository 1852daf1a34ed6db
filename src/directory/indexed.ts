import type { JsonObject } from '../model.ts';
import { isArray, isObject } from '../scim/json.ts';
import type { IndexedColumns } from '../store/resources.ts';
import { wordsOf } from './words.ts';

/** The columns by which a user is found, from its representation. */
export function indexed(user: JsonObject): IndexedColumns {
  const emails = user.emails;
  return {
    userName: lower(user.userName),
    externalId: typeof user.externalId === 'string' ? user.externalId : null,
    displayName: lower(user.displayName),
    emails: (isArray(emails) ? emails : []).flatMap((email) =>
      isObject(email) ? (lower(email.value) ?? []) : [],
    ),
    active: user.active !== false,
    words: wordsOf(user),
  };
}

/** As SCIM compares what is not case exact (RFC 7643 §7); `null` where there is no text. */
function lower(value: unknown): string | null {
  return typeof value === 'string' ? value.toLowerCase() : null;
}
