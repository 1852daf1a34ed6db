/** Who is in scope at a destination, and why. Pure. */
import { compileCondition } from './condition.ts';
import type { Policy } from './policy.ts';
import { once, type Subject } from './subject.ts';

/** Whether a policy covers a person, and why, in words that go on in brackets after "in scope" or "out of scope". */
export interface Scope {
  readonly covered: boolean;
  /** Only for what was bought for them or given to them: nothing else of the policy is theirs. */
  readonly byGrant?: true;
  readonly why: string;
}

const compiled = once((policy: Policy) =>
  policy.scope === null ? null : compileCondition(policy.scope, 'The scope'),
);

/**
 * Whether a policy covers a person: they are in one of its groups, where it names some, and match its
 * filter, where it has one. Whoever was ever given something there, by an order or by hand, is covered.
 * @throws `DestinationError` (misconfigured) for a filter that cannot be read
 */
export function scopeOf(subject: Subject, policy: Policy): Scope {
  const scope = scopeByPolicy(subject, policy);
  const [grant] = subject.grants;
  if (scope.covered || grant === undefined) return scope;
  return { covered: true, why: `has a right of their own by ${grant.words}`, byGrant: true };
}

function scopeByPolicy({ user, groups }: Subject, policy: Policy): Scope {
  const matches = compiled(policy);
  const reasons: string[] = [];
  if (policy.groups !== null) {
    const found = policy.groups.find(({ id }) => groups.includes(id));
    if (found === undefined) return { covered: false, why: `not in ${names(policy.groups)}` };
    reasons.push(`in the group ${found.name}`);
  }
  if (matches !== null) {
    if (!matches(user)) return { covered: false, why: `does not match ${policy.scope}` };
    reasons.push(`matches ${policy.scope}`);
  }
  return { covered: true, why: reasons.join(', ') || 'everybody is' };
}

function names(groups: readonly { readonly name: string }[]): string {
  if (groups.length === 0) return 'any group, as none is named';
  const list = groups.map(({ name }) => name).join(', ');
  return groups.length === 1 ? `the group ${list}` : `any of the groups ${list}`;
}
