/**
 * The columns of a file of users: where each stands in a User (RFC 7643 §4), how its cell reads, and what a changed cell
 * changes. They are the lines of a user's page, and the custom attributes of the directory's schema extensions. Pure.
 */
import type { Json, JsonObject } from '../model.ts';
import { enterpriseUserSchema } from '../scim/enterprise-user.ts';
import { ScimError } from '../scim/error.ts';
import { isArray, isObject } from '../scim/json.ts';
import type { ResourceType } from '../scim/resource-types.ts';
import type { Attribute } from '../scim/schema.ts';

/** Where a value stands. */
type Place =
  /** The members on the way to it, the first one perhaps a schema's. */
  | { readonly kind: 'plain'; readonly keys: readonly string[] }
  /** A part of the value of this type, of an attribute with several values. */
  | { readonly kind: 'typed'; readonly list: string; readonly type: string; readonly sub: string }
  /** The primary one of the e-mail addresses. */
  | { readonly kind: 'email' };

/** What a cell is read as. */
type Kind = 'text' | 'boolean' | 'number' | 'json' | 'person';

/** A column that is an attribute. */
export interface Column {
  readonly name: string;
  /** What it may also be called: without the URN of its schema, where no other has the name. */
  readonly short: string;
  readonly kind: Kind;
  /** Its cell has several values, with `;` between them. */
  readonly several: boolean;
  readonly place: Place;
}

const columnAt = (name: string, place: Place, kind: Kind = 'text'): Column => ({
  ...{ name, short: name, kind, several: false, place },
});
const plain = (name: string, kind?: Kind) => columnAt(name, { kind: 'plain', keys: [name] }, kind);
const inName = (name: string) => columnAt(name, { kind: 'plain', keys: ['name', name] });
const ofEnterprise = (name: string) =>
  columnAt(name, { kind: 'plain', keys: [enterpriseUserSchema.id, name] });
const phone = (name: string, type: string) =>
  columnAt(name, { kind: 'typed', list: 'phoneNumbers', type, sub: 'value' });
const ofAddress = (sub: string) =>
  columnAt(sub, { kind: 'typed', list: 'addresses', type: 'work', sub });

/** The id of somebody's manager stands there. */
const manager = columnAt(
  'manager',
  { kind: 'plain', keys: [enterpriseUserSchema.id, 'manager', 'value'] },
  'person',
);

/** The id of somebody's manager; empty where they have none. */
export const managerOf = (user: JsonObject): string => cellOf(user, manager);

const standard: readonly Column[] = [
  plain('userName'),
  columnAt('email', { kind: 'email' }),
  ...['givenName', 'familyName'].map(inName),
  ...['displayName', 'nickName', 'title'].map((name) => plain(name)),
  ...['department', 'division', 'organization', 'costCenter', 'employeeNumber'].map(ofEnterprise),
  manager,
  phone('phone', 'work'),
  phone('mobile', 'mobile'),
  ...['streetAddress', 'locality', 'region', 'postalCode', 'country'].map(ofAddress),
  ...['preferredLanguage', 'timezone'].map((name) => plain(name)),
  plain('active', 'boolean'),
];

/** The column of this name that every directory has. */
export function standardColumn(name: string): Column {
  const column = standard.find((one) => one.name === name);
  if (column === undefined) throw new Error(`No directory has a column ${name}.`);
  return column;
}

const kinds: Readonly<Partial<Record<Attribute['type'], Kind>>> = {
  boolean: 'boolean',
  integer: 'number',
  decimal: 'number',
  complex: 'json',
};

/** Every column that users of this type have, in the order of a file that is given out. */
export function columnsOf(type: ResourceType): readonly Column[] {
  const custom = type.extensions
    .filter(({ schema }) => schema.id !== enterpriseUserSchema.id)
    .flatMap(({ schema }) =>
      schema.attributes.list.filter(isWritable).map((attribute) => ({
        name: `${schema.id}:${attribute.name}`,
        short: attribute.name,
        kind: kinds[attribute.type] ?? 'text',
        several: attribute.multiValued && attribute.type !== 'complex',
        place: { kind: 'plain', keys: [schema.id, attribute.name] } as const,
      })),
    );
  return [...standard, ...custom];
}

/** What nobody writes is in no file, nor what nobody is told, as a secret. */
const isWritable = ({ mutability, returned }: Attribute): boolean =>
  mutability !== 'readOnly' && mutability !== 'writeOnly' && returned !== 'never';

/** The column of a heading; `null` where none is called so, or several are. */
export function columnCalled(columns: readonly Column[], heading: string): Column | null {
  const named = columns.find(({ name }) => name === heading);
  if (named !== undefined) return named;
  const [only, ...others] = columns.filter(({ short }) => short === heading);
  return only !== undefined && others.length === 0 ? only : null;
}

/** The cell of a user; of a manager it is the id. */
export function cellOf(user: JsonObject, { name, kind, several, place }: Column): string {
  const value = valueAt(user, place);
  if (name === 'active') return value === false ? 'false' : 'true';
  if (several)
    return isArray(value) ? value.map((one) => escaped(String(one))).join(separator) : '';
  if (value === undefined || value === null) return '';
  return kind === 'json' ? JSON.stringify(value) : String(value);
}

function valueAt(user: JsonObject, place: Place): Json | undefined {
  if (place.kind === 'email') return chosenEmail(user)?.value;
  if (place.kind === 'typed') return elementOf(user, place)?.[place.sub];
  return place.keys.reduce<Json | undefined>(
    (value, key) => (isObject(value) ? value[key] : undefined),
    user,
  );
}

function listIn(user: JsonObject, name: string): readonly JsonObject[] {
  const values = user[name];
  return isArray(values) ? values.filter((one) => isObject(one)) : [];
}

function chosenEmail(user: JsonObject): JsonObject | undefined {
  const emails = listIn(user, 'emails');
  return emails.find(({ primary }) => primary === true) ?? emails[0];
}

type Typed = Extract<Place, { kind: 'typed' }>;

/** What is of no type is taken for what is of work, where nothing says that it is. */
function elementOf(user: JsonObject, { list, type }: Typed): JsonObject | undefined {
  const all = listIn(user, list);
  const typed = all.find((one) => String(one.type ?? '').toLowerCase() === type);
  return typed ?? (type === 'work' ? all.find((one) => one.type === undefined) : undefined);
}

/** What one cell changes about somebody, as operations of a PATCH (RFC 7644 §3.5.2); none: nothing. */
export function operationsFor(
  user: JsonObject,
  column: Column,
  cell: string,
): readonly JsonObject[] {
  const { name, kind, several, place } = column;
  if (name === 'active' && cell === '') return [];
  const value =
    cell === '' ? null : several ? splitCell(cell).map(readAs(kind)) : readAs(kind)(cell);
  const before = cellOf(user, column).trim();
  if (before === cell || (cell !== '' && before === said(value))) return [];
  if (place.kind === 'email') return [emailOperation(user, cell)];
  if (place.kind === 'typed') {
    const path = `${place.list}[${filterFor(user, place)}]`;
    if (value !== null) return [{ op: 'add', path: `${path}.${place.sub}`, value }];
    const isAll = Object.keys(elementOf(user, place) ?? {}).every((key) =>
      ['type', 'primary', place.sub].includes(key),
    );
    return [{ op: 'remove', path: isAll ? path : `${path}.${place.sub}` }];
  }
  const path = pathOf(kind === 'person' ? place.keys.slice(0, -1) : place.keys);
  if (value === null) return [{ op: 'remove', path }];
  return [{ op: 'replace', path, value: kind === 'person' ? { value } : value }];
}

/** The SCIM path of these members. */
function pathOf([first = '', ...others]: readonly string[]): string {
  return [first, ...others].join(first.startsWith('urn:') ? ':' : '.');
}

function filterFor(user: JsonObject, place: Typed): string {
  const found = elementOf(user, place);
  return found !== undefined && found.type === undefined
    ? 'not (type pr)'
    : `type eq "${place.type}"`;
}

/** The other addresses stay. */
function emailOperation(user: JsonObject, address: string): JsonObject {
  const chosen = chosenEmail(user);
  const others = listIn(user, 'emails').filter((one) => one !== chosen);
  if (address === '' && others.length === 0) return { op: 'remove', path: 'emails' };
  const one = { type: 'work', ...chosen, value: address, primary: true };
  return { op: 'replace', path: 'emails', value: address === '' ? others : [one, ...others] };
}

/** Between several values of one cell; in a value it has a backslash before it, as a backslash itself has. */
export const separator = ';';

/** A value as one of several in a cell. */
export const escaped = (value: string): string => value.replace(/[;\\]/g, '\\$&');

/** The values of a cell that has several. */
export function splitCell(cell: string): readonly string[] {
  const values = cell.match(/(?:\\.|[^;\\])+/g) ?? [];
  return values.map((one) => one.replace(/\\(.)/g, '$1').trim()).filter((one) => one !== '');
}

const said = (value: Json): string =>
  isArray(value)
    ? value.map((one) => escaped(String(one))).join(separator)
    : isObject(value)
      ? JSON.stringify(value)
      : String(value);

const readAs =
  (kind: Kind) =>
  (cell: string): Json => {
    switch (kind) {
      case 'boolean':
        return readBoolean(cell);
      case 'number':
        return readNumber(cell);
      case 'json':
        return readJson(cell);
      default:
        return cell;
    }
  };

function readBoolean(cell: string): boolean {
  if (/^(?:true|yes|1|active)$/i.test(cell)) return true;
  if (/^(?:false|no|0|inactive|suspended)$/i.test(cell)) return false;
  throw unreadable(cell, 'true or false');
}

function readNumber(cell: string): number {
  const number = Number(cell);
  if (Number.isFinite(number)) return number;
  throw unreadable(cell, 'a number');
}

function readJson(cell: string): Json {
  try {
    return JSON.parse(cell);
  } catch {
    throw unreadable(cell, 'JSON, as in {"value": "…"}');
  }
}

const unreadable = (cell: string, wanted: string): ScimError =>
  new ScimError(400, `${JSON.stringify(cell.slice(0, 40))} must be ${wanted}.`, 'invalidValue');

/** The column that a sentence of SCIM's is about, by the attribute that it begins with. */
export function columnNamedIn(sentence: string, columns: readonly Column[]): Column | undefined {
  const beginsIt = (at: 0 | 1) => columns.find((one) => sentence.startsWith(headsOf(one)[at]));
  return beginsIt(0) ?? beginsIt(1);
}

/** The beginnings of SCIM's sentences about a column, the more exact one first. */
export function headsOf({ place }: Column): readonly [string, string] {
  if (place.kind === 'email') return ['emails', 'emails'];
  if (place.kind === 'typed') return [`${place.list}[type eq "${place.type}"]`, place.list];
  const path = pathOf(place.keys.slice(0, 2));
  return [path, path];
}
