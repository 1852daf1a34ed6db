/** What a change of policy would mean for the people at a destination, by the roll alone: no remote call. */
import type { DestinationKey } from '../store/destinations.ts';
import { beginning, type DueLink, linkPage } from '../store/due-links.ts';
import { type DueGroupLink, firstGroup, groupPage } from '../store/group-links.ts';
import type { Queryable } from '../store/statement.ts';
import type { Connector } from './connector.ts';
import { effectOnGroup } from './group-plan.ts';
import { standingLeave } from './guard.ts';
import type { Policy } from './policy.ts';
import { lookedAt, refuseMissing } from './policy-groups.ts';
import { desire, fingerprintOf, isUnchanged, permissions } from './reconcile.ts';

/** How many people a policy would touch. */
export interface PolicyEffect {
  /** Links with an account. */
  readonly accounts: number;
  /** Accounts that would be written to. */
  readonly rewrite: number;
  /** People who would leave. */
  readonly leave: number;
  /** People without an account who would be looked for, and get one or be held. */
  readonly arrive: number;
  /** Groups that are there. */
  readonly groups: {
    readonly rewrite: number;
    /** Made by us, and deleted once nobody is in them by us. */
    readonly delete: number;
  };
}

/** Small enough that the server goes on answering meanwhile. */
const pageSize = 200;

/** Whom a policy would touch. */
export interface Touched {
  readonly effect: PolicyEffect;
  /** The links of those who would leave. */
  readonly leavers: readonly string[];
}

/**
 * Counts whom a policy would touch: whose account should be another one than was last applied.
 * @throws `DestinationError` (misconfigured) where the policy cannot be read or names a group that is gone
 */
export async function effectOf(
  db: Queryable,
  key: DestinationKey,
  to: { readonly connector: Connector; readonly policy: Policy },
): Promise<Touched> {
  const looked = lookedAt(to.policy);
  const people = { accounts: 0, rewrite: 0, leave: 0, arrive: 0 };
  const leavers: string[] = [];
  for (let after = beginning; ; ) {
    const page = await linkPage(db, key, { which: { after }, limit: pageSize, looked });
    refuseMissing(to.policy, page[0]?.missingGroups ?? []);
    for (const link of page) {
      if (link.remoteId !== null) people.accounts += 1;
      const kind = effectOn(link, to);
      if (kind !== null) people[kind] += 1;
      if (kind === 'leave') leavers.push(link.id);
    }
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) break;
    after = last.id;
  }
  return { effect: { ...people, groups: await groupsTouched(db, key, to) }, leavers };
}

async function groupsTouched(
  db: Queryable,
  key: DestinationKey,
  { connector, policy }: { readonly connector: Connector; readonly policy: Policy },
): Promise<PolicyEffect['groups']> {
  const touched = { rewrite: 0, delete: 0 };
  if (connector.groups === undefined) return touched;
  for (let after = firstGroup; ; ) {
    const page: readonly DueGroupLink[] = await groupPage(db, key, { after, limit: pageSize });
    for (const link of page) {
      const kind = effectOnGroup(link, policy);
      if (kind !== null) touched[kind] += 1;
    }
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return touched;
    after = last;
  }
}

/** What a policy would mean for one person; `null`: nothing. */
export function effectOn(
  link: DueLink,
  to: { readonly connector: Connector; readonly policy: Policy },
): 'rewrite' | 'leave' | 'arrive' | null {
  const desired = desire(link, to);
  if (desired.kind === 'hold' || desired.kind === 'none') return null;
  const fingerprint = fingerprintOf(desired, permissions(link, to.policy));
  const unchanged = isUnchanged(link, fingerprint, to.policy);
  if (desired.kind === 'leave') {
    // Who is not there, was made inactive before, or is held already does not leave by this.
    const there =
      link.remoteId !== null && link.resource !== null && link.resource.active !== false;
    return there && !unchanged && standingLeave(link, desired) === null ? 'leave' : null;
  }
  if (unchanged) return null;
  if (link.remoteId !== null) return 'rewrite';
  return desired.account.active ? 'arrive' : null;
}
