/**
 * One step of a PATCH: an operation on one attribute (RFC 7644 §3.5.2.1-§3.5.2.3). Which rule holds
 * follows from the attribute's definition and the shape of the path, never from its name.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Json, JsonObject } from '../model.ts';
import {
  type Draft,
  type Place,
  readList,
  readSingle,
  readSubAttributes,
  readValue,
} from './attribute-value.ts';
import { invalidValue, mutability, noTarget } from './error.ts';
import type { Filter } from './filter.ts';
import { holds } from './filter-match.ts';
import { isArray, isEmpty, isObject } from './json.ts';
import { addValues, removeValues, settlePrimary, type Written } from './multi-valued.ts';
import type { AttributeTarget } from './patch-target.ts';
import { asMeant, createsOnReplace, isClearedBy, listedForRemoval } from './quirks.ts';
import { resolveElementFilter } from './resolved-filter.ts';
import { immutable, set } from './resource.ts';
import { type Attribute, findAttribute, significant } from './schema.ts';
import { checkKept, keptAttribute, nameIn, type Unknowns } from './unknown-attributes.ts';

export type PatchOp = 'add' | 'replace' | 'remove';

export interface PatchStep {
  readonly op: PatchOp;
  readonly target: AttributeTarget;
  readonly value: unknown;
}

/** Applies a step to a draft of the resource. */
export function applyStep(draft: Draft, step: PatchStep, unknowns: Unknowns): void {
  const { attribute, subAttribute, container, name } = step.target;
  checkWritable(step.target);
  const holder = container === undefined ? draft : draft[container];
  const key = nameIn(isObject(holder) ? holder : {}, attribute);
  const before = isObject(holder) ? holder[key] : undefined;
  const after = outcome(before, step, { path: name, unknowns });
  if (attribute.returned === 'never') return;
  if (before !== undefined && after === undefined) checkMayBeUnassigned(attribute, step);
  if (before !== undefined && after !== undefined && step.op === 'remove') {
    checkMayBeUnassigned(subAttribute, step);
  }
  if (attribute.mutability === 'immutable' && before !== undefined) {
    if (!isDeepStrictEqual(before, after)) throw immutable(name);
  }
  if (container === undefined) set(draft, key, after);
  else set(draft, container, withMember(holder, key, after));
}

/** Throws where a path names what only the server writes (RFC 7644 §3.5.2). */
export function checkWritable({ attribute, subAttribute, name }: AttributeTarget): void {
  for (const changed of [attribute, subAttribute]) {
    if (changed?.mutability === 'readOnly') {
      throw mutability(`${name} is readOnly; leave it out of the request.`);
    }
  }
}

/** An extension without attributes is no longer there. */
function withMember(holder: Json | undefined, name: string, value: Json | undefined) {
  const changed: Draft = { ...(isObject(holder) ? holder : {}) };
  set(changed, name, value);
  return isEmpty(changed) ? undefined : changed;
}

/** "If an attribute is removed … and is defined as a required attribute" (§3.5.2.2). */
function checkMayBeUnassigned(attribute: Attribute | undefined, { op, target }: PatchStep): void {
  if (attribute?.required !== true) return;
  if (op === 'remove') {
    throw mutability(`${target.name} is required and cannot be removed; replace it instead.`);
  }
  throw invalidValue(`${target.name} is required; send a value that is not empty.`);
}

/** The attribute's value after the step; undefined where it is unassigned. */
function outcome(before: Json | undefined, step: PatchStep, place: Place): Json | undefined {
  const { attribute, filter, subAttribute } = step.target;
  if (attribute.multiValued) {
    const current = isArray(before) ? before : [];
    const selects = filter !== undefined || subAttribute !== undefined;
    const list = selects ? patchSelected(current, step, place) : patchAll(current, step, place);
    return list.length === 0 ? undefined : list;
  }
  if (subAttribute !== undefined) {
    const value = step.op === 'remove' ? null : step.value;
    return merged(attribute, before, { [subAttribute.name]: value }, above(place));
  }
  if (step.op === 'remove') return undefined;
  if (attribute.type === 'complex') return merged(attribute, before, step.value, place);
  const value = readValue(attribute, step.value, place);
  return step.op === 'add' && attribute.kept ? withKept(before, value, place.path) : value;
}

/** Whether a kept attribute has several values shows in its value alone: a list is added to a list. */
function withKept(
  before: Json | undefined,
  added: Json | undefined,
  path: string,
): Json | undefined {
  if (!isArray(before) || !isArray(added)) return added ?? before;
  const known = new Set(before.map((value) => JSON.stringify(value)));
  return checkKept(
    [...before, ...added.filter((value) => !known.has(JSON.stringify(value)))],
    path,
  );
}

/** The place of the complex value whose sub-attribute the path names: reading that adds its name. */
function above(place: Place): Place {
  return { ...place, path: place.path.slice(0, place.path.lastIndexOf('.')) };
}

/** A multi-valued attribute as a whole. */
function patchAll(current: readonly Json[], step: PatchStep, place: Place): readonly Json[] {
  const { attribute } = step.target;
  if (step.op === 'remove') {
    const listed = listedForRemoval(attribute, step.value);
    if (listed === undefined) return [];
    return removeValues(attribute, current, readList(attribute, listed, place));
  }
  const given = readValue(attribute, step.value, place);
  const values = isArray(given) ? given : [];
  if (step.op === 'replace') return values;
  const merge = (existing: Json, added: Json) => completed(attribute, existing, added);
  return settlePrimary(attribute, addValues(attribute, current, values, merge));
}

/** A value that is added a second time: what is immutable in the first stays as it is. */
function completed(attribute: Attribute, existing: Json, added: Json): Json {
  if (!isObject(existing) || !isObject(added)) return existing;
  const result: Draft = { ...existing };
  for (const [key, value] of Object.entries(added)) {
    const subAttribute = findAttribute(attribute.subAttributes, key) ?? keptAttribute(key);
    const name = nameIn(result, subAttribute);
    // The same value in another case is the same value: the known spelling stays.
    const stays =
      subAttribute === significant(attribute) || subAttribute.mutability === 'immutable';
    if (!(stays && existing[name] !== undefined)) result[name] = value;
  }
  return result;
}

/** The values of a multi-valued attribute that a filter selects; all, where there is no filter. */
function patchSelected(current: readonly Json[], step: PatchStep, place: Place): readonly Json[] {
  const { attribute, filter } = step.target;
  const resolved = filter && resolveElementFilter(filter, attribute);
  const selected = (element: Json) => resolved === undefined || holds(resolved, element);
  const list: Json[] = [];
  const written = new Set<number>();
  let found = false;
  for (const element of current) {
    const chosen = selected(element);
    found ||= chosen;
    const changed = chosen ? patchElement(element, step, place) : element;
    if (changed === undefined) continue;
    if (chosen) written.add(list.length);
    list.push(changed);
  }
  if (found) return settlePrimary(attribute, { list, written });
  return step.op === 'remove' ? current : createElement(current, step, place);
}

/** Elements are complex attributes themselves (RFC 7643 §2.4), so that a value is merged in. */
function patchElement(element: Json, step: PatchStep, place: Place): Json | undefined {
  const { attribute, subAttribute } = step.target;
  if (subAttribute !== undefined) {
    const value = step.op === 'remove' ? null : step.value;
    return merged(attribute, element, { [subAttribute.name]: value }, above(place));
  }
  if (step.op === 'remove') return undefined;
  const value = singleOf(step.value, place);
  if (attribute.type !== 'complex') return readSingle(attribute, value, place);
  return merged(attribute, element, value, place);
}

/** A filter selects elements one by one; a list of one is taken for its element. */
export function singleOf(value: unknown, { path }: Place): unknown {
  if (!isArray(value)) return value;
  if (value.length === 1) return value[0];
  throw invalidValue(`The value for ${path} must be one object; drop the [ ] to send a list.`);
}

/** Creates the element that a filter describes, where none is there. */
function createElement(current: readonly Json[], step: PatchStep, place: Place): readonly Json[] {
  const { attribute, filter, subAttribute, name } = step.target;
  const described = filter === undefined ? {} : describedBy(filter);
  if (described === undefined || !creates(step)) {
    throw noTarget(`${name} selects no value; add the value before you change it.`);
  }
  const value = subAttribute ? { [subAttribute.name]: step.value } : singleOf(step.value, place);
  const given = merged(attribute, undefined, value, subAttribute ? above(place) : place);
  if (given === undefined) return current;
  const element = merged(attribute, readSingle(attribute, described, place), given, place);
  if (element === undefined) return current;
  const list = [...current, element];
  const written: Written = { list, written: new Set([current.length]) };
  return settlePrimary(attribute, written);
}

/** "If the target location does not exist, the attribute and value are added" (§3.5.2.1). */
function creates({ op, target }: PatchStep): boolean {
  if (target.attribute.type !== 'complex') return false;
  if (op === 'add' || target.filter === undefined) return true;
  return target.subAttribute !== undefined && createsOnReplace(target.attribute, target.filter);
}

/** The element of which a filter by `eq` speaks; undefined where it speaks of none in particular. */
function describedBy(filter: Filter): Record<string, unknown> | undefined {
  if (filter.kind === 'compare' && filter.operator === 'eq') {
    return { [filter.path.attribute]: filter.value };
  }
  if (filter.kind !== 'and') return undefined;
  const described: Record<string, unknown> = {};
  for (const term of filter.terms) {
    const part = describedBy(term);
    if (part === undefined) return undefined;
    Object.assign(described, part);
  }
  return described;
}

/**
 * A complex value with the given sub-attributes; those that are not given stay (§3.5.2.3: "left
 * unchanged"), those given as null go.
 */
function merged(
  attribute: Attribute,
  before: Json | undefined,
  value: unknown,
  place: Place,
): JsonObject | undefined {
  const meant = asMeant(attribute, value);
  if (meant === null || meant === undefined) return undefined;
  const existing = isObject(before) ? before : {};
  const result: Draft = { ...existing };
  for (const [subAttribute, found] of readSubAttributes(attribute, meant, place)) {
    const name = nameIn(result, subAttribute);
    const known = existing[name];
    if (subAttribute.mutability === 'immutable' && known !== undefined) {
      if (!isDeepStrictEqual(known, found)) throw immutable(`${place.path}: ${name}`);
    }
    if (found === undefined && isClearedBy(attribute, subAttribute)) return undefined;
    set(result, name, found);
  }
  return isEmpty(result) ? undefined : result;
}
