/**
 * The members of a group as a set, and what a request changes in it. Members are kept apart from
 * their group, so that adding one to a group of 100,000 costs what it costs in a group of ten: most
 * requests say what comes and goes without a look at who is there.
 */
import type { Json } from '../model.ts';
import { invalidValue } from './error.ts';
import type { Filter } from './filter.ts';
import { isArray, isObject } from './json.ts';
import type { ApartStep } from './patch-apart.ts';
import { INDEXED_LENGTH } from './schema.ts';

/** One member of a group (RFC 7643 §4.2). */
export interface Member {
  /** What makes two members one: `value` in lower case, as it is not case exact (§8.7.1). */
  readonly key: string;
  readonly value: string;
  readonly type?: string;
  readonly display?: string;
  readonly ref?: string;
}

/**
 * What becomes of a set of members. Who is in `add` and there already stays as they are, as the
 * sub-attributes of a member are immutable.
 */
export interface MembershipChange {
  /** Whether everybody leaves who is not in `add`. */
  readonly clear: boolean;
  readonly add: readonly Member[];
  /** Keys, none of which is in `add`; empty where `clear` is true. */
  readonly remove: readonly string[];
}

/** The members of a resource that was read; of those with the same key, the first. */
export function membershipOf(members: Json | undefined): readonly Member[] {
  const found = new Map<string, Member>();
  for (const element of elementsOf(members)) {
    const member = memberOf(element);
    if (member === undefined) {
      throw invalidValue('A member has no value; send the id of the user or group as its value.');
    }
    if (!found.has(member.key)) found.set(member.key, member);
  }
  return [...found.values()];
}

function elementsOf(members: Json | undefined): readonly Json[] {
  return isArray(members) ? members : [];
}

/** The member that an element speaks of; undefined where it names none. */
function memberOf(element: Json): Member | undefined {
  if (!isObject(element)) return undefined;
  const { value: id, type, display, $ref: ref } = element;
  const value = typeof id === 'string' ? id : idIn(ref);
  if (value === undefined) return undefined;
  if (value.length > INDEXED_LENGTH) {
    throw invalidValue(`The value of a member has at most ${INDEXED_LENGTH} characters.`);
  }
  return {
    key: keyOf(value),
    value,
    ...(typeof type === 'string' ? { type } : {}),
    ...(typeof display === 'string' ? { display } : {}),
    ...(typeof ref === 'string' ? { ref } : {}),
  };
}

function keyOf(value: string): string {
  return value.toLowerCase();
}

const REFERENCE = /\/(?:Users|Groups)\/([^/?#]+)$/i;

/** Some clients name a member by its URI alone, which ends in the id. */
function idIn(ref: Json | undefined): string | undefined {
  return typeof ref === 'string' ? REFERENCE.exec(ref)?.[1] : undefined;
}

/**
 * What steps on `members` change; null where that can only be told from who is there. Then the
 * ordinary engine tells, on the whole group, and {@link membershipDifference} says what it did.
 */
export function membershipChange(steps: readonly ApartStep[]): MembershipChange | null {
  const draft: Draft = { clear: false, add: new Map(), remove: new Set() };
  return steps.every((step) => fold(draft, step)) ? changeOf(draft) : null;
}

/** What makes one set of members of another. */
export function membershipDifference(
  before: readonly Member[],
  after: readonly Member[],
): MembershipChange {
  const [known, stay] = [keysOf(before), keysOf(after)];
  return {
    clear: false,
    add: after.filter(({ key }) => !known.has(key)),
    remove: [...known].filter((key) => !stay.has(key)),
  };
}

function keysOf(members: readonly Member[]): ReadonlySet<string> {
  return new Set(members.map(({ key }) => key));
}

/** A change under construction. */
interface Draft {
  clear: boolean;
  readonly add: Map<string, Member>;
  readonly remove: Set<string>;
}

function changeOf({ clear, add, remove }: Draft): MembershipChange {
  return { clear, add: [...add.values()], remove: [...remove] };
}

/** Takes a step into the draft; false where it depends on who is there. */
function fold(draft: Draft, { op, target, value }: ApartStep): boolean {
  const keys = target.filter && keysNamedBy(target.filter);
  if (target.subAttribute !== undefined || (target.filter && keys === undefined)) return false;
  if (keys !== undefined && op === 'remove') removeAll(draft, keys);
  else if (keys !== undefined) return op === 'add' && addNamed(draft, keys, value);
  else if (op === 'remove' && value !== undefined) removeAll(draft, keysListed(value));
  else {
    if (op !== 'add') clear(draft);
    addAll(draft, membershipOf(value));
  }
  return true;
}

function clear(draft: Draft): void {
  draft.clear = true;
  draft.add.clear();
  draft.remove.clear();
}

function addAll({ add, remove }: Draft, members: readonly Member[]): void {
  for (const member of members) {
    if (!add.has(member.key)) add.set(member.key, member);
    remove.delete(member.key);
  }
}

/** Removing who is not there is no error. */
function removeAll({ clear, add, remove }: Draft, keys: readonly string[]): void {
  for (const key of keys) {
    add.delete(key);
    if (!clear) remove.add(key);
  }
}

/** Elements that name nobody remove nobody. */
function keysListed(value: Json): readonly string[] {
  return elementsOf(value).flatMap((element) => memberOf(element)?.key ?? []);
}

/** `add` with `members[value eq "x"]` as its path and no more than that as its value. */
function addNamed(draft: Draft, keys: readonly string[], value: Json | undefined): boolean {
  const member = value === undefined ? undefined : memberOf(value);
  const plain = isObject(value) && Object.keys(value).length === 1;
  if (!plain || member === undefined || keys.length !== 1 || keys[0] !== member.key) return false;
  addAll(draft, [member]);
  return true;
}

/** The keys that a filter selects by `value eq`, one or several with `or`; undefined for others. */
function keysNamedBy(filter: Filter): readonly string[] | undefined {
  if (filter.kind === 'compare') {
    const { path, operator, value } = filter;
    const isValue = path.attribute.toLowerCase() === 'value' && path.subAttribute === undefined;
    const named = isValue && path.urn === undefined && operator === 'eq';
    return named && typeof value === 'string' ? [keyOf(value)] : undefined;
  }
  if (filter.kind !== 'or') return undefined;
  const keys = filter.terms.map(keysNamedBy);
  return keys.every((found) => found !== undefined) ? keys.flat() : undefined;
}
