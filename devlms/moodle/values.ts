/**
 * Moodle's types of values. Each cleans what it is given, and takes it only when that changes
 * nothing: capitals in a username are refused, not lowered.
 */
import { invalidParameter } from '../errors.ts';
import type { Reader, Rules } from './parameters.ts';

type Clean = (text: string, rules: Rules) => string;

function value<Value>(type: string, clean: Clean, as: (cleaned: string) => Value): Reader<Value> {
  return (given, rules) => {
    if (typeof given !== 'string')
      throw invalidParameter('Scalar type expected, array or object received.');
    const cleaned = clean(given, rules);
    if (cleaned !== given)
      throw invalidParameter(
        `Invalid external api parameter: the value is "${given}", the server was expecting "${type}" type`,
      );
    return as(cleaned);
  };
}

const text = (type: string, clean: Clean): Reader<string> =>
  value(type, clean, (cleaned) => cleaned);

/** What `(int)` makes of a text. */
export function cleanInteger(given: string): string {
  const number = Number.parseInt(given, 10);
  return Number.isSafeInteger(number) ? String(number) : '0';
}

/** Lower case without spaces; where the site does not say otherwise only `-`, `.`, `@`, `_`, letters, digits. */
export function cleanUsername(given: string, { extendedUsernameChars }: Rules): string {
  const lower = given.trim().toLowerCase();
  return extendedUsernameChars ? lower : lower.replaceAll(/[^-.@_a-z0-9]/g, '');
}

/** PHP's `strip_tags`: what follows a `<` up to its `>`, or to the end. */
export function stripTags(given: string): string {
  return given.replaceAll(/<(?!\s)[^>]*(?:>|$)/g, '');
}

const oneOf =
  (known: readonly string[]): Clean =>
  (given) =>
    known.includes(given) ? given : '';

/** Installed, though not all enabled: Moodle does not ask which. */
const authentications = [
  'manual',
  'nologin',
  'email',
  'cas',
  'db',
  'ldap',
  'lti',
  'mnet',
  'none',
  'oauth2',
  'shibboleth',
  'webservice',
];

export const integer = value('int', cleanInteger, Number);
export const boolean = value(
  'bool',
  (given) => (given === '1' || given === '0' ? given : ''),
  (cleaned) => cleaned === '1',
);
export const raw = text('raw', (given) => given);
export const trimmed = text('raw_trimmed', (given) => given.trim());
export const noTags = text('notags', stripTags);
export const letters = text('alpha', (given) => given.replaceAll(/[^a-zA-Z]/g, ''));
export const letterNames = text('alphanumext', (given) => given.replaceAll(/[^\w-]/g, ''));
export const username = text('username', cleanUsername);
export const authentication = text('auth', oneOf(authentications));
export const language = text('lang', oneOf(['en']));
export const theme = text('theme', oneOf(['boost', 'classic']));
