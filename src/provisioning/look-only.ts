/** Looking without touching: what explaining and previewing give a target instead of a drain's call. */
import type pg from 'pg';
import type { DestinationKey, StoredDestination } from '../store/destinations.ts';
import { remoteOwners } from '../store/remote-owners.ts';
import type { Call } from './connector.ts';
import type { Guard } from './guarding.ts';
import type { Connected, Deciding } from './reconcile.ts';
import { rivalsAt } from './rivals.ts';

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

/** What deciding asks of the store; nothing is claimed, and nothing written down. */
export function claimsToLook(
  pool: pg.Pool,
  key: DestinationKey,
  connected: Connected,
  guard: Guard,
): Deciding {
  return {
    owners: (linkId, accounts) => remoteOwners(pool, key, linkId, accounts),
    rivals: rivalsAt(pool, key, connected),
    guard,
  };
}
