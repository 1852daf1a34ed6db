/**
 * Runs the engine in this process: pg-boss says which destination is drained by whom, the wake scan
 * and the sweep see to it that nothing waits for a trigger that was lost.
 */

import type pg from 'pg';
import { PgBoss } from 'pg-boss';
import {
  beginDueSweeps,
  type DestinationKey,
  destinationsWithDueLinks,
} from '../store/destinations.ts';
import { turnRights } from '../store/ledger.ts';
import { announce, clearOrphanedDrains, drainOwner, type Presence } from '../store/presence.ts';
import { insertSpread, type Spread } from '../store/spreads.ts';
import { startBulkWorker } from './bulk-worker.ts';
import { sweepEveryMs } from './destination-status.ts';
import { type DrainWorld, drainSlice, type Limits, usualLimits } from './drain.ts';
import { everySecond } from './every-second.ts';
import { importAll } from './import.ts';
import { probeQuarantined } from './probe.ts';
import { spreadAll } from './spread.ts';
import { createWaker, type Waker } from './wake.ts';

const drainQueue = 'drain';
/** As many rights begin or are over in one statement. */
const rightsAtOnce = 500;

/** How many destinations this process drains at once, unless it is told. */
const usualDrainsAtOnce = 8;

/** The engine asks something of the database every second. */
const mostSilentMs = 15_000;

/** The running engine. */
export interface Engine {
  /** To be called after a commit that bumped links of these destinations. Never waits. */
  wake(tenantId: string, destinations: readonly string[]): void;
  /** Records that links of a destination are to be looked at again; it is done in pages. */
  respread(key: DestinationKey, what: Spread): Promise<void>;
  /** What keeps it from working, as a sentence; `null` when nothing does. */
  trouble(): string | null;
  /** Whether this instance leads: it does what must be done once. */
  leading(): boolean;
  /** Lets the slices under way finish, then stops. */
  stop(): Promise<void>;
}

/** What the engine needs of the world. */
export interface EngineWorld extends DrainWorld {
  readonly connectionOptions: pg.ConnectionConfig;
  readonly limits?: Limits;
  /** How many destinations are drained at once: each takes a worker, which asks the queue. */
  readonly drainsAtOnce?: number;
}

/** Starts the engine. */
export async function startEngine(world: EngineWorld): Promise<Engine> {
  const { log, drainsAtOnce = usualDrainsAtOnce } = world;
  const presence = await announce(world.connectionOptions, log);
  const boss = await startBoss(world);
  const waker = createWaker((key) => send(boss, key), log);
  const stopping = new AbortController();

  await boss.work<DestinationKey>(
    drainQueue,
    {
      localConcurrency: drainsAtOnce,
      pollingIntervalSeconds: 0.5,
      notifyPollingIntervalSeconds: 2,
    },
    async ([job]) => {
      if (job === undefined) return;
      const { tenantId, destinationId } = job.data;
      const signal = AbortSignal.any([job.signal, stopping.signal]);
      const owner = drainOwner(presence.instance, job.id);
      const result = await drainSlice(
        world,
        { tenantId, destinationId },
        owner,
        signal,
        world.limits ?? usualLimits,
      );
      if (result === 'more' && !stopping.signal.aborted) waker.wake({ tenantId, destinationId });
    },
  );
  const bulk = await startBulkWorker({
    world: { ...world, wake: (key) => waker.wake(key) },
    boss,
    presence,
    signal: stopping.signal,
    drainsAtOnce,
  });
  // Probes on their own: a destination that hangs must not keep the others from being woken.
  const spreading = everySecond(() => spreadOnce(world, presence, waker, stopping.signal), log);
  const scans = [
    spreading,
    everySecond(() => scanOnce(world, boss, presence, waker), log),
    everySecond(() => probeOnce(world, presence), log),
    everySecond(() => bulk.scan(), log),
    everySecond(async () => {
      if (presence.leading()) await importAll(world, stopping.signal);
    }, log),
  ];

  return {
    wake(tenantId, destinations) {
      for (const destinationId of destinations) waker.wake({ tenantId, destinationId });
    },
    async respread(key, what) {
      await insertSpread(world.pool, key, what);
      spreading.now();
    },
    trouble() {
      if (stopping.signal.aborted) return 'Rollcall is stopping.';
      const silentMs = performance.now() - presence.answeredAt();
      if (silentMs < mostSilentMs) return null;
      const seconds = Math.round(silentMs / 1_000);
      return `The engine has not reached the database for ${seconds} s: see that it runs and can be reached.`;
    },
    leading: () => presence.leading(),
    async stop() {
      stopping.abort();
      await Promise.all(scans.map((scan) => scan.stop()));
      await waker.stop();
      await boss.stop({ graceful: true, timeout: 20_000, close: true });
      await presence.close();
    },
  };
}

/** Connects to the queue, making its tables first where there are none. */
export async function startBoss({
  connectionOptions,
  log,
  drainsAtOnce = usualDrainsAtOnce,
}: Pick<EngineWorld, 'connectionOptions' | 'log' | 'drainsAtOnce'>): Promise<PgBoss> {
  const boss = new PgBoss({
    ...(connectionOptions as ConstructorParameters<typeof PgBoss>[0] & object),
    schema: 'pgboss',
    application_name: 'rollcall queue',
    max: Math.min(4, drainsAtOnce),
    useListenNotify: true,
    schedule: false,
    superviseIntervalSeconds: 5,
    monitorIntervalSeconds: 5,
    registerInstance: false,
  });
  boss.on('error', (error) => log.error({ err: error }, 'the queue reports an error'));
  boss.on('warning', (warning) => log.warn({ warning }, 'the queue reports a warning'));
  await boss.start();
  // Drain jobs have no delay and no retry: when to look again lives in links.not_before.
  await boss.createQueue(drainQueue, {
    policy: 'stately',
    notify: true,
    retryLimit: 0,
    heartbeatSeconds: 10,
    expireInSeconds: 300,
    deleteAfterSeconds: 60,
    retentionSeconds: 3_600,
  });
  return boss;
}

/** `null` (one is waiting already) is fine. */
async function send(boss: PgBoss, key: DestinationKey): Promise<void> {
  const { tenantId, destinationId } = key;
  await boss.send(
    drainQueue,
    { tenantId, destinationId },
    { singletonKey: `${tenantId}/${destinationId}` },
  );
}

/** What the leader does every second; each step stands alone. */
async function scanOnce(
  world: EngineWorld,
  boss: PgBoss,
  presence: Presence,
  waker: Waker,
): Promise<void> {
  if (!(await presence.leads())) return;
  for (const { jobId, ...key } of await clearOrphanedDrains(world.pool)) {
    world.log.warn(key, 'a drain was left behind by an instance that is gone; it begins again');
    await boss.cancel(drainQueue, jobId);
  }
  await beginDueSweeps(world.pool, sweepEveryMs);
  await turnRights(world.pool, rightsAtOnce);
  for (const key of await destinationsWithDueLinks(world.pool)) waker.wake(key);
}

async function probeOnce(world: EngineWorld, presence: Presence): Promise<void> {
  if (presence.leading()) await probeQuarantined(world, world.limits ?? usualLimits);
}

async function spreadOnce(
  { pool }: EngineWorld,
  presence: Presence,
  waker: Waker,
  signal: AbortSignal,
): Promise<void> {
  if (presence.leading()) await spreadAll({ pool, wake: (key) => waker.wake(key), signal });
}
