/**
 * Drains a destination for one slice of time: fetches due links, reconciles several at once, and
 * writes down how each ended. Whoever drains holds the destination's lease; every write of a link is
 * conditional on it, and it is asked before each remote write.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import {
  acquireLease,
  clearFailures,
  type DestinationKey,
  leaseStands,
  pauseDestination,
  quarantine,
  releaseLease,
  type StoredDestination,
} from '../store/destinations.ts';
import { claimRemote, type DueLink, dueLinks, intendWrite, type Lane, type Lease, recordLink, remoteOwners } from '../store/links.ts';
import type { Call } from './connector.ts';
import { backoffMs, classify, DestinationError, LeaseLost } from './failure.ts';
import { type Claims, type Connected, type Reconciled, reconcile } from './reconcile.ts';

/** What a drain needs of the world. */
export interface DrainWorld {
  readonly pool: pg.Pool;
  readonly log: Logger;
  readonly now: () => number;
  readonly random: () => number;
  /** Gives a destination's connector, policy and target. Throws `DestinationError`. */
  readonly connect: (destination: StoredDestination) => Connected;
}

/** Limits of a slice. */
export interface SliceLimits {
  readonly sliceMs: number;
  /** Wait between two looks for leavers while a slice works through a backlog. */
  readonly urgentPollMs: number;
}

/** The usual slice: long enough to be worth its start, short enough that tenants share fairly. */
export const usualSlice: SliceLimits = { sliceMs: 5_000, urgentPollMs: 50 };

/** After this many failures in a row that look like the destination's own, it is left in peace for a while. */
const failuresBeforePause = 5;
const firstProbeMs = 60_000;

/**
 * Drains one slice.
 * @param owner names this worker in the lease
 * @returns whether due links may be left
 */
export async function drainSlice(
  world: DrainWorld,
  key: DestinationKey,
  owner: string,
  signal: AbortSignal,
  limits: SliceLimits = usualSlice,
): Promise<'drained' | 'more' | 'unavailable'> {
  const destination = await acquireLease(world.pool, key, owner);
  if (destination === null) return 'unavailable';
  const lease: Lease = { ...key, epoch: destination.epoch };
  const slice = new Slice(world, lease, destination, limits, signal);
  try {
    return await slice.run();
  } finally {
    await releaseLease(world.pool, lease);
  }
}

/** One slice's state: what is in hand, and whether it is over. A class because it has a lifetime. */
class Slice {
  readonly #world: DrainWorld;
  readonly #lease: Lease;
  readonly #destination: StoredDestination;
  readonly #limits: SliceLimits;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  readonly #endsAt: number;
  readonly #inHand = new Set<string>();
  readonly #buffer: DueLink[] = [];
  #refilling: Promise<number> | null = null;
  #busy = 0;
  #failuresInRow = 0;
  #ordinaryDone = false;

  constructor(world: DrainWorld, lease: Lease, destination: StoredDestination, limits: SliceLimits, signal: AbortSignal) {
    this.#world = world;
    this.#lease = lease;
    this.#destination = destination;
    this.#limits = limits;
    this.#signal = AbortSignal.any([signal, this.#stop.signal]);
    this.#endsAt = world.now() + limits.sliceMs;
  }

  async run(): Promise<'drained' | 'more' | 'unavailable'> {
    const { log } = this.#world;
    let connected: Connected;
    try {
      connected = this.#world.connect(this.#destination);
      await connected.target.test(this.#call(true));
    } catch (error) {
      if (error instanceof LeaseLost) return 'unavailable';
      await this.#destinationFailed(classify(error));
      return 'unavailable';
    }
    const ordinary = Array.from({ length: connected.connector.concurrency }, () => this.#work(connected));
    const lanes = [...ordinary, this.#workUrgent(connected)];
    const ended = await Promise.allSettled(lanes);
    const failed = ended.find((lane) => lane.status === 'rejected');
    if (failed !== undefined && !(failed.reason instanceof LeaseLost)) throw failed.reason;
    if (failed !== undefined) log.warn({ ...this.#lease }, 'lease lost: another worker drains this destination');
    if (this.#failuresInRow === 0 && this.#destination.failures > 0) await clearFailures(this.#world.pool, this.#lease);
    return this.#ordinaryDone ? 'drained' : 'more';
  }

  #over(): boolean {
    return this.#signal.aborted || this.#world.now() >= this.#endsAt;
  }

  /** An ordinary lane: leavers first, then whoever has waited longest. */
  async #work(connected: Connected): Promise<void> {
    this.#busy += 1;
    try {
      while (!this.#over()) {
        const link = await this.#next(connected.connector.concurrency);
        if (link === null) {
          this.#ordinaryDone = !this.#over();
          return;
        }
        await this.#reconcile(link, connected);
      }
    } catch (error) {
      this.#stop.abort();
      throw error;
    } finally {
      this.#busy -= 1;
    }
  }

  /** A lane for leavers alone, so that they wait for nobody while others wait for an allowance. */
  async #workUrgent(connected: Connected): Promise<void> {
    while (!this.#over() && this.#busy > 0) {
      const [link] = await this.#fetch('urgent', 1);
      if (link === undefined) {
        await sleep(this.#limits.urgentPollMs);
        continue;
      }
      await this.#reconcile(link, connected).catch((error: unknown) => {
        this.#stop.abort();
        throw error;
      });
    }
  }

  async #next(concurrency: number): Promise<DueLink | null> {
    for (;;) {
      const link = this.#buffer.shift();
      if (link !== undefined) return link;
      if (this.#over()) return null;
      this.#refilling ??= this.#refill(concurrency).finally(() => {
        this.#refilling = null;
      });
      if ((await this.#refilling) === 0) return null;
    }
  }

  async #refill(concurrency: number): Promise<number> {
    const urgent = await this.#fetch('urgent', concurrency);
    const links = urgent.length > 0 ? urgent : await this.#fetch('any', concurrency);
    this.#buffer.push(...links);
    return links.length;
  }

  /** Fetches due links; they are in hand at once, so that two lanes never take the same one. */
  async #fetch(lane: Lane, limit: number): Promise<readonly DueLink[]> {
    const links = await dueLinks(this.#world.pool, this.#lease, lane, [...this.#inHand], limit);
    const mine = links.filter(({ id }) => !this.#inHand.has(id));
    for (const { id } of mine) this.#inHand.add(id);
    return mine;
  }

  #call(urgent: boolean): Call {
    return {
      urgent,
      signal: this.#signal,
      beforeWrite: async () => {
        this.#signal.throwIfAborted();
        if (!(await leaseStands(this.#world.pool, this.#lease))) throw new LeaseLost();
      },
    };
  }

  #claims(): Claims {
    const { pool } = this.#world;
    return {
      owners: (linkId, remoteIds) => remoteOwners(pool, this.#lease, linkId, remoteIds),
      claim: async (linkId, remoteId) => {
        const answer = await claimRemote(pool, this.#lease, linkId, remoteId);
        if (answer === 'lost') throw new LeaseLost();
        return answer;
      },
      intend: async (linkId, intent) => {
        this.#signal.throwIfAborted();
        if (!(await intendWrite(pool, this.#lease, linkId, intent))) throw new LeaseLost();
      },
    };
  }

  async #reconcile(link: DueLink, connected: Connected): Promise<void> {
    try {
      const now = new Date(this.#world.now());
      const result = await reconcile(link, connected, this.#claims(), this.#call(link.urgent), now);
      this.#failuresInRow = 0;
      await this.#record(link, result);
    } catch (error) {
      if (error instanceof LeaseLost) throw error;
      // A slice that ends cuts what was under way: not a failure, the link stays due.
      if (this.#signal.aborted) return;
      await this.#failed(link, classify(error));
    } finally {
      this.#inHand.delete(link.id);
    }
  }

  async #record(link: DueLink, result: Reconciled): Promise<void> {
    const settled = result.again === null;
    const written = await recordLink(this.#world.pool, this.#lease, {
      linkId: link.id,
      wanted: link.wanted,
      settled,
      notBefore: result.again,
      account: result.account,
      outcome: result.outcome,
      reason: result.reason,
      attempts: result.attempts,
      lookAgain: settled ? false : link.lookAgain,
      leavingSince: result.leavingSince,
      email: result.email,
      freedEmail: freedBy(link, result),
      note: worthNoting(link, result)
        ? {
            activityId: uuidv7(),
            kind: `account.${result.plan}`,
            resourceId: link.resourceId,
            sourceId: link.sourceId,
            message: result.reason,
            detail: result.steps,
          }
        : null,
    });
    if (!written) throw new LeaseLost();
  }

  async #failed(link: DueLink, error: DestinationError): Promise<void> {
    const { log, now, random } = this.#world;
    log.warn({ ...this.#lease, linkId: link.id, kind: error.kind, err: error }, 'reconciling failed');
    const rejected = error.kind === 'rejected';
    // What is the destination's own trouble is not counted against the person.
    const personal = error.kind === 'transient' && error.pauseMs === null;
    const attempts = personal ? link.attempts + 1 : link.attempts;
    const wait = personal ? backoffMs(attempts, random()) : 0;
    const written = await recordLink(this.#world.pool, this.#lease, {
      linkId: link.id,
      wanted: link.wanted,
      settled: rejected,
      notBefore: new Date(now() + wait),
      account: null,
      outcome: rejected ? 'rejected' : 'failed',
      reason: error.message,
      attempts,
      lookAgain: link.lookAgain || error.unknownOutcome,
      leavingSince: link.leavingSince,
      email: null,
      freedEmail: null,
      note:
        link.reason === error.message
          ? null
          : {
              activityId: uuidv7(),
              kind: `account.${error.kind}`,
              resourceId: link.resourceId,
              sourceId: link.sourceId,
              message: error.message,
              detail: null,
            },
    });
    if (!written) throw new LeaseLost();
    if (rejected) this.#failuresInRow = 0;
    else await this.#destinationFailed(error);
  }

  /** Decides what a failure means for the destination as a whole. */
  async #destinationFailed(error: DestinationError): Promise<void> {
    const { pool, log, now, random } = this.#world;
    const failures = this.#destination.failures + 1;
    if (error.kind === 'misconfigured') {
      log.error({ ...this.#lease, reason: error.message }, 'destination quarantined');
      await quarantine(pool, this.#lease, { reason: error.message, failures: 0, probeAt: new Date(now() + firstProbeMs) });
      this.#stop.abort();
      return;
    }
    this.#failuresInRow += 1;
    if (error.pauseMs !== null) {
      await pauseDestination(pool, this.#lease, new Date(now() + error.pauseMs), this.#destination.failures);
      this.#stop.abort();
    } else if (this.#failuresInRow >= failuresBeforePause || this.#busy === 0) {
      const pause = Math.min(60_000, backoffMs(failures, random()));
      log.warn({ ...this.#lease, pause, reason: error.message }, 'destination paused: it does not answer');
      await pauseDestination(pool, this.#lease, new Date(now() + pause), failures);
      this.#stop.abort();
    }
  }
}

/** The address whose account nobody holds any more, or holds for somebody else, after this. */
function freedBy(link: DueLink, result: Reconciled): string | null {
  if (link.email === null) return null;
  const left = result.plan === 'leave' || result.plan === 'forget';
  return left || (result.outcome === 'done' && result.email !== link.email) ? link.email : null;
}

/** Whether a person wants to read about it: what was done, and holds that are new. */
function worthNoting(link: DueLink, result: Reconciled): boolean {
  if (result.plan === 'nothing' || result.plan === 'wait') return false;
  if (result.outcome === 'held') return link.reason !== result.reason;
  return true;
}
