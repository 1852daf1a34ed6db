/**
 * Grants: rights to a membership, each with its reason. A membership is due while at least one grant
 * stands, so taking one away never takes away what another still justifies. Those of rules are not
 * stored: they follow from the policy, the person and their groups, and so cannot be out of date. Pure.
 */
import { compileCondition } from './condition.ts';
import { fold } from './plan.ts';
import type { GroupRef, Policy, Rule } from './policy.ts';
import { once, type Subject } from './subject.ts';

/** Why somebody has a right. */
export type Reason =
  /** Everybody in scope has it. */
  | { readonly kind: 'everybody' }
  | { readonly kind: 'group'; readonly group: GroupRef }
  | { readonly kind: 'filter'; readonly filter: string }
  | { readonly kind: 'source'; readonly sourceId: string };

/** A right to a membership. */
export interface Grant {
  readonly membership: string;
  readonly reason: Reason;
}

interface CompiledRule {
  readonly applies: (subject: Subject) => boolean;
  readonly grants: readonly Grant[];
}

const compiled = once((policy: Policy) => policy.rules.map(compileRule));

function compileRule({ when, memberships }: Rule): CompiledRule {
  const granted = (reason: Reason) =>
    memberships.map((membership): Grant => ({ membership, reason }));
  if ('group' in when) {
    const { group } = when;
    return {
      applies: ({ groups }) => groups.includes(group.id),
      grants: granted({ kind: 'group', group }),
    };
  }
  if ('source' in when) {
    return {
      applies: ({ sourceId }) => sourceId === when.source,
      grants: granted({ kind: 'source', sourceId: when.source }),
    };
  }
  const matches = compileCondition(when.filter, `The rule for ${memberships.join(', ')}`);
  return {
    applies: ({ user }) => matches(user),
    grants: granted({ kind: 'filter', filter: when.filter }),
  };
}

/**
 * Every grant that a policy gives a person; nobody inactive has any.
 * @throws `DestinationError` (misconfigured) for a rule whose filter cannot be read
 */
export function grantsOf(subject: Subject, policy: Policy): readonly Grant[] {
  const rules = compiled(policy);
  if (subject.user.active === false) return [];
  const everybody = policy.memberships.map(
    (membership): Grant => ({ membership, reason: { kind: 'everybody' } }),
  );
  return [
    ...everybody,
    ...rules.filter(({ applies }) => applies(subject)).flatMap(({ grants }) => grants),
  ];
}

/** The memberships that are due by these grants, each once. */
export function membershipsDue(grants: readonly Grant[]): readonly string[] {
  const due = new Map<string, string>();
  for (const { membership } of grants) {
    const name = fold(membership);
    if (!due.has(name)) due.set(name, membership);
  }
  return [...due.values()];
}

/** A reason in words that go on after "because of ". */
export function reasonWords(reason: Reason, sourceName: string): string {
  switch (reason.kind) {
    case 'everybody':
      return 'the policy, which gives it to everybody';
    case 'group':
      return `the group ${reason.group.name}`;
    case 'filter':
      return `the rule ${reason.filter}`;
    case 'source':
      return `the source ${sourceName}`;
  }
}
