/** Rules of accounts that creating and updating share. */
import { moodleException } from '../errors.ts';
import type { Profile } from '../site/users.ts';
import { list, optional, record, required } from './parameters.ts';
import { integer, letterNames, letters, noTags, raw, theme, trimmed } from './values.ts';

/** The arguments that are only kept and shown, in both functions. */
export const profileFields = {
  maildisplay: optional(integer),
  city: optional(noTags),
  country: optional(letters),
  timezone: optional(raw),
  description: optional(raw),
  firstnamephonetic: optional(noTags),
  lastnamephonetic: optional(noTags),
  middlename: optional(noTags),
  alternatename: optional(noTags),
  interests: optional(noTags),
  institution: optional(noTags),
  department: optional(noTags),
  phone1: optional(noTags),
  phone2: optional(noTags),
  address: optional(noTags),
  calendartype: optional(letters),
  theme: optional(theme),
  mailformat: optional(integer),
  customfields: optional(list(record({ type: required(letterNames), value: required(raw) }))),
  preferences: optional(list(record({ type: required(raw), value: required(raw) }))),
};

/** What of a profile was given. */
export function givenProfile(given: Readonly<Record<string, unknown>>): Profile {
  const kept = [
    'address',
    'calendartype',
    'city',
    'country',
    'department',
    'description',
    'institution',
    'mailformat',
    'phone1',
    'phone2',
    'theme',
    'timezone',
  ];
  return Object.fromEntries(
    kept.flatMap((key) => (given[key] === undefined ? [] : [[key, String(given[key])]])),
  );
}

/** Preferences by their names. */
export function givenPreferences(
  preferences: readonly { readonly type: string; readonly value: string }[] | undefined,
): Readonly<Record<string, string>> {
  return Object.fromEntries((preferences ?? []).map(({ type, value }) => [type, value]));
}

/** An address; whether it is one is asked later. */
export const email = trimmed;

const atom = String.raw`[A-Za-z0-9!#$%&'*+/=?^_\`{|}~-]+`;
const label = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
const address = new RegExp(
  String.raw`^(?=[^@]{1,64}@)${atom}(?:\.${atom})*@(?:${label}\.)+${label}$`,
);

/** ASCII, and a domain with a dot in it. */
export const isEmail = (text: string): boolean => text.length <= 254 && address.test(text);

/** Plugins that keep passwords elsewhere need none here. */
export const keepsPasswords = (auth: string): boolean =>
  ['manual', 'email', 'nologin', 'none', 'webservice'].includes(auth);

/** The policy of a fresh site. Its refusal is the HTML that the form would show, in place of a code. */
export function refuseWeakPassword(password: string): void {
  const demands: readonly (readonly [met: boolean, demand: string])[] = [
    [[...password].length >= 8, 'Passwords must be at least 8 characters long.'],
    [/\d/.test(password), 'Passwords must have at least 1 digit(s).'],
    [/\p{Ll}/u.test(password), 'Passwords must have at least 1 lower case letter(s).'],
    [/\p{Lu}/u.test(password), 'Passwords must have at least 1 upper case letter(s).'],
    [
      /[^\p{L}\p{N}]/u.test(password),
      'The password must have at least 1 special character(s) such as *, -, or #.',
    ],
  ];
  const unmet = demands.filter(([met]) => !met).map(([, demand]) => `<div>${demand}</div>`);
  if (unmet.length > 0) throw moodleException(unmet.join(''), `error/${unmet.join('')}`);
}
