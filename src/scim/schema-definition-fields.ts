/** The fields of a schema's definition, each read with its default and its faults noted. */
import { isArray, isObject, member, storable, typeName } from './json.ts';
import type { AttributeType, Mutability, Returned } from './schema.ts';

/** What is wrong with one field; empty for the definition as a whole. */
export interface Fault {
  readonly field: string;
  readonly detail: string;
}

/** An object of a definition, where it stands, and where its faults are noted. */
export interface Definition {
  readonly object: Readonly<Record<string, unknown>>;
  /** Empty, or ending in a dot. */
  readonly field: string;
  readonly faults: Fault[];
}

/** The types that an attribute may have (RFC 7643 §2.3). */
export const ATTRIBUTE_TYPES: readonly AttributeType[] = [
  ...(['string', 'boolean', 'decimal', 'integer'] as const),
  ...(['dateTime', 'binary', 'reference', 'complex'] as const),
];
export const MUTABILITIES: readonly Mutability[] = [
  'readOnly',
  'readWrite',
  'immutable',
  'writeOnly',
];
export const RETURNED: readonly Returned[] = ['always', 'never', 'default', 'request'];

const MAX_TEXT = 1_000;
const MAX_TEXTS = 50;

/** Names what a definition has and should not have: a misspelled characteristic would do nothing. */
export function unknownMembers(
  { object, field, faults }: Definition,
  known: readonly string[],
): void {
  const lower = new Set(known.map((name) => name.toLowerCase()));
  for (const key of Object.keys(object)) {
    if (lower.has(key.toLowerCase())) continue;
    const shown = storable(key.slice(0, 100));
    faults.push({ field: `${field}${shown}`, detail: `must be one of ${known.join(', ')}` });
  }
}

/** A text, or the given one where it is left out. */
export function textOf(definition: Definition, name: string, missing: string): string {
  const value = member(definition.object, name) ?? missing;
  if (isText(value)) return value;
  return note(definition, name, `must be text of at most ${MAX_TEXT} characters`, missing);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_TEXT && value === storable(value);
}

/** True or false, false where it is left out. */
export function flagOf(definition: Definition, name: string): boolean {
  const value = member(definition.object, name) ?? false;
  if (typeof value === 'boolean') return value;
  return note(definition, name, `must be true or false, not ${typeName(value)}`, false);
}

/** One of several words, the given one where it is left out. */
export function choiceOf<Choice extends string>(
  definition: Definition,
  name: string,
  choices: readonly Choice[],
  missing: Choice,
): Choice {
  const value = member(definition.object, name) ?? missing;
  const choice = choices.find((known) => known === value);
  if (choice !== undefined) return choice;
  return note(definition, name, `must be one of ${choices.join(', ')}`, missing);
}

/** A list of texts, empty where it is left out. */
export function textsOf(definition: Definition, name: string): readonly string[] {
  const value = member(definition.object, name) ?? [];
  if (isArray(value) && value.length <= MAX_TEXTS && value.every(isText)) return value;
  return note(definition, name, `must be a list of at most ${MAX_TEXTS} texts`, []);
}

/** The objects of a list, empty where it is left out. */
export function listOf(
  { object, field, faults }: Definition,
  name: string,
  most: number,
): readonly Definition[] {
  const value = member(object, name) ?? [];
  if (!isArray(value) || value.length > most || !value.every(isObject)) {
    faults.push({ field: `${field}${name}`, detail: `must be a list of at most ${most} objects` });
    return [];
  }
  return value.map((element, index) => ({
    object: element,
    field: `${field}${name}[${index}].`,
    faults,
  }));
}

function note<Value>(
  { field, faults }: Definition,
  name: string,
  detail: string,
  instead: Value,
): Value {
  faults.push({ field: `${field}${name}`, detail });
  return instead;
}
