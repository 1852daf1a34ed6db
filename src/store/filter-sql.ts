/**
 * Compiles a SCIM filter to a condition on the `resources` table, with the same meaning as
 * `scim/filter-match.ts`. What identity providers ask for is asked of indexed columns; everything
 * else of the JSON in `data`. Values are parameters; names come from the schemas, never from the
 * client. A term may be NULL for false; `not` is where that would matter, and takes care of it.
 */
import type { Filter } from '../scim/filter.ts';
import { type ResolvedFilter, resolveFilter } from '../scim/resolved-filter.ts';
import type { Step, Target } from '../scim/value-target.ts';
import { type Comparison, columnTest, negated, valueTest } from './comparison-sql.ts';
import { memberOf } from './json-sql.ts';
import { hasValue, isId } from './member-index-sql.ts';
import { type Column, columnOf, jsonOf, type ResourceScope, rowsOf } from './resource-sql.ts';

/** The condition of a filter on `resources`. Tenant, source and type are the caller's to add. */
export function filterSql(filter: Filter, scope: ResourceScope): string {
  return compile(resolveFilter(filter, scope.type), { ...scope, depth: 0 });
}

/** What a filter is evaluated on: a resource or, inside of a valuePath, one element. */
interface Base extends ResourceScope {
  /** An element, of type jsonb; undefined for the resource. */
  readonly json?: string;
  /** How many values deep, for numbering aliases; the resource is 0. */
  readonly depth: number;
}

type Presence = Extract<ResolvedFilter, { readonly kind: 'present' }>;
type ElementFilter = Extract<ResolvedFilter, { readonly kind: 'any' }>;

function compile(filter: ResolvedFilter, base: Base): string {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return `(${filter.terms.map((term) => compile(term, base)).join(` ${filter.kind} `)})`;
    case 'not':
      return `not coalesce(${compile(filter.filter, base)}, false)`;
    case 'constant':
      return String(filter.value);
    case 'present':
      return present(filter, base);
    case 'compare':
      return compare(filter, base);
    case 'any':
      return any(filter, base);
  }
}

function present({ target }: Presence, base: Base): string {
  const column = resourceColumn(target, base);
  if (column !== undefined) return `${column.text ?? column.time} is not null`;
  return someValue(target, base, ({ json }) => isPresent(json));
}

function resourceColumn(target: Target, base: Base): Column | undefined {
  return base.json === undefined ? columnOf(target, base) : undefined;
}

function isPresent(json: string): string {
  return `${json} not in ('null', '""', '[]', '{}')`;
}

function compare(comparison: Comparison, base: Base): string {
  const { target, operator } = comparison;
  const column = resourceColumn(target, base);
  if (column !== undefined) return compareColumn(comparison, column, base);
  const indexed = operator === 'eq' ? fromIndex(comparison, base) : undefined;
  if (indexed !== undefined) return indexed;
  const test = valueTest(comparison, base.parameter);
  if (operator !== 'ne') return someValue(target, base, ({ json }) => test(json));
  // A resource without any value differs from every value.
  const differs = someValue(
    target,
    base,
    ({ json }) => `(${json} is not null and ${negated(test(json))})`,
  );
  return `(${differs} or not ${someValue(target, base, ({ json }) => `${json} is not null`)})`;
}

/** `emails.value eq "x"` on the resource is all that an index tells. */
function fromIndex({ target, value }: Comparison, base: Base): string | undefined {
  const [attribute, subAttribute, ...more] = target.name.split('.');
  if (base.json !== undefined || subAttribute !== 'value' || more.length > 0) return undefined;
  return hasValue(attribute ?? '', value, base);
}

function compareColumn(comparison: Comparison, column: Column, { parameter }: Base): string {
  const { target, operator, value } = comparison;
  if (target.name !== 'id' || operator !== 'eq') return columnTest(comparison, column, parameter);
  return isId(value) ? `resources.id = ${parameter(value)}::uuid` : 'false';
}

function any({ target, filter }: ElementFilter, base: Base): string {
  const value = base.json === undefined ? requiredValue(filter) : undefined;
  const indexed = value === undefined ? undefined : hasValue(target.name, value, base);
  // Where nothing but the value is asked, the index has told all: a group may have 100,000 members.
  if (indexed !== undefined && filter.kind === 'compare') return indexed;
  const condition = someValue(target, base, (element) => {
    return `(${element.json} is not null and ${compile(filter, element)})`;
  });
  // Else it finds the few resources in which the elements are then looked at.
  return indexed === undefined ? condition : `(${indexed} and ${condition})`;
}

/** The `value` that every matching element must have, if the filter says so. */
function requiredValue(filter: ResolvedFilter): unknown {
  if (filter.kind === 'and') return filter.terms.map(requiredValue).find((value) => value);
  if (filter.kind !== 'compare' || filter.operator !== 'eq') return undefined;
  return filter.target.name === 'value' ? filter.value : undefined;
}

/** A value that is looked at, of type jsonb. */
interface Value extends Base {
  readonly json: string;
}

/** Whether some value of a target satisfies a condition. */
function someValue(target: Target, base: Base, condition: (value: Value) => string): string {
  const rows = base.json === undefined ? rowsOf(target, base) : undefined;
  if (rows === undefined) return someBelow(target.steps, base, condition);
  const element = elementOf(base);
  const inner = someBelow(target.steps.slice(1), element, condition);
  return `exists (select from ${rows} as ${aliasOf(element)} (key, value) where ${inner})`;
}

function someBelow(
  steps: readonly Step[],
  base: Base,
  condition: (value: Value) => string,
): string {
  const many = steps.findIndex((step) => step.many);
  const keys = (many < 0 ? steps : steps.slice(0, many + 1)).map(({ key }) => key);
  const json = base.json === undefined ? jsonOf(keys, base) : memberOf(base.json, keys);
  if (many < 0) return condition({ ...base, json, depth: base.depth + 1 });
  const element = elementOf(base);
  const inner = someBelow(steps.slice(many + 1), element, condition);
  // Lax mode: no error where there is no list.
  return `exists (select from jsonb_path_query(${json}, '$[*]') as ${aliasOf(element)} (value) where ${inner})`;
}

function elementOf(base: Base): Value {
  const element = { ...base, depth: base.depth + 1 };
  return { ...element, json: `${aliasOf(element)}.value` };
}

function aliasOf({ depth }: Base): string {
  return `element_${depth}`;
}
