import type { JsonObject } from '../model.ts';

/** Whom a policy looks at: a user of the roll, and where they belong there. */
export interface Subject {
  /** The SCIM User as stored. */
  readonly user: JsonObject;
  readonly sourceId: string;
  /** Ids of the groups they are in, also through other groups; none where the policy looks at none. */
  readonly groups: readonly string[];
}

/** Derives something from a key once, and remembers it for as long as the key lives. */
export function once<Key extends object, Value>(derive: (key: Key) => Value): (key: Key) => Value {
  const known = new WeakMap<Key, { readonly value: Value }>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found.value;
    const value = derive(key);
    known.set(key, { value });
    return value;
  };
}
