/** `BulkOperation`. Its numbers are strings: `UnsignedInt64`. */
import { availableResult, type BulkOperation } from '../../shop/bulk-operations.ts';
import { globalId } from '../../shop/global-id.ts';
import type { Shop } from '../../shop/shop.ts';
import { isoTime } from '../../shop/time.ts';
import type { Fields } from '../context.ts';

export const bulkOperationFields: Fields<BulkOperation> = {
  id: ({ id }) => globalId('BulkOperation', id),
  query: ({ document }) => document,
  objectCount: ({ objects }) => String(objects),
  rootObjectCount: ({ rootObjects }) => String(rootObjects),
  fileSize: (operation, _args, { shop }) =>
    availableResult(operation, shop.now()) === 'none' ? null : String(operation.resultSize),
  url: (operation, _args, { shop }) =>
    availableResult(operation, shop.now()) === 'whole' ? resultUrl(shop, operation) : null,
  partialDataUrl: (operation, _args, { shop }) =>
    availableResult(operation, shop.now()) === 'partial' ? resultUrl(shop, operation) : null,
  createdAt: ({ createdAt }) => isoTime(createdAt),
  completedAt: ({ completedAt }) => completedAt && isoTime(completedAt),
};

function resultUrl({ live }: Shop, { id, resultToken }: BulkOperation): string {
  return `${live.origin}/bulk-results/${id}.jsonl?signature=${resultToken}`;
}
