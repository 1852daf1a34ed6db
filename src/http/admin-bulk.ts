/** Bulk at a destination in the admin API: whether it is in force, and how its runs went. */
import type { FastifyInstance } from 'fastify';
import type { DirectoryWorld } from '../directory/request.ts';
import { type BulkLoad, bulkLoadOf } from '../store/bulk-loads.ts';
import { type BulkRun, latestRuns } from '../store/bulk-runs.ts';
import { findDestination } from '../store/destinations.ts';
import { notFound } from './problem.ts';

/** How many runs are shown. */
const shownRuns = 20;

interface DestinationParams {
  readonly tenantId: string;
  readonly destinationId: string;
}

/** Adds the routes; to be registered under a destination. */
export async function bulkRoutes(
  app: FastifyInstance,
  { world: { pool } }: { readonly world: Pick<DirectoryWorld, 'pool'> },
): Promise<void> {
  app.get<{ Params: DestinationParams }>('/bulk', async ({ params }) => {
    if ((await findDestination(pool, params)) === null)
      throw notFound(`There is no destination ${params.destinationId} of this tenant.`);
    const [load, runs] = await Promise.all([
      bulkLoadOf(pool, params),
      latestRuns(pool, params, shownRuns),
    ]);
    return { ...loadView(load), runs: runs.map(runView) };
  });
}

function loadView(load: BulkLoad | null) {
  return {
    inForce: load?.inForce ?? false,
    /** After failed runs bulk is left alone until then, and why. */
    restingUntil: load?.restingUntil ?? null,
    reason: load?.reason ?? null,
    measured: {
      creationCost: load?.unitCost ?? null,
      overheadMs: load?.overheadMs ?? null,
      lineMs: load?.lineMs ?? null,
      returnedShare: load?.returnedShare ?? null,
      at: load?.measuredAt ?? null,
    },
  };
}

function runView({ workedOff, nextAt, upload: _private, ...run }: BulkRun) {
  const over = run.finishedAt !== null;
  return {
    ...run,
    workedOff: Math.max(workedOff, run.made + run.returned),
    nextAt: over ? null : nextAt,
  };
}
