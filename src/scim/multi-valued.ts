/** The values of a multi-valued attribute as a set: which are the same, and which is the primary. */
import type { Json } from '../model.ts';
import { isPrimary } from './attribute-value.ts';
import { invalidValue } from './error.ts';
import { isObject } from './json.ts';
import { fold } from './resolved-filter.ts';
import { type Attribute, significant } from './schema.ts';

/** A list after an operation, and the places in it where the operation may have set `primary`. */
export interface Written {
  readonly list: readonly Json[];
  readonly written: ReadonlySet<number>;
}

/**
 * Adds values, without a second of the same: "SHOULD NOT return the same (type, value) combination
 * more than once" (RFC 7643 §2.4). One that is there already is completed by `merge`.
 */
export function addValues(
  attribute: Attribute,
  current: readonly Json[],
  added: readonly Json[],
  merge: (existing: Json, added: Json) => Json,
): Written {
  const list = [...current];
  const written = new Set<number>();
  const places = new Map<string, number[]>();
  for (const [index, element] of list.entries()) addPlace(places, keyOf(attribute, element), index);
  for (const element of added) {
    const key = keyOf(attribute, element);
    const same = places.get(key)?.find((index) => sameType(list[index], element));
    // One that was the primary before and is only named again is not the one that is meant.
    if (isPrimary(element)) written.add(same ?? list.length);
    if (same === undefined) {
      addPlace(places, key, list.length);
      list.push(element);
    } else {
      list[same] = merge(list[same] ?? element, element);
    }
  }
  if (list.length > attribute.maxValues) {
    throw invalidValue(
      `${attribute.name} would have ${list.length} values; keep at most ${attribute.maxValues}.`,
    );
  }
  return { list, written };
}

/** Removes the listed values; those that are not there are no error. */
export function removeValues(
  attribute: Attribute,
  current: readonly Json[],
  listed: readonly Json[],
): readonly Json[] {
  const removed = Map.groupBy(listed, (element) => keyOf(attribute, element));
  return current.filter((element) => {
    const candidates = removed.get(keyOf(attribute, element)) ?? [];
    return !candidates.some((candidate) => sameType(element, candidate));
  });
}

/**
 * Leaves `primary` with the one value that was written as primary: "SHALL cause the server to
 * automatically set "primary" to "false" for any other values" (RFC 7644 §3.5.2).
 */
export function settlePrimary(attribute: Attribute, { list, written }: Written): readonly Json[] {
  const chosen = [...written].filter((index) => isPrimary(list[index] ?? null));
  if (chosen.length === 0) return list;
  if (chosen.length > 1) {
    throw invalidValue(`The operation makes several ${attribute.name} primary; choose one value.`);
  }
  return list.map((element, index) =>
    index !== chosen[0] && isObject(element) && isPrimary(element)
      ? { ...element, primary: false }
      : element,
  );
}

function addPlace(places: Map<string, number[]>, key: string, index: number): void {
  const found = places.get(key);
  if (found === undefined) places.set(key, [index]);
  else found.push(index);
}

/** What makes two elements one: the significant value, or everything where there is none. */
function keyOf(attribute: Attribute, element: Json): string {
  if (!isObject(element)) {
    return typeof element === 'string' ? fold(attribute, element) : JSON.stringify(element);
  }
  const subAttribute = significant(attribute);
  const value = subAttribute && element[subAttribute.name];
  if (subAttribute !== undefined && typeof value === 'string') return fold(subAttribute, value);
  const names = Object.keys(element).sort();
  return JSON.stringify(names.map((name) => [name, element[name]]));
}

/** An element without a type is the same as one with: members are sent with and without. */
function sameType(left: Json | undefined, right: Json): boolean {
  const [leftType, rightType] = [typeOf(left), typeOf(right)];
  return leftType === undefined || rightType === undefined || leftType === rightType;
}

function typeOf(element: Json | undefined): string | undefined {
  if (!isObject(element) || typeof element.type !== 'string') return undefined;
  return element.type.toLowerCase();
}
