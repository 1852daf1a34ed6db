/** Bulk runs, for whoever runs Rollcall. */
import { type BulkLoad, bulkLoadOf } from '../store/bulk-loads.ts';
import { type BulkRun, latestRuns } from '../store/bulk-runs.ts';
import { destinationsOf } from '../store/destinations.ts';
import { allTenants } from '../store/tenants.ts';
import type { Context } from './context.ts';

const shownRuns = 10;

/** `bulk list`. */
export async function listBulk({ database: { pool } }: Context): Promise<string> {
  const blocks: string[] = [];
  for (const { tenantId, name } of await allTenants(pool)) {
    for (const destination of await destinationsOf(pool, tenantId)) {
      const key = { tenantId, destinationId: destination.id };
      const [load, runs] = [await bulkLoadOf(pool, key), await latestRuns(pool, key, shownRuns)];
      const head = `${name}, ${destination.name} (${destination.id}): ${loadWords(load)}`;
      blocks.push([head, ...runs.map(runLine)].join('\n'));
    }
  }
  return blocks.length === 0 ? 'No destinations yet.' : blocks.join('\n\n');
}

function loadWords(load: BulkLoad | null): string {
  if (load === null) return 'bulk was never needed';
  if (load.restingUntil !== null && load.restingUntil.getTime() > Date.now())
    return `bulk is left alone until ${load.restingUntil.toISOString()}: ${load.reason ?? ''}`;
  return load.inForce ? 'bulk is in force' : 'single calls';
}

function runLine(run: BulkRun): string {
  const { id, state, lines, made, returned, unknown, begunAt, reason } = run;
  const counts = `${lines} lines, ${made} made, ${returned} given back, ${unknown} unknown`;
  const because = reason === null ? '' : ` (${reason})`;
  return `  ${begunAt.toISOString()}  ${state.padEnd(10)} ${counts}${because}  ${id}`;
}
