/** What a change of policy would mean for the people at a destination, by the roll alone: no remote call. */
import type { DestinationKey } from '../store/destinations.ts';
import { beginning, type DueLink, linkPage } from '../store/due-links.ts';
import type { Queryable } from '../store/statement.ts';
import type { Connector } from './connector.ts';
import type { Policy } from './policy.ts';
import { groupsOf, keyOf, refuseMissing } from './policy-groups.ts';
import { desire, fingerprintOf, permissions } from './reconcile.ts';

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
}

/** Small enough that the server goes on answering meanwhile. */
const pageSize = 200;

/**
 * Counts whom a policy would touch: whose account should be another one than was last applied.
 * @throws `DestinationError` (misconfigured) where the policy cannot be read or names a group that is gone
 */
export async function effectOf(
  db: Queryable,
  key: DestinationKey,
  to: { readonly connector: Connector; readonly policy: Policy },
): Promise<PolicyEffect> {
  const groups = groupsOf(to.policy).map(keyOf);
  const counts = { accounts: 0, rewrite: 0, leave: 0, arrive: 0 };
  for (let after = beginning; ; ) {
    const page = await linkPage(db, key, { which: { after }, limit: pageSize, groups });
    refuseMissing(to.policy, page[0]?.missingGroups ?? []);
    for (const link of page) {
      if (link.remoteId !== null) counts.accounts += 1;
      const kind = effectOn(link, to);
      if (kind !== null) counts[kind] += 1;
    }
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return counts;
    after = last.id;
  }
}

function effectOn(
  link: DueLink,
  to: { readonly connector: Connector; readonly policy: Policy },
): 'rewrite' | 'leave' | 'arrive' | null {
  const desired = desire(link, to);
  if (desired.kind === 'hold') return null;
  if (desired.kind === 'leave') {
    // Who is not there, or was made inactive before, does not leave by this.
    const there =
      link.remoteId !== null && link.resource !== null && link.resource.active !== false;
    return there && fingerprintOf(desired, permissions(link, to.policy)) !== link.fingerprint
      ? 'leave'
      : null;
  }
  if (fingerprintOf(desired, permissions(link, to.policy)) === link.fingerprint) return null;
  if (link.remoteId !== null) return 'rewrite';
  return desired.account.active ? 'arrive' : null;
}
