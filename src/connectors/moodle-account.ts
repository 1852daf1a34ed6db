/** A person's account in Moodle's own form: names and addresses it takes, and what is seen of a user. Pure. */
import { createHash } from 'node:crypto';
import type {
  Account,
  Attributes,
  MappingRule,
  Observed,
  Refusal,
} from '../provisioning/connector.ts';
import type { MoodleUser } from './moodle-web-service.ts';

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** What of a user is ours, each with the SCIM path it is usually from and the longest text Moodle keeps. */
const fields = {
  firstname: { path: 'name.givenName', longest: 100 },
  lastname: { path: 'name.familyName', longest: 100 },
  department: { path: `${enterprise}:department`, longest: 255 },
  institution: { path: `${enterprise}:organization`, longest: 255 },
  city: { path: 'addresses.locality', longest: 120 },
  country: { path: 'addresses.country', longest: 100 },
  lang: { path: 'preferredLanguage', longest: 30 },
} as const;

type Field = keyof typeof fields;

const names = Object.keys(fields) as readonly Field[];

/** Moodle wants both names of everybody: whoever has no such name is called by what else they are called. */
export const mapping: readonly MappingRule[] = [
  { to: 'firstname', from: [fields.firstname.path, 'displayName', 'userName'] },
  { to: 'lastname', from: [fields.lastname.path, 'displayName', 'userName'] },
  { to: 'department', from: fields.department.path },
  { to: 'institution', from: fields.institution.path },
  { to: 'city', from: fields.city.path },
  { to: 'country', from: fields.country.path, transform: 'country' },
  { to: 'lang', from: ['preferredLanguage', 'locale'], transform: 'language' },
];

const longestEmail = 100;
/** As Moodle's `validate_email`: plain ASCII, and a domain with a dot. */
const mailbox = /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-z0-9-]+(\.[a-z0-9-]+)+$/;

/** Moodle's own forms: the address in lower case, texts without tags and emoji, both names filled. */
export function normalise(given: Account): { account: Account; refusals: readonly Refusal[] } {
  const refusals: Refusal[] = [];
  const email = given.email.replaceAll(/\s/g, '').toLowerCase();
  if (!mailbox.test(email) || email.length > longestEmail)
    refusals.push({
      path: 'emails',
      message: `Moodle would not take ${given.email} as an e-mail address.`,
      optional: false,
    });
  const texts = Object.fromEntries(
    names.flatMap((name) => {
      const value = given.attributes[name];
      return value === undefined
        ? []
        : [[name, value === null ? null : text(name, value, refusals)]];
    }),
  );
  const attributes = withCodes(withNames(texts, localPart(email)));
  return { account: { ...given, email, attributes }, refusals };
}

/** Whatever has a tag in it Moodle refuses as a whole, and does not say why; emoji not every database holds. */
function text(name: Field, value: string, refusals: Refusal[]): string | null {
  const { path, longest } = fields[name];
  const plain = value
    .replaceAll(/<[^<>]*>|[<>]|[\u{1F000}-\u{1FAFF}]|\u200D|\uFE0F|\p{Cc}/gu, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  const kept = [...plain].slice(0, longest).join('').trim();
  const message =
    kept !== plain
      ? `Moodle keeps at most ${longest} characters of it.`
      : plain !== value.trim()
        ? 'Moodle takes no tags, emoji or control characters in it.'
        : null;
  if (message !== null) refusals.push({ path, message, optional: true });
  return kept === '' ? null : kept;
}

const localPart = (email: string): string => email.slice(0, email.lastIndexOf('@'));

/** Fills both names; where one is the whole name, it is divided between them. */
function withNames(attributes: Attributes, spare: string): Attributes {
  const { firstname: first, lastname: last } = attributes;
  const given = called(first) ?? called(last) ?? spare;
  const family = called(last) ?? given;
  const filled = divided(given, family);
  return {
    ...attributes,
    ...(first === undefined ? {} : { firstname: filled.firstname }),
    ...(last === undefined ? {} : { lastname: filled.lastname }),
  };
}

function divided(given: string, family: string): { firstname: string; lastname: string } {
  const cut = given.lastIndexOf(' ');
  if (given === family && cut > 0)
    return { firstname: given.slice(0, cut), lastname: given.slice(cut + 1) };
  return {
    firstname: given.endsWith(` ${family}`) ? given.slice(0, -family.length - 1) : given,
    lastname: family.startsWith(`${given} `) ? family.slice(given.length + 1) : family,
  };
}

/** A userName that is an address calls nobody by its domain. */
function called(name: string | null | undefined): string | null {
  return name == null ? null : name.replace(/(.)@.*$/, '$1');
}

/**
 * A country is its two letters, and nothing else. A language is written `pt_br` and `no`; an account is never
 * without one, so none is not written.
 */
function withCodes({ lang, ...others }: Attributes): Attributes {
  const { country } = others;
  const place = country != null && !/^[A-Z]{2}$/.test(country) ? { country: null } : {};
  if (lang == null) return { ...others, ...place };
  const code = lang.toLowerCase().replaceAll('-', '_');
  return { ...others, ...place, lang: code === 'nb' ? 'no' : code };
}

const longestUsername = 100;

/**
 * The username of a new account, always the same for an address: where two creations cross, Moodle lets
 * two accounts have one address, but never one username.
 * @param taken another account has the usual one: this key tells the two apart
 */
export function usernameOf(email: string, taken?: string): string {
  const plain = email.replaceAll(/[^-_.@a-z0-9]/g, '_');
  if (taken === undefined && plain === email && plain.length <= longestUsername) return plain;
  const tail = createHash('sha256')
    .update(email)
    .update(taken ?? '')
    .digest('hex')
    .slice(0, 10);
  return `${plain.slice(0, longestUsername - tail.length - 1)}-${tail}`;
}

/** The fields of ours that have a value to be written, in the form Moodle takes; empty is no text. */
export function fieldsOf(attributes: Attributes): Readonly<Record<string, string>> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = attributes[name];
      return value === undefined ? [] : [[name, value ?? '']];
    }),
  );
}

/** The names of a new account, which has to have both. */
export function namesOf({ attributes, email }: Account): Readonly<Record<string, string>> {
  const spare = localPart(email);
  return {
    firstname: attributes.firstname ?? spare,
    lastname: attributes.lastname ?? attributes.firstname ?? spare,
  };
}

/** Whether an ID number is one of ours: a link's id. What else stands there, the school put there. */
export function isOurKey(idnumber: string): boolean {
  return /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(idnumber);
}

/** A user as the engine compares it, with the memberships that were asked about. */
export function observe(
  user: MoodleUser,
  seen: Pick<Observed, 'memberships' | 'unseen'>,
): Observed {
  const some = (value: string | undefined) => (value === undefined || value === '' ? null : value);
  return {
    remoteId: String(user.id),
    key: some(user.idnumber),
    email: some(user.email),
    active: user.suspended === undefined ? null : !user.suspended,
    attributes: {
      username: some(user.username),
      ...Object.fromEntries(names.map((name) => [name, some(user[name])])),
    },
    ...seen,
    erasing: false,
    version: null,
  };
}
