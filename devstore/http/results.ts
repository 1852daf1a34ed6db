/** `GET /bulk-results/{operation}.jsonl?signature=…`: what a bulk operation answered. */
import { timingSafeEqual } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Exchange, HttpError } from '../../standin/exchange.ts';
import {
  availableResult,
  type BulkOperation,
  findBulkOperation,
  readResult,
} from '../shop/bulk-operations.ts';
import type { Shop } from '../shop/shop.ts';

/** The result a signed address stands for; its signature is all the access it needs. */
export function signedResult(shop: Shop, { request, url }: Exchange): BulkOperation {
  if (request.method !== 'GET') throw new HttpError(405, { errors: 'Method Not Allowed' });
  const number = /^\/bulk-results\/(\d{1,15})\.jsonl$/.exec(url.pathname)?.[1];
  const operation = number === undefined ? undefined : findBulkOperation(shop, Number(number));
  if (!operation || !isSigned(operation, url.searchParams.get('signature') ?? ''))
    throw new HttpError(403, { errors: 'The signature of the address is not valid' });
  if (availableResult(operation, shop.now()) === 'none')
    throw new HttpError(404, { errors: 'The result has expired' });
  return operation;
}

/** Sends the result piece by piece, at the pace of whoever reads it; `upTo` cuts it short. */
export async function sendResult(
  { database }: Shop,
  { response }: Exchange,
  { operation, upTo }: { readonly operation: BulkOperation; readonly upTo: number },
): Promise<void> {
  const filename = `bulk-${operation.id}.jsonl`;
  response.writeHead(200, {
    'Content-Type': 'application/jsonl',
    'Content-Disposition': `attachment; filename="${filename}"`,
    'Content-Length': operation.resultSize,
  });
  // A reader that goes away midway is no failure of the store's.
  await pipeline(Readable.from(firstBytes(readResult(database, operation.id), upTo)), response, {
    end: upTo >= operation.resultSize,
  }).catch(() => undefined);
}

function* firstBytes(pieces: Iterable<string>, upTo: number): Generator<Buffer> {
  let left = upTo;
  for (const piece of pieces) {
    if (left <= 0) return;
    const bytes = Buffer.from(piece).subarray(0, left);
    left -= bytes.length;
    yield bytes;
  }
}

function isSigned({ resultToken }: BulkOperation, signature: string): boolean {
  const [one, other] = [Buffer.from(resultToken), Buffer.from(signature)];
  return one.length === other.length && timingSafeEqual(one, other);
}
