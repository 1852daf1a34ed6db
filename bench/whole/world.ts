/** A store with everybody on the roll, and what is asked of it meanwhile. */
import { setTimeout as sleep } from 'node:timers/promises';
import { insertSpread } from '../../src/store/spreads.ts';
import { residentBytes } from '../process/child.ts';
import { dueCount } from '../process/roll.ts';
import type { StoreStats } from '../process/store-control.ts';
import type { World } from '../process/world.ts';

const patienceMs = 3_600_000;

/** What it took until nothing was due any more. */
export interface Took extends Pick<StoreStats, 'requests' | 'byOperation' | 'throttled'> {
  readonly seconds: number;
  /** The most bytes that the process had. */
  readonly mostResident: number;
}

/** Does something, and waits until nothing is due any more. Counts from when it begins. */
export async function until(
  { pool, ids, store, rollcall }: World,
  begun: () => Promise<boolean>,
  work: () => Promise<void>,
): Promise<Took> {
  await store.resetStats();
  const startedAt = performance.now();
  let mostResident = 0;
  const watching = setInterval(() => {
    mostResident = Math.max(mostResident, residentBytes(rollcall.pid));
  }, 500);
  await work().finally(() => clearInterval(watching));
  while (!(await begun()) || (await dueCount(pool, ids)) > 0) {
    if (performance.now() - startedAt > patienceMs) throw new Error('not done after an hour');
    mostResident = Math.max(mostResident, residentBytes(rollcall.pid));
    await sleep(500);
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  const { requests, byOperation, throttled } = await store.stats();
  return { requests, byOperation, throttled, seconds, mostResident };
}

/** Has everybody looked at again on both sides, as every night. */
export async function sweep(world: World): Promise<Took> {
  const { pool, ids } = world;
  const spread = async () => (await pool.query('select from spreads')).rowCount === 0;
  return until(world, spread, () => insertSpread(pool, ids, { kind: 'everybody' }));
}

const reads =
  /^(Customers?By|CustomersAfter$|CustomersCounted$|CustomerMetafieldDefinitions$|Bulk(StartQuery|ById)$)/;

/** How many requests were to change something at the store. */
export function writesIn({ byOperation }: Pick<Took, 'byOperation'>): number {
  return Object.entries(byOperation)
    .filter(([name]) => !reads.test(name))
    .reduce((sum, [, times]) => sum + times, 0);
}
