/**
 * The guard: what counts as a leave, and when leaves wait for somebody. A person who leaves is
 * everyday; a crowd that leaves at once is more often a mistake at the identity provider. Pure.
 */
import type { DueLink, LeaveMark } from '../store/due-links.ts';
import { type Desired, fold, held, isEmpty, type Plan } from './plan.ts';
import type { Policy } from './policy.ts';
import { shutsOut } from './shut-out.ts';

/** What the guard lets through without asking. */
export type GuardPolicy = Policy['guard'];

/** Leaves of one kind: of accounts, or of one membership. */
export interface LeaveCounts {
  /** Accounts (or holders of the membership) there were when the window began. */
  readonly accounts: number;
  /** Carried out in the window; what an administrator allowed is not among them. */
  readonly left: number;
  /** Asked for and not carried out: due, settling or held. The one who is judged is among them. */
  readonly pending: number;
}

/** Whether the leaves are more than what is usual: beyond the floor and beyond the share, of which 1 is off. */
export function exceeds(counts: LeaveCounts, { floor, share }: GuardPolicy): boolean {
  const leaves = counts.left + counts.pending;
  return share < 1 && leaves > floor && leaves > share * counts.accounts;
}

/** So many of these may leave in the window before the guard trips. */
export function mostLeaves(accounts: number, { floor, share }: GuardPolicy): number {
  return Math.max(floor, Math.floor(share * accounts));
}

/** Whether what should be takes the account away, if there is one. */
export function goesAway(desired: Desired): boolean {
  return desired.kind === 'leave' || (desired.kind === 'account' && !desired.account.active);
}

/** Whether the account is to be removed, not only made inactive: that counts also where it is inactive. */
export function removes(desired: Desired): boolean {
  return desired.kind === 'leave' && (desired.how === 'delete' || desired.how === 'erase');
}

/**
 * Whether a plan takes away an account that is not away already. Where accounts cannot be switched off, what
 * makes one is what was granted.
 */
export function takesAway(plan: Plan, granted: readonly string[]): boolean {
  switch (plan.kind) {
    case 'leave':
      if (plan.how === 'delete') return true;
      if (plan.how === 'erase') return !plan.observed.erasing;
      if (plan.observed.active === undefined) return held(granted, plan.observed).length > 0;
      return plan.observed.active !== false;
    case 'adopt':
    case 'update':
    case 'deactivate':
    case 'drift':
      return shutsOut(plan);
    case 'create':
    case 'report':
    case 'nothing':
    case 'forget':
    case 'hold':
      return false;
  }
}

/**
 * Whether this leave was counted and begun before: it is finished, not judged again. What somebody gave
 * back at the destination and is taken away once more is another leave.
 */
export function isBegun(
  { leftAt, requestedAt }: Pick<DueLink, 'leftAt' | 'requestedAt'>,
  desired: Desired,
  plan?: Plan,
): boolean {
  if (leftAt === null) return false;
  const another = removes(desired) || (plan !== undefined && takesAgain(plan));
  return !another || leftAt >= requestedAt;
}

function takesAgain(plan: Plan): boolean {
  return plan.kind === 'drift' || (plan.kind === 'leave' && plan.again === true);
}

/** Whether this leave is among those that wait to be carried out, or for somebody. */
export function isPending(link: DueLink, desired: Desired): boolean {
  if (!goesAway(desired) || link.remoteId === null || isBegun(link, desired)) return false;
  const mark = accountMark(link);
  return mark === null || mark === 'held';
}

/** Of memberships, those whose taking back was counted for what is asked now. */
export function revokesBegun({
  revoked,
  revokedAt,
  requestedAt,
}: Pick<DueLink, 'revoked' | 'revokedAt' | 'requestedAt'>): readonly string[] {
  return revoked === null || revokedAt === null || revokedAt < requestedAt ? [] : revoked;
}

/** What was decided about the leave of a link's account. */
export function accountMark({
  leave,
  withheld,
}: Pick<DueLink, 'leave' | 'withheld'>): LeaveMark | null {
  return withheld === null ? leave : null;
}

/** Whether somebody who had left, or whose leave was judged, should have an account again. */
export function isBack(
  link: Pick<DueLink, 'leave' | 'withheld' | 'leftAt'>,
  desired: Desired,
): boolean {
  const here = desired.kind === 'account' && desired.account.active;
  return here && (accountMark(link) !== null || link.leftAt !== null);
}

/**
 * The memberships a plan takes back from somebody who stays, and whose end nobody gave: a refund or an end
 * date takes back what it names, and waits for nobody.
 */
export function revokedBy(plan: Plan): readonly string[] {
  if (!('change' in plan)) return [];
  const ended = new Set(Object.keys(plan.account.ended ?? {}).map(fold));
  return plan.change.revoke.filter((name) => !ended.has(fold(name)));
}

/** The plan without taking back these memberships; the rest of it is carried out. */
export function withhold(plan: Plan, memberships: readonly string[]): Plan {
  if (!('change' in plan) || memberships.length === 0) return plan;
  const stay = new Set(memberships.map(fold));
  const revoke = plan.change.revoke.filter((name) => !stay.has(fold(name)));
  const change = { ...plan.change, revoke };
  const account = {
    ...plan.account,
    memberships: [...plan.account.memberships, ...memberships],
  };
  if ((plan.kind === 'update' || plan.kind === 'drift') && isEmpty(change))
    return {
      kind: 'nothing',
      reason: 'already as it should be but for what is held',
      agrees: false,
    };
  return { ...plan, account, change };
}

/** What was found about each membership that a plan takes back. */
export interface Revoking {
  /** Decided about before, by the mark of the link. */
  readonly decided: readonly string[];
  /** Let through now: they count. */
  readonly counted: readonly string[];
  /** Held from now on. */
  readonly held: readonly string[];
}

/** What stays for now, and what is remembered of it: an allowance until the person has it again. */
export function revokingMark(
  mark: LeaveMark | null,
  { decided, held }: Revoking,
): {
  readonly stay: readonly string[];
  readonly leave: LeaveMark | null;
  readonly withheld: readonly string[] | null;
} {
  const allowed = mark === 'allowed';
  const stay = [...(allowed ? [] : decided), ...held];
  if (stay.length > 0) return { stay, leave: held.length > 0 ? 'held' : mark, withheld: stay };
  return allowed && decided.length > 0
    ? { stay, leave: mark, withheld: decided }
    : { stay, leave: null, withheld: null };
}

/** What is held: accounts that would go, or one membership that would be taken back. */
export type Guarded =
  | { readonly kind: 'accounts' }
  | { readonly kind: 'membership'; readonly name: string };

/** Why somebody is held, with numbers and what to do, for a merchant. */
export function heldReason(what: Guarded, counts: LeaveCounts, policy: GuardPolicy): string {
  const leaves = counts.left + counts.pending;
  const share = Math.round((100 * leaves) / Math.max(1, counts.accounts));
  const most = mostLeaves(counts.accounts, policy);
  const subject =
    what.kind === 'accounts'
      ? `${leaves} of ${counts.accounts} accounts (${share} %) would have left`
      : `${leaves} of ${counts.accounts} people with ${what.name} (${share} %) would have lost it`;
  return `${subject} within 24 hours, and more than ${most} wait for an administrator: allow or discard it, or have the identity provider put it right`;
}

/** Whether somebody is held for a reason of the guard's. */
export function isOfGuard(reason: string): boolean {
  return reason.includes(' for an administrator: allow or discard it');
}

/** What is not done about a person, and why. */
export interface Withheld {
  readonly mark: Exclude<LeaveMark, 'allowed'>;
  readonly reason: string;
}

const reasons = {
  held: 'the leave waits for an administrator: allow or discard it',
  discarded: 'an administrator discarded the leave: the account stays as it is',
} satisfies Record<Withheld['mark'], string>;

/** A mark that stands, in the words in which it was written down. */
export function standing(
  { outcome, reason }: Pick<DueLink, 'outcome' | 'reason'>,
  mark: Withheld['mark'],
): Withheld {
  const told = mark === 'held' && outcome === 'held' ? reason : null;
  return { mark, reason: told ?? reasons[mark] };
}

/** What an earlier decision says about the leave of an account; `null` where it says nothing, or to go on. */
export function standingLeave(link: DueLink, desired: Desired): Withheld | null {
  const mark = accountMark(link);
  if (mark === null || mark === 'allowed' || !goesAway(desired)) return null;
  return standing(link, mark);
}
