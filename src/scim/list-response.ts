/** Lists of resources and their paging by index (RFC 7644 §3.4.2, §3.4.2.4). */
import type { Json, JsonObject } from '../model.ts';
import { invalidValue } from './error.ts';

const LIST_RESPONSE_URN = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';

/** How many resources a page has where the client does not say. */
export const DEFAULT_COUNT = 100;

/** How many resources a page has at most; published as `filter.maxResults`. */
export const MAX_COUNT = 500;

export interface Paging {
  /** From 1. */
  readonly startIndex: number;
  readonly count: number;
}

/** Reads the paging parameters of a query, or of the body of a `.search`. */
export function readPaging(query: {
  readonly startIndex?: unknown;
  readonly count?: unknown;
}): Paging {
  const startIndex = readInteger('startIndex', query.startIndex) ?? 1;
  const count = readInteger('count', query.count) ?? DEFAULT_COUNT;
  return { startIndex: Math.max(1, startIndex), count: Math.min(Math.max(0, count), MAX_COUNT) };
}

function readInteger(name: string, value: unknown): number | undefined {
  if (value === undefined || value === '') return undefined;
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || !/^[+-]?\d{1,15}$/.test(text.trim())) {
    throw invalidValue(`${name} must be one whole number, for example ${name}=1.`);
  }
  return Number(text);
}

/** The body of a list. `Resources` is there when empty too: Okta refuses a list without it. */
export function listResponse(list: {
  readonly resources: readonly Json[];
  readonly totalResults: number;
  readonly startIndex: number;
}): JsonObject {
  return {
    schemas: [LIST_RESPONSE_URN],
    totalResults: list.totalResults,
    startIndex: list.startIndex,
    itemsPerPage: list.resources.length,
    Resources: list.resources,
  };
}
