/** `/_dev/bulk`: what bulk operations there are, how far they have come, and how fast they may go. */

import { parseBody } from '../../standin/body.ts';
import { readJson } from '../../standin/exchange.ts';
import { type BulkOperation, listBulkOperations } from '../shop/bulk-operations.ts';
import { globalId } from '../shop/global-id.ts';
import { isoTime } from '../shop/time.ts';
import type { ControlRoute } from './control.ts';
import { bulkBody } from './control-bodies.ts';

export const bulkRoutes: Readonly<Record<string, ControlRoute>> = {
  'GET bulk': ({ shop, bulk }) => ({
    linesPerSecond: bulk.linesPerSecond,
    operations: listBulkOperations(shop, { condition: null, sortKey: 'CREATED_AT' }).map(view),
  }),

  'POST bulk': async ({ bulk }, { request }) => {
    bulk.linesPerSecond = parseBody(bulkBody, await readJson(request)).linesPerSecond;
    return { linesPerSecond: bulk.linesPerSecond };
  },
};

function view(operation: BulkOperation): object {
  const { id, type, status, errorCode, clientIdentifier, lines, endedAt } = operation;
  return {
    id: globalId('BulkOperation', id),
    type,
    status,
    errorCode,
    clientIdentifier,
    lines,
    objects: operation.objects,
    resultSize: operation.resultSize,
    createdAt: isoTime(operation.createdAt),
    endedAt: endedAt && isoTime(endedAt),
  };
}
