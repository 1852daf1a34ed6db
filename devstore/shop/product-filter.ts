/** Searches for products. */
import { compileFilter, type FieldFilter, type SearchFilter } from './search-filter.ts';
import { byId, moment, not, oneOf, taggedDocument, words } from './search-terms.ts';

/** The filter a search text stands for; null when the text says nothing. */
export function productFilter(text: string, now: number): SearchFilter | null {
  return compileFilter(text, now, productFields);
}

const lower = (value: string): string => value.toLowerCase();

const productFields = {
  default: (term) => words('words', term),
  created_at: (term, now) => moment('created_at', term, now),
  handle: (term) => oneOf('handle', term, lower),
  id: byId,
  product_type: (term) => oneOf('type_key', term, lower),
  sku: ({ value }) => ({
    sql: 'id IN (SELECT product_id FROM product_variants WHERE sku = ?)',
    parameters: [value],
  }),
  status: (term) => oneOf('status', term, (value) => value.toUpperCase()),
  tag: taggedDocument,
  tag_not: (term) => not(taggedDocument(term)),
  title: (term) => words('title_key', term),
  updated_at: (term, now) => moment('updated_at', term, now),
  variant_id: (term, now) => {
    const { sql, parameters } = byId(term, now);
    return { sql: `id IN (SELECT product_id FROM product_variants WHERE ${sql})`, parameters };
  },
  vendor: (term) => oneOf('vendor_key', term, lower),
} satisfies Readonly<Record<string, FieldFilter>>;
