/**
 * Compiles a SCIM filter to a condition on the `resources` table, with the same meaning as
 * `scim/filter-match.ts`. What identity providers ask for is asked of indexed columns; everything
 * else of the JSON in `data`. Values are parameters; names come from the schemas, never from the
 * client. A term may be NULL for false; `not` is where that would matter, and takes care of it.
 */
import { escapeLiteral } from 'pg';
import { DATE_TIME_PATTERN } from '../scim/date-time.ts';
import type { Filter } from '../scim/filter.ts';
import { type ResolvedFilter, resolveFilter, type Step } from '../scim/resolved-filter.ts';
import type { ResourceType } from '../scim/resource-types.ts';
import type { Attribute } from '../scim/schema.ts';

/** A boolean expression with the values of its parameters, to stand in a WHERE clause. */
export interface SqlCondition {
  readonly text: string;
  readonly values: readonly unknown[];
}

/**
 * The condition of a filter; its parameters are numbered from `firstParameter`. Tenant, source and
 * type are the caller's to add.
 */
export function filterSql(
  filter: Filter,
  type: ResourceType,
  firstParameter: number,
): SqlCondition {
  const values: unknown[] = [];
  const parameter = (value: unknown) => `$${firstParameter + values.push(value) - 1}`;
  const base: Base = { json: 'resources.data', parameter, depth: 0 };
  return { text: compile(resolveFilter(filter, type), base), values };
}

/** What a filter is evaluated on: a resource or, inside of a valuePath, one element. */
interface Base {
  /** An expression of type jsonb. */
  readonly json: string;
  /** Adds a value and returns its placeholder. */
  readonly parameter: (value: unknown) => string;
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

/** A column that holds an attribute: as text in the attribute's compared form, or as a time. */
interface Column {
  readonly text?: string;
  readonly time?: string;
}

const COLUMNS: ReadonlyMap<string, Column> = new Map([
  ['id', { text: 'resources.id::text' }],
  ['externalId', { text: 'resources.external_id' }],
  ['userName', { text: 'resources.user_name' }],
  ['displayName', { text: 'resources.display_name' }],
  ['meta.resourceType', { text: 'resources.type' }],
  ['meta.version', { text: `('W/"' || resources.version || '"')` }],
  ['meta.created', { time: 'resources.created_at' }],
  ['meta.lastModified', { time: 'resources.last_modified' }],
]);

function columnOf(name: string, { depth }: Base): Column | undefined {
  return depth === 0 ? COLUMNS.get(name) : undefined;
}

function present({ target }: Presence, base: Base): string {
  const column = columnOf(target.name, base);
  if (column !== undefined) return `${column.text ?? column.time} is not null`;
  return someValue(target.steps, base, ({ json }) => isPresent(json));
}

function isPresent(json: string): string {
  return `${json} not in ('null', '""', '[]', '{}')`;
}

function compare(comparison: Comparison, base: Base): string {
  const { target, operator, value } = comparison;
  const column = columnOf(target.name, base);
  if (column !== undefined) return compareColumn(comparison, column, base);
  if (target.name === 'emails.value' && operator === 'eq' && base.depth === 0)
    return hasEmail(value, base);
  const test = valueTest(comparison, base);
  if (operator !== 'ne') return someValue(target.steps, base, ({ json }) => test(json));
  // A resource without any value differs from every value.
  const differs = someValue(
    target.steps,
    base,
    ({ json }) => `(${json} is not null and ${negated(test(json))})`,
  );
  return `(${differs} or not ${someValue(target.steps, base, ({ json }) => `${json} is not null`)})`;
}

/** For `ne` the test is that of `eq`: what is not comparable differs too. */
function negated(condition: string): string {
  return `coalesce(not (${condition}), true)`;
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function compareColumn({ target, operator, value }: Comparison, column: Column, base: Base) {
  if (column.time !== undefined) {
    const test = timeTest(operator, timestamp(value, base))(column.time);
    return operator === 'ne' ? negated(test) : test;
  }
  if (target.name === 'id' && operator === 'eq') {
    const isId = typeof value === 'string' && UUID.test(value);
    return isId ? `resources.id = ${base.parameter(value)}::uuid` : 'false';
  }
  const test = textTest(operator, `${base.parameter(value)}::text`)(column.text ?? '');
  return operator === 'ne' ? negated(test) : test;
}

function hasEmail(value: unknown, { parameter }: Base): string {
  return `resources.emails @> array[${parameter(value)}::text]`;
}

function any({ target, filter }: ElementFilter, base: Base): string {
  const condition = someValue(target.steps, base, (element) => {
    return `(${element.json} is not null and ${compile(filter, element)})`;
  });
  const email = target.name === 'emails' && base.depth === 0 ? requiredValue(filter) : undefined;
  // The index finds the few resources in which the elements are then looked at.
  return email === undefined ? condition : `(${hasEmail(email, base)} and ${condition})`;
}

/** The `value` that every matching element must have, if the filter says so. */
function requiredValue(filter: ResolvedFilter): unknown {
  if (filter.kind === 'and') return filter.terms.map(requiredValue).find((value) => value);
  if (filter.kind !== 'compare' || filter.operator !== 'eq') return undefined;
  return filter.target.name === 'value' ? filter.value : undefined;
}

/** Whether some value that the steps lead to satisfies a condition. */
function someValue(steps: readonly Step[], base: Base, condition: (value: Base) => string): string {
  const many = steps.findIndex((step) => step.many);
  const depth = base.depth + 1;
  const json = at(base.json, many < 0 ? steps : steps.slice(0, many + 1));
  if (many < 0) return condition({ ...base, json, depth });
  const element: Base = { ...base, json: `element_${depth}.value`, depth };
  const inner = someValue(steps.slice(many + 1), element, condition);
  // Lax mode: no error where there is no list.
  return `exists (select from jsonb_path_query(${json}, '$[*]') as element_${depth} (value) where ${inner})`;
}

function at(json: string, steps: readonly Step[]): string {
  if (steps.length === 0) return json;
  return `(${json} #> array[${steps.map(({ key }) => escapeLiteral(key)).join(', ')}])`;
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
      return (json) => test(timeOf(textOf(json)));
    }
    default: {
      const test = textTest(operator, `${parameter(value)}::text`);
      return (json) => test(foldedText(target.attribute, json));
    }
  }
}

function textOf(json: string): string {
  return `(${json} #>> '{}')`;
}

/** ICU, as in JavaScript: the database's own locale may know ASCII only. */
function foldedText(attribute: Attribute, json: string): string {
  return attribute.caseExact ? textOf(json) : `lower(${textOf(json)} collate "und-x-icu")`;
}

function numberOf(json: string): string {
  return `case when jsonb_typeof(${json}) = 'number' then (${json})::numeric end`;
}

/** An xsd:dateTime as `scim/date-time.ts` reads it; NULL where the text is none. */
function timeOf(text: string): string {
  const isTime = `${text} ~ ${escapeLiteral(DATE_TIME_PATTERN)}`;
  const zone = `case when ${text} ~ '(Z|[+-][0-9]{2}:[0-9]{2})$' then '' else 'Z' end`;
  const milliseconds = `regexp_replace(${text}, '(\\.[0-9]{3})[0-9]+', '\\1')`;
  return `case when ${isTime} then (${milliseconds} || ${zone})::timestamptz end`;
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
