/** Searches for orders. */
import {
  type Condition,
  compileFilter,
  type FieldFilter,
  type SearchFilter,
} from './search-filter.ts';
import type { Term } from './search-query.ts';
import {
  byId,
  contact,
  everything,
  moment,
  not,
  nothing,
  number,
  oneOf,
  taggedDocument,
  words,
} from './search-terms.ts';

/** The filter a search text stands for; null when the text says nothing. */
export function orderFilter(text: string, now: number): SearchFilter | null {
  return compileFilter(text, now, orderFields);
}

const orderFields = {
  default: (term) => words('words', term),
  created_at: (term, now) => moment('created_at', term, now),
  customer_id: ({ comparator, value }) =>
    number('customer_id', comparator, value.split('/').pop() ?? ''),
  email: (term) => contact('email', term),
  financial_status: (term) => oneOf('financial_status', term, (value) => value.toUpperCase()),
  id: byId,
  // Both `#1001` and `1001` find the order.
  name: (term) => oneOf('name', term, (value) => (value.startsWith('#') ? value : `#${value}`)),
  processed_at: (term, now) => moment('processed_at', term, now),
  sku: ({ value }) => ({
    sql: `EXISTS (SELECT 1 FROM json_each(document, '$.lines') WHERE value ->> '$.sku' = ?)`,
    parameters: [value],
  }),
  status: (term) => withStatus(term),
  tag: taggedDocument,
  tag_not: (term) => not(taggedDocument(term)),
  test: ({ value }) => ({
    sql: 'test = ?',
    parameters: [value.toLowerCase() === 'true' ? 1 : 0],
  }),
  updated_at: (term, now) => moment('updated_at', term, now),
} satisfies Readonly<Record<string, FieldFilter>>;

// No order of this store is ever closed.
function withStatus({ value }: Term): Condition {
  const statuses: Readonly<Record<string, Condition | undefined>> = {
    open: { sql: 'cancelled_at IS NULL', parameters: [] },
    cancelled: { sql: 'cancelled_at IS NOT NULL', parameters: [] },
    closed: nothing,
    not_closed: everything,
  };
  return statuses[value.toLowerCase()] ?? everything;
}
