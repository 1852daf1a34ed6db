/** `bulkOperation`, `bulkOperations`, and the deprecated `currentBulkOperation`. */
import { responsePathAsArray } from 'graphql';
import { bulkOperationFilter } from '../../shop/bulk-operation-filter.ts';
import {
  type BulkSortKey,
  type BulkType,
  findBulkOperation,
  listBulkOperations,
  newestBulkOperation,
} from '../../shop/bulk-operations.ts';
import { listConnection } from '../connection.ts';
import type { Fields } from '../context.ts';
import { globalIdOf, unknownId } from '../ids.ts';
import type { PageArguments } from '../inputs.ts';
import { reportSearch } from '../search-report.ts';

interface BulkOperationsArguments extends PageArguments {
  readonly query?: string | null;
  readonly sortKey: BulkSortKey;
}

export const bulkOperationQueries: Fields<undefined> = {
  bulkOperation: (_, { id }: { id: string }, { shop }) =>
    findBulkOperation(shop, bulkOperationIdOf(id)) ?? null,

  bulkOperations: (_, args: BulkOperationsArguments, context, info) => {
    const { shop } = context;
    const filter = bulkOperationFilter(args.query ?? '', shop.now());
    reportSearch(context, responsePathAsArray(info.path), { text: args.query ?? '', filter });
    const condition = filter?.condition ?? null;
    return listConnection(listBulkOperations(shop, { condition, sortKey: args.sortKey }), args);
  },

  currentBulkOperation: (_, { type }: { type: BulkType }, { shop }) =>
    newestBulkOperation(shop, type) ?? null,
};

/** The number in the id of a bulk operation; another id is an error of the request. */
export function bulkOperationIdOf(id: string): number {
  const parsed = globalIdOf(id);
  if (parsed.type !== 'BulkOperation') throw unknownId(id);
  return parsed.number;
}
