/**
 * Bulk (RFC 7644 §3.7): many operations in one request, one after another, each by itself atomic and
 * done by what the endpoints call. What fails is the result of one operation, and the others go on.
 */
import { v7 as uuidv7 } from 'uuid';
import type { BulkRequest, BulkResult } from '../scim/bulk.ts';
import type { BulkOperation } from '../scim/bulk-operation.ts';
import { bulkOrder } from '../scim/bulk-order.ts';
import { corrections } from '../scim/bulk-reference.ts';
import type { ScimError } from '../scim/error.ts';
import { PATCH_URN } from '../scim/patch.ts';
import { type Anticipated, type BulkRun, doTask, failedResult } from './bulk-task.ts';
import { operationsOf } from './operations.ts';
import { anyVersion } from './request.ts';

/** What a bulk request needs beside its operations. */
export interface BulkContext extends Pick<BulkRun, 'world' | 'request'> {
  /** What an operation that failed is answered with. */
  readonly failureOf: (error: unknown) => ScimError;
  /** Aborted when nobody waits for the answer any more: what is under way ends, the rest is left. */
  readonly signal: AbortSignal;
}

/** Does the operations; gives the results of what was processed, in the order of the request. */
export async function runBulk(
  { operations, failOnErrors }: BulkRequest,
  context: BulkContext,
): Promise<readonly BulkResult[]> {
  const run: BulkRun = { ...context, given: givenIds(operations), made: new Map() };
  const processed = new Map<number, Processed>();
  let errors = 0;
  for (const index of bulkOrder(operations)) {
    const operation = operations[index];
    if (operation === undefined || errors >= failOnErrors || context.signal.aborted) break;
    const one = await attempt(run, operation, context.failureOf);
    processed.set(index, one);
    if (one.result.error !== undefined) errors += 1;
  }
  const inOrder = operations.flatMap((_, index) => processed.get(index) ?? []);
  return correctAll(run, inOrder, context.failureOf);
}

/** Given out beforehand, so that resources can refer to each other (RFC 7644 §3.7.1). */
function givenIds(operations: readonly BulkOperation[]): ReadonlyMap<string, string> {
  const ids = new Map<string, string>();
  for (const { fault, method, bulkId } of operations)
    if (fault === undefined && method === 'POST' && bulkId !== undefined) ids.set(bulkId, uuidv7());
  return ids;
}

interface Processed {
  readonly result: BulkResult;
  /** What it said of resources that were yet to be made. */
  readonly anticipated?: Anticipated;
}

async function attempt(
  run: BulkRun,
  operation: BulkOperation,
  failureOf: BulkContext['failureOf'],
): Promise<Processed> {
  try {
    if (operation.fault !== undefined) throw operation.fault;
    return await doTask(run, operation);
  } catch (error) {
    return { result: failedResult(run, operation, failureOf(error)) };
  }
}

/** Puts right, once everything is known, what was said of resources before they were made. */
async function correctAll(
  run: BulkRun,
  processed: readonly Processed[],
  failureOf: BulkContext['failureOf'],
): Promise<readonly BulkResult[]> {
  const corrected: BulkResult[] = [];
  for (const { result, anticipated } of processed) {
    const version = anticipated && (await correct(run, anticipated).catch(failureOf));
    if (typeof version === 'number') corrected.push({ ...result, version });
    else if (version === undefined) corrected.push(result);
    else corrected.push({ ...result, status: version.status, error: version });
  }
  return corrected;
}

/** The new version; undefined where nothing was to be put right. */
async function correct(
  { world, request, made }: BulkRun,
  { kind, id, data, expected }: Anticipated,
): Promise<number | undefined> {
  const actual = (bulkId: string) => made.get(bulkId) ?? undefined;
  const Operations = corrections({ data, expected, actual });
  if (Operations.length === 0) return undefined;
  const body = { schemas: [PATCH_URN], Operations };
  return (await operationsOf[kind].patch(world, request, id, body, anyVersion)).version;
}
