/** Has bulk runs worked on in this process: a queue of their own, woken by what the leader finds. */
import type { PgBoss } from 'pg-boss';
import { bulkCandidates, clearOrphanedBulk } from '../store/bulk-loads.ts';
import type { DestinationKey } from '../store/destinations.ts';
import { drainOwner, type Presence } from '../store/presence.ts';
import { decideBulk } from './bulk-force.ts';
import { type BulkWorld, bulkSlice } from './bulk-slice.ts';
import { classify } from './failure.ts';

const bulkQueue = 'bulk';

/** How many destinations' runs this process works on at once, where it may drain as many. */
const atOnce = 4;

/** The parts of the engine that bulk needs. */
export interface BulkWorkerOptions {
  readonly world: BulkWorld;
  readonly boss: PgBoss;
  readonly presence: Presence;
  /** Ends what is under way: it goes on where the engine starts next. */
  readonly signal: AbortSignal;
  /** How many destinations this process drains at once. */
  readonly drainsAtOnce: number;
}

/** The running worker. */
export interface BulkWorker {
  /** What the leader does every second: decides where bulk pays, and wakes whoever has a run to work on. */
  scan(): Promise<void>;
}

/** Starts working on bulk runs. */
export async function startBulkWorker(options: BulkWorkerOptions): Promise<BulkWorker> {
  const { world, boss, presence, signal, drainsAtOnce } = options;
  // When to go on lives in bulk_runs.next_at. A large file takes its time to be collected and read.
  await boss.createQueue(bulkQueue, {
    policy: 'stately',
    notify: true,
    retryLimit: 0,
    heartbeatSeconds: 10,
    expireInSeconds: 3 * 3_600,
    deleteAfterSeconds: 60,
    retentionSeconds: 3_600,
  });
  await boss.work<DestinationKey>(
    bulkQueue,
    {
      localConcurrency: Math.min(atOnce, drainsAtOnce),
      pollingIntervalSeconds: 0.5,
      notifyPollingIntervalSeconds: 2,
    },
    async ([job]) => {
      if (job === undefined) return;
      const { tenantId, destinationId } = job.data;
      const owner = drainOwner(presence.instance, job.id);
      const ends = AbortSignal.any([job.signal, signal]);
      await bulkSlice(world, { tenantId, destinationId }, owner, ends);
    },
  );
  return { scan: () => scanOnce(options) };
}

async function scanOnce({ world, boss, presence }: BulkWorkerOptions): Promise<void> {
  if (!presence.leading()) return;
  for (const { jobId, ...key } of await clearOrphanedBulk(world.pool)) {
    world.log.warn(key, 'a bulk run was left behind by an instance that is gone; another goes on');
    await boss.cancel(bulkQueue, jobId);
  }
  for (const { runOpen, runDue, ...destination } of await bulkCandidates(world.pool)) {
    const key = { tenantId: destination.tenantId, destinationId: destination.id };
    try {
      const { bulk } = world.connect(destination).target;
      const inForce = await decideBulk(world, key, bulk);
      if (runDue || (inForce && !runOpen)) await wake(boss, key);
    } catch (error) {
      // One that cannot be connected is quarantined by its drain, which says why.
      world.log.debug({ ...key, err: classify(error) }, 'bulk cannot be decided');
    }
  }
}

/** `null` (one is waiting already) is fine. */
async function wake(boss: PgBoss, { tenantId, destinationId }: DestinationKey): Promise<void> {
  const singletonKey = `${tenantId}/${destinationId}`;
  await boss.send(bulkQueue, { tenantId, destinationId }, { singletonKey });
}
