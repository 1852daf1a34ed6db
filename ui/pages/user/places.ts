/** Where the value of a field stands in a User (RFC 7643 §4), read as a text and written as SCIM has it. */
import type { User } from '../directory/directory.ts';

/** Where a value stands. */
export type Place =
  /** An attribute, or one of its sub-attributes; with `schema`, of this extension. */
  | { readonly kind: 'plain'; readonly schema?: string; readonly keys: readonly string[] }
  /** A part of the value of this type, of an attribute with several values. */
  | { readonly kind: 'typed'; readonly list: string; readonly type: string; readonly sub: string }
  /** The primary one of the e-mail addresses. */
  | { readonly kind: 'email' };

/** What a value is, and how it is entered. */
export type Kind =
  | 'text'
  | 'email'
  | 'boolean'
  | 'number'
  | 'dateTime'
  /** Several values, each a line. */
  | 'lines'
  /** Whatever else a custom attribute may be. */
  | 'json'
  /** Somebody of the directory. */
  | 'person';

/** A field of the form. */
export interface Field {
  /** Unique in the form. */
  readonly name: string;
  readonly label: string;
  readonly details: string;
  readonly kind: Kind;
  /** What each of `lines` is. */
  readonly of?: Kind;
  readonly place: Place;
}

type Value = Readonly<Record<string, unknown>>;

const isValue = (one: unknown): one is Value =>
  typeof one === 'object' && one !== null && !Array.isArray(one);

/** The value of a field as the form has it: a text. */
export function textIn(user: User, field: Field): string {
  return worded(field.kind, stored(user, field.place));
}

function stored(user: User, place: Place): unknown {
  const whole = user as unknown as Value;
  if (place.kind === 'email') return chosenEmail(user)?.value;
  if (place.kind === 'typed') return elementOf(whole, place)?.[place.sub];
  const within = place.schema === undefined ? whole : whole[place.schema];
  return place.keys.reduce<unknown>((value, key) => (isValue(value) ? value[key] : null), within);
}

function worded(kind: Kind, value: unknown): string {
  if (value === undefined || value === null) return '';
  if (kind === 'person') return isValue(value) ? String(value.value ?? '') : '';
  if (kind === 'lines') return Array.isArray(value) ? value.map(String).join('\n') : String(value);
  return kind === 'json' ? JSON.stringify(value, null, 2) : String(value);
}

/** A text as the value that SCIM wants; one that is none is sent as it is, and refused with the server's words. */
function written({ kind, of = 'text' }: Field, text: string): unknown {
  if (kind === 'lines')
    return text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '')
      .map((line) => single(of, line));
  return single(kind, text);
}

function single(kind: Kind, text: string): unknown {
  switch (kind) {
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text;
    case 'number':
      return Number.isNaN(Number(text)) ? text : Number(text);
    case 'dateTime':
      return /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text;
    case 'person':
      return { value: text };
    case 'json':
      try {
        return JSON.parse(text);
      } catch {
        return text;
      }
    default:
      return text;
  }
}

/** What a form has of somebody, by the names of its fields. */
export type Draft = Readonly<Record<string, string>>;

const textOf = (draft: Draft, { name }: Field): string => (draft[name] ?? '').trim();

/** Somebody new; without an e-mail address of their own the user name is it, where it is one. */
export function userFrom(fields: readonly Field[], draft: Draft): object {
  const user = fields.reduce<Value>((before, field) => {
    const text = textOf(draft, field) || (field.place.kind === 'email' ? addressIn(draft) : '');
    return text === '' ? before : withValue(before, field.place, written(field, text));
  }, {});
  const extensions = Object.keys(user).filter((name) => name.startsWith('urn:'));
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', ...extensions],
    active: true,
    ...user,
  };
}

function withValue(user: Value, place: Place, value: unknown): Value {
  if (place.kind === 'email') return { ...user, emails: [{ value, type: 'work', primary: true }] };
  if (place.kind === 'typed') {
    const { list, type, sub } = place;
    const values = user[list];
    const all = Array.isArray(values) ? values.filter(isValue) : [];
    const one = { type, ...all.find((element) => element.type === type), [sub]: value };
    return { ...user, [list]: [...all.filter((element) => element.type !== type), one] };
  }
  return place.schema === undefined
    ? inside(user, place.keys, value)
    : inside(user, [place.schema, ...place.keys], value);
}

function inside(whole: Value, [key = '', ...rest]: readonly string[], value: unknown): Value {
  const inner = whole[key];
  return {
    ...whole,
    [key]: rest.length === 0 ? value : inside(isValue(inner) ? inner : {}, rest, value),
  };
}

function addressIn({ userName = '' }: Draft): string {
  return userName.includes('@') ? userName.trim() : '';
}

/** The fields whose texts differ. */
export function changedFields(
  fields: readonly Field[],
  before: Draft,
  after: Draft,
): readonly Field[] {
  return fields.filter((field) => textOf(before, field) !== textOf(after, field));
}

/** The operations (RFC 7644 §3.5.2) that change this and nothing else: others may change the rest meanwhile. */
export function operationsFor(
  user: User,
  fields: readonly Field[],
  before: Draft,
  after: Draft,
): readonly object[] {
  const operations = changedFields(fields, before, after).map((field) => {
    const text = textOf(after, field);
    const { place } = field;
    if (place.kind === 'email') return emailOperation(user, text);
    if (place.kind === 'typed') {
      const whole = `${place.list}[${filterFor(user, place)}]`;
      const empty = fields.every(
        (other) => !isBeside(other.place, place) || textOf(after, other) === '',
      );
      if (empty) return { op: 'remove', path: whole };
      const path = `${whole}.${place.sub}`;
      return text === ''
        ? { op: 'remove', path }
        : { op: 'add', path, value: written(field, text) };
    }
    const keys = place.keys.join('.');
    const path = place.schema === undefined ? keys : `${place.schema}:${keys}`;
    return text === ''
      ? { op: 'remove', path }
      : { op: 'replace', path, value: written(field, text) };
  });
  // Of an address whose every line was emptied the whole is removed, once.
  return [...new Map(operations.map((one) => [`${one.op} ${one.path}`, one])).values()];
}

type Typed = Extract<Place, { kind: 'typed' }>;

function isBeside(place: Place, { list, type }: Typed): boolean {
  return place.kind === 'typed' && place.list === list && place.type === type;
}

/** What is of no type is taken for what is of work, where nothing says that it is. */
function elementOf(user: Value, { list, type }: Typed): Value | undefined {
  const values = user[list];
  const all = Array.isArray(values) ? values.filter(isValue) : [];
  const typed = all.find((one) => String(one.type ?? '').toLowerCase() === type);
  return typed ?? (type === 'work' ? all.find((one) => one.type === undefined) : undefined);
}

function filterFor(user: User, place: Typed): string {
  const found = elementOf(user as unknown as Value, place);
  return found !== undefined && found.type === undefined
    ? 'not (type pr)'
    : `type eq "${place.type}"`;
}

function chosenEmail({ emails = [] }: User) {
  return emails.find(({ primary }) => primary) ?? emails[0];
}

/** The other addresses stay. */
function emailOperation(user: User, address: string) {
  const chosen = chosenEmail(user);
  const others = user.emails?.filter((one) => one !== chosen) ?? [];
  if (address === '' && others.length === 0) return { op: 'remove', path: 'emails' };
  const one = { type: 'work', ...chosen, value: address, primary: true };
  return { op: 'replace', path: 'emails', value: address === '' ? others : [one, ...others] };
}
