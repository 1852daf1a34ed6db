/** Which attributes a response has: `attributes` and `excludedAttributes` (RFC 7644 §3.9). */
import type { Json, JsonObject } from '../model.ts';
import { invalidValue } from './error.ts';
import { isArray, isEmpty, isObject } from './json.ts';
import { parseAttributePath } from './path.ts';
import { findExtension, findNamespace, type ResourceType } from './resource-types.ts';
import { type Attribute, type AttributeSet, findAttribute, type Returned } from './schema.ts';

/**
 * The attributes that a query names, by their canonical names: `true` for the whole attribute, else
 * the sub-attributes. An extension stands under its URN like a complex attribute.
 */
type Named = Map<string, true | Named>;

/** What a query asks of the resources of one type; read once for a whole list. */
export type Projection =
  | { readonly kind: 'default' }
  | { readonly kind: 'only' | 'without'; readonly named: Named };

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
  if (only.length > 0) return { kind: 'only', named: resolveNames(type, only) };
  if (without.length > 0) return { kind: 'without', named: resolveNames(type, without) };
  return { kind: 'default' };
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

/** Names that no schema defines are left out: they have no value to return. */
function resolveNames(type: ResourceType, names: readonly string[]): Named {
  const named: Named = new Map();
  for (const name of names) {
    const extension = findExtension(type, name);
    const keys = extension === undefined ? keysOf(type, name) : [extension.id];
    if (keys.length > 0) add(named, keys);
  }
  return named;
}

/** The way to what a name stands for, from the top of the resource; empty where there is none. */
function keysOf(type: ResourceType, name: string): readonly string[] {
  const path = parseAttributePath(name);
  const namespace = path && findNamespace(type, path.urn);
  const attribute = namespace && findAttribute(namespace.attributes, path.attribute);
  if (attribute === undefined) return [];
  const container = namespace?.container === undefined ? [] : [namespace.container];
  const keys = [...container, attribute.name];
  if (path?.subAttribute === undefined) return keys;
  const subAttribute = findAttribute(attribute.subAttributes, path.subAttribute);
  return subAttribute === undefined ? [] : [...keys, subAttribute.name];
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
    const inner = isObject(extension) && below(projection, schema.id, 'default');
    if (!inner) continue;
    const projected = projectObject(extension, schema.attributes, inner);
    if (!isEmpty(projected)) result[schema.id] = projected;
  }
  return result;
}

const DEFAULT: Projection = { kind: 'default' };

/** The projection for what is inside of an attribute; undefined where it is not returned at all. */
function below(projection: Projection, name: string, returned: Returned): Projection | undefined {
  if (returned === 'never') return undefined;
  if (returned === 'always') return DEFAULT;
  if (projection.kind === 'default') return returned === 'request' ? undefined : DEFAULT;
  const named = projection.named.get(name);
  if (projection.kind === 'only') {
    if (named === undefined) return undefined;
    return named === true ? DEFAULT : { kind: 'only', named };
  }
  if (named === true || returned === 'request') return undefined;
  return named === undefined ? DEFAULT : { kind: 'without', named };
}

function projectObject(object: JsonObject, attributes: AttributeSet, projection: Projection) {
  const result: Record<string, Json> = {};
  for (const key of Object.keys(object)) {
    const attribute = attributes.byName.get(key);
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
