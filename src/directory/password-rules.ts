/**
 * Which passwords are taken, after NIST SP 800-63B-4 §3.1.1.2: long ones of any composition, unless everybody would
 * guess them. Pure.
 */
import type { JsonObject } from '../model.ts';
import { isArray, isObject } from '../scim/json.ts';

const leastLength = 12;
const mostLength = 256;

/** What is left of a password without its owner's names must be at least so long. */
const leastOfOne = 6;
const leastDifferent = 5;

/** The common ones that are long enough. */
const common: ReadonlySet<string> = new Set(
  [
    '1q2w3e4r5t6y 1qaz2wsx3edc 1234567890ab 123456789abc abc123456789 abcdefghijkl administrator',
    'changemeplease iloveyou1234 letmeinplease mypassword123 password1234 passwordpassword',
    'qwertyuiop12 qwertyuiop123 qwertyuiopas qwerty123456 welcome12345 zaq12wsxcde3',
  ].flatMap((line) => line.split(' ')),
);

/** What is wrong with a password for this user, as the end of a sentence that begins with "It"; `null`: nothing. */
export function passwordFault(password: string, user: JsonObject): string | null {
  const length = [...password].length;
  if (length < leastLength) return `must have at least ${leastLength} characters`;
  if (length > mostLength) return `must have at most ${mostLength} characters`;
  const folded = fold(password);
  if (new Set(folded).size < leastDifferent || isCounted(folded) || common.has(folded))
    return 'is one that many would guess: choose something less common';
  const rest = namesOf(user).reduce((left, name) => left.replaceAll(name, ''), folded);
  if (rest !== folded && [...rest].length < leastOfOne)
    return 'must not be made of your own name or address';
  return null;
}

function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/g, '');
}

/** Each character follows the one before it, up or down: 123456789012, abcdefghijkl. */
function isCounted(text: string): boolean {
  const codes = [...text].map((character) => character.codePointAt(0) ?? 0);
  const steps = codes.slice(1).map((code, index) => code - (codes[index] ?? 0));
  const regular = steps.filter((step) => step === steps[0] || Math.abs(step) === 9);
  return Math.abs(steps[0] ?? 0) === 1 && regular.length === steps.length;
}

/** What somebody is called, the longest first, so that a whole address goes before its parts. */
function namesOf(user: JsonObject): readonly string[] {
  const name = isObject(user.name) ? user.name : {};
  const emails = isArray(user.emails) ? user.emails : [];
  const addresses = emails.flatMap((email) => (isObject(email) ? [email.value] : []));
  const texts = [
    user.userName,
    user.displayName,
    user.nickName,
    ...Object.values(name),
    ...addresses,
  ]
    .filter((text) => typeof text === 'string')
    .flatMap((text) => [text, ...text.split(/[\s@._-]+/)])
    .map(fold)
    .filter((text) => text.length >= 3);
  return [...new Set(texts)].toSorted((one, other) => other.length - one.length);
}
