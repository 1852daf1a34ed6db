/** Searches for customers. */
import {
  type Condition,
  compileFilter,
  type FieldFilter,
  type SearchFilter,
} from './search-filter.ts';
import type { Term } from './search-query.ts';
import { byId, contact, day, moment, not, nothing, number, oneOf, words } from './search-terms.ts';

/** The filter a search text stands for; null when the text says nothing. */
export function customerFilter(text: string, now: number): SearchFilter | null {
  return compileFilter(text, now, customerFields);
}

/** `customersCount` understands three fields only. */
export function customerCountFilter(text: string, now: number): SearchFilter | null {
  const { id, updated_at, customer_date } = customerFields;
  return compileFilter(text, now, { id, updated_at, created_at: customer_date });
}

const spent =
  '(SELECT coalesce(sum(spent), 0) / 100.0 FROM orders WHERE customer_id = customers.id)';

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
  id: byId,
  // The store keeps no checkouts that were left.
  last_abandoned_order_date: () => nothing,
  last_name: (term) => words('last_name', term),
  order_date: (term, now) => ordered(moment('processed_at', term, now)),
  orders_count: ({ comparator, value }) => number('orders', comparator, value),
  phone: (term) => contact('phone', term),
  state: ({ value }) => ({ sql: 'state = ?', parameters: [value.toUpperCase()] }),
  tag: tagged,
  tag_not: (term) => not(tagged(term)),
  total_spent: ({ comparator, value }) => number(spent, comparator, value),
  updated_at: (term, now) => day('updated_at', term, now),
} satisfies Readonly<Record<string, FieldFilter>>;

function ordered({ sql, parameters }: Condition): Condition {
  return {
    sql: `id IN (SELECT customer_id FROM orders WHERE customer_id NOT NULL AND ${sql})`,
    parameters,
  };
}

function tagged(term: Term): Condition {
  const { sql, parameters } = oneOf('tag', term, (tag) => tag.toLowerCase());
  return { sql: `id IN (SELECT customer_id FROM customer_tags WHERE ${sql})`, parameters };
}
