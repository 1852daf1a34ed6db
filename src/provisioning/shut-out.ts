/** What shuts somebody out of a destination. Pure. */
import type { Account, Change, Observed } from './connector.ts';

/**
 * Whether a change takes the account away from its person: it is made inactive or, where accounts cannot be
 * switched off, somebody inactive loses what was granted.
 */
export function shutsOut({
  account,
  observed,
  change,
}: {
  readonly account: Account;
  readonly observed: Observed;
  readonly change: Change;
}): boolean {
  if (observed.active === undefined) return !account.active && change.revoke.length > 0;
  return change.active === false;
}
