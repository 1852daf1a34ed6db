/** Looking without touching: what explaining and previewing give a target instead of a drain's call. */
import type pg from 'pg';
import type { DestinationKey, StoredDestination } from '../store/destinations.ts';
import { remoteOwners } from '../store/remote-owners.ts';
import type { Call } from './connector.ts';
import type { Claims, Connected } from './reconcile.ts';

/** What explaining and previewing need of the world. */
export interface LookingWorld {
  readonly pool: pg.Pool;
  readonly now: () => number;
  /** Gives a destination's connector, policy and target. Throws `DestinationError`. */
  readonly connect: (destination: StoredDestination) => Connected;
}

/** A write was about to happen where nothing may be written: a mistake in a connector. */
export class WriteRefused extends Error {
  override readonly name = 'WriteRefused';
}

/** A call that only reads: every write is refused before it is sent. */
export function lookOnly(
  signal: AbortSignal,
  urgent: 'somebody waits' | 'in the background',
): Call {
  return {
    urgent: urgent === 'somebody waits',
    signal,
    beforeWrite: async () => {
      throw new WriteRefused('Nothing may be written while looking.');
    },
  };
}

/** Who holds remote accounts; nothing is claimed. */
export function ownersAt(pool: pg.Pool, key: DestinationKey): Pick<Claims, 'owners'> {
  return { owners: (linkId, accounts) => remoteOwners(pool, key, linkId, accounts) };
}
