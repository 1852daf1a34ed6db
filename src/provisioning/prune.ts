/**
 * Deletes what has been kept for long enough, a few rows at a time, so that nobody waits for it. It
 * remembers nothing: whatever was cut short goes on with the next run.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { deleteOld, type KeptKind, keptTables } from '../store/retention.ts';
import { allTenants, type OwnDays, ownDaysOf } from '../store/tenants.ts';

/** For how many days each kind is kept. */
export type KeepDays = Readonly<Record<KeptKind, number>>;

/** What pruning needs of the world. */
export interface PruneWorld {
  readonly pool: pg.Pool;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

const dayMs = 86_400_000;
/** Rows deleted by one statement, which takes some milliseconds. */
const batch = 1_000;
/** Pause between two statements: the work comes first. */
const pauseMs = 20;

/** For how many days a tenant keeps each kind: as it decided, and never for longer than the operator does. Pure. */
export function daysOf(keep: KeepDays, own: OwnDays): KeepDays {
  return {
    ...keep,
    activity: Math.min(own.activity ?? keep.activity, keep.activity),
    inbox: Math.min(own.inbox ?? keep.inbox, keep.inbox),
  };
}

/**
 * Deletes what is too old of every tenant, until nothing is left of it or it is told to stop.
 * @returns how many rows were deleted
 */
export async function prune({ pool, now, signal }: PruneWorld, keep: KeepDays): Promise<number> {
  let deleted = 0;
  for (const { tenantId } of await allTenants(pool)) {
    const days = daysOf(keep, await ownDaysOf(pool, tenantId));
    for (const kept of keptTables) {
      const before = new Date(now() - days[kept.kind] * dayMs);
      for (let more = true; more && !signal.aborted; ) {
        const count = await deleteOld(pool, kept, tenantId, before, batch);
        deleted += count;
        more = count === batch;
        if (more) await sleep(pauseMs);
      }
    }
  }
  return deleted;
}
