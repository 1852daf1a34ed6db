/**
 * Runs the engine in this process: pg-boss says which destination is drained by whom, the wake scan
 * and the sweep see to it that nothing waits for a trigger that was lost.
 */

import type pg from 'pg';
import { PgBoss } from 'pg-boss';
import { v7 as uuidv7 } from 'uuid';
import { type DestinationKey, destinationsWithDueLinks, dueSweeps } from '../store/destinations.ts';
import { insertLinks, type Respread, respread, unlinkedUsers } from '../store/link-spread.ts';
import { announce, clearOrphanedDrains, drainOwner, type Presence } from '../store/presence.ts';
import { type DrainWorld, drainSlice, type Limits, usualLimits } from './drain.ts';
import { probeQuarantined } from './probe.ts';
import { createWaker, type Waker } from './wake.ts';

const drainQueue = 'drain';
const spreadQueue = 'spread';
const scanEveryMs = 1_000;
const sweepEveryMs = 24 * 3_600_000;
const spreadPage = 1_000;

/** How many destinations this process drains at once. */
const drainsAtOnce = 8;

/** A page of a change that touches many people, and where it goes on. */
interface SpreadJob extends DestinationKey {
  readonly what: Respread;
  readonly after: string | null;
}

/** The running engine. */
export interface Engine {
  /** To be called after a commit that bumped links of these destinations. Never waits. */
  wake(tenantId: string, destinations: readonly string[]): void;
  /** Has every link of a destination (or those a switch held) looked at again, in pages. */
  respread(key: DestinationKey, what: Respread): Promise<void>;
  /** Lets the slices under way finish, then stops. */
  stop(): Promise<void>;
}

/** What the engine needs of the world. */
export interface EngineWorld extends DrainWorld {
  readonly connectionOptions: pg.ConnectionConfig;
  readonly limits?: Limits;
}

/** Starts the engine. */
export async function startEngine(world: EngineWorld): Promise<Engine> {
  const { log } = world;
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
  await boss.work<SpreadJob>(
    spreadQueue,
    { pollingIntervalSeconds: 0.5, notifyPollingIntervalSeconds: 5 },
    async ([job]) => {
      if (job !== undefined) await spreadPageOf(world, boss, waker, job.data);
    },
  );
  // Probes on their own: a destination that hangs must not keep the others from being woken.
  const scans = [
    everySecond(() => scanOnce(world, boss, presence, waker), log),
    everySecond(() => probeOnce(world, boss, presence), log),
  ];

  return {
    wake(tenantId, destinations) {
      for (const destinationId of destinations) waker.wake({ tenantId, destinationId });
    },
    async respread(key, what) {
      await boss.send(spreadQueue, { ...key, what, after: null } satisfies SpreadJob);
    },
    async stop() {
      await Promise.all(scans.map((scan) => scan.stop()));
      await waker.stop();
      stopping.abort();
      await boss.stop({ graceful: true, timeout: 20_000, close: true });
      await presence.close();
    },
  };
}

async function startBoss({ connectionOptions, log }: EngineWorld): Promise<PgBoss> {
  const boss = new PgBoss({
    ...(connectionOptions as ConstructorParameters<typeof PgBoss>[0] & object),
    schema: 'pgboss',
    application_name: 'rollcall queue',
    max: 4,
    useListenNotify: true,
    schedule: false,
    superviseIntervalSeconds: 2,
    monitorIntervalSeconds: 2,
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
  await boss.createQueue(spreadQueue, {
    policy: 'standard',
    notify: true,
    retryLimit: 20,
    retryDelay: 1,
    deleteAfterSeconds: 3_600,
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
  for (const key of await dueSweeps(world.pool, sweepEveryMs)) {
    await boss.send(spreadQueue, { ...key, what: { kind: 'everybody' }, after: null });
  }
  for (const key of await destinationsWithDueLinks(world.pool)) waker.wake(key);
}

async function probeOnce(world: EngineWorld, boss: PgBoss, presence: Presence): Promise<void> {
  if (!presence.leading()) return;
  for (const key of await probeQuarantined(world, world.limits ?? usualLimits)) {
    await boss.send(spreadQueue, {
      ...key,
      what: { kind: 'everybody' },
      after: null,
    } satisfies SpreadJob);
  }
}

/** One page of a spread; the next page is a job of its own, so that it goes on after a crash. */
async function spreadPageOf(
  world: EngineWorld,
  boss: PgBoss,
  waker: Waker,
  { what, after, ...key }: SpreadJob,
): Promise<void> {
  if (what.kind === 'everybody' && after === null) await linkEverybody(world.pool, key);
  const last = await respread(world.pool, key, what, after, spreadPage);
  waker.wake(key);
  if (last !== null)
    await boss.send(spreadQueue, { ...key, what, after: last } satisfies SpreadJob);
}

/** Users that were there before the destination get their links. */
async function linkEverybody(pool: pg.Pool, key: DestinationKey): Promise<void> {
  for (;;) {
    const users = await unlinkedUsers(pool, key, spreadPage);
    if (users.length === 0) return;
    await insertLinks(
      pool,
      key,
      users.map((user) => ({ ...user, id: uuidv7() })),
    );
  }
}

/** Runs a task every second, never twice at once. */
function everySecond(
  task: () => Promise<void>,
  log: EngineWorld['log'],
): { stop(): Promise<void> } {
  let running: Promise<void> | null = null;
  const tick = () => {
    running ??= task()
      .catch((error: unknown) =>
        log.error({ err: error }, 'a scan failed; it runs again in a second'),
      )
      .finally(() => {
        running = null;
      });
  };
  tick();
  const timer = setInterval(tick, scanEveryMs);
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
