/** So many SCIM requests a credential, counted by each process for itself. */
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ScimError } from '../scim/error.ts';
import { accessOf } from './scim-request.ts';

/** How generous. */
export interface RateLimitOptions {
  /** On average over ten seconds, so that a burst is no offence. */
  readonly requestsPerSecond: number;
}

const windowSeconds = 10;

/**
 * Limits the routes that are added afterwards. It counts after the `onRequest` hooks of the instance,
 * by which the request is authenticated, so that nobody spends what is another's.
 */
export async function limitRequests(
  app: FastifyInstance,
  { requestsPerSecond }: RateLimitOptions,
): Promise<void> {
  await app.register(rateLimit, {
    max: requestsPerSecond * windowSeconds,
    timeWindow: windowSeconds * 1_000,
    keyGenerator: credentialOf,
    addHeaders: quiet,
    addHeadersOnExceeding: quiet,
    errorResponseBuilder: (_request, { after }) => tooManyRequests(after),
  });
}

/** Retry-After says all a client needs (RFC 6585 §4). */
const quiet = {
  'x-ratelimit-limit': false,
  'x-ratelimit-remaining': false,
  'x-ratelimit-reset': false,
} as const;

/** Ids of tokens are only unique within their source. Who may ask without one counts by address. */
function credentialOf(request: FastifyRequest): string {
  if (request.access === null) return request.ip;
  const { source, credential } = accessOf(request);
  return `${source.id} ${credential}`;
}

function tooManyRequests(after: string): ScimError {
  return new ScimError(429, `This token sends too many requests: go on in ${after}.`);
}
