/** `GET /metrics`: what Prometheus asks for. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { DirectoryWorld } from '../directory/request.ts';
import { refuseForeignHost } from './admin-access.ts';
import { type Attempts, createAttempts } from './attempts.ts';
import type { Metrics } from './metrics.ts';
import { createGauges } from './metrics-gauges.ts';
import { Problem, sendProblem } from './problem.ts';

/** What watching needs. */
export interface MetricsOptions {
  readonly world: Pick<DirectoryWorld, 'pool' | 'now'>;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly mode: 'development' | 'production';
  /** Opens the metrics; `null`: open to this machine in development, off in production. */
  readonly metricsToken: string | null;
}

/** Wrong tokens a minute from one address. */
const wrongTokensAllowed = 30;

/** Adds the route. */
export async function metricsRoutes(app: FastifyInstance, options: MetricsOptions): Promise<void> {
  const { world, metrics, log } = options;
  const gauges = createGauges(metrics.registry, { ...world, log });
  const attempts = createAttempts({ now: world.now, allowed: wrongTokensAllowed });
  app.setErrorHandler(sendProblem);
  app.get('/metrics', async (request, reply) => {
    guard(request, options, attempts);
    await gauges.refresh();
    reply.header('content-type', metrics.registry.contentType).header('cache-control', 'no-store');
    return metrics.registry.metrics();
  });
}

function guard(
  request: FastifyRequest,
  { mode, metricsToken }: MetricsOptions,
  attempts: Attempts,
): void {
  if (metricsToken !== null) checkToken(request, metricsToken, attempts);
  else if (mode === 'development') refuseForeignHost(request);
  else throw metricsOff();
}

function metricsOff(): Problem {
  return new Problem(
    'metrics-off',
    'The metrics are off: set ROLLCALL_METRICS_TOKEN to a secret of at least 16 characters and start Rollcall again.',
  );
}

function checkToken(request: FastifyRequest, token: string, attempts: Attempts): void {
  if (attempts.tooMany(request.ip))
    throw new Problem(
      'too-many-attempts',
      'Too many wrong tokens from this address: wait a minute.',
    );
  const given = /^bearer +(\S{1,1000})$/i.exec(request.headers.authorization ?? '')?.[1];
  if (given !== undefined && timingSafeEqual(digest(given), digest(token))) return;
  if (given !== undefined) attempts.failed(request.ip);
  throw new Problem(
    'token-needed',
    'Send the header Authorization: Bearer with the token in ROLLCALL_METRICS_TOKEN.',
  );
}

/** Equal lengths, so that comparing tells nothing about the token's. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
