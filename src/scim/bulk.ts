/**
 * The messages of bulk requests (RFC 7644 §3.7). What is wrong with the request as a whole is thrown;
 * what is wrong with one operation is that operation's result, and the others go on.
 */
import type { JsonObject } from '../model.ts';
import { MAX_BULK_OPERATIONS } from './bulk-limits.ts';
import { type BulkOperation, type BulkRoot, readBulkOperation } from './bulk-operation.ts';
import { invalidSyntax, invalidValue, payloadTooLarge, type ScimError } from './error.ts';
import { etagOf } from './etag.ts';
import { isArray, isObject, member, names, typeName } from './json.ts';

const REQUEST_URN = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
const RESPONSE_URN = 'urn:ietf:params:scim:api:messages:2.0:BulkResponse';

/** A bulk request, read. */
export interface BulkRequest {
  /** After this many errors the rest is left undone; infinite where the client does not say. */
  readonly failOnErrors: number;
  readonly operations: readonly BulkOperation[];
}

/** Reads the body of a POST to /Bulk. */
export function readBulk(body: unknown, root: BulkRoot): BulkRequest {
  if (!isObject(body) || !names(member(body, 'schemas'), REQUEST_URN))
    throw invalidSyntax(`The body must be an object with the schema ${REQUEST_URN}.`);
  const operations = member(body, 'Operations');
  if (!isArray(operations))
    throw invalidSyntax(`Operations must be an array, not ${typeName(operations)}.`);
  if (operations.length > MAX_BULK_OPERATIONS)
    throw payloadTooLarge(
      `The number of operations (${operations.length}) exceeds the maxOperations (${MAX_BULK_OPERATIONS}).`,
    );
  return {
    failOnErrors: readFailOnErrors(member(body, 'failOnErrors')),
    operations: withUniqueIds(operations.map((sent) => readBulkOperation(sent, root))),
  };
}

/** Nought errors accepted and one accepted are the same: the first one ends the request. */
function readFailOnErrors(value: unknown): number {
  if (value === undefined || value === null) return Number.POSITIVE_INFINITY;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return Math.max(1, value);
  throw invalidValue('failOnErrors must be a whole number that is not negative, or be left out.');
}

/** A bulkId is "unique within a bulk request" (§3.7): it stays with the first POST that has it. */
function withUniqueIds(operations: readonly BulkOperation[]): readonly BulkOperation[] {
  const taken = new Set<string>();
  return operations.map((operation) => {
    const { bulkId, method } = operation;
    if (method !== 'POST' || bulkId === undefined || operation.fault !== undefined)
      return operation;
    if (taken.has(bulkId))
      return { method, bulkId, target: operation.target, fault: repeated(bulkId) };
    taken.add(bulkId);
    return operation;
  });
}

function repeated(bulkId: string): ScimError {
  return invalidValue(
    `Another POST has the bulkId ${bulkId.slice(0, 100)} already: choose a new one.`,
  );
}

/** What became of one operation. */
export interface BulkResult {
  readonly operation: BulkOperation;
  readonly status: number;
  readonly location?: string;
  readonly version?: number;
  readonly error?: ScimError;
}

/** The body of the response. It has only what was processed (§3.7.3). */
export function bulkResponse(results: readonly BulkResult[]): JsonObject {
  return { schemas: [RESPONSE_URN], Operations: results.map(resultOf) };
}

function resultOf({ operation, status, location, version, error }: BulkResult): JsonObject {
  const { method, bulkId } = operation;
  return {
    ...(location === undefined ? {} : { location }),
    ...(method === undefined ? {} : { method }),
    ...(bulkId === undefined ? {} : { bulkId }),
    ...(version === undefined ? {} : { version: etagOf(version) }),
    status: String(status),
    ...(error === undefined ? {} : { response: { ...error.toBody() } }),
  };
}
