/**
 * Whether this process lives (`/healthz`: start it again where not) and whether it may be sent requests
 * (`/readyz`). Open to everybody, and telling nothing but that.
 */
import type { FastifyInstance } from 'fastify';
import type pg from 'pg';
import { schemaTrouble } from '../store/migrate.ts';
import { Problem, sendProblem } from './problem.ts';

/** What is asked. */
export interface HealthOptions {
  readonly pool: pg.Pool;
  /** What keeps the engine from working, as a sentence; `null` when nothing does. */
  readonly trouble: () => string | null;
}

const withinMs = 2_000;

/** Adds the routes; to be registered at the root. */
export async function healthRoutes(
  app: FastifyInstance,
  { pool, trouble }: HealthOptions,
): Promise<void> {
  app.setErrorHandler(sendProblem);
  app.addHook('onSend', async (_request, reply) => {
    reply.header('cache-control', 'no-store');
  });
  app.get('/healthz', async () => ({ status: 'ok' }));
  app.get('/readyz', async () => {
    const obstacle = (await databaseTrouble(pool)) ?? trouble();
    if (obstacle !== null) throw new Problem('not-ready', obstacle);
    return { status: 'ready' };
  });
}

async function databaseTrouble(pool: pg.Pool): Promise<string | null> {
  const late = AbortSignal.timeout(withinMs);
  const lateness = new Promise<never>((_resolve, reject) => {
    late.addEventListener('abort', () => reject(late.reason), { once: true });
  });
  try {
    return await Promise.race([schemaTrouble(pool), lateness]);
  } catch {
    return 'The database does not answer: see that it runs and can be reached.';
  }
}
