/**
 * Looks at one link: reads the present truth on both sides, lets `plan` decide, and writes the
 * difference. Carries no memory of what triggered it, so repeated, reordered or lost triggers make no
 * difference to where it ends.
 */
import { createHash } from 'node:crypto';
import { isObject } from '../scim/json.ts';
import type { DueLink } from '../store/due-links.ts';
import type { LinkedAccount } from '../store/links.ts';
import type { KeyedAccount, RemoteOwner } from '../store/remote-owners.ts';
import type { Account, Call, Connector, Target } from './connector.ts';
import { isReported } from './drift.ts';
import { DestinationError } from './failure.ts';
import { accountMark, standingLeave, type Withheld } from './guard.ts';
import type { Guard } from './guarding.ts';
import { type Looking, look } from './look.ts';
import { type Desired, type Known, type Permissions, type Plan, plan } from './plan.ts';
import type { Policy } from './policy.ts';
import { desiredAccount } from './project.ts';
import { assigned, type Base, finished, type Reconciled } from './reconciled.ts';
import { scopeOf } from './scope.ts';
import { subjectOf } from './subject.ts';

/** A destination ready to be worked on. */
export interface Connected {
  readonly connector: Connector;
  readonly policy: Policy;
  readonly target: Target;
}

/** Memberships about to be granted, and names of attributes about to be given a value. */
export type Intent = Pick<LinkedAccount, 'memberships' | 'applied'>;

/** What deciding needs of the store. */
export interface Deciding {
  owners(linkId: string, accounts: readonly KeyedAccount[]): Promise<readonly RemoteOwner[]>;
  /** The names of others on the roll, without an account here, who should have one with this address. */
  rivals(linkId: string, email: string): Promise<readonly string[]>;
  /** Holds the leaves of a crowd. */
  readonly guard: Guard;
}

/** What reconciling needs of the store. */
export interface Claims extends Deciding {
  claim(linkId: string, remoteId: string): Promise<'claimed' | 'taken'>;
  /** Remembers what is about to be written, so that a crash does not forget what is ours. */
  intend(linkId: string, intent: Intent): Promise<void>;
}

/** Which writes the link's source and the destination's policy allow. */
export function permissions(link: DueLink, policy: Policy): Permissions {
  return {
    create: link.creationEnabled && policy.writes.create,
    update: policy.writes.update,
    createOffReason: link.creationEnabled
      ? 'creating accounts is off for this destination'
      : 'creation is off',
    sourceId: link.sourceId,
    domains: link.domains,
    drift: policy.drift,
  };
}

/** What should be true at the destination, from the roll alone. */
export function desire(
  link: DueLink,
  { connector, policy }: Pick<Connected, 'connector' | 'policy'>,
): Desired {
  if (link.erase) return { kind: 'leave', how: 'erase', why: 'to be erased, as the shop asked' };
  if (link.resource === null)
    return { kind: 'leave', how: policy.leave, why: 'deleted at its source' };
  const subject = subjectOf(link.resource, link);
  const scope = scopeOf(subject, policy);
  if (!scope.covered)
    return { kind: 'leave', how: policy.leave, why: `out of scope (${scope.why})` };
  const desired = desiredAccount(link.id, subject, { connector, policy });
  const reason = needless(link, connector, policy);
  const member = desired.kind !== 'account' || desired.account.memberships.length > 0;
  return reason === null || member ? desired : { kind: 'none', reason };
}

/** Why somebody without an account needs none as long as they have no membership; `null`: they need one. */
function needless(link: DueLink, connector: Connector, policy: Policy): string | null {
  if (link.remoteId !== null || mayHaveBegun(link)) return null;
  if (connector.sells === true && link.sourceKind === 'storefront')
    return 'bought here, and so is a customer already';
  return policy.accounts === 'members' ? 'has no membership here, and so needs no account' : null;
}

/** Something was written, or was about to be, on the way to an account that is not known. */
function mayHaveBegun({ memberships, applied }: DueLink): boolean {
  return memberships.length > 0 || applied.length > 0;
}

/** A digest of what is wanted, whatever the words for it: an unchanged one costs no remote call. */
export function fingerprintOf(desired: Desired, may: Permissions): string {
  return createHash('sha256')
    .update(canonical({ desired: lasting(desired), update: may.update }))
    .digest('base64url');
}

/** What is wanted, without its words and without what is written at creation only. */
function lasting(desired: Desired): Desired {
  if (desired.kind === 'leave') return { ...desired, why: '' };
  if (desired.kind !== 'account') return desired;
  const { initial: _, ...account } = desired.account;
  return { ...desired, account };
}

/** Whether all was done before: what was told and left is to be done where the policy now corrects it. */
export function isUnchanged(link: DueLink, fingerprint: string, { drift }: Policy): boolean {
  return link.fingerprint === fingerprint && !(drift === 'correct' && isReported(link.reason));
}

/** What is to be done about a link, before anything is written. */
export interface Decision extends Base {
  readonly plan: Plan;
  /** What was found at the destination; `null` where nobody had to look. */
  readonly known: Known | null;
  /** It is not to be done yet: how this look ends instead. */
  readonly postponed: Reconciled | null;
  /** What the guard left out of the plan. */
  readonly withheld: Withheld | null;
}

const unchangedPlan = {
  kind: 'nothing',
  reason: 'unchanged since it was last applied',
  agrees: false,
} satisfies Plan;

/**
 * What was said of an account stays said while nothing changes: why it is inactive, what somebody changed
 * there. A newer reason to leave counts, and of a leave that was held or called off nothing is left.
 */
function unchangedSince({ desired, link: { reason, outcome, leave } }: Base): Plan {
  const said = outcome === 'done' && leave === null ? reason : null;
  if (desired.kind !== 'leave')
    return said === null ? unchangedPlan : { ...unchangedPlan, reason: said };
  return { ...unchangedPlan, reason: said?.startsWith(desired.why) ? said : desired.why };
}

/**
 * Decides about one link, by what is on both sides now, and by what the guard lets through. Writes
 * nothing but what the guard does: acting, explaining and previewing all ask here. Throws what the target
 * throws.
 */
export async function decide(
  link: DueLink,
  connected: Connected,
  claims: Deciding,
  call: Call,
  now: Date,
): Promise<Decision> {
  const { guard } = claims;
  const base = baseOf(link, connected);
  await guard.welcome(link, base.desired);
  const unseen = decideUnseen(base, connected, now);
  if (unseen !== null) return unseen;
  const stopped = await guard.before(link, base.desired);
  if (stopped !== null) return { ...undecided(base), postponed: guarded(link, stopped) };
  const decision = await decideSeen(base, { link, connected, claims, call }, now);
  if (decision.postponed !== null) return decision;
  const { plan: permitted, withheld } = await guard.permit(link, base.desired, decision.plan);
  if (permitted === null) return { ...decision, postponed: guarded(link, withheld) };
  return { ...decision, plan: permitted, withheld };
}

const undecided = (base: Base): Decision => ({
  ...base,
  plan: unchangedPlan,
  known: null,
  postponed: null,
  withheld: null,
});

function baseOf(link: DueLink, connected: Connected): Base {
  const desired = desire(link, connected);
  return {
    link,
    desired,
    fingerprint: fingerprintOf(desired, permissions(link, connected.policy)),
  };
}

/** What can be decided without a look at the destination; `null` where one is needed. */
function decideUnseen(base: Base, { policy }: Connected, now: Date): Decision | null {
  const { link, desired, fingerprint } = base;
  const at = undecided(base);
  if (isUnchanged(link, fingerprint, policy) && !link.lookAgain)
    return { ...at, plan: unchangedSince(base) };
  if (desired.kind === 'none')
    return { ...at, plan: { kind: 'nothing', reason: desired.reason, agrees: false } };
  const settling = settle(link, desired, policy, now);
  if (settling !== null) return { ...at, postponed: settling };
  const standing = standingLeave(link, desired);
  return standing === null ? null : { ...at, postponed: guarded(link, standing) };
}

async function decideSeen(base: Base, looking: Looking, now: Date): Promise<Decision> {
  const { link, desired, fingerprint } = base;
  const at = undecided(base);
  const known = await look(looking, desired);
  if (known === 'wait') return { ...at, postponed: waiting(link, now, previousHolder) };
  const memory = {
    memberships: link.memberships,
    ends: link.ends,
    appliedAlready: link.fingerprint === fingerprint,
    chosen: link.chosen,
    leftAlone: link.leftAlone,
    reason: link.reason,
  };
  const may = permissions(link, looking.connected.policy);
  const decided = plan(ours(desired, link.applied), known, memory, may);
  // Somebody who left: what a line of a bulk run is about to make must not stay behind.
  if (link.inFlight && known.kind === 'unlinked' && !('observed' in decided))
    return { ...at, known, postponed: waiting(link, now, beingCreated) };
  return { ...at, known, plan: decided };
}

/** Brings one link's account to agree with the roll. Throws what the target throws. */
export async function reconcile(
  link: DueLink,
  connected: Connected,
  claims: Claims,
  call: Call,
  now: Date,
): Promise<Reconciled> {
  const decision = await decide(link, connected, claims, call, now);
  if (decision.postponed !== null) return decision.postponed;
  const done = await act({ ...decision, connected, claims, call });
  return decision.withheld?.mark === 'held' ? butFor(done, decision.withheld) : done;
}

/** Nothing is done about a leave: the account stays as it was last applied. */
function guarded(link: DueLink, { mark, reason }: Withheld): Reconciled {
  const outcome = mark === 'held' ? 'held' : 'done';
  return { ...unchanged(link), plan: 'guard', outcome, reason, leavingSince: null, steps: {} };
}

/** All was done but for what is held: not what should be, so it is looked at with the next trigger. */
function butFor(done: Reconciled, { reason }: Withheld): Reconciled {
  const account = { ...done.account, fingerprint: null };
  return { ...done, plan: 'guard', outcome: 'held', reason, account };
}

/**
 * An attribute the person does not have is ours to empty only if we filled it: somebody else's phone
 * number or address on an adopted account stays.
 */
function ours(desired: Desired, applied: readonly string[]): Desired {
  if (desired.kind !== 'account') return desired;
  const { account } = desired;
  const attributes = Object.entries(account.attributes).filter(
    ([name, value]) => value !== null || applied.includes(name),
  );
  return { kind: 'account', account: { ...account, attributes: Object.fromEntries(attributes) } };
}

/** Falling out of scope settles first: somebody moved between groups leaves and returns. */
function settle(link: DueLink, desired: Desired, policy: Policy, now: Date): Reconciled | null {
  if (desired.kind !== 'leave' || link.resource === null) return null;
  // Whoever was deactivated is not on the way from one group to another.
  if (link.remoteId === null || link.resource.active === false) return null;
  // Nor is one who has left already, or whose leave was judged.
  if (link.leftAt !== null || accountMark(link) !== null) return null;
  const since = link.leavingSince ?? now;
  const until = new Date(since.getTime() + policy.settleMs);
  if (until <= now) return null;
  return {
    ...unchanged(link),
    plan: 'settle',
    outcome: 'held',
    reason: `${desired.why}: leaves at ${until.toISOString()} unless it returns`,
    leavingSince: since,
    again: until,
    steps: { scope: desired.why },
  };
}

const firstWaitMs = 500;
const longestWaitMs = 60_000;

const previousHolder = 'waits for the previous holder of the account to let go of it';
const beingCreated = 'waits for its account, which is being created in bulk';

function waiting(link: DueLink, now: Date, reason: string): Reconciled {
  const wait = Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(link.attempts, 10));
  return {
    ...unchanged(link),
    plan: 'wait',
    outcome: 'held',
    reason,
    attempts: link.attempts + 1,
    again: new Date(now.getTime() + wait),
    steps: {},
  };
}

function unchanged(link: DueLink): Omit<Reconciled, 'plan' | 'outcome' | 'reason' | 'steps'> {
  const { remoteId, fingerprint, memberships, ends, applied } = link;
  return {
    account: { remoteId, fingerprint, memberships, ends, applied },
    version: 'kept',
    email: link.email,
    candidates: null,
    attempts: 0,
    leavingSince: link.leavingSince,
    again: null,
  };
}

interface Act extends Base {
  readonly plan: Plan;
  readonly connected: Connected;
  readonly claims: Claims;
  readonly call: Call;
}

async function act(looked: Act): Promise<Reconciled> {
  let version: string | null | undefined;
  const wrote = (written: string | null) => {
    version = written;
  };
  const remarks: string[] = [];
  const remark = (sentence: string) => remarks.push(sentence);
  const result = await carryOut({ ...looked, call: { ...looked.call, wrote, remark } });
  return {
    ...result,
    ...(version === undefined ? {} : { version }),
    ...(remarks.length === 0 ? {} : { reason: [result.reason ?? [], remarks].flat().join('; ') }),
  };
}

async function carryOut(step: Act): Promise<Reconciled> {
  const { plan: decided, link, connected, call } = step;
  switch (decided.kind) {
    case 'nothing':
    case 'hold':
    case 'forget':
    case 'report':
      return finished(step, decided);
    case 'create': {
      await intend(step, {
        memberships: decided.account.memberships,
        applied: assigned(decided.account),
      });
      const remoteId = await create(step, decided.account);
      return finished(step, decided, { remoteId });
    }
    case 'adopt':
    case 'update':
    case 'drift':
    case 'deactivate': {
      await intend(step, { memberships: decided.change.grant, applied: assigned(decided.change) });
      await ownFirst(step, decided.observed.remoteId);
      await connected.target.update(decided.observed, decided.account, decided.change, call);
      return finished(step, decided);
    }
    case 'leave': {
      await intend(step, { memberships: [], applied: [] });
      await ownFirst(step, decided.observed.remoteId);
      const left = await connected.target.leave(
        decided.observed,
        link.memberships,
        decided.how,
        call,
      );
      const why = [decided.reason, left.fallback ?? []].flat().join('; ');
      return finished(step, { ...decided, how: left.how, reason: why });
    }
  }
}

/** An account that was made and then refused something is this link's from now on all the same. */
async function create(step: Act, account: Account): Promise<string> {
  try {
    return await step.connected.target.create(account, step.call);
  } catch (error) {
    if (error instanceof DestinationError && error.made !== null) await ownFirst(step, error.made);
    throw error;
  }
}

/** From here on the account counts as neither the old nor the new one, until it is recorded. */
async function intend({ link, claims }: Act, intent: Intent): Promise<void> {
  await claims.intend(link.id, intent);
}

/** One remote account belongs to one resource: the claim is written before the account is. */
async function ownFirst({ link, claims }: Act, remoteId: string): Promise<void> {
  if (link.remoteId === remoteId) return;
  const answer = await claims.claim(link.id, remoteId);
  if (answer === 'taken') {
    throw new DestinationError(
      'transient',
      'The account was claimed for another person at the same moment.',
    );
  }
}

/** JSON with sorted keys, so that equal values have equal text. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    isObject(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
