/** What an administrator does with a destination as a whole: another name, another beginning, its end. */

import type pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { insertActivity } from '../store/activity.ts';
import { countAccounts, offersGivingAt, removeDestination } from '../store/destination-removal.ts';
import { activate } from '../store/destination-switch.ts';
import { renameDestination } from '../store/destinations.ts';
import { insertSpread } from '../store/spreads.ts';
import { transaction } from '../store/statement.ts';
import type { DestinationChange } from './destination-changes.ts';

/** Gives a destination another name. */
export async function rename(
  pool: pg.Pool,
  { destination, actor, requestId }: Omit<DestinationChange, 'connector'>,
  name: string,
): Promise<void> {
  const { tenantId, id: destinationId } = destination;
  if (destination.name === name) return;
  await transaction(pool, async (client) => {
    await renameDestination(client, { tenantId, destinationId }, name);
    const line = { id: uuidv7(), kind: 'destination.rename', outcome: 'done', destinationId };
    const detail = { name: [destination.name, name] };
    await insertActivity(client, tenantId, { ...line, detail, actor, requestId });
  });
}

/** Has everybody looked at again on both sides, also after failures or in quarantine. */
export async function restart(
  pool: pg.Pool,
  { destination, actor, requestId }: Omit<DestinationChange, 'connector'>,
  reason: string | null,
): Promise<void> {
  const { tenantId, id: destinationId } = destination;
  const key = { tenantId, destinationId };
  await transaction(pool, async (client) => {
    await activate(client, key);
    await insertSpread(client, key, { kind: 'everybody' });
    const line = { id: uuidv7(), kind: 'destination.restart', outcome: 'done', destinationId };
    await insertActivity(client, tenantId, { ...line, message: reason, actor, requestId });
  });
}

/** How a removal ended; but for `removed` nothing was changed. */
export type DestinationRemoved =
  | { readonly kind: 'removed'; readonly accounts: number }
  /** So many people have an account there by us: somebody has to say that these stay as they are. */
  | { readonly kind: 'accounts'; readonly accounts: number }
  /** Offers in force give something there. */
  | { readonly kind: 'offers'; readonly offers: readonly string[] }
  /** The shop is what the tenant is about. */
  | { readonly kind: 'shop' };

/**
 * Removes a destination. Nothing is done there: accounts stay as they are, and what people have there they keep.
 * @param accounts `keep` where that was said; `none`: there must be none
 */
export async function remove(
  pool: pg.Pool,
  { destination, connector, actor, requestId }: DestinationChange,
  accounts: 'none' | 'keep',
): Promise<DestinationRemoved> {
  if (connector.sells === true) return { kind: 'shop' };
  const { tenantId, id: destinationId, name } = destination;
  const key = { tenantId, destinationId };
  return transaction(pool, async (client) => {
    const offers = await offersGivingAt(client, key);
    if (offers.length > 0) return { kind: 'offers', offers };
    const count = await countAccounts(client, key);
    if (accounts === 'none' && count > 0) return { kind: 'accounts', accounts: count };
    await removeDestination(client, key);
    const line = { id: uuidv7(), kind: 'destination.remove', outcome: 'done', message: name };
    const detail = { accounts: count };
    await insertActivity(client, tenantId, { ...line, destinationId, detail, actor, requestId });
    return { kind: 'removed', accounts: count };
  });
}
