/** The comparisons of a filter (RFC 7644 §3.4.2.2, Table 3) as SQL on one column or one JSON value. */
import type { ResolvedFilter } from '../scim/resolved-filter.ts';
import { foldedText, numberOf, timeOf } from './json-sql.ts';
import type { Column } from './resource-sql.ts';

/** A comparison with its names looked up and its value made comparable. */
export type Comparison = Extract<ResolvedFilter, { readonly kind: 'compare' }>;

/** Adds a value to those of the statement and returns its placeholder. */
type Parameter = (value: unknown) => string;

/** The comparison of what a column holds. */
export function columnTest(
  { operator, value }: Comparison,
  column: Column,
  parameter: Parameter,
): string {
  const test =
    column.time === undefined
      ? textTest(operator, `${parameter(value)}::text`)(column.text ?? '')
      : timeTest(operator, timestamp(value, parameter))(column.time);
  return operator === 'ne' ? negated(test) : test;
}

/** For `ne` the test is that of `eq`: what is not comparable differs too. */
export function negated(condition: string): string {
  return `coalesce(not (${condition}), true)`;
}

/** A condition on an expression: NULL or false where its value is not comparable. */
export type Test = (expression: string) => string;

/** The comparison of one JSON value. */
export function valueTest({ target, operator, value }: Comparison, parameter: Parameter): Test {
  switch (target.attribute.type) {
    case 'boolean':
      return (json) => `${json} = '${value}'::jsonb`;
    case 'integer':
    case 'decimal': {
      const placeholder = `${parameter(String(value))}::numeric`;
      return (json) => `${numberOf(json)} ${symbolOf(operator)} ${placeholder}`;
    }
    case 'dateTime': {
      const test = timeTest(operator, timestamp(value, parameter));
      return (json) => test(timeOf(json));
    }
    default: {
      const test = textTest(operator, `${parameter(value)}::text`);
      return (json) => test(foldedText(target.attribute, json));
    }
  }
}

/** Seconds and milliseconds apart: together they would outgrow a double's precision. */
function timestamp(value: unknown, parameter: Parameter): string {
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
