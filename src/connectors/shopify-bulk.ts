import type {
  Account,
  Bulk,
  BulkResult,
  BulkStanding,
  BulkStart,
  Call,
} from '../provisioning/connector.ts';
import { DestinationError } from '../provisioning/failure.ts';
import { isObject } from '../scim/json.ts';
import {
  type BulkShop,
  findOperation,
  operationById,
  readResults,
  startOperation,
  uploadVariables,
} from '../shopify/bulk-operation.ts';
import * as operations from '../shopify/operations.generated.ts';
import { handedOn } from './shopify-handed-on.ts';

/**
 * Creating customers by a bulk operation: one `customerCreate` a line. It makes the whole customer,
 * and is safe to repeat: e-mail addresses are unique, and so is our key.
 */
export function createInBulk(
  customerInput: (account: Account) => operations.CustomerInput | null,
  shopFor: (call: Call) => BulkShop,
): Bulk {
  const nameOf = (run: string): string => `Rollcall_${run.replaceAll('-', '_')}`;
  return {
    // Shopify promises nothing; measured runs take the place of this soon.
    prior: { overheadMs: 30_000, lineMs: 30, unitCost: 40 },
    // Shopify takes 100 MB (https://shopify.dev/docs/api/usage/bulk-operations/imports).
    maxBytes: 99_000_000,
    line(account) {
      const input = customerInput(account);
      return input === null ? null : JSON.stringify({ input });
    },
    async upload(file, call) {
      try {
        await call.beforeWrite();
        return await uploadVariables(shopFor(call), file);
      } catch (error) {
        throw handedOn(error);
      }
    },
    async start(run, upload, call): Promise<BulkStart> {
      const started = await startOperation(shopFor(call), {
        mutation: operations.CreateCustomerLine,
        name: nameOf(run),
        path: upload,
      });
      switch (started.kind) {
        case 'started':
          return { kind: 'started', operation: started.id };
        case 'busy':
          return { kind: 'busy', reason: `Shopify: ${started.message}` };
        case 'failed':
          throw new DestinationError('transient', `Shopify: ${started.message}`);
        case 'refused':
          throw new DestinationError('rejected', `Shopify: ${started.message}`);
      }
    },
    find: (run, call) => findOperation(shopFor(call), nameOf(run)),
    async poll(operation, call) {
      const found = await operationById(shopFor(call), operation);
      return found === null ? null : standingOf(found);
    },
    async *results(url, call): AsyncGenerator<BulkResult> {
      try {
        for await (const { line, data } of readResults(shopFor(call), url))
          yield { line, ...created(data) };
      } catch (error) {
        throw handedOn(error);
      }
    },
  };
}

function standingOf(
  operation: NonNullable<operations.BulkByIdResult['bulkOperation']>,
): BulkStanding {
  const { status, errorCode, objectCount, url, partialDataUrl } = operation;
  switch (status) {
    case 'COMPLETED':
      return { kind: 'complete', url };
    case 'FAILED':
    case 'CANCELED':
    case 'EXPIRED': {
      const why = errorCode === null ? '' : ` (${errorCode})`;
      const reason = `Shopify's bulk operation ended as ${status}${why}.`;
      return { kind: 'broken', reason, url: url ?? partialDataUrl };
    }
    case 'CREATED':
    case 'RUNNING':
    case 'CANCELING':
      return { kind: 'running', workedOff: Number(objectCount) };
  }
}

/** The customer that a line made, if it did. */
function created(
  data: Readonly<Record<string, unknown>> | null,
): Pick<BulkResult, 'remoteId' | 'changedAt'> {
  const payload = data?.customerCreate;
  const customer = isObject(payload) ? payload.customer : undefined;
  if (!isObject(customer) || typeof customer.id !== 'string')
    return { remoteId: null, changedAt: null };
  const { id, updatedAt } = customer;
  return { remoteId: id, changedAt: typeof updatedAt === 'string' ? new Date(updatedAt) : null };
}
