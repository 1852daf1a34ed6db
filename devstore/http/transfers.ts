/** Files on their way: uploads and results, the faults that may strike them, and their counting. */

import { type Exchange, HttpError, pause } from '../../standin/exchange.ts';
import type { FaultSettings, Faults, Transfer } from '../faults.ts';
import { uploadPath } from '../graphql/mutations/staged-uploads.ts';
import type { Shop } from '../shop/shop.ts';
import type { Stats } from '../stats.ts';
import { sendResult, signedResult } from './results.ts';
import { sendRefusal, sendTaken, takeUpload, UploadRefusal } from './uploads.ts';

export interface TransferParts {
  readonly shop: Shop;
  readonly faults: Faults;
  readonly stats: Stats;
}

/** Which way a file goes at this path, or undefined when it is no file's. */
export function transferAt(path: string): Transfer | undefined {
  if (path === uploadPath) return 'upload';
  return path.startsWith('/bulk-results/') ? 'download' : undefined;
}

export async function serveTransfer(
  parts: TransferParts,
  exchange: Exchange,
  transfer: Transfer,
): Promise<void> {
  const fault = parts.faults.strikeTransfer(transfer);
  if (fault && (await failInstead(exchange, fault))) return;
  if (fault?.kind === 'slow') await pause(fault.delayMs, exchange);
  if (transfer === 'upload') return upload(parts, exchange, fault);
  return download(parts, exchange, fault);
}

async function upload(
  { shop, stats }: TransferParts,
  exchange: Exchange,
  fault: FaultSettings | undefined,
): Promise<void> {
  const { request } = exchange;
  if (request.method !== 'POST') throw new HttpError(405, { errors: 'Method Not Allowed' });
  try {
    const taken = await takeUpload(shop, exchange);
    stats.countTransfer('upload', taken.size);
    if (fault?.kind === 'cut-after') request.socket.destroy();
    else sendTaken(shop, exchange, taken);
  } catch (error) {
    if (!(error instanceof UploadRefusal)) throw error;
    sendRefusal(exchange, error);
  }
}

async function download(
  { shop, stats }: TransferParts,
  exchange: Exchange,
  fault: FaultSettings | undefined,
): Promise<void> {
  const operation = signedResult(shop, exchange);
  const cut = fault?.kind === 'cut-after';
  const upTo = cut ? Math.floor(operation.resultSize / 2) : operation.resultSize;
  await sendResult(shop, exchange, { operation, upTo });
  if (cut) exchange.request.socket.destroySoon();
  else stats.countTransfer('download', operation.resultSize);
}

/** Deals with the faults that keep a file from going at all; says whether it did. */
async function failInstead(exchange: Exchange, fault: FaultSettings): Promise<boolean> {
  switch (fault.kind) {
    case 'status':
      throw new HttpError(fault.status, { errors: fault.error.message });
    case 'hang':
      await pause(fault.delayMs, exchange);
      exchange.request.socket.destroy();
      return true;
    case 'cut-before':
      exchange.request.socket.destroy();
      return true;
    default:
      return false;
  }
}
