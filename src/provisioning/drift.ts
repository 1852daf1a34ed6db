/**
 * Drift: somebody changed at the destination what is ours there. Who, nobody can say; what, is put right
 * or told, as the policy says. Pure.
 */
import type { Account, Change, Observed } from './connector.ts';
import type { Plan } from './plan.ts';
import { shutsOut } from './shut-out.ts';

/** What a policy has done about drift. */
export type DriftPolicy = 'correct' | 'report';

const reported = 'changed at the destination and left as it is: ';
const corrected = 'changed at the destination and put right: ';
const unkept = 'the destination does not keep what is written there: ';

/**
 * What is done about an account that was as it should be, and is not any more. What was put right the last time and is
 * empty again is written no more, until it changes: else everybody would be written every night.
 * @param last how the look before this one ended, in words
 */
export function planDrift(
  { observed, account, change }: { observed: Observed; account: Account; change: Change },
  policy: DriftPolicy,
  last: string | null,
): Plan {
  const what = driftWords(observed, account, change);
  const isAsBefore = last === corrected + what || last === unkept + what;
  if (isAsBefore && isOnlyEmptied(observed, change))
    return { kind: 'nothing', reason: unkept + what, agrees: true, observed };
  if (policy === 'correct')
    return { kind: 'drift', observed, account, change, reason: corrected + what };
  return {
    kind: 'report',
    observed,
    account,
    reason: reported + what,
    reactivated: shutsOut({ observed, account, change }),
  };
}

/** What is done about an account that had left, and is active again or has got back what we took. */
export function planReturn(left: Extract<Plan, { kind: 'leave' }>, policy: DriftPolicy): Plan {
  const { active } = left.observed;
  // Null: half of what makes it inactive was taken away, and half of access given back.
  const isBack = active === true || active === null;
  const what = isBack ? 'it is active again' : 'it has memberships again that were taken back';
  const reason = `${left.reason}; ${policy === 'correct' ? corrected : reported}${what}`;
  if (policy === 'correct') return { ...left, reason, again: true };
  return {
    kind: 'report',
    observed: left.observed,
    account: null,
    reason,
    reactivated: active !== false,
  };
}

function isOnlyEmptied({ attributes }: Observed, change: Change): boolean {
  const { claim, cancelErasure, email, active, grant, revoke } = change;
  const isMore = claim || cancelErasure || email !== undefined || active !== undefined;
  if (isMore || grant.length > 0 || revoke.length > 0) return false;
  return Object.keys(change.attributes).every((name) => (attributes[name] ?? null) === null);
}

/** Whether this is what a link says whose drift is told and not corrected. */
export function isReported(reason: string | null): boolean {
  return reason?.includes(reported) === true;
}

function driftWords(observed: Observed, account: Account, change: Change): string {
  const value = (text: string | null | undefined) => (text == null ? 'empty' : `“${text}”`);
  return [
    ...(change.active === undefined
      ? []
      : [change.active ? 'it is inactive' : 'it is active again']),
    ...(change.email === undefined
      ? []
      : [`email is ${value(observed.email)} instead of ${value(account.email)}`]),
    ...Object.entries(change.attributes).map(
      ([name, wanted]) =>
        `${name} is ${value(observed.attributes[name])} instead of ${value(wanted)}`,
    ),
    ...change.grant.map((name) => `it lacks ${name}`),
    ...change.revoke.map((name) => `it has ${name} again`),
    ...(change.claim ? ['our mark of whose it is was removed'] : []),
    ...(change.cancelErasure ? ['it is about to be erased'] : []),
  ].join('; ');
}
