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

/** What is done about an account that was as it should be, and is not any more. */
export function planDrift(
  { observed, account, change }: { observed: Observed; account: Account; change: Change },
  policy: DriftPolicy,
): Plan {
  const what = driftWords(observed, account, change);
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
