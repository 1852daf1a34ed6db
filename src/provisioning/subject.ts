import type { JsonObject } from '../model.ts';
import type { DueLink } from '../store/due-links.ts';
import type { StoredGrant } from '../store/grants.ts';
import type { PushedGroup } from '../store/group-links.ts';

/** Whom a policy looks at: a user of the roll, and where they belong there. */
export interface Subject {
  /** The SCIM User as stored. */
  readonly user: JsonObject;
  readonly sourceId: string;
  /** Ids of the groups they are in, also through other groups; none where the policy looks at none. */
  readonly groups: readonly string[];
  /** Those of them that are made at the destination. */
  readonly pushed: readonly PushedGroup[];
  /** What was bought for them or given to them by hand at the destination, whether it stands or has ended. */
  readonly grants: readonly StoredGrant[];
  /** The moment they are looked at: rights begin and end by it. */
  readonly at: Date;
}

/** Whom the link of a user of the roll is about. */
export function subjectOf(
  user: JsonObject,
  {
    sourceId,
    groups,
    pushed,
    grants,
    readAt,
  }: Pick<DueLink, 'sourceId' | 'groups' | 'pushed' | 'grants' | 'readAt'>,
): Subject {
  return { user, sourceId, groups, pushed, grants, at: readAt };
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
