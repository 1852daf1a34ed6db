/**
 * Deletes what has been kept for long enough, a few rows at a time, so that nobody waits for it. It
 * remembers nothing: whatever was cut short goes on with the next run.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { deleteOld, type KeptKind, keptTables } from '../store/retention.ts';
import { allTenants, type OwnDays, ownDaysOf } from '../store/tenants.ts';

/** For how many days an operator keeps each kind; exports are kept like the inbox. */
export type KeepDays = Readonly<Record<Exclude<KeptKind, 'exports'>, number>>;

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

/** For so many days an export can be handed to the customer who asked for it. */
const exportDays = 30;

/**
 * For how many days a tenant keeps each kind: as it decided, and never for longer than the operator does. What a
 * customer asked for is no tenant's to shorten. Pure.
 */
export function daysOf(keep: KeepDays, own: OwnDays): Readonly<Record<KeptKind, number>> {
  return {
    ...keep,
    exports: Math.max(keep.inbox, exportDays),
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
