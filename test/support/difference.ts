/**
 * What an answer lacks of what was expected of it: members that are not named are free, the elements
 * of an array may come in any order, and `null` says that there must be none (RFC 7643 §2.5).
 */

/** The first difference in words; `null` where there is none. */
export function difference(expected: unknown, actual: unknown, path: string): string | null {
  if (expected === null)
    return actual === undefined ? null : `expected no ${path}, not ${text(actual)}`;
  if (Array.isArray(expected)) return listDifference(expected, actual, path);
  if (typeof expected !== 'object')
    return expected === actual
      ? null
      : `expected ${path} to be ${text(expected)}, not ${text(actual)}`;
  if (typeof actual !== 'object' || actual === null) return `expected ${path} to be an object`;
  for (const [name, value] of Object.entries(expected)) {
    const fault = difference(value, Reflect.get(actual, name), `${path}.${name}`);
    if (fault !== null) return fault;
  }
  return null;
}

function listDifference(expected: readonly unknown[], actual: unknown, path: string) {
  if (!Array.isArray(actual) || actual.length !== expected.length)
    return `expected ${path} to have ${expected.length} values`;
  const left: unknown[] = [...actual];
  for (const value of expected) {
    const index = left.findIndex((one) => difference(value, one, path) === null);
    if (index === -1) return `expected ${path} to have ${text(value)}`;
    left.splice(index, 1);
  }
  return null;
}

/** A value as it is shown in a message. */
export const text = (value: unknown): string => JSON.stringify(value) ?? 'nothing';
