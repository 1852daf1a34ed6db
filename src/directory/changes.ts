import { isDeepStrictEqual } from 'node:util';
import type { Json, JsonObject } from '../model.ts';
import { isObject } from '../scim/json.ts';

/**
 * What changed between two states of a resource, each attribute as `[before, after]`; extension
 * attributes under their URN-qualified names.
 */
export function changesBetween(before: JsonObject, after: JsonObject): JsonObject {
  const changes: Record<string, Json> = {};
  compare(before, after, '', changes);
  return changes;
}

function compare(
  before: JsonObject,
  after: JsonObject,
  prefix: string,
  changes: Record<string, Json>,
): void {
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [from, to] = [before[name] ?? null, after[name] ?? null];
    if (name.startsWith('urn:') && (isObject(from) || isObject(to))) {
      compare(isObject(from) ? from : {}, isObject(to) ? to : {}, `${name}:`, changes);
    } else if (name !== 'schemas' && !isDeepStrictEqual(from, to)) {
      changes[prefix + name] = [from, to];
    }
  }
}
