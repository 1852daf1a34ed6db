/**
 * What becomes of attributes that no schema defines: ignored, refused or kept, as the source has it.
 * Whatever reads a body or a path asks here, and nowhere else is this decided.
 */
import type { Json } from '../model.ts';
import { invalidSyntax, invalidValue } from './error.ts';
import { isArray, isObject, isUnsafeName, storable } from './json.ts';
import type { ResourceType, UnknownAttributes } from './resource-types.ts';
import { type Attribute, simple } from './schema.ts';

/** What is done about unknown attributes, and the names of those that were ignored. */
export interface Unknowns {
  readonly policy: UnknownAttributes;
  /** What the attributes are of, for messages. */
  readonly of: string;
  readonly ignored: string[];
}

/** What holds for the bodies of a resource type. */
export function unknownsOf(type: ResourceType): Unknowns {
  return { policy: policyOf(type), of: type.name, ignored: [] };
}

/** The interoperability profile refuses, whatever else is said. */
function policyOf({ strictInterop, unknownAttributes }: ResourceType): UnknownAttributes {
  return strictInterop ? 'refuse' : unknownAttributes;
}

/** Whether a resource may have attributes that no schema defines. */
export function keepsUnknown(type: ResourceType): boolean {
  return policyOf(type) === 'keep';
}

/** Where it does not matter what else is said. */
export const toleratingUnknowns = (): Unknowns => ({ policy: 'ignore', of: '', ignored: [] });

const MAX_IGNORED = 50;
const MAX_NAME = 200;

/**
 * An attribute for a name that no schema defines, where it is kept; undefined where it is ignored.
 * @param path as the client wrote it, for messages
 * @throws `invalidSyntax` where it is refused
 */
export function unknownAttribute(
  unknowns: Unknowns,
  name: string,
  path: string,
): Attribute | undefined {
  const kept = keeps(unknowns, { names: [name], path, refusal: invalidSyntax });
  return kept ? keptAttribute(name) : undefined;
}

/** What no schema defines, as a client wrote it. */
export interface Undefined {
  /** Under which it would be kept. */
  readonly names: readonly string[];
  readonly path: string;
  readonly refusal: (detail: string) => Error;
}

/** The decision: throws where it is refused, and notes where it is ignored. */
export function keeps(unknowns: Unknowns, { names, path, refusal }: Undefined): boolean {
  const { policy, of } = unknowns;
  const shown = path.slice(0, MAX_NAME);
  if (policy === 'refuse') {
    throw refusal(`No schema of a ${of} defines ${shown}; send what /Schemas lists.`);
  }
  if (policy === 'keep' && names.every(isKeepable)) return true;
  noteIgnored(unknowns, path);
  return false;
}

/** The same for the URI of a schema. */
export function keepsSchema(unknowns: Unknowns, uri: string): boolean {
  return keeps(unknowns, { names: [uri], path: uri, refusal: invalidSyntax });
}

function isKeepable(name: string): boolean {
  return name !== '' && name.length <= MAX_NAME && !isUnsafeName(name) && name === storable(name);
}

/** Names what was ignored: a hostile body may hold any number of them, of any length. */
export function noteIgnored({ ignored }: Unknowns, path: string): void {
  if (ignored.length < MAX_IGNORED) ignored.push(storable(path.slice(0, MAX_NAME)));
}

/** An attribute of which nothing is known but its name. */
export function keptAttribute(name: string): Attribute {
  return { ...simple(name, 'Kept as it was sent.'), kept: true };
}

const MAX_CHARACTERS = 65_536;
const MAX_DEPTH = 16;

/** The value of a kept attribute: as it was sent, if it can be stored; undefined if unassigned. */
export function keptValue(value: unknown, path: string): Json | undefined {
  const copy = copied(value, path, MAX_DEPTH);
  if (copy === null || (isArray(copy) && copy.length === 0)) return undefined;
  if (isObject(copy) && Object.keys(copy).length === 0) return undefined;
  return checkKept(copy, path);
}

/** The value itself. Throws `invalidValue` where it is too large for what no schema defines. */
export function checkKept(value: Json, path: string): Json {
  if (JSON.stringify(value).length <= MAX_CHARACTERS) return value;
  throw invalidValue(
    `${path} is longer than ${MAX_CHARACTERS} characters; no schema defines it, send less of it.`,
  );
}

function copied(value: unknown, path: string, depth: number): Json {
  if (depth === 0) throw invalidValue(`${path} is nested more than ${MAX_DEPTH} levels deep.`);
  if (isArray(value)) return value.map((element) => copied(element, path, depth - 1));
  if (isObject(value)) {
    const members = Object.entries(value).filter(([name]) => isKeepable(name));
    return Object.fromEntries(
      members.map(([name, member]) => [name, copied(member, path, depth - 1)]),
    );
  }
  if (typeof value === 'string' && value === storable(value)) return value;
  // The database has one zero only, and JSON no infinity.
  if (typeof value === 'number' && Number.isFinite(value)) return value === 0 ? 0 : value;
  if (typeof value === 'boolean' || value === null) return value;
  throw invalidValue(`${path} has text or a number that cannot be stored; send Unicode text.`);
}

const MAX_MEMBERS = 500;

/**
 * The name under which an object has an attribute, or is to have it: of one that no schema defines,
 * the spelling that came first stays (RFC 7643 §2.1: names are case insensitive).
 */
export function nameIn(object: Readonly<Record<string, Json>>, attribute: Attribute): string {
  const { name } = attribute;
  if (attribute.kept !== true || Object.hasOwn(object, name)) return name;
  const keys = Object.keys(object);
  const known = spelledIn(object, name);
  if (known === undefined && keys.length >= MAX_MEMBERS) {
    throw invalidValue(`${name} is one attribute too many; keep at most ${MAX_MEMBERS}.`);
  }
  return known ?? name;
}

/** The spelling in which an object has a name, in any case; undefined where it has none. */
export function spelledIn(
  object: Readonly<Record<string, unknown>>,
  name: string,
): string | undefined {
  if (Object.hasOwn(object, name)) return name;
  const lower = name.toLowerCase();
  return Object.keys(object).find((key) => key.toLowerCase() === lower);
}
