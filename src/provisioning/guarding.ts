/** The guard at work: judges leaves while a destination is drained, and writes down what it decided. */
import type { JsonObject } from '../model.ts';
import type { DestinationKey } from '../store/destinations.ts';
import type { DueLink } from '../store/due-links.ts';
import {
  accountLeaves,
  accountsGuarded,
  beginLeave,
  holdersGuarded,
  type Marking,
  markLink,
  membershipLeaves,
  tripGuard,
} from '../store/guard.ts';
import type { Lease } from '../store/links.ts';
import type { Queryable } from '../store/statement.ts';
import { LeaseLost } from './failure.ts';
import {
  accountMark,
  type Guarded,
  goesAway,
  heldReason,
  isBack,
  isBegun,
  type LeaveCounts,
  type Revoking,
  revokedBy,
  revokesBegun,
  revokingMark,
  standing,
  takesAway,
  type Withheld,
  withhold,
} from './guard.ts';
import { LeaveCounter, type LeavesRead } from './guard-counter.ts';
import { type Desired, fold, type Plan } from './plan.ts';
import type { Policy } from './policy.ts';

/** What may be done: a plan, or the rest of it, or nothing (`plan` is `null`). */
export type Permit =
  | { readonly plan: Plan; readonly withheld: Withheld | null }
  | { readonly plan: null; readonly withheld: Withheld };

/** What reconciling asks the guard. */
export interface Guard {
  /** Whoever is here again is neither gone nor held. */
  welcome(link: DueLink, desired: Desired): Promise<void>;
  /** Before the destination is asked anything: somebody who would be held costs no remote call. */
  before(link: DueLink, desired: Desired): Promise<Withheld | null>;
  /** Before anything of a plan is written. */
  permit(link: DueLink, desired: Desired, plan: Plan): Promise<Permit>;
}

/** What the guard of a slice needs. */
export interface SliceGuardWorld {
  readonly db: Queryable;
  readonly lease: Lease;
  readonly policy: Policy;
  readonly now: () => number;
}

/** The guard of a destination for one slice. */
export function sliceGuard({ db, lease, policy, now }: SliceGuardWorld): Guard {
  const written = async (writing: Promise<boolean>) => {
    if (!(await writing)) throw new LeaseLost();
  };
  const notes: Notes = {
    trip: (code, message, detail) => tripGuard(db, lease, { code, message, detail }),
    begin: (link, as) => written(beginLeave(db, lease, link.id, as)),
    mark: (link, marking) => written(markLink(db, lease, link.id, marking)),
    counted: (counter, link) => counter.begun(link.id),
  };
  return new LeaveGuard({ db, key: lease, policy, now, notes, leaving: null });
}

/** What a guard for looking needs. */
export interface LookingGuardWorld {
  readonly db: Queryable;
  readonly key: DestinationKey;
  readonly policy: Policy;
  /** How many are about to leave; `null`: as many as are due. */
  readonly leaving: (() => number) | null;
}

/**
 * A guard for looking: it judges as one that acts, by the numbers of when it was first asked, counted
 * along from then on, and writes nothing down.
 */
export function lookingGuard(world: LookingGuardWorld): Guard {
  const nothing = async () => undefined;
  const notes = { trip: nothing, begin: nothing, mark: nothing, counted: () => undefined };
  return new LeaveGuard({ ...world, now: () => 0, notes });
}

const allOf = (plan: Plan): Permit => ({ plan, withheld: null });

/** Lets everything through, for whoever does not ask about leaves. */
export const unguarded: Guard = {
  welcome: async () => undefined,
  before: async () => null,
  permit: async (_link, _desired, plan) => allOf(plan),
};

/** Where a guard writes down what it decided. */
interface Notes {
  readonly trip: (code: Guarded['kind'], message: string, detail: JsonObject) => Promise<void>;
  readonly begin: (link: DueLink, as: 'counted' | 'uncounted') => Promise<void>;
  readonly mark: (link: DueLink, marking: Marking) => Promise<void>;
  /** From now on the rows count what the counter let through, if it was written down. */
  readonly counted: (counter: LeaveCounter, link: DueLink) => void;
}

interface GuardWorld extends LookingGuardWorld {
  readonly now: () => number;
  readonly notes: Notes;
}

class LeaveGuard implements Guard {
  readonly #world: GuardWorld;
  readonly #counters = new Map<string, LeaveCounter>();
  /** The first reason for each kind: the same words for all of a crowd. */
  readonly #tripped = new Map<string, Promise<string>>();
  /** The last decision of an administrator that is known of. */
  #decidedAt = 0;

  constructor(world: GuardWorld) {
    this.#world = world;
  }

  async welcome(link: DueLink, desired: Desired): Promise<void> {
    if (isBack(link, desired)) await this.#mark(link, { leave: null, person: 'back' });
  }

  async before(link: DueLink, desired: Desired): Promise<Withheld | null> {
    this.#heed(link);
    if (!goesAway(desired) || link.remoteId === null || isBegun(link, desired)) return null;
    if (accountMark(link) !== null) return null;
    const against = await this.#counter(accounts).against();
    return against === null ? null : this.#hold(link, against);
  }

  async permit(link: DueLink, desired: Desired, plan: Plan): Promise<Permit> {
    const { notes } = this.#world;
    if (!goesAway(desired)) return this.#permitRevoking(link, plan);
    if (!takesAway(plan, link.memberships)) {
      const unnoted = link.leftAt === null && link.remoteId !== null;
      if (unnoted || link.leave !== null) await notes.begin(link, 'uncounted');
      return allOf(plan);
    }
    if (isBegun(link, desired, plan)) return allOf(plan);
    const mark = accountMark(link);
    if (mark === 'allowed') await notes.begin(link, 'uncounted');
    else {
      const counter = this.#counter(accounts);
      const verdict = await counter.admit(link.id);
      if (verdict !== 'go') return { plan: null, withheld: await this.#hold(link, verdict) };
      await notes.begin(link, 'counted').finally(() => notes.counted(counter, link));
    }
    return allOf(plan);
  }

  /** Somebody who stays loses memberships: those that wait are left out, the rest is done. */
  async #permitRevoking(link: DueLink, plan: Plan): Promise<Permit> {
    const mark = link.withheld === null ? null : link.leave;
    const { revoking, against } = await this.#judgeRevoking(link, revokedBy(plan));
    const { stay, leave, withheld } = revokingMark(mark, revoking);
    const { counted } = revoking;
    try {
      if (counted.length > 0 || leave !== mark || !sameNames(withheld, link.withheld))
        await this.#mark(link, { leave, withheld, revoked: counted });
    } finally {
      for (const name of counted)
        this.#world.notes.counted(this.#counter({ kind: 'membership', name }), link);
    }
    if (stay.length === 0) return allOf(plan);
    const reason = against === null ? null : await this.#trip(against.what, against.counts);
    const kept = leave === 'discarded' ? 'discarded' : 'held';
    return {
      plan: withhold(plan, stay),
      withheld: reason === null ? standing(link, kept) : { mark: 'held', reason },
    };
  }

  async #judgeRevoking(
    link: DueLink,
    names: readonly string[],
  ): Promise<{ readonly revoking: Revoking; readonly against: Against | null }> {
    const decided = names.filter(among(link.withheld ?? []));
    const begun = among(revokesBegun(link));
    const counted: string[] = [];
    const held: string[] = [];
    let against: Against | null = null;
    for (const name of names) {
      if (decided.includes(name) || begun(name)) continue;
      const what: Guarded = { kind: 'membership', name };
      const verdict = await this.#counter(what).admit(link.id);
      if (verdict === 'go') counted.push(name);
      else {
        held.push(name);
        against ??= { what, counts: verdict };
      }
    }
    return { revoking: { decided, counted, held }, against };
  }

  /** Once somebody decided about who is held, the next to leave are judged anew, and told of anew. */
  #heed({ guardDecidedAt }: DueLink): void {
    const decidedAt = guardDecidedAt?.getTime() ?? 0;
    if (decidedAt <= this.#decidedAt) return;
    this.#decidedAt = decidedAt;
    this.#tripped.clear();
    for (const counter of this.#counters.values()) counter.outdate();
  }

  async #hold(link: DueLink, counts: LeaveCounts): Promise<Withheld> {
    const reason = await this.#trip(accounts, counts);
    await this.#mark(link, { leave: 'held' });
    return { mark: 'held', reason };
  }

  /** One notice when the guard trips, and one sentence for everybody who is held in this slice. */
  #trip(what: Guarded, counts: LeaveCounts): Promise<string> {
    const key = keyOf(what);
    const known = this.#tripped.get(key);
    if (known !== undefined) return known;
    const { policy, notes } = this.#world;
    const message = heldReason(what, counts, policy.guard);
    const membership = what.kind === 'membership' ? { membership: what.name } : {};
    const tripped = notes
      .trip(what.kind, message, { ...counts, ...membership })
      .then(() => message);
    this.#tripped.set(key, tripped);
    return tripped;
  }

  async #mark(link: DueLink, marking: Partial<Marking> & Pick<Marking, 'leave'>): Promise<void> {
    const unsaid = { withheld: null, person: 'as before' as const, revoked: [] };
    await this.#world.notes.mark(link, { ...unsaid, ...marking });
  }

  #counter(what: Guarded): LeaveCounter {
    const key = keyOf(what);
    const known = this.#counters.get(key);
    if (known !== undefined) return known;
    const { now, policy } = this.#world;
    const made = new LeaveCounter({ ...this.#reads(what), now }, policy.guard);
    this.#counters.set(key, made);
    return made;
  }

  #reads(what: Guarded): Omit<LeavesRead, 'now'> {
    const { db, key, policy, leaving } = this.#world;
    if (what.kind === 'membership') {
      const { name } = what;
      return {
        leaves: (except) => membershipLeaves(db, key, name, except),
        accounts: () => holdersGuarded(db, key, name),
      };
    }
    const accountsAre = policy.leave === 'delete' || policy.leave === 'erase' ? 'removed' : 'kept';
    return {
      leaves: async (except) => {
        const rows = await accountLeaves(db, key, { except, accountsAre });
        return leaving === null ? rows : { ...rows, waiting: leaving() - except.length, held: 0 };
      },
      accounts: () => accountsGuarded(db, key),
    };
  }
}

/** The numbers that are against a leave. */
interface Against {
  readonly what: Guarded;
  readonly counts: LeaveCounts;
}

const accounts: Guarded = { kind: 'accounts' };

const keyOf = (what: Guarded) =>
  what.kind === 'membership' ? `membership ${what.name}` : what.kind;

function among(names: readonly string[]): (name: string) => boolean {
  const folded = new Set(names.map(fold));
  return (name) => folded.has(fold(name));
}

function sameNames(one: readonly string[] | null, other: readonly string[] | null): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
