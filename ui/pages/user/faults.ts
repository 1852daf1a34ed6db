/** What SCIM refuses about a user, at the field it is about. */
import { ApiError } from '../../api/client.ts';
import { Incomplete } from '../../parts/faults.ts';
import type { Draft } from './draft.ts';

/** Words of a refusal that name a field. */
const words: readonly (readonly [RegExp, keyof Draft])[] = [
  [/userName/, 'userName'],
  [/phone/i, 'phone'],
  [/e-?mail/i, 'email'],
];

/** The same refusal, at its field where it names one. */
export function atField(error: Error | null): Error | null {
  if (!(error instanceof ApiError) || error.faults.length > 0) return error;
  const field = words.find(([word]) => word.test(error.message))?.[1];
  return field === undefined ? error : new Incomplete([{ field, detail: error.message }]);
}

/** What is missing, before anything is sent. */
export function missingIn({ userName }: Draft): Incomplete | null {
  return userName.trim() === ''
    ? new Incomplete([{ field: 'userName', detail: 'A user name is needed.' }])
    : null;
}
