import { bulkPressure, setBulkForce } from '../store/bulk-loads.ts';
import type { DestinationKey } from '../store/destinations.ts';
import { bulkPays } from './bulk-decision.ts';
import type { Bulk } from './connector.ts';
import type { DrainWorld } from './drain.ts';

/**
 * Decides whether the creations that wait at a destination go by bulk, and writes it down where that
 * is news. While it is so, drains leave them alone.
 */
export async function decideBulk(
  { pool, now, log }: Pick<DrainWorld, 'pool' | 'now' | 'log'>,
  key: DestinationKey,
  bulk: Bulk | undefined,
): Promise<boolean> {
  if (bulk === undefined) return false;
  const pressure = await bulkPressure(pool, key);
  if (pressure === null) return false;
  const { load, ...waiting } = pressure;
  const pays = bulkPays({
    ...waiting,
    measures: load,
    prior: bulk.prior,
    inForce: load.inForce,
    restingUntil: load.restingUntil,
    now: new Date(now()),
  });
  if (pays !== load.inForce) {
    log.info({ ...key, creatable: waiting.creatable }, pays ? 'bulk is in force' : 'bulk is over');
    await setBulkForce(pool, key, pays ? 'in force' : 'over');
  }
  return pays;
}
