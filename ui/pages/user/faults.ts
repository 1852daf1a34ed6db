/** What SCIM refuses about a user, at the field it is about. */
import { ApiError } from '../../api/client.ts';
import { Incomplete } from '../../parts/faults.ts';
import type { Draft, Field } from './places.ts';

/** Words of a refusal that name a field. */
function wordsOf({ place }: Field): RegExp {
  if (place.kind === 'email') return /e-?mail/i;
  if (place.kind === 'plain') return new RegExp(`\\b${place.keys.at(-1)}\\b`, 'i');
  return place.list === 'phoneNumbers' ? /phone/i : new RegExp(`\\b${place.sub}\\b`, 'i');
}

/** The same refusal, at its field where it names one; of several that it may mean, at one that was changed. */
export function atField(
  error: Error | null,
  fields: readonly Field[],
  changed: readonly Field[],
): Error | null {
  if (!(error instanceof ApiError) || error.faults.length > 0) return error;
  const named = (field: Field) => wordsOf(field).test(error.message);
  const field = changed.find(named) ?? fields.find(named);
  return field === undefined
    ? error
    : new Incomplete([{ field: field.name, detail: error.message }]);
}

/** What is missing, before anything is sent. */
export function missingIn({ userName = '' }: Draft): Incomplete | null {
  return userName.trim() === ''
    ? new Incomplete([{ field: 'userName', detail: 'A user name is needed.' }])
    : null;
}
