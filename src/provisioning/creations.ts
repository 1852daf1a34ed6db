/** What a slice of a drain leaves to bulk, and what its own creations cost. */
import { bulkInForce, bulkLoadOf, recordUnitCost } from '../store/bulk-loads.ts';
import type { Lane } from '../store/due-links.ts';
import type { Lease } from '../store/links.ts';
import { average } from './bulk-decision.ts';
import { decideBulk } from './bulk-force.ts';
import type { Bulk } from './connector.ts';
import type { DrainWorld } from './drain.ts';

/** How long an answer to whether bulk is in force is good for. */
const knownForMs = 250;

/** Begins a slice: decides at once, so that a long queue is not begun by single calls. */
export async function creationsOf(
  world: Pick<DrainWorld, 'pool' | 'now' | 'log'>,
  lease: Lease,
  bulk: Bulk | undefined,
): Promise<Creations> {
  return new Creations(world, lease, bulk, await decideBulk(world, lease, bulk));
}

/** The creations of one slice. A class because it counts. */
export class Creations {
  readonly #world: Pick<DrainWorld, 'pool' | 'now'>;
  readonly #lease: Lease;
  readonly #bulk: Bulk | undefined;
  #inForce: boolean;
  #knownAt: number;
  #made = 0;
  #cost = 0;

  constructor(
    world: Pick<DrainWorld, 'pool' | 'now'>,
    lease: Lease,
    bulk: Bulk | undefined,
    inForce: boolean,
  ) {
    this.#world = world;
    this.#lease = lease;
    this.#bulk = bulk;
    this.#inForce = inForce;
    this.#knownAt = world.now();
  }

  /** The lane to fetch from: while bulk is in force ordinary lanes leave the creations to it. */
  async lane(lane: Lane): Promise<Lane> {
    if (lane !== 'any' || this.#bulk === undefined) return lane;
    const now = this.#world.now();
    if (now - this.#knownAt >= knownForMs) {
      this.#knownAt = now;
      this.#inForce = await bulkInForce(this.#world.pool, this.#lease);
    }
    return this.#inForce ? 'single' : 'any';
  }

  /** Counts a creation and what it took of the allowance, looking included. */
  made(cost: number): void {
    this.#made += 1;
    this.#cost += cost;
  }

  /** Writes down what creations cost, at the end of the slice. */
  async record(): Promise<void> {
    if (this.#made === 0 || this.#bulk === undefined) return;
    const { pool } = this.#world;
    const known = (await bulkLoadOf(pool, this.#lease))?.unitCost ?? null;
    await recordUnitCost(pool, this.#lease, average(known, this.#cost / this.#made));
  }
}
