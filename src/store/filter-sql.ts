/**
 * Compiles a SCIM filter to a condition on the `resources` table, with the same meaning as
 * `scim/filter-match.ts`. What identity providers ask for is asked of indexed columns; everything
 * else of the JSON in `data`. Values are parameters; names come from the schemas, never from the
 * client. A term may be NULL for false; `not` is where that would matter, and takes care of it.
 */
import type { Filter } from '../scim/filter.ts';
import { type ResolvedFilter, resolveFilter } from '../scim/resolved-filter.ts';
import type { Step, Target } from '../scim/value-target.ts';
import { foldedText, memberOf, numberOf, timeOf } from './json-sql.ts';
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

type Comparison = Extract<ResolvedFilter, { readonly kind: 'compare' }>;
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
  const test = valueTest(comparison, base);
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

/** For `ne` the test is that of `eq`: what is not comparable differs too. */
function negated(condition: string): string {
  return `coalesce(not (${condition}), true)`;
}

function compareColumn({ target, operator, value }: Comparison, column: Column, base: Base) {
  if (column.time !== undefined) {
    const test = timeTest(operator, timestamp(value, base))(column.time);
    return operator === 'ne' ? negated(test) : test;
  }
  if (target.name === 'id' && operator === 'eq') {
    return isId(value) ? `resources.id = ${base.parameter(value)}::uuid` : 'false';
  }
  const test = textTest(operator, `${base.parameter(value)}::text`)(column.text ?? '');
  return operator === 'ne' ? negated(test) : test;
}

function any({ target, filter }: ElementFilter, base: Base): string {
  const condition = someValue(target, base, (element) => {
    return `(${element.json} is not null and ${compile(filter, element)})`;
  });
  const value = base.json === undefined ? requiredValue(filter) : undefined;
  const indexed = value === undefined ? undefined : hasValue(target.name, value, base);
  // The index finds the few resources in which the elements are then looked at.
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

type Test = (json: string) => string;

/** The comparison of one JSON value; NULL or false where it is not of the attribute's type. */
function valueTest({ target, operator, value }: Comparison, base: Base): Test {
  const { parameter } = base;
  switch (target.attribute.type) {
    case 'boolean':
      return (json) => `${json} = '${value}'::jsonb`;
    case 'integer':
    case 'decimal': {
      const placeholder = `${parameter(String(value))}::numeric`;
      return (json) => `${numberOf(json)} ${symbolOf(operator)} ${placeholder}`;
    }
    case 'dateTime': {
      const test = timeTest(operator, timestamp(value, base));
      return (json) => test(timeOf(json));
    }
    default: {
      const test = textTest(operator, `${parameter(value)}::text`);
      return (json) => test(foldedText(target.attribute, json));
    }
  }
}

/** Seconds and milliseconds apart: together they would outgrow a double's precision. */
function timestamp(value: unknown, { parameter }: Base): string {
  const seconds = Math.floor(Number(value) / 1000);
  const milliseconds = Number(value) - seconds * 1000;
  return `(to_timestamp(${parameter(seconds)}::bigint) + ${parameter(milliseconds)}::integer * ${MILLISECOND})`;
}

const MILLISECOND = "interval '1 millisecond'";

type Operator = Comparison['operator'];

function symbolOf(operator: Operator): string {
  return SYMBOLS[operator] ?? '=';
}

const SYMBOLS: Partial<Record<Operator, string>> = { gt: '>', ge: '>=', lt: '<', le: '<=' };

/** `ne` is compiled as the negation of `eq`. No LIKE: its wildcards are text here. */
function textTest(operator: Operator, value: string): Test {
  switch (operator) {
    case 'co':
      return (text) => `strpos(${text}, ${value}) > 0`;
    case 'sw':
      return (text) => `starts_with(${text}, ${value})`;
    case 'ew':
      return (text) => `right(${text}, length(${value})) = ${value}`;
    case 'eq':
    case 'ne':
      return (text) => `${text} = ${value}`;
    default:
      return (text) => `${text} collate "C" ${symbolOf(operator)} ${value}`;
  }
}

/** Milliseconds are compared, as clients see them, in a form that an index on the column serves. */
function timeTest(operator: Operator, from: string): Test {
  const next = `${from} + ${MILLISECOND}`;
  switch (operator) {
    case 'gt':
      return (time) => `${time} >= ${next}`;
    case 'ge':
      return (time) => `${time} >= ${from}`;
    case 'lt':
      return (time) => `${time} < ${from}`;
    case 'le':
      return (time) => `${time} < ${next}`;
    default:
      return (time) => `(${time} >= ${from} and ${time} < ${next})`;
  }
}
