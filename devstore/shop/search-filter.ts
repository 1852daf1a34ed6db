/**
 * A search over customers, or bulk operations, as an SQL condition. A field Shopify does not know is no error: its term
 * is ignored and a warning says so, which is why a typing mistake returns everybody.
 */
import { type Comparator, parseSearchQuery, type SearchQuery, type Term } from './search-query.ts';

type Parameter = string | number;

export interface Condition {
  readonly sql: string;
  readonly parameters: readonly Parameter[];
}

export interface SearchWarning {
  readonly field: string;
  readonly message: string;
  readonly code: string;
}

export interface SearchFilter {
  readonly query: SearchQuery;
  readonly condition: Condition;
  readonly warnings: readonly SearchWarning[];
}

type FieldFilter = (term: Term, now: number) => Condition;

/** The filter a search text stands for; null when the text says nothing. */
export function customerFilter(text: string, now: number): SearchFilter | null {
  return compileFilter(text, now, customerFields);
}

/** `customersCount` understands three fields only. */
export function customerCountFilter(text: string, now: number): SearchFilter | null {
  const { id, updated_at, customer_date } = customerFields;
  return compileFilter(text, now, { id, updated_at, created_at: customer_date });
}

/** The filters of `bulkOperations(query:)`. */
export function bulkOperationFilter(text: string, now: number): SearchFilter | null {
  return compileFilter(text, now, bulkOperationFields);
}

type Fields = Readonly<Record<string, FieldFilter | undefined>>;

function compileFilter(text: string, now: number, fields: Fields): SearchFilter | null {
  const query = parseSearchQuery(text);
  if (!query) return null;
  const warnings: SearchWarning[] = [];
  const compile = (part: SearchQuery): Condition | null => {
    if (part.kind === 'not') return negate(compile(part.query));
    if (part.kind !== 'term') return join(part.kind, part.queries.map(compile));
    const filter = part.field === null ? fields.default : fields[part.field];
    if (filter) return filter(part, now);
    if (part.field !== null) warnings.push(unknownField(part.field));
    return null;
  };
  return { query, condition: compile(query) ?? everything, warnings };
}

const everything: Condition = { sql: 'TRUE', parameters: [] };
const nothing: Condition = { sql: 'FALSE', parameters: [] };

const unknownField = (field: string): SearchWarning => ({
  field,
  message: 'Invalid search field for this query.',
  code: 'invalid_field',
});

function negate(condition: Condition | null): Condition | null {
  return condition && { ...condition, sql: `NOT (${condition.sql})` };
}

function join(kind: 'and' | 'or', parts: readonly (Condition | null)[]): Condition | null {
  const said = parts.filter((part): part is Condition => part !== null);
  if (said.length === 0) return null;
  return {
    sql: said.map(({ sql }) => `(${sql})`).join(kind === 'and' ? ' AND ' : ' OR '),
    parameters: said.flatMap(({ parameters }) => parameters),
  };
}

const customerFields = {
  default: (term) => words('words', term),
  accepts_marketing: ({ value }) => ({
    sql: `(marketing = 'SUBSCRIBED') = ?`,
    parameters: [value.toLowerCase() === 'true' ? 1 : 0],
  }),
  country: ({ value }) => ({
    sql: '(country_code = ? OR country = ?)',
    parameters: [value.toUpperCase(), value.toLowerCase()],
  }),
  customer_date: (term, now) => moment('created_at', term, now),
  email: (term) => contact('email', term),
  first_name: (term) => words('first_name', term),
  id: ({ comparator, value }) => number('id', comparator, value.split('/').pop() ?? ''),
  // The store has no orders and no checkouts of its own: nobody ever placed or left one.
  last_abandoned_order_date: () => nothing,
  last_name: (term) => words('last_name', term),
  order_date: () => nothing,
  orders_count: ({ comparator, value }) => number('orders', comparator, value),
  phone: (term) => contact('phone', term),
  state: ({ value }) => ({ sql: 'state = ?', parameters: [value.toUpperCase()] }),
  tag: ({ value }) => tagged(value),
  tag_not: ({ value }) => negate(tagged(value)) ?? everything,
  total_spent: ({ comparator, value }) => number('0', comparator, value),
  updated_at: (term, now) => day('updated_at', term, now),
} satisfies Readonly<Record<string, FieldFilter>>;

const bulkOperationFields = {
  created_at: (term, now) => moment('created_at', term, now),
  id: ({ comparator, value }) => number('id', comparator, value.split('/').pop() ?? ''),
  operation_type: ({ value }) => ({ sql: 'type = ?', parameters: [value.toUpperCase()] }),
  status: ({ value }) => ({ sql: 'status = ?', parameters: [value.toUpperCase()] }),
} satisfies Readonly<Record<string, FieldFilter>>;

// Quoted, an address or number is a phrase to be found exactly, through its index. Unquoted it is
// cut into words, so that `email:gmail.com` finds a domain.
function contact(column: 'email' | 'phone', term: Term): Condition {
  if (term.value === '*') return { sql: `${column} IS NOT NULL`, parameters: [] };
  const value = term.value.toLowerCase();
  if (term.quoted || column === 'phone') return { sql: `${column} = ?`, parameters: [value] };
  return words(column, term);
}

function words(column: string, { value, quoted }: Term): Condition {
  const phrase = value.toLowerCase();
  if (phrase === '*') return { sql: `${column} <> ''`, parameters: [] };
  const plain = phrase.endsWith('*') && !quoted ? phrase.slice(0, -1) : phrase;
  return {
    // instr() is quick and throws out nearly every row before the exact test runs.
    sql: `instr(${column}, ?) > 0 AND word_match(${column}, ?)`,
    parameters: [plain, quoted ? phrase.replace(/\*$/, '') : phrase],
  };
}

function tagged(value: string): Condition {
  const tags = value.split(',').map((tag) => tag.trim().toLowerCase());
  return {
    sql: `id IN (SELECT customer_id FROM customer_tags WHERE tag IN (${tags.map(() => '?').join(', ')}))`,
    parameters: tags,
  };
}

function number(column: string, comparator: Comparator, value: string): Condition {
  const wanted = Number(value);
  return Number.isNaN(wanted)
    ? nothing
    : { sql: `${column} ${comparator} ?`, parameters: [wanted] };
}

function moment(column: string, { comparator, value }: Term, now: number): Condition {
  const at = timeOf(value, now);
  if (Number.isNaN(at)) return nothing;
  if (comparator !== '=') return { sql: `${column} ${comparator} ?`, parameters: [at] };
  return day(column, { kind: 'term', field: null, comparator, value, quoted: true }, now);
}

const dayLength = 86_400_000;

// "matching a whole day" (the schema's words): the time of day in the value does not count.
function day(column: string, { comparator, value }: Term, now: number): Condition {
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
