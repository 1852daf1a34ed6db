/** What is written down of a bulk run: its results, who is given back, how it ended, what it taught. */
import { v7 as uuidv7 } from 'uuid';
import { insertActivity } from '../store/activity.ts';
import { type LineResult, recordResults, releaseLines } from '../store/bulk-lines.ts';
import { type BulkLease, type BulkLoad, bulkLoadOf, recordBulkLoad } from '../store/bulk-loads.ts';
import { type BulkRun, changeRun, openRun } from '../store/bulk-runs.ts';
import type { DestinationKey } from '../store/destinations.ts';
import { learn, restMs } from './bulk-decision.ts';
import type { BulkPrior, BulkResult } from './connector.ts';
import type { DrainWorld } from './drain.ts';
import { LeaseLost } from './failure.ts';

/** What finishing needs of the world. */
export interface FinishWorld extends Pick<DrainWorld, 'pool' | 'now' | 'log' | 'measure'> {
  readonly wake: (key: DestinationKey) => void;
}

/** How a run ended. `restMs`: bulk is left alone for at least so long; `null`: as failures have it. */
export type Verdict =
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly reason: string; readonly restMs: number | null }
  | { readonly kind: 'dropped'; readonly reason: string };

const batchSize = 1_000;

/** Writes a line of activity for a run that begins. */
export async function noteBegun(
  { pool }: Pick<FinishWorld, 'pool'>,
  lease: BulkLease,
  { id, lines }: Pick<BulkRun, 'id' | 'lines'>,
): Promise<void> {
  await insertActivity(pool, lease.tenantId, {
    id: uuidv7(),
    kind: 'bulk.begin',
    outcome: 'done',
    destinationId: lease.destinationId,
    detail: { run: id, lines },
  });
}

/**
 * Records results as they come, many in one statement. What was recorded stays so whatever becomes of
 * this process.
 */
export async function recordAll(
  world: FinishWorld,
  lease: BulkLease,
  runId: string,
  results: AsyncIterable<BulkResult>,
): Promise<void> {
  let batch: LineResult[] = [];
  const record = async () => {
    const ended = await recordResults(world.pool, lease, runId, batch);
    if (ended === 'lost') throw new LeaseLost();
    if (ended.due) world.wake(lease);
    for (const requested of ended.requested)
      world.measure(lease, {
        ...{ kind: 'look', plan: 'create', outcome: 'done', lane: 'ordinary' },
        effectMs: Math.max(0, world.now() - requested.getTime()),
      });
    batch = [];
  };
  for await (const result of results) {
    batch.push({ ...result, activityId: uuidv7() });
    if (batch.length === batchSize) await record();
  }
  if (batch.length > 0) await record();
}

/** Gives the links back whose lines are left over. */
export async function giveBack(
  { pool, wake }: FinishWorld,
  lease: BulkLease,
  runId: string,
  how: 'unsent' | 'unknown',
): Promise<void> {
  for (;;) {
    const released = await releaseLines(pool, lease, runId, how, batchSize);
    if (released === 'lost') throw new LeaseLost();
    if (released > 0) wake(lease);
    if (released < batchSize) return;
  }
}

/** Ends the run under way, learns from it, and says so to people. */
export async function finishRun(
  { pool, now, log }: FinishWorld,
  lease: BulkLease,
  prior: BulkPrior,
  verdict: Verdict,
): Promise<void> {
  const [run, load] = await Promise.all([openRun(pool, lease), bulkLoadOf(pool, lease)]);
  if (run === null || load === null) throw new LeaseLost();
  const at = new Date(now());
  const reason = verdict.kind === 'done' ? null : verdict.reason;
  const state = verdict.kind === 'done' ? 'done' : 'failed';
  if (!(await changeRun(pool, lease, run.id, { state, reason, finishedAt: at })))
    throw new LeaseLost();
  if (verdict.kind !== 'dropped')
    await recordBulkLoad(pool, lease, afterRun(load, { run, verdict, prior, at }));
  const { id, lines, made, returned, unknown } = run;
  log.info({ ...lease, runId: id, lines, made, returned, unknown, reason }, 'bulk run finished');
  await insertActivity(pool, lease.tenantId, {
    id: uuidv7(),
    kind: 'bulk.finish',
    outcome: state,
    message: reason,
    destinationId: lease.destinationId,
    detail: { run: id, lines, made, returned, unknown },
  });
}

interface Ended {
  readonly run: BulkRun;
  readonly verdict: Exclude<Verdict, { kind: 'dropped' }>;
  readonly prior: BulkPrior;
  readonly at: Date;
}

/** What is known of bulk at a destination after a run. Pure. */
function afterRun(
  load: BulkLoad,
  { run, verdict, prior, at }: Ended,
): Omit<BulkLoad, 'inForce' | 'unitCost'> {
  const { runningAt, endedAt, begunAt } = run;
  const measured =
    runningAt !== null && endedAt !== null
      ? {
          ...learn(
            load,
            {
              ...run,
              wholeMs: at.getTime() - begunAt.getTime(),
              operationMs: endedAt.getTime() - runningAt.getTime(),
            },
            prior,
          ),
          measuredAt: at,
        }
      : load;
  const { overheadMs, lineMs, returnedShare, measuredAt } = measured;
  const known = { overheadMs, lineMs, returnedShare, measuredAt };
  if (verdict.kind === 'done') return { ...known, failures: 0, restingUntil: null, reason: null };
  const failures = load.failures + 1;
  const rest = Math.max(restMs(failures), verdict.restMs ?? 0);
  return {
    ...known,
    failures,
    restingUntil: new Date(at.getTime() + rest),
    reason: verdict.reason,
  };
}
