/** Searches for bulk operations. */
import { compileFilter, type FieldFilter, type SearchFilter } from './search-filter.ts';
import { byId, moment } from './search-terms.ts';

/** The filter of `bulkOperations(query:)`; null when the text says nothing. */
export function bulkOperationFilter(text: string, now: number): SearchFilter | null {
  return compileFilter(text, now, bulkOperationFields);
}

const bulkOperationFields = {
  created_at: (term, now) => moment('created_at', term, now),
  id: byId,
  operation_type: ({ value }) => ({ sql: 'type = ?', parameters: [value.toUpperCase()] }),
  status: ({ value }) => ({ sql: 'status = ?', parameters: [value.toUpperCase()] }),
} satisfies Readonly<Record<string, FieldFilter>>;
