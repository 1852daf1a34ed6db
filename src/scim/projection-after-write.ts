/**
 * What the answer to a write has beside what is returned by default: an attribute that is returned on
 * request "is returned in response to any PUT, POST, or PATCH operations if the attribute was
 * specified by the client" (RFC 7643 §7).
 */
import { isArray, isObject } from './json.ts';
import type { Projection } from './projection.ts';
import type { ResourceType } from './resource-types.ts';
import type { Attribute, AttributeSet } from './schema.ts';

/** The projection for the answer to a POST, PUT or PATCH with this body. */
export function afterWrite(type: ResourceType, projection: Projection, body: unknown): Projection {
  const sets = [type.attributes, ...type.extensions.map(({ schema }) => schema.attributes)];
  if (!sets.some(hasRequested)) return projection;
  const specified = new Set<string>();
  collectNames(body, specified, MAX_DEPTH);
  const find: Projection['find'] = (attributes, key) => {
    const attribute = projection.find(attributes, key);
    const shown = attribute && isRequested(attribute) && specified.has(key.toLowerCase());
    return shown ? { ...attribute, returned: 'default' } : attribute;
  };
  return { ...projection, find };
}

function hasRequested({ list }: AttributeSet): boolean {
  return list.some(
    (attribute) => isRequested(attribute) || attribute.subAttributes.list.some(isRequested),
  );
}

/** What is readOnly no client specifies. */
function isRequested({ returned, mutability }: Attribute): boolean {
  return returned === 'request' && mutability !== 'readOnly';
}

/** Operations, one of them, its value, an extension, a list, an element, a part. */
const MAX_DEPTH = 7;

/** Collects, in lower case, the names in the keys of a body and in the paths of its operations. */
function collectNames(value: unknown, names: Set<string>, depth: number): void {
  if (depth === 0) return;
  if (isArray(value)) {
    for (const element of value) collectNames(element, names, depth - 1);
  } else if (isObject(value)) {
    for (const [key, member] of Object.entries(value)) {
      const path = key.toLowerCase() === 'path' && typeof member === 'string' ? member : '';
      for (const name of `${key} ${path}`.toLowerCase().split(/[^\w$-]+/)) names.add(name);
      collectNames(member, names, depth - 1);
    }
  }
}
