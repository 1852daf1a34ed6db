/** What one term of a search asks of a column, as an SQL condition. */
import type { Condition, FieldFilter } from './search-filter.ts';
import type { Comparator, Term } from './search-query.ts';

/** Holds for every row. */
export const everything: Condition = { sql: 'TRUE', parameters: [] };

/** Holds for none. */
export const nothing: Condition = { sql: 'FALSE', parameters: [] };

/** A comparison of ids, given as numbers or as global ids. */
export const byId: FieldFilter = ({ comparator, value }) =>
  number('id', comparator, value.split('/').pop() ?? '');

/** One of the values, separated by commas, in the spelling the column has. */
export function oneOf(
  column: string,
  { value }: Term,
  spell: (value: string) => string,
): Condition {
  const values = value.split(',').map((item) => spell(item.trim()));
  return { sql: `${column} IN (${values.map(() => '?').join(', ')})`, parameters: values };
}

/** Whether a document has one of the tags, separated by commas. */
export function taggedDocument(term: Term): Condition {
  const { sql, parameters } = oneOf('lower(value)', term, (tag) => tag.toLowerCase());
  return { sql: `EXISTS (SELECT 1 FROM json_each(document, '$.tags') WHERE ${sql})`, parameters };
}

/** The rows a condition leaves out. */
export function not({ sql, parameters }: Condition): Condition {
  return { sql: `NOT (${sql})`, parameters };
}

/**
 * Quoted, an address or number is a phrase to be found exactly, through its index. Unquoted it is
 * cut into words, so that `email:gmail.com` finds a domain.
 */
export function contact(column: 'email' | 'phone', term: Term): Condition {
  if (term.value === '*') return { sql: `${column} IS NOT NULL`, parameters: [] };
  const value = term.value.toLowerCase();
  if (term.quoted || column === 'phone') return { sql: `${column} = ?`, parameters: [value] };
  return words(column, term);
}

/** Whether the words of the column hold the phrase. */
export function words(column: string, { value, quoted }: Term): Condition {
  const phrase = value.toLowerCase();
  if (phrase === '*') return { sql: `${column} <> ''`, parameters: [] };
  const plain = phrase.endsWith('*') && !quoted ? phrase.slice(0, -1) : phrase;
  return {
    // instr() is quick and throws out nearly every row before the exact test runs.
    sql: `instr(${column}, ?) > 0 AND word_match(${column}, ?)`,
    parameters: [plain, quoted ? phrase.replace(/\*$/, '') : phrase],
  };
}

/** A comparison of numbers; what is no number is nowhere. */
export function number(column: string, comparator: Comparator, value: string): Condition {
  const wanted = Number(value);
  return Number.isNaN(wanted)
    ? nothing
    : { sql: `${column} ${comparator} ?`, parameters: [wanted] };
}

/** A comparison of times; `=` means the whole day. */
export function moment(column: string, { comparator, value }: Term, now: number): Condition {
  const at = timeOf(value, now);
  if (Number.isNaN(at)) return nothing;
  if (comparator !== '=') return { sql: `${column} ${comparator} ?`, parameters: [at] };
  return day(column, { kind: 'term', field: null, comparator, value, quoted: true }, now);
}

const dayLength = 86_400_000;

/** "matching a whole day" (the schema's words): the time of day in the value does not count. */
export function day(column: string, { comparator, value }: Term, now: number): Condition {
  const at = timeOf(value, now);
  if (Number.isNaN(at)) return nothing;
  const start = at - (at % dayLength);
  const end = start + dayLength;
  const bounds: Record<Comparator, Condition> = {
    '=': { sql: `${column} >= ? AND ${column} < ?`, parameters: [start, end] },
    '<': { sql: `${column} < ?`, parameters: [start] },
    '<=': { sql: `${column} < ?`, parameters: [end] },
    '>': { sql: `${column} >= ?`, parameters: [end] },
    '>=': { sql: `${column} >= ?`, parameters: [start] },
  };
  return bounds[comparator];
}

function timeOf(value: string, now: number): number {
  return value === 'now' ? now : Date.parse(value);
}
