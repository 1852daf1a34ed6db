/**
 * Drains a destination for one slice of time: fetches due links, reconciles several at once, and
 * writes down how each ended. Whoever drains holds the destination's lease; every write of a link is
 * conditional on it, and it is asked before each remote write.
 */

import type pg from 'pg';
import type { Logger } from 'pino';
import { v7 as uuidv7 } from 'uuid';
import {
  acquireLease,
  clearFailures,
  type DestinationKey,
  leaseStands,
  releaseLease,
  type StoredDestination,
} from '../store/destinations.ts';
import { type Due, type DueLink, dueLinks } from '../store/due-links.ts';
import { doubtGroups } from '../store/group-links.ts';
import { intendWrite, type Lease, recordLink } from '../store/links.ts';
import { raiseNotice } from '../store/notices.ts';
import { claimRemote, remoteOwners } from '../store/remote-owners.ts';
import type { Call } from './connector.ts';
import { type Creations, creationsOf } from './creations.ts';
import { backoffMs, classify, DestinationError, LeaseLost, TakenByBulk } from './failure.ts';
import { workGroups } from './group-work.ts';
import { type Guard, sliceGuard } from './guarding.ts';
import { runLanes } from './lanes.ts';
import { lookMeasured, type Measure } from './measure.ts';
import type { Policy } from './policy.ts';
import { lookedAt, refuseMissing } from './policy-groups.ts';
import { assertReady } from './readiness.ts';
import { type Claims, type Connected, reconcile } from './reconcile.ts';
import { freedBy, type Reconciled, reached, worthNoting } from './reconciled.ts';
import { rivalsAt } from './rivals.ts';
import { Skim } from './skim.ts';
import { Trouble } from './trouble.ts';

/** What a drain needs of the world. */
export interface DrainWorld {
  readonly pool: pg.Pool;
  readonly log: Logger;
  readonly now: () => number;
  readonly random: () => number;
  /** Is told how each look went. */
  readonly measure: Measure;
  /** Gives a destination's connector, policy and target. Throws `DestinationError`. */
  readonly connect: (destination: StoredDestination, how?: 'afresh') => Connected;
}

/** The times a destination is worked on by. */
export interface Limits {
  /** Long enough to be worth its start, short enough that tenants share fairly. */
  readonly sliceMs: number;
  /** How long a slice waits for what was begun in it before it takes on more beside it. */
  readonly finishingMs: number;
  /** Wait between two looks for leavers while a slice works through a backlog. */
  readonly urgentPollMs: number;
  /** How long the destination may take to answer one request. */
  readonly requestMs: number;
  /** Waits between the probes of a quarantined destination, widening; the last one repeats. */
  readonly probesMs: readonly number[];
}

/** The usual times. */
export const usualLimits: Limits = {
  sliceMs: 5_000,
  finishingMs: 3_000,
  urgentPollMs: 50,
  requestMs: 15_000,
  probesMs: [60_000, 300_000, 1_800_000, 21_600_000, 86_400_000],
};

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
  limits: Limits = usualLimits,
): Promise<'drained' | 'more' | 'unavailable'> {
  const destination = await acquireLease(world.pool, key, owner);
  if (destination === null) return 'unavailable';
  const lease: Lease = { ...key, epoch: destination.epoch };
  const slice = new Slice(world, lease, destination, limits, signal);
  try {
    return await slice.run();
  } finally {
    await releaseLease(world.pool, lease, { owner, recent: slice.recent });
  }
}

/** What the links of a slice are worked on with. */
interface Working {
  readonly connected: Connected;
  readonly creations: Creations;
  readonly claims: Claims;
}

/** One slice: under which lease, and how it goes. A class because it has a lifetime. */
class Slice {
  readonly #world: DrainWorld;
  readonly #lease: Lease;
  readonly #destination: StoredDestination;
  readonly #limits: Limits;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  readonly #endsAt: number;
  readonly #trouble: Trouble;

  constructor(
    world: DrainWorld,
    lease: Lease,
    destination: StoredDestination,
    limits: Limits,
    signal: AbortSignal,
  ) {
    this.#world = world;
    this.#lease = lease;
    this.#destination = destination;
    this.#limits = limits;
    this.#signal = AbortSignal.any([signal, this.#stop.signal]);
    this.#endsAt = world.now() + limits.sliceMs;
    const stop = () => this.#stop.abort();
    this.#trouble = new Trouble({ world, lease, destination, limits, stop });
  }

  /** How the last attempts went, those of earlier slices among them. */
  get recent(): string {
    return this.#trouble.recent;
  }

  async run(): Promise<'drained' | 'more' | 'unavailable'> {
    let connected: Connected;
    try {
      connected = this.#world.connect(this.#destination);
      await assertReady(this.#world.pool, this.#lease.tenantId, connected, this.#call(true));
    } catch (error) {
      if (error instanceof LeaseLost || this.#signal.aborted) return 'unavailable';
      await this.#trouble.begin(error);
      return 'unavailable';
    }
    const { pool, now, log } = this.#world;
    const creations = await creationsOf(this.#world, this.#lease, connected.target.bulk);
    const { policy } = connected;
    const guard = sliceGuard({ db: pool, lease: this.#lease, policy, now });
    const claims = this.#claims(guard, rivalsAt(pool, this.#lease, connected));
    const skim = this.#skim(connected);
    try {
      const ended = await runLanes({
        concurrency: connected.connector.concurrency,
        endsAt: this.#endsAt,
        finishingMs: this.#limits.finishingMs,
        now,
        pollMs: this.#limits.urgentPollMs,
        signal: this.#signal,
        stop: () => this.#stop.abort(),
        fetch: async (asked, inHand, most) => {
          const lane = await creations.lane(asked);
          const fetch = (limit: number) => this.#fetch(policy, { lane, inHand, limit });
          if (lane === 'urgent') return fetch(most);
          await this.#workGroups(connected);
          return skim.pass(most, fetch);
        },
        work: (link) => this.#reconcile(link, { connected, creations, claims }),
      });
      await creations.record();
      if (!this.#trouble.stands && this.#destination.failures > 0)
        await clearFailures(pool, this.#lease);
      return ended;
    } catch (error) {
      if (error instanceof DestinationError) {
        await this.#trouble.whole(error);
        return 'unavailable';
      }
      if (!(error instanceof LeaseLost)) throw error;
      log.warn({ ...this.#lease }, 'lease lost: another worker drains this destination');
      return 'unavailable';
    }
  }

  /** Groups go before people: their members are theirs as soon as they are there. */
  async #workGroups(connected: Connected): Promise<void> {
    await workGroups({
      ...{ world: this.#world, lease: this.#lease, connected, call: this.#call(false) },
      ...{ endsAt: this.#endsAt, trouble: this.#trouble },
    });
  }

  /** Due links, with the groups of their people where the policy looks at any. */
  async #fetch(policy: Policy, due: Omit<Due, 'looked'>): Promise<readonly DueLink[]> {
    const looked = lookedAt(policy);
    const links = await dueLinks(this.#world.pool, this.#lease, { ...due, looked });
    refuseMissing(policy, links[0]?.missingGroups ?? []);
    return links;
  }

  #skim(connected: Connected): Skim {
    const { pool, now, measure } = this.#world;
    return new Skim({
      ...{ db: pool, lease: this.#lease, connected, call: this.#call(false), now },
      endsAt: this.#endsAt,
      agreed: (link, result) => {
        this.#trouble.answered(link.attempts);
        measure(this.#lease, lookMeasured(link, result, connected.policy, now()));
      },
    });
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

  #claims(guard: Guard, rivals: Claims['rivals']): Claims {
    const { pool } = this.#world;
    return {
      guard,
      rivals,
      owners: (linkId, accounts) => remoteOwners(pool, this.#lease, linkId, accounts),
      claim: async (linkId, remoteId) => {
        const answer = await claimRemote(pool, this.#lease, linkId, remoteId);
        if (answer === 'lost') throw new LeaseLost();
        return answer;
      },
      intend: async (linkId, intent) => {
        this.#signal.throwIfAborted();
        if (await intendWrite(pool, this.#lease, linkId, intent)) return;
        await this.#leaseMustStand();
        throw new TakenByBulk();
      },
    };
  }

  /** Nothing was written to a link: while the lease stands, somebody else has, and it is due or in flight. */
  async #leaseMustStand(): Promise<void> {
    if (!(await leaseStands(this.#world.pool, this.#lease))) throw new LeaseLost();
  }

  async #reconcile(link: DueLink, { connected, creations, claims }: Working): Promise<void> {
    const known = [link.remoteId];
    try {
      const now = new Date(this.#world.now());
      let cost = 0;
      const spent = (points: number) => {
        cost += points;
      };
      const call = { ...this.#call(link.urgent), spent };
      const noting: Claims = { ...claims, claim: noted(claims, known) };
      const result = await reconcile(link, connected, noting, call, now);
      if (reached(link, result)) this.#trouble.answered(link.attempts);
      else this.#trouble.passed();
      if (result.plan === 'create') creations.made(cost);
      await this.#record(link, result, known);
      const { measure, now: at } = this.#world;
      measure(this.#lease, lookMeasured(link, result, connected.policy, at()));
    } catch (error) {
      if (error instanceof LeaseLost) throw error;
      if (error instanceof TakenByBulk) return;
      // A slice that ends cuts what was under way: not a failure, the link stays due.
      if (this.#signal.aborted) return;
      await this.#failed(link, classify(error), known);
    }
  }

  async #record(
    link: DueLink,
    result: Reconciled,
    known: readonly (string | null)[],
  ): Promise<void> {
    if (result.reactivated && worthNoting(link, result)) await this.#tellReactivated(link, result);
    const settled = result.again === null;
    const written = await recordLink(this.#world.pool, this.#lease, {
      linkId: link.id,
      wanted: link.wanted,
      known,
      settled,
      notBefore: result.again,
      account: result.account,
      outcome: result.outcome,
      reason: result.reason,
      attempts: result.attempts,
      lookAgain: settled && result.plan !== 'guard' ? false : link.lookAgain,
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
      refused: [],
      candidates: result.candidates,
      version: result.version,
    });
    if (!written) await this.#leaseMustStand();
  }

  /** Before it is recorded: a notice that is raised twice after a crash is one. */
  async #tellReactivated(link: DueLink, { reason, version }: Reconciled): Promise<void> {
    const { tenantId, destinationId } = this.#lease;
    await raiseNotice(this.#world.pool, tenantId, {
      kind: 'account.reactivated',
      destinationId,
      code: null,
      message: `${link.email ?? link.resourceId}: ${reason}.`,
      detail: { linkId: link.id, resourceId: link.resourceId, remoteId: link.remoteId },
      once: `reactivated ${link.id} ${version}`,
    });
  }

  async #failed(
    link: DueLink,
    error: DestinationError,
    known: readonly (string | null)[],
  ): Promise<void> {
    const { log, now, random } = this.#world;
    log.warn(
      { ...this.#lease, linkId: link.id, kind: error.kind, err: error },
      'reconciling failed',
    );
    const rejected = error.kind === 'rejected';
    // What is the destination's own trouble is not counted against the person.
    const personal = error.kind === 'transient' && error.pauseMs === null;
    const attempts = personal ? link.attempts + 1 : link.attempts;
    const wait = personal ? backoffMs(attempts, random()) : 0;
    const written = await recordLink(this.#world.pool, this.#lease, {
      linkId: link.id,
      wanted: link.wanted,
      known,
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
      refused: error.refused,
      candidates: null,
      version: 'kept',
    });
    if (!written) await this.#leaseMustStand();
    await doubtGroups(this.#world.pool, this.#lease, error.refused);
    this.#world.measure(this.#lease, { kind: 'failure', failure: error.kind });
    await this.#trouble.record(error, link.attempts);
  }
}

/** Claims as ever, and remembers which of them went through. */
function noted(claims: Claims, claimed: (string | null)[]): Claims['claim'] {
  return async (linkId, remoteId) => {
    const answer = await claims.claim(linkId, remoteId);
    if (answer === 'claimed') claimed.push(remoteId);
    return answer;
  };
}
