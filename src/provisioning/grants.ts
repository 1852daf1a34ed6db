/**
 * Grants: rights to a membership, each with its reason. A membership is due while at least one grant
 * stands, so taking one away never takes away what another still justifies. Those of rules are not
 * stored: they follow from the policy, the person and their groups, and so cannot be out of date. What
 * was bought or given by hand is stored, with its dates. Pure.
 */
import type { StoredGrant } from '../store/grants.ts';
import { compileCondition } from './condition.ts';
import type { Ending, Term } from './connector.ts';
import { fold } from './plan.ts';
import type { GroupRef, Policy, Rule } from './policy.ts';
import { isPushed } from './policy-groups.ts';
import { scopeOf } from './scope.ts';
import { once, type Subject } from './subject.ts';
import { covers, type Stretch, termAt } from './terms.ts';

/** Why somebody has a right. */
export type Reason =
  /** Everybody in scope has it. */
  | { readonly kind: 'everybody' }
  | { readonly kind: 'group'; readonly group: GroupRef }
  | { readonly kind: 'filter'; readonly filter: string }
  | { readonly kind: 'source'; readonly sourceId: string }
  /** It was bought, or given by hand; `words` say what and when. */
  | { readonly kind: 'order' | 'hand'; readonly grantId: string; readonly words: string };

/** A right to a membership, for a stretch of time. */
export interface Grant {
  readonly membership: string;
  readonly reason: Reason;
  readonly stretch: Stretch;
}

interface CompiledRule {
  readonly applies: (subject: Subject) => boolean;
  readonly grants: readonly Grant[];
}

const always: Stretch = { start: null, end: null };

const compiled = once((policy: Policy) => policy.rules.map(compileRule));

function compileRule({ when, memberships }: Rule): CompiledRule {
  const granted = (reason: Reason) =>
    memberships.map((membership): Grant => ({ membership, reason, stretch: always }));
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
 * Every grant that a policy or the ledger gives a person, whether it stands at this moment or not; nobody
 * inactive has any.
 * @throws `DestinationError` (misconfigured) for a rule whose filter cannot be read
 */
export function grantsOf(subject: Subject, policy: Policy): readonly Grant[] {
  const rules = compiled(policy);
  if (subject.user.active === false) return [];
  const own = subject.grants.filter(({ state }) => state === 'standing').map(grantOf);
  if (scopeOf(subject, policy).byGrant === true) return own;
  const everybody = policy.memberships.map(
    (membership): Grant => ({ membership, reason: { kind: 'everybody' }, stretch: always }),
  );
  return [
    ...everybody,
    ...rules.filter(({ applies }) => applies(subject)).flatMap(({ grants }) => grants),
    ...grantsOfPushed(subject, policy),
    ...own,
  ];
}

/** Being in a group here is being in it there. */
function grantsOfPushed({ sourceId, pushed }: Subject, { push }: Policy): readonly Grant[] {
  if (push === null || !push.members) return [];
  return pushed
    .filter(({ id }) => isPushed(id, push))
    .map(({ id, name, membership }): Grant => {
      const group = { source: sourceId, id, name };
      return { membership, reason: { kind: 'group', group }, stretch: always };
    });
}

function grantOf({ id, membership, kind, startsAt, endsAt, words }: StoredGrant): Grant {
  const end = endsAt === null ? null : new Date(endsAt);
  return {
    membership,
    reason: { kind, grantId: id, words },
    stretch: { start: new Date(startsAt), end },
  };
}

/** Whether a grant stands at a moment. */
export function stands({ stretch }: Grant, at: Date): boolean {
  return covers(stretch, at);
}

/** The memberships that are due by these grants at a moment, each once, and when. */
export function membershipsDue(grants: readonly Grant[], at: Date): ReadonlyMap<string, Term> {
  const due = new Map<string, Term>();
  for (const of of Map.groupBy(grants, ({ membership }) => fold(membership)).values()) {
    const term = termAt(
      of.map(({ stretch }) => stretch),
      at,
    );
    if (term !== null && of[0] !== undefined) due.set(of[0].membership, term);
  }
  return due;
}

/** The memberships of stored grants that are over and not due by another, and what the last of each says of its end. */
export function endedMemberships(
  { user, grants, at }: Subject,
  due: ReadonlyMap<string, Term>,
): Readonly<Record<string, Ending>> {
  if (user.active === false) return {};
  const stands = new Set([...due.keys()].map(fold));
  const over = grants
    .filter(({ membership }) => !stands.has(fold(membership)))
    .flatMap((grant) => {
      const end = endOf(grant);
      // What was taken back is over, whatever the clock said where that was written down.
      const over = grant.state === 'ended' || (end !== null && end <= at);
      return over ? [{ ...grant, end: end ?? at }] : [];
    })
    .toSorted((one, other) => one.end.getTime() - other.end.getTime());
  return Object.fromEntries(over.map(({ membership, ending }) => [membership, ending]));
}

/** When a stored grant was taken back, or is over. */
function endOf({ state, endedAt, endsAt }: StoredGrant): Date | null {
  const end = state === 'ended' ? endedAt : endsAt;
  return end === null ? null : new Date(end);
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
    case 'order':
    case 'hand':
      return reason.words;
  }
}
