/** A Moodle site: what it keeps, its clock and its address. */
import type { Database } from './database.ts';

/** Everything that answers a call. */
export interface Site {
  readonly database: Database;
  /** Milliseconds, as `Date.now`. */
  readonly now: () => number;
  /** Kept in memory: the address it listens at, and ids given to rows that were never kept. */
  readonly live: { origin: string; lastUserId: number };
}

/** Moodle counts time in whole seconds. */
export const seconds = (site: Site): number => Math.floor(site.now() / 1000);
