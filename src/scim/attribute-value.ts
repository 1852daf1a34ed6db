/**
 * Reads the value of an attribute as its definition wants it (RFC 7643 §2.2-§2.5): names in their
 * canonical case, types checked, what is unassigned left out. POST, PUT and PATCH all read by it.
 */
import type { Json } from '../model.ts';
import { instant } from './date-time.ts';
import { invalidValue } from './error.ts';
import { isObject, storable, typeName } from './json.ts';
import { asMeant, isEmptyText, listFromSingle } from './quirks.ts';
import { type Attribute, findAttribute } from './schema.ts';
import { keptValue, nameIn, type Unknowns, unknownAttribute } from './unknown-attributes.ts';

/** An object under construction. */
export type Draft = Record<string, Json>;

/** Where a value was found, and what becomes of what no schema defines in it. */
export interface Place {
  readonly path: string;
  readonly unknowns: Unknowns;
}

/** The value of an attribute, one or many; undefined where it is unassigned (RFC 7643 §2.5). */
export function readValue(attribute: Attribute, value: unknown, place: Place): Json | undefined {
  if (!attribute.multiValued) return readSingle(attribute, value, place);
  if (value === null || value === undefined || isEmptyText(value)) return undefined;
  const list = readList(attribute, listFromSingle(value), place);
  return list.length === 0 ? undefined : list;
}

/** The values of a multi-valued attribute; elements without a value are left out. */
export function readList(
  attribute: Attribute,
  values: readonly unknown[],
  { path, unknowns }: Place,
): readonly Json[] {
  if (values.length > attribute.maxValues) {
    throw invalidValue(`${path} has ${values.length} values; send at most ${attribute.maxValues}.`);
  }
  const list: Json[] = [];
  for (const [index, value] of values.entries()) {
    const element = readSingle(attribute, value, { path: `${path}[${index}]`, unknowns });
    if (element !== undefined) list.push(element);
  }
  if (list.filter(isPrimary).length > 1) {
    throw invalidValue(`${path} has several values with primary: true; mark at most one.`);
  }
  return list;
}

/** "The primary attribute value "true" MUST appear no more than once" (RFC 7643 §2.4). */
export function isPrimary(element: Json): boolean {
  return isObject(element) && element.primary === true;
}

/** One value of an attribute, whether or not the attribute may have more. */
export function readSingle(attribute: Attribute, value: unknown, place: Place): Json | undefined {
  const meant = asMeant(attribute, value);
  if (meant === null || meant === undefined) return undefined;
  if (attribute.kept) return keptValue(meant, place.path);
  return READERS[attribute.type](attribute, meant, place);
}

type Reader = (attribute: Attribute, value: unknown, place: Place) => Json | undefined;

const READERS: Readonly<Record<Attribute['type'], Reader>> = {
  string: readString,
  // Kept as sent: providers send references that are no URIs, and expect them back.
  reference: readString,
  boolean: (_, value, place) =>
    typeof value === 'boolean' ? value : refuse(place, 'true or false', value),
  decimal: (_, value, place) =>
    Number.isFinite(value) ? positiveZero(Number(value)) : refuse(place, 'a number', value),
  integer: (_, value, place) =>
    typeof value === 'number' && Number.isSafeInteger(value)
      ? positiveZero(value)
      : refuse(place, 'a whole number', value),
  dateTime: (attribute, value, place) => {
    const text = readString(attribute, value, place);
    if (instant(text) !== undefined) return text;
    throw invalidValue(`${place.path} must be a date and time like 2026-01-31T12:00:00Z.`);
  },
  binary: (attribute, value, place) => {
    const text = readString(attribute, value, place);
    if (isBase64(text)) return text;
    throw invalidValue(`${place.path} must be base64 encoded.`);
  },
  complex: readComplex,
};

/** The database has one zero only; a second would differ from it for ever. */
function positiveZero(value: number): number {
  return value === 0 ? 0 : value;
}

function refuse(place: Place, wanted: string, value: unknown): never {
  throw invalidValue(`${place.path} must be ${wanted}, not ${typeName(value)}.`);
}

function readString({ maxLength }: Attribute, value: unknown, place: Place): string {
  if (typeof value !== 'string') return refuse(place, 'a string', value);
  if (value.length > maxLength) {
    throw invalidValue(`${place.path} has ${value.length} characters; send at most ${maxLength}.`);
  }
  if (value !== storable(value)) {
    throw invalidValue(`${place.path} has a NUL or half a surrogate pair; send Unicode text.`);
  }
  return value;
}

/** RFC 4648 §4 or §5, padding optional (RFC 7643 §2.3.6); line breaks as in the RFC's own example. */
function isBase64(text: string): boolean {
  const bare = text.replace(/\s+/g, '');
  return /^[\w+/-]*={0,2}$/.test(bare) && bare.replace(/=+$/, '').length % 4 !== 1;
}

function readComplex(attribute: Attribute, value: unknown, place: Place): Json | undefined {
  const object: Draft = {};
  for (const [subAttribute, found] of readSubAttributes(attribute, value, place)) {
    if (found !== undefined) object[nameIn(object, subAttribute)] = found;
  }
  return Object.keys(object).length === 0 ? undefined : object;
}

/**
 * The sub-attributes that a complex value names, with undefined for those it unassigns. What is
 * readOnly or is never returned is left out.
 */
export function readSubAttributes(
  attribute: Attribute,
  value: unknown,
  place: Place,
): readonly (readonly [Attribute, Json | undefined])[] {
  if (!isObject(value)) return refuse(place, 'an object', value);
  const found: (readonly [Attribute, Json | undefined])[] = [];
  for (const key of Object.keys(value)) {
    const path = `${place.path}.${key}`;
    const subAttribute =
      findAttribute(attribute.subAttributes, key) ?? unknownAttribute(place.unknowns, key, path);
    if (subAttribute === undefined || subAttribute.mutability === 'readOnly') continue;
    const read = readValue(subAttribute, value[key], { path, unknowns: place.unknowns });
    if (subAttribute.returned !== 'never') found.push([subAttribute, read]);
  }
  return found;
}
