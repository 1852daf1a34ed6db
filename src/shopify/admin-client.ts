/**
 * The Admin GraphQL client of one shop. It spends from the shop's allowance before each request and
 * says of every failure who must act. Throttling comes as HTTP 200 with an error code
 * (https://shopify.dev/docs/api/usage/limits), which Shopify's own client does not handle.
 */
import type { Logger } from 'pino';
import { isObject } from '../scim/json.ts';
import type { GiveAccessToken } from './access-token.ts';
import type { Operation } from './operations.generated.ts';
import { ShopifyFailure } from './shopify-failure.ts';

/** The one Admin API version that everything is written against. */
export const apiVersion = '2026-10';

/** What a request is made with: who waits, and the check before a write. */
export interface AdminCall {
  readonly urgent: boolean;
  readonly signal: AbortSignal;
  readonly beforeWrite: () => Promise<void>;
  readonly spent?: (cost: number) => void;
}

/** The state of a shop's bucket as Shopify reports it. */
export interface ThrottleStatus {
  readonly available: number;
  readonly maximum: number;
  readonly restoreRate: number;
}

/** What a request cost, and the bucket after it. */
export interface Spending extends ThrottleStatus {
  readonly spent: number;
  readonly throttled: boolean;
}

/** What the client needs of the world. */
export interface AdminClientOptions {
  readonly shop: string;
  /** Where the shop answers; its own domain unless told otherwise. */
  readonly origin?: string | undefined;
  readonly accessToken: GiveAccessToken;
  readonly fetch: typeof fetch;
  /** How long one request may take, its answer read. */
  readonly timeoutMs: number;
  readonly log: Logger;
  readonly allowance: {
    reserve(
      cost: number,
      call: Pick<AdminCall, 'urgent' | 'signal' | 'spent'>,
    ): Promise<{ settle(report: Spending | null): Promise<void> }>;
  };
}

/** Sends typed operations to a shop. Throws `ShopifyFailure`. */
export interface AdminClient {
  send<Result, Variables>(
    operation: Operation<Result, Variables>,
    variables: Variables,
    call: AdminCall,
  ): Promise<Result>;
}

/** A first guess at what an operation costs, until its first answer tells. */
const firstGuess = 15;

/** Makes a client for one shop. */
export function createAdminClient(options: AdminClientOptions): AdminClient {
  const url = `${options.origin ?? `https://${options.shop}`}/admin/api/${apiVersion}/graphql.json`;
  const costs = new Map<string, number>();

  return {
    async send(operation, variables, call) {
      const reservation = await options.allowance.reserve(
        costs.get(operation.name) ?? firstGuess,
        call,
      );
      let answer: Answer | null = null;
      try {
        if (operation.kind === 'mutation') await call.beforeWrite();
        answer = await requestAgain(url, operation, variables, options);
      } finally {
        await reservation.settle(answer === null ? null : spendingOf(answer));
      }
      if (answer.cost !== null) costs.set(operation.name, answer.cost.requested);
      return dataOf(answer, operation);
    },
  };
}

interface Cost {
  readonly requested: number;
  /** What it was in the end; nothing where the request was refused. */
  readonly actual: number;
  readonly throttleStatus: ThrottleStatus;
}

interface Answer {
  readonly data: unknown;
  readonly errors: readonly unknown[];
  readonly cost: Cost | null;
}

function spendingOf({ cost, errors }: Answer): Spending | null {
  if (cost === null) return null;
  const throttled = errors.some(
    (error) =>
      isObject(error) && isObject(error.extensions) && error.extensions.code === 'THROTTLED',
  );
  return { ...cost.throttleStatus, spent: cost.actual, throttled };
}

/** A token that is refused may be one that another process has renewed meanwhile: then once more with the new one. */
async function requestAgain(
  url: string,
  operation: Operation<unknown, never>,
  variables: unknown,
  options: AdminClientOptions,
): Promise<Answer> {
  const token = await options.accessToken();
  try {
    return await request(url, operation, variables, { ...options, token });
  } catch (error) {
    if (!(error instanceof ShopifyFailure) || error.code !== '401') throw error;
    const another = await options.accessToken(token);
    if (another === token) throw error;
    return request(url, operation, variables, { ...options, token: another });
  }
}

async function request(
  url: string,
  { name, kind, text }: Operation<unknown, never>,
  variables: unknown,
  { token, fetch, timeoutMs, log, shop }: AdminClientOptions & { readonly token: string },
): Promise<Answer> {
  const unknownOutcome = kind === 'mutation';
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-shopify-access-token': token },
    body: JSON.stringify({ query: text, operationName: name, variables }),
    signal: AbortSignal.timeout(timeoutMs),
    redirect: 'error',
  }).catch((cause: unknown) => {
    throw ShopifyFailure.unreachable(shop, cause, unknownOutcome);
  });
  const version = response.headers.get('x-shopify-api-version');
  if (version !== null && version !== apiVersion) {
    log.warn({ shop, version, expected: apiVersion }, 'Shopify answered with another API version');
  }
  const body = await response.text().catch((cause: unknown) => {
    throw ShopifyFailure.unreachable(shop, cause, unknownOutcome);
  });
  if (!response.ok)
    throw ShopifyFailure.ofStatus(
      response.status,
      response.headers.get('retry-after'),
      shop,
      unknownOutcome,
    );
  return readAnswer(body, shop, unknownOutcome);
}

function readAnswer(body: string, shop: string, unknownOutcome: boolean): Answer {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch (cause) {
    throw ShopifyFailure.unreachable(shop, cause, unknownOutcome);
  }
  if (!isObject(json))
    throw ShopifyFailure.unreachable(
      shop,
      new Error('the answer is not an object'),
      unknownOutcome,
    );
  const errors = json.errors;
  return {
    data: json.data,
    errors: Array.isArray(errors)
      ? errors
      : errors === undefined
        ? []
        : [{ message: String(errors) }],
    cost: readCost(json.extensions),
  };
}

function readCost(extensions: unknown): Cost | null {
  const cost = isObject(extensions) ? extensions.cost : undefined;
  const status = isObject(cost) ? cost.throttleStatus : undefined;
  if (!isObject(cost) || !isObject(status)) return null;
  const number = (value: unknown) => (typeof value === 'number' ? value : Number.NaN);
  const throttleStatus = {
    available: number(status.currentlyAvailable),
    maximum: number(status.maximumAvailable),
    restoreRate: number(status.restoreRate),
  };
  const requested = number(cost.requestedQueryCost);
  const known = [requested, ...Object.values(throttleStatus)].every(Number.isFinite);
  const actual = typeof cost.actualQueryCost === 'number' ? cost.actualQueryCost : 0;
  return known ? { requested, actual, throttleStatus } : null;
}

/** The data of an answer. Any error fails the whole: partial data must not be read as "has none". */
function dataOf<Result>(
  { data, errors, cost }: Answer,
  operation: Operation<Result, never>,
): Result {
  const [error] = errors;
  if (error !== undefined) throw ShopifyFailure.ofGraphqlError(error, cost, operation);
  // The document was checked against Shopify's schema when its types were generated.
  return data as Result;
}
