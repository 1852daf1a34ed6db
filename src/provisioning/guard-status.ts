/** How the guard of a destination stands, and an administrator's decisions about who it holds. */
import { type DestinationKey, destinationsOf } from '../store/destinations.ts';
import { accountLeaves, accountsGuarded } from '../store/guard.ts';
import {
  decideLeaves,
  decisionPage,
  type GuardDecision,
  type GuardedLink,
  type GuardedPage,
  guardedLinks,
  guardFacts,
} from '../store/guard-decisions.ts';
import type { Queryable } from '../store/statement.ts';
import { mostLeaves } from './guard.ts';
import { guardIn, policySchema } from './policy.ts';

/** How the guard of a destination stands. */
export interface GuardStatus {
  /** `tripped` while somebody is held. */
  readonly state: 'watching' | 'tripped';
  readonly trippedAt: Date | null;
  /** Leaves are counted since then. */
  readonly since: Date;
  /** `most` is what floor and share come to now. */
  readonly limits: { readonly floor: number; readonly share: number; readonly most: number };
  readonly counts: {
    readonly accounts: number;
    /** Left since then, but for those that were allowed. */
    readonly left: number;
    /** About to leave: due or settling. */
    readonly waiting: number;
    readonly heldAccounts: number;
    readonly heldMemberships: number;
    readonly discarded: number;
  };
  readonly people: readonly GuardedLink[];
  /** Ask for the next page after this link; `null` where this is the last. */
  readonly next: string | null;
}

/** How a guard stands, with a page of who is held; `null` where there is no such destination. */
export async function guardStatus(
  db: Queryable,
  key: DestinationKey,
  page: GuardedPage,
): Promise<GuardStatus | null> {
  const { tenantId, destinationId } = key;
  const destination = (await destinationsOf(db, tenantId)).find(({ id }) => id === destinationId);
  const facts = await guardFacts(db, key);
  if (destination === undefined || facts === null) return null;
  const policy = policySchema.safeParse(destination.policy);
  const guard = guardIn(destination.policy);
  // A policy that cannot be read stops its destination: nobody leaves meanwhile.
  const leave = policy.success ? policy.data.leave : 'deactivate';
  const accountsAre = leave === 'delete' || leave === 'erase' ? 'removed' : 'kept';
  const [leaves, accounts, links] = await Promise.all([
    accountLeaves(db, key, { except: [], accountsAre }),
    accountsGuarded(db, key),
    guardedLinks(db, key, { ...page, limit: page.limit + 1 }),
  ]);
  const people = links.slice(0, page.limit);
  const { since, trippedAt, heldAccounts, heldMemberships, discarded } = facts;
  return {
    state: heldAccounts + heldMemberships > 0 ? 'tripped' : 'watching',
    trippedAt,
    since,
    limits: { ...guard, most: mostLeaves(accounts, guard) },
    counts: {
      accounts,
      left: leaves.left,
      waiting: leaves.waiting,
      heldAccounts,
      heldMemberships,
      discarded,
    },
    people,
    next: links.length > page.limit ? (people.at(-1)?.link ?? null) : null,
  };
}

/** More than these are decided about at once do not go before single leavers. */
const mostUrgent = 100;

/** Whom a decision is about: all who are held, or these links. */
export type Decided = 'all' | readonly string[];

/**
 * Carries a decision out, page by page; what was decided before a crash stays decided.
 * @returns how many people it was about, those of `who` that were not held not among them; `null` where
 *   there is no such destination
 */
export async function decideAbout(
  db: Queryable,
  key: DestinationKey,
  who: Decided,
  decision: Pick<GuardDecision, 'what' | 'actor' | 'requestId'>,
): Promise<number | null> {
  const facts = await guardFacts(db, key);
  if (facts === null) return null;
  const held = facts.heldAccounts + facts.heldMemberships;
  const size = who === 'all' ? held : who.length;
  const pace = size <= mostUrgent ? 'urgent' : 'ordinary';
  let decided = 0;
  for (const links of who === 'all' ? pagesOf(held) : slices(who)) {
    decided += (await decideLeaves(db, key, { ...decision, links, pace, heldBy: facts.now }))
      .length;
  }
  return decided;
}

const pagesOf = (count: number): readonly null[] =>
  Array.from({ length: Math.ceil(count / decisionPage) }, () => null);

function slices(ids: readonly string[]): readonly (readonly string[])[] {
  const count = Math.ceil(ids.length / decisionPage);
  return Array.from({ length: count }, (_, at) =>
    ids.slice(at * decisionPage, (at + 1) * decisionPage),
  );
}
