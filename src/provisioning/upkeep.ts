/** What the leader does beside the work: looks for who waits too long, and deletes what is too old. */
import type pg from 'pg';
import type { Logger } from 'pino';
import { type AlarmAfter, watchWaiting } from './alarm.ts';
import { everySecond } from './every-second.ts';
import { type KeepDays, prune } from './prune.ts';

/** What an operator decides about it. */
export interface UpkeepLimits {
  readonly alarmAfter: AlarmAfter;
  readonly keepDays: KeepDays;
  /** For how many days the roll of a shop that uninstalled the app is kept. */
  readonly graceDays: number;
}

/** What upkeep needs of the world. */
export interface UpkeepWorld {
  readonly pool: pg.Pool;
  readonly log: Logger;
  readonly now: () => number;
  readonly upkeep: UpkeepLimits;
}

const watchEveryMs = 5_000;
const pruneEveryMs = 3_600_000;

/**
 * Starts it.
 * @param leading whether this instance leads
 */
export function startUpkeep(world: UpkeepWorld, leading: () => boolean): { stop(): Promise<void> } {
  const { pool, log, now, upkeep } = world;
  const stopping = new AbortController();
  const { signal } = stopping;
  const watch = spaced(watchEveryMs, () => watchWaiting({ pool, now }, upkeep.alarmAfter));
  const pruning = spaced(pruneEveryMs, async () => {
    const deleted = await prune({ pool, now, signal }, upkeep.keepDays);
    if (deleted > 0) log.info({ deleted }, 'what was kept for long enough is deleted');
  });
  const tasks = [watch, pruning].map((task) =>
    everySecond(async () => {
      if (leading()) await task();
    }, log),
  );
  return {
    async stop() {
      stopping.abort();
      await Promise.all(tasks.map((task) => task.stop()));
    },
  };
}

/** Runs a task when it is called, but not again for some time. */
export function spaced(everyMs: number, task: () => Promise<void>): () => Promise<void> {
  let nextAt = Number.NEGATIVE_INFINITY;
  return async () => {
    if (performance.now() < nextAt) return;
    nextAt = performance.now() + everyMs;
    await task();
  };
}
