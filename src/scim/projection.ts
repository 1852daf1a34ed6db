/** Which attributes a response has: `attributes` and `excludedAttributes` (RFC 7644 §3.9). */
import type { Json, JsonObject } from '../model.ts';
import { invalidValue } from './error.ts';
import { isArray, isEmpty, isObject } from './json.ts';
import { parseAttributePath } from './path.ts';
import { findExtension, findNamespace, type ResourceType } from './resource-types.ts';
import {
  type Attribute,
  type AttributeSet,
  findAttribute,
  NO_ATTRIBUTES,
  type Returned,
} from './schema.ts';
import { keepsUnknown, keptAttribute } from './unknown-attributes.ts';

/**
 * The attributes that a query names, by their canonical names: `true` for the whole attribute, else
 * the sub-attributes. An extension stands under its URN like a complex attribute.
 */
type Named = Map<string, true | Named>;

/** Finds the attribute of a member of a resource; undefined where it is not to be shown. */
type Find = (attributes: AttributeSet, key: string) => Attribute | undefined;

/** What a query asks of the resources of one type; read once for a whole list. */
export type Projection = { readonly find: Find } & (
  | { readonly kind: 'default' }
  /** Of an extension that is named as a whole: what is returned on request, too. */
  | { readonly kind: 'all' }
  | { readonly kind: 'only' | 'without'; readonly named: Named }
);

/** Reads the two parameters: comma separated, or the list of a `.search` body. */
export function parseProjection(
  type: ResourceType,
  query: { readonly attributes?: unknown; readonly excludedAttributes?: unknown },
): Projection {
  const only = readNames('attributes', query.attributes);
  const without = readNames('excludedAttributes', query.excludedAttributes);
  if (only.length > 0 && without.length > 0) {
    throw invalidValue('attributes and excludedAttributes exclude each other; send one of them.');
  }
  const find = keepsUnknown(type) ? findOrKeep(type) : findDefined;
  if (only.length > 0) return { find, kind: 'only', named: resolveNames(type, only) };
  if (without.length > 0) return { find, kind: 'without', named: resolveNames(type, without) };
  return { find, kind: 'default' };
}

const findDefined: Find = ({ byName }, key) => byName.get(key);

/** What no schema defines is named in lower case: it is found in any. */
function findOrKeep(type: ResourceType): Find {
  return (attributes, key) => {
    const known = attributes.byName.get(key);
    if (known !== undefined || findExtension(type, key) !== undefined) return known;
    return keptAttribute(key.toLowerCase());
  };
}

function readNames(parameter: string, value: unknown): readonly string[] {
  if (value === undefined || value === null) return [];
  const parts = isArray(value) ? value : [value];
  return parts.flatMap((part) => {
    if (typeof part !== 'string') {
      throw invalidValue(`${parameter} must be attribute names separated by commas.`);
    }
    return part.split(',').flatMap((name) => name.trim() || []);
  });
}

function resolveNames(type: ResourceType, names: readonly string[]): Named {
  const named: Named = new Map();
  for (const name of names) {
    const extension = findExtension(type, name);
    if (extension !== undefined) add(named, [extension.id]);
    else {
      add(named, keysOf(type, name));
      // The URI of a schema that nobody defines reads like an attribute of a shorter one.
      if (keepsUnknown(type)) add(named, [name.toLowerCase()]);
    }
  }
  return named;
}

/**
 * The way to what a name stands for, from the top of the resource. What no schema defines is in lower
 * case; it has a value only where it is kept.
 */
function keysOf(type: ResourceType, name: string): readonly string[] {
  const path = parseAttributePath(name);
  if (path === undefined) return [name.toLowerCase()];
  const { attributes, container } = findNamespace(type, path.urn) ?? {
    attributes: NO_ATTRIBUTES,
    container: path.urn?.toLowerCase(),
  };
  const attribute = findAttribute(attributes, path.attribute);
  const keys = [attribute?.name ?? path.attribute.toLowerCase()];
  if (container !== undefined) keys.unshift(container);
  if (path.subAttribute === undefined) return keys;
  const sub = attribute && findAttribute(attribute.subAttributes, path.subAttribute);
  return [...keys, sub?.name ?? path.subAttribute.toLowerCase()];
}

/** Adds a path; a whole attribute covers all that is below it. */
function add(named: Named, [key = '', ...rest]: readonly string[]): void {
  const known = named.get(key);
  if (known === true) return;
  if (rest.length === 0) {
    named.set(key, true);
    return;
  }
  const below: Named = known ?? new Map();
  named.set(key, below);
  add(below, rest);
}

/** The part of a resource that a response has (RFC 7643 §7, `returned`). */
export function project(
  resource: JsonObject,
  type: ResourceType,
  projection: Projection,
): JsonObject {
  const result = projectObject(resource, type.attributes, projection);
  for (const { schema } of type.extensions) {
    const extension = resource[schema.id];
    if (!isObject(extension)) continue;
    const projected = projectObject(extension, schema.attributes, within(projection, schema.id));
    if (!isEmpty(projected)) result[schema.id] = projected;
  }
  return result;
}

const NOTHING: Named = new Map();

/**
 * The projection for what an extension holds: its URN is no attribute, but stands for all of its
 * attributes. Of one that is not asked for, what is always returned remains.
 */
function within(projection: Projection, urn: string): Projection {
  const { find } = projection;
  if (projection.kind === 'default' || projection.kind === 'all') return projection;
  const named = projection.named.get(urn);
  if (projection.kind === 'only') {
    return named === true ? { find, kind: 'all' } : { find, kind: 'only', named: named ?? NOTHING };
  }
  if (named === true) return { find, kind: 'only', named: NOTHING };
  return named === undefined ? { find, kind: 'default' } : { find, kind: 'without', named };
}

/** How much of an attribute an answer has. */
export type Share = 'nothing' | 'part' | 'everything';

/**
 * How much of an attribute a projection asks for. What is computed or kept apart is not even read
 * where it is not asked for.
 * @param keys the way from the top of the resource: `['members']`, `[urn, 'destinations']`
 */
export function asksFor(
  type: ResourceType,
  projection: Projection,
  keys: readonly string[],
): Share {
  const [key = '', ...rest] = keys;
  const extension = findExtension(type, key);
  if (extension === undefined) return shareOf(type.attributes, projection, key);
  return shareOf(extension.attributes, within(projection, extension.id), rest.join('.'));
}

function shareOf(attributes: AttributeSet, projection: Projection, name: string): Share {
  const attribute = findAttribute(attributes, name);
  const inner = attribute && below(projection, attribute.name, attribute.returned);
  if (inner === undefined) return 'nothing';
  return inner.kind === 'default' ? 'everything' : 'part';
}

/** The projection for what is inside of an attribute; undefined where it is not returned at all. */
function below(projection: Projection, name: string, returned: Returned): Projection | undefined {
  if (returned === 'never') return undefined;
  if (projection.kind === 'default') return returned === 'request' ? undefined : projection;
  const whole: Projection = { find: projection.find, kind: 'default' };
  if (returned === 'always' || projection.kind === 'all') return whole;
  const named = projection.named.get(name);
  if (projection.kind === 'only') {
    if (named === undefined) return undefined;
    return named === true ? whole : { ...projection, named };
  }
  if (named === true || returned === 'request') return undefined;
  return named === undefined ? whole : { ...projection, named };
}

function projectObject(object: JsonObject, attributes: AttributeSet, projection: Projection) {
  const result: Record<string, Json> = {};
  for (const key of Object.keys(object)) {
    const attribute = projection.find(attributes, key);
    const inner = attribute && below(projection, attribute.name, attribute.returned);
    const value = inner && projectValue(object[key], attribute, inner);
    if (value !== undefined) result[key] = value;
  }
  return result;
}

/** Of a complex value what is asked; undefined where nothing of it is. */
function projectValue(
  value: Json | undefined,
  { subAttributes }: Attribute,
  projection: Projection,
): Json | undefined {
  if (projection.kind === 'default' && subAttributes.hidden.length === 0) return value;
  if (isArray(value)) {
    const elements = value.map((element) =>
      isObject(element) ? projectObject(element, subAttributes, projection) : element,
    );
    const kept = elements.filter((element) => !isObject(element) || !isEmpty(element));
    return kept.length === 0 ? undefined : kept;
  }
  if (!isObject(value)) return value;
  const projected = projectObject(value, subAttributes, projection);
  return isEmpty(projected) ? undefined : projected;
}
