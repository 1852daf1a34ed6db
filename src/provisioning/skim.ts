/**
 * Skims links that are only looked at again, as in a sweep: their accounts are read many at a time, and
 * whoever agrees is written down in one statement. Nothing else is decided here: whoever does not agree
 * stays due, and is read by itself before anything is done about it.
 */

import { leaseStands } from '../store/destinations.ts';
import type { DueLink } from '../store/due-links.ts';
import type { Lease } from '../store/links.ts';
import { type Agreed, recordAgreed } from '../store/links-agreed.ts';
import type { Queryable } from '../store/statement.ts';
import type { Call, Observed, Target } from './connector.ts';
import { DestinationError, LeaseLost } from './failure.ts';
import { goesAway, isBack, isBegun } from './guard.ts';
import { unguarded } from './guarding.ts';
import { areListed, isTold } from './listing.ts';
import { type Connected, type Decision, decide } from './reconcile.ts';
import { finished, type Reconciled } from './reconciled.ts';

/** As many are read at once: the most ids that Shopify takes in one request. */
const pageSize = 250;

/** What skimming needs of its slice. */
export interface SkimmingWorld {
  readonly db: Queryable;
  readonly lease: Lease;
  readonly connected: Connected;
  readonly call: Call;
  readonly now: () => number;
  /** When the slice is over, on the clock of `now`. */
  readonly endsAt: number;
  /** Is told of each link that agreed. */
  readonly agreed: (link: DueLink, result: Reconciled) => void;
}

/** A link and how its look ended. */
interface Looked {
  readonly link: DueLink;
  readonly result: Reconciled;
}

/** Skims for one slice. A class because it gives up where it does not pay. */
export class Skim {
  readonly #world: SkimmingWorld;
  #pays: boolean;

  constructor(world: SkimmingWorld) {
    this.#world = world;
    this.#pays = world.connected.target.readMany !== undefined;
  }

  /**
   * Due links that are to be looked at one by one; those before them that agree are done already.
   * @param fetch fetches so many due links, longest waiting first
   */
  async pass(
    limit: number,
    fetch: (limit: number) => Promise<readonly DueLink[]>,
  ): Promise<readonly DueLink[]> {
    const { call, now, endsAt } = this.#world;
    for (;;) {
      const links = await fetch(limit);
      if (!this.#pays || links.length < limit || !links.every(onlyLooksAgain)) return links;
      if (call.signal.aborted || now() >= endsAt) return [];
      await this.#skim(await fetch(pageSize));
    }
  }

  async #skim(page: readonly DueLink[]): Promise<void> {
    const { db, lease, call, agreed } = this.#world;
    try {
      const looked = await this.#agreeing(page.filter(onlyLooksAgain));
      if (looked.length < page.length / 2) this.#pays = false;
      const recorded = new Set(await recordAgreed(db, lease, looked.map(agreement)));
      for (const { link, result } of looked) if (recorded.has(link.id)) agreed(link, result);
      if (recorded.size < looked.length && !(await leaseStands(db, lease))) throw new LeaseLost();
    } catch (error) {
      // A slice that ends cuts what was under way.
      if (call.signal.aborted) return;
      if (!(error instanceof DestinationError)) throw error;
      // Whether this is the destination's trouble is found out with the next one that is read by itself.
      this.#pays = false;
    }
  }

  async #agreeing(links: readonly DueLink[]): Promise<readonly Looked[]> {
    const { connected, call, now } = this.#world;
    const ids = links.flatMap(({ remoteId }) => remoteId ?? []);
    const memberships = [...new Set(links.flatMap((link) => link.memberships))];
    const seen = (await connected.target.readMany?.(ids, { ...call, memberships })) ?? new Map();
    const skimmed = { ...connected, target: only(seen, connected.target) };
    const looked: Looked[] = [];
    for (const link of links) {
      const decision = await decide(link, skimmed, askNobody, call, new Date(now())).catch(
        (error: unknown) => {
          if (error instanceof NotSeen) return null;
          throw error;
        },
      );
      if (decision !== null && agrees(decision)) {
        looked.push({ link, result: finished(decision, decision.plan) });
      }
    }
    return looked;
  }
}

/** Nobody asked for anything new, and nothing stands about its leave: agreeing, it is done. */
function onlyLooksAgain({ lookAgain, remoteId, urgent, inFlight, leave }: DueLink): boolean {
  return lookAgain && remoteId !== null && !urgent && !inFlight && leave === null;
}

/** Whether nothing is to be done, nor to be remembered but that it was looked at. */
function agrees({ link, desired, plan, known, postponed }: Decision): boolean {
  if (postponed !== null || known === null || plan.kind !== 'nothing') return false;
  if (isBack(link, desired) || (goesAway(desired) && !isBegun(link, desired))) return false;
  const { account, email } = finished({ link, desired, fingerprint: '' }, plan);
  return (
    email === link.email &&
    account.remoteId === link.remoteId &&
    account.memberships.length === link.memberships.length &&
    account.applied.length === link.applied.length
  );
}

const agreement = ({ link, result }: Looked): Agreed => ({
  linkId: link.id,
  wanted: link.wanted,
  fingerprint: result.account.fingerprint,
  reason: result.reason,
  version: result.version === 'kept' ? null : result.version,
});

/** More has to be looked at than was read. */
class NotSeen extends Error {
  override readonly name = 'NotSeen';
}

const notSeen = async (): Promise<never> => {
  throw new NotSeen();
};

const askNobody = { owners: notSeen, rivals: notSeen, guard: unguarded };

/** A target that knows the accounts that were read, and nothing else. */
function only(seen: ReadonlyMap<string, Observed>, target: Target): Target {
  return {
    ...{ test: notSeen, find: notSeen, create: notSeen, update: notSeen, leave: notSeen },
    read: async (remoteId, { memberships = [] }) => {
      const observed = areListed(target, memberships) ? seen.get(remoteId) : undefined;
      return observed !== undefined && isTold(observed, memberships) ? observed : notSeen();
    },
  };
}
