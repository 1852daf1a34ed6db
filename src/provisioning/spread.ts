/** Works off the changes that touch many people: who they touch is looked at again, page by page. */
import { type DestinationKey, destinationIdsOf } from '../store/destinations.ts';
import { wantGroups } from '../store/group-links.ts';
import { linkUsers, type UserKey } from '../store/missing-links.ts';
import { type PendingSpread, pendingSpreads, spreadPage } from '../store/spreads.ts';
import type { Queryable } from '../store/statement.ts';

const pageSize = 1_000;

/** What spreading needs of the world. */
export interface SpreadWorld {
  readonly pool: Queryable;
  /** Wakes a destination some of whose links are due now. */
  readonly wake: (key: DestinationKey) => void;
  /** Ends the work after the page under way; it goes on where it was. */
  readonly signal: AbortSignal;
}

/**
 * Spreads until nothing is left, a page of each change in turn, so that no tenant waits for another's
 * hundred thousand.
 */
export async function spreadAll(world: SpreadWorld): Promise<void> {
  for (;;) {
    const pending = await pendingSpreads(world.pool);
    const unfinished = await Promise.all(pending.map((spread) => onePage(world, spread)));
    if (world.signal.aborted || !unfinished.includes(true)) return;
  }
}

async function onePage(
  { pool, wake, signal }: SpreadWorld,
  spread: PendingSpread,
): Promise<boolean> {
  if (signal.aborted) return false;
  const { tenantId, kind, begun } = spread;
  if (!begun && (kind === 'everybody' || kind === 'roll')) await linkEverybody(pool, spread);
  const { ended, destinations } = await spreadPage(pool, spread, pageSize);
  for (const destinationId of destinations) wake({ tenantId, destinationId });
  return !ended;
}

/** Users that were there before a destination get their links; groups get theirs, and are looked at again. */
async function linkEverybody(
  pool: Queryable,
  { tenantId, destinationId, kind }: Pick<PendingSpread, 'tenantId' | 'destinationId' | 'kind'>,
): Promise<void> {
  const ids = destinationId === null ? await destinationIdsOf(pool, tenantId) : [destinationId];
  for (const id of ids) {
    const key = { tenantId, destinationId: id };
    await linkAll(pool, key);
    await wantGroups(pool, key, { lookAgain: kind === 'everybody' });
  }
}

/** Users that were there before this destination get their links. */
export async function linkAll(pool: Queryable, key: DestinationKey): Promise<void> {
  let last: UserKey | null = null;
  do last = await linkUsers(pool, key, last, pageSize);
  while (last !== null);
}
