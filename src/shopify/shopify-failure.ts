import type { ReasonCode } from '../model.ts';
import { isObject } from '../scim/json.ts';

/** Who must act: see the engine's three kinds of failure, to which these are handed on. */
export type ShopifyFailureKind = 'transient' | 'rejected' | 'misconfigured';

interface Details {
  readonly code?: string;
  readonly reason?: ReasonCode;
  readonly pauseMs?: number;
  readonly unknownOutcome?: boolean;
  readonly cause?: unknown;
}

/** A request that Shopify did not carry out, or whose outcome is unknown. */
export class ShopifyFailure extends Error {
  override readonly name = 'ShopifyFailure';
  readonly kind: ShopifyFailureKind;
  /** Shopify's own code, e.g. `THROTTLED`, `TAKEN`. */
  readonly code: string | null;
  /** What the shop's owner must mend; `null` where that is not said. */
  readonly reason: ReasonCode | null;
  readonly pauseMs: number | null;
  readonly unknownOutcome: boolean;

  constructor(
    kind: ShopifyFailureKind,
    message: string,
    { code, reason, pauseMs, unknownOutcome, cause }: Details = {},
  ) {
    super(message, { cause });
    this.kind = kind;
    this.code = code ?? null;
    this.reason = reason ?? null;
    this.pauseMs = pauseMs ?? null;
    this.unknownOutcome = unknownOutcome ?? false;
  }

  /** No answer, or none that can be read. */
  static unreachable(shop: string, cause: unknown, unknownOutcome: boolean): ShopifyFailure {
    const reason =
      cause instanceof Error
        ? cause.cause instanceof Error
          ? cause.cause.message
          : cause.message
        : String(cause);
    return new ShopifyFailure('transient', `${shop} did not answer: ${reason}`, {
      cause,
      unknownOutcome,
    });
  }

  /** An HTTP status other than 2xx (https://shopify.dev/docs/api/usage/response-codes). */
  static ofStatus(
    status: number,
    retryAfter: string | null,
    shop: string,
    unknownOutcome: boolean,
  ): ShopifyFailure {
    const code = String(status);
    switch (status) {
      case 401:
        return new ShopifyFailure(
          'misconfigured',
          `${shop} refuses the access token: open the app in the shop again, or enter a new token.`,
          { code, reason: 'credentials' },
        );
      case 402:
        return new ShopifyFailure(
          'misconfigured',
          `${shop} is frozen: its owner must settle the account with Shopify.`,
          { code, reason: 'shop_unavailable' },
        );
      case 403:
        return new ShopifyFailure(
          'misconfigured',
          `${shop} forbids the request: check the access scopes of the token.`,
          { code, reason: 'permissions' },
        );
      case 404:
        return new ShopifyFailure(
          'misconfigured',
          `There is no shop at ${shop}: check its domain.`,
          { code, reason: 'shop_unavailable' },
        );
      case 423:
        return new ShopifyFailure(
          'misconfigured',
          `${shop} is locked by Shopify: contact Shopify's support.`,
          { code, reason: 'shop_unavailable' },
        );
      case 503:
        if (retryAfter === null) break;
        return new ShopifyFailure('transient', `${shop} asks to wait.`, {
          code,
          unknownOutcome,
          pauseMs: pauseOf(retryAfter),
        });
      case 429:
      case 430:
        return new ShopifyFailure('transient', `${shop} asks to wait.`, {
          code,
          pauseMs: pauseOf(retryAfter),
        });
    }
    return new ShopifyFailure('transient', `${shop} answered with status ${status}.`, {
      code,
      unknownOutcome,
    });
  }

  /** A top-level GraphQL error. */
  static ofGraphqlError(
    error: unknown,
    cost: {
      readonly requested: number;
      readonly throttleStatus: { readonly available: number; readonly restoreRate: number };
    } | null,
    operation: { readonly name: string; readonly kind: 'query' | 'mutation' },
  ): ShopifyFailure {
    const message =
      isObject(error) && typeof error.message === 'string' ? error.message : 'unknown error';
    const extensions = isObject(error) && isObject(error.extensions) ? error.extensions : {};
    const code = typeof extensions.code === 'string' ? extensions.code : '';
    switch (code) {
      case 'THROTTLED':
        return new ShopifyFailure('transient', 'Shopify throttles the shop.', {
          code,
          pauseMs: throttledFor(cost),
        });
      case 'ACCESS_DENIED':
        return new ShopifyFailure('misconfigured', `Shopify denies access: ${message}`, {
          reason: 'permissions',
          code,
        });
      case 'SHOP_INACTIVE':
        return new ShopifyFailure('misconfigured', 'The shop is inactive.', {
          reason: 'shop_unavailable',
          code,
        });
      // A value of this person that the schema does not know, e.g. a country Shopify has not got.
      case 'INVALID_VARIABLE':
        return new ShopifyFailure(
          'rejected',
          `Shopify refuses a value: ${problemOf(extensions) ?? message}`,
          { code },
        );
      // An id that was valid when it was read a moment ago.
      case 'RESOURCE_NOT_FOUND':
        return new ShopifyFailure('transient', `Shopify: ${message}`, {
          code,
          unknownOutcome: true,
        });
      case 'INTERNAL_SERVER_ERROR':
        return new ShopifyFailure('transient', `Shopify failed: ${message}`, {
          code,
          unknownOutcome: operation.kind === 'mutation',
        });
    }
    // https://shopify.dev/docs/apps/launch/protected-customer-data: answered with partial data.
    if (message.startsWith('This app is not approved')) {
      return new ShopifyFailure('misconfigured', `Shopify withholds customer data: ${message}`, {
        reason: 'permissions',
        code: 'NOT_APPROVED',
      });
    }
    return new ShopifyFailure('misconfigured', `Shopify refuses ${operation.name}: ${message}`, {
      reason: 'request_refused',
      code,
    });
  }
}

/** The first problem of a refused variable, e.g. `input.locale: Expected …`, without the list of all values. */
function problemOf(extensions: { readonly [name: string]: unknown }): string | null {
  const [problem]: readonly unknown[] = Array.isArray(extensions.problems)
    ? extensions.problems
    : [];
  if (!isObject(problem) || typeof problem.explanation !== 'string') return null;
  const path = Array.isArray(problem.path) ? problem.path.join('.') : '';
  return `${path}: ${problem.explanation.slice(0, 200)}`;
}

const usualPauseMs = 1_000;

/** `Retry-After` is in seconds, e.g. `2.0`. */
function pauseOf(retryAfter: string | null): number {
  const seconds = Number(retryAfter);
  return retryAfter !== null && Number.isFinite(seconds) && seconds > 0
    ? seconds * 1_000
    : usualPauseMs;
}

function throttledFor(cost: Parameters<typeof ShopifyFailure.ofGraphqlError>[1]): number {
  if (cost === null || cost.throttleStatus.restoreRate <= 0) return usualPauseMs;
  const missing = cost.requested - cost.throttleStatus.available;
  return Math.max(usualPauseMs, (1_000 * missing) / cost.throttleStatus.restoreRate);
}
