/**
 * The order of a list as SQL (RFC 7644 §3.4.2.3): by one key and then by id, both ascending or both
 * descending, so that a place in a list is one pair and the next page begins after it.
 */
import { type Sort, sortTarget } from '../scim/sort.ts';
import type { Step, Target } from '../scim/value-target.ts';
import { booleanOf, foldedText, memberOf, numberOf, timeOf } from './json-sql.ts';
import { columnOf, jsonOf, type ResourceScope, rowsOf } from './resource-sql.ts';

/** What a list is sorted by. */
export interface SortKey {
  /** An expression on `resources`. */
  readonly text: string;
  readonly sqlType: 'text' | 'numeric' | 'boolean' | 'timestamptz';
  /** Whether some resource may have none. */
  readonly optional: boolean;
}

/**
 * The key of an order, for all the types that a list has; `null` where the order is that of the ids.
 * A type without the attribute has no key, and stands where those without a value stand.
 */
export function sortKey(sort: Sort, scopes: readonly ResourceScope[]): SortKey | null {
  const keys = scopes.map((scope) => keyIn(sort, scope));
  const [first] = keys.filter((key) => key !== null);
  if (first === undefined) return null;
  if (keys.every((key) => key?.text === first.text)) return first;
  const sqlType = keys.every((key) => !key || key.sqlType === first.sqlType)
    ? first.sqlType
    : 'text';
  const branches = scopes.flatMap(({ type }, index) => {
    const key = keys[index];
    return key ? `when '${type.name}' then ${key.text}::${sqlType}` : [];
  });
  return { text: `(case resources.type ${branches.join(' ')} end)`, sqlType, optional: true };
}

function keyIn(sort: Sort, scope: ResourceScope): SortKey | null {
  const target = sortTarget(sort, scope.type);
  if (target === undefined || target.name === 'id') return null;
  const column = columnOf(target, scope);
  if (column === undefined) return keyOf(target, valueSql(target, scope));
  const optional = column.optional ?? false;
  return column.time === undefined
    ? { text: column.text ?? '', sqlType: 'text', optional }
    : { text: column.time, sqlType: 'timestamptz', optional };
}

function keyOf({ attribute }: Target, json: string): SortKey {
  const optional = true;
  switch (attribute.type) {
    case 'integer':
    case 'decimal':
      return { text: `(${numberOf(json)})`, sqlType: 'numeric', optional };
    case 'boolean':
      return { text: `(${booleanOf(json)})`, sqlType: 'boolean', optional };
    case 'dateTime':
      return { text: `(${timeOf(json)})`, sqlType: 'timestamptz', optional };
    default: {
      const beginning = `left(${foldedText(attribute, json)}, ${KEY_LENGTH})`;
      return { text: `(${beginning} collate "C")`, sqlType: 'text', optional };
    }
  }
}

/** Of longer texts the beginning decides: a cursor holds the key, and stands in a URL. */
const KEY_LENGTH = 512;

/** The one value of a resource that is sorted by. */
function valueSql(target: Target, scope: ResourceScope): string {
  const rows = rowsOf(target, scope);
  if (rows === undefined) return chosen(target.steps, (keys) => jsonOf(keys, scope));
  // Neither members nor groups have a primary one.
  const first = `(select element from ${rows} listed order by key limit 1)`;
  return chosen(target.steps.slice(1), (keys) => memberOf(first, keys));
}

/** Follows the steps; where there are many values, to the primary or else the first. */
function chosen(steps: readonly Step[], read: (keys: readonly string[]) => string): string {
  const many = steps.findIndex((step) => step.many);
  const end = many < 0 ? steps.length : many + 1;
  const value = read(steps.slice(0, end).map(({ key }) => key));
  if (many < 0) return value;
  const one = `coalesce(jsonb_path_query_first(${value}, '$[*] ? (@.primary == true)'), ${value} -> 0)`;
  return chosen(steps.slice(end), (keys) => memberOf(one, keys));
}

/** An order: by a key, if any, and by id where keys are the same. */
export interface ListOrder {
  readonly key: SortKey | null;
  readonly descending: boolean;
}

/** The ORDER BY of a list: who has no key comes last when ascending, first when descending. */
export function orderSql({ key, descending }: ListOrder, id: string): string {
  const direction = descending ? 'desc nulls first' : 'asc nulls last';
  const terms = key === null ? [id] : [key.text, id];
  return terms.map((term) => `${term} ${direction}`).join(', ');
}

/** A place in a list: that of its last resource. */
export interface ListPlace {
  /** The key as text; `null` where it has none. */
  readonly key: string | null;
  readonly id: string;
}

/** The condition that a resource comes after a place. */
export function afterSql(
  { key, descending }: ListOrder,
  place: ListPlace,
  parameter: (value: unknown) => string,
): string {
  const beyond = descending ? '<' : '>';
  const id = `${parameter(place.id)}::uuid`;
  if (key === null) return `resources.id ${beyond} ${id}`;
  const { text, sqlType, optional } = key;
  if (place.key === null) {
    const among = `(${text} is null and resources.id ${beyond} ${id})`;
    return descending ? `(${among} or ${text} is not null)` : among;
  }
  // As rows, so that an index on the key finds the place.
  const pair = `(${text}, resources.id) ${beyond} (${parameter(place.key)}::${sqlType}, ${id})`;
  return optional && !descending ? `(${pair} or ${text} is null)` : pair;
}
