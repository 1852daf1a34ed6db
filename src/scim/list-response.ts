/** Lists of resources and their paging (RFC 7644 §3.4.2, §3.4.2.4; RFC 9865 §2). */
import type { Json, JsonObject } from '../model.ts';
import { invalidCount, invalidCursor, invalidValue } from './error.ts';

const LIST_RESPONSE_URN = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';

/** How many resources a page has where the client does not say. */
export const DEFAULT_COUNT = 100;

/** How many resources a page has at most; published as `filter.maxResults`. */
export const MAX_COUNT = 500;

/** How long a cursor is good for; published as `pagination.cursorTimeout`. */
export const CURSOR_SECONDS = 3600;

/** Which page is asked for, and by which method. */
export type Paging =
  | {
      readonly kind: 'index';
      /** From 1. */
      readonly startIndex: number;
      readonly count: number;
    }
  | {
      readonly kind: 'cursor';
      /** Empty for the first page. */
      readonly cursor: string;
      /** Undefined where it is not said: the default, or what it was on the first page. */
      readonly count: number | undefined;
    };

/** Reads the paging parameters of a query, or of the body of a `.search`. */
export function readPaging(query: {
  readonly startIndex?: unknown;
  readonly count?: unknown;
  readonly cursor?: unknown;
}): Paging {
  if (query.cursor !== undefined) return readCursor(query.cursor, query);
  const startIndex = readInteger(query.startIndex, notWhole('startIndex')) ?? 1;
  const count = readInteger(query.count, notWhole('count')) ?? DEFAULT_COUNT;
  return { kind: 'index', startIndex: Math.max(1, startIndex), count: within(count) };
}

/** "clients can use the 'startIndex' or 'cursor'" (RFC 9865 §2.4): which of both would win is unsaid. */
function readCursor(cursor: unknown, query: { startIndex?: unknown; count?: unknown }): Paging {
  if (typeof cursor !== 'string') throw invalidCursor('cursor must be given once, as a string.');
  if (query.startIndex !== undefined && query.startIndex !== '') {
    throw invalidValue('startIndex and cursor exclude each other; send one of them.');
  }
  const count = readInteger(query.count, () => invalidCount(wholeNumber('count')));
  return { kind: 'cursor', cursor, count: count === undefined ? undefined : within(count) };
}

/** A negative count is 0 (Table 6), and one beyond the maximum may get fewer. */
function within(count: number): number {
  return Math.min(Math.max(0, count), MAX_COUNT);
}

function notWhole(name: string): () => Error {
  return () => invalidValue(wholeNumber(name));
}

function wholeNumber(name: string): string {
  return `${name} must be one whole number, for example ${name}=1.`;
}

function readInteger(value: unknown, refusal: () => Error): number | undefined {
  if (value === undefined || value === '') return undefined;
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || !/^[+-]?\d{1,100}$/.test(text.trim())) throw refusal();
  // Beyond any list is beyond any list.
  return Math.min(Number(text), 2 ** 31);
}

/** Of a list, what stands beside its resources. */
export interface ListHead {
  readonly totalResults: number;
  readonly itemsPerPage: number;
  /** In a list by index. */
  readonly startIndex?: number;
  /** In a list by cursor, on all pages but the last (RFC 9865 §2, Table 2). */
  readonly nextCursor?: string;
}

/** The members of a list response before its `Resources`. */
export function listHead({ totalResults, itemsPerPage, ...place }: ListHead): JsonObject {
  return { schemas: [LIST_RESPONSE_URN], totalResults, itemsPerPage, ...place };
}

/** The body of a list. `Resources` is there when empty too: Okta refuses a list without it. */
export function listResponse(list: {
  readonly resources: readonly Json[];
  readonly totalResults: number;
  readonly startIndex: number;
}): JsonObject {
  const { resources, totalResults, startIndex } = list;
  const head = listHead({ totalResults, itemsPerPage: resources.length, startIndex });
  return { ...head, Resources: resources };
}
