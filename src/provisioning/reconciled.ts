/** How a look at a link ended, and what it leaves behind on the link. Pure. */
import type { Json, JsonObject } from '../model.ts';
import type { DueLink } from '../store/due-links.ts';
import type { LinkedAccount } from '../store/links.ts';
import type { Account, Observed } from './connector.ts';
import { type Desired, difference, fold, type Plan } from './plan.ts';

/** How a look ended, when nothing failed. */
export interface Reconciled {
  readonly plan: Plan['kind'] | 'settle' | 'wait' | 'guard';
  readonly outcome: 'done' | 'held';
  readonly reason: string | null;
  /** Remote ids among which a person has to choose; `null` where there is nothing to choose. */
  readonly candidates: readonly string[] | null;
  readonly account: LinkedAccount;
  /** What the account's version is now, as far as known; `kept`: nobody looked. */
  readonly version: string | null | 'kept';
  readonly email: string | null;
  readonly attempts: number;
  /** Set while somebody who fell out of scope settles. */
  readonly leavingSince: Date | null;
  /** When to look again, for what is not finished. */
  readonly again: Date | null;
  /** Somebody was given back the access that was taken from them, and the policy has it told: loudly. */
  readonly reactivated?: true;
  /** What was decided at each step, for people. */
  readonly steps: JsonObject;
}

/** A look under way: whose, and what should be. */
export interface Base {
  readonly link: DueLink;
  readonly desired: Desired;
  readonly fingerprint: string;
}

/** What a finished plan leaves behind. */
export function finished(
  { link, desired, fingerprint }: Base,
  done: Plan,
  made?: { readonly remoteId: string },
): Reconciled {
  const account = desired.kind === 'account' ? desired.account : null;
  return {
    plan: done.kind,
    outcome: done.kind === 'hold' ? 'held' : 'done',
    reason: 'reason' in done ? done.reason : regained(link, done, made),
    candidates: done.kind === 'hold' ? (done.candidates ?? null) : null,
    account: {
      remoteId: remoteIdAfter(link, done, made),
      // A hold is not something applied: whatever lifts it must find the link unequal.
      fingerprint: done.kind === 'hold' || done.kind === 'forget' ? null : fingerprint,
      memberships: membershipsAfter(link, done),
      ends: endsAfter(link, done),
      applied: appliedAfter(link, desired, done),
    },
    version: versionSeen(done),
    email: account?.email ?? link.email,
    attempts: 0,
    leavingSince: null,
    again: null,
    steps: stepsOf(desired, done),
    ...(done.kind === 'report' && done.reactivated ? { reactivated: true } : {}),
  };
}

/** Why somebody known has another account. */
function regained(
  link: DueLink,
  done: Plan,
  made: { readonly remoteId: string } | undefined,
): string | null {
  const now = remoteIdAfter(link, done, made);
  if (link.remoteId === null || now === null || now === link.remoteId) return null;
  return `its account ${link.remoteId} is gone: ${done.kind === 'create' ? 'created again' : `matched with ${now}`}`;
}

/** The version of the account that was looked at, where nothing was written. */
function versionSeen(done: Plan): Reconciled['version'] {
  return 'observed' in done ? (done.observed?.version ?? null) : 'kept';
}

/** Names of the attributes an account gives a value. */
export function assigned(account: Pick<Account, 'attributes'>): readonly string[] {
  return Object.keys(account.attributes).filter((name) => account.attributes[name] !== null);
}

function remoteIdAfter(
  link: DueLink,
  done: Plan,
  made?: { readonly remoteId: string },
): string | null {
  switch (done.kind) {
    case 'create':
      return made?.remoteId ?? null;
    case 'adopt':
    case 'update':
    case 'drift':
    case 'deactivate':
      return done.observed.remoteId;
    case 'leave':
      return done.how === 'deactivate' || done.how === 'erase' ? done.observed.remoteId : null;
    case 'forget':
      return null;
    case 'nothing':
    case 'report':
    case 'hold':
      return link.remoteId;
  }
}

/** Which attributes have a value from us after this. */
function appliedAfter(link: DueLink, desired: Desired, done: Plan): readonly string[] {
  const valued = ({ attributes }: Pick<Account, 'attributes'>) =>
    link.applied.filter((name) => attributes[name] !== null);
  switch (done.kind) {
    case 'create':
      return assigned(done.account);
    case 'adopt':
    case 'update':
    case 'drift':
    case 'deactivate':
      return [...new Set([...valued(done.account), ...assigned(done.change)])];
    case 'nothing':
      return done.agrees && desired.kind === 'account' ? valued(desired.account) : link.applied;
    case 'leave':
    case 'forget':
    case 'report':
    case 'hold':
      return link.applied;
  }
}

/** Which memberships are ours after this: kept while due, and new where we gave them. */
function membershipsAfter(link: DueLink, done: Plan): readonly string[] {
  switch (done.kind) {
    case 'create':
      return done.account.memberships;
    case 'adopt':
    case 'update':
    case 'drift':
    case 'deactivate': {
      const due = new Set([...done.account.memberships, ...unseenIn(done)].map(fold));
      const kept = link.memberships.filter((name) => due.has(fold(name)));
      return [...new Set([...kept, ...done.change.grant])];
    }
    case 'leave': {
      const unseen = new Set(unseenIn(done).map(fold));
      return link.memberships.filter((name) => unseen.has(fold(name)));
    }
    case 'forget':
      return [];
    case 'nothing':
    case 'report':
    case 'hold':
      return link.memberships;
  }
}

/** Until when memberships are ours after this: all that were written or agree with what should be. */
function endsAfter(link: DueLink, done: Plan): LinkedAccount['ends'] {
  const kept = membershipsAfter(link, done);
  const terms = 'account' in done && done.kind !== 'report' ? done.account.terms : undefined;
  const ends = kept.flatMap((name) => {
    const end = terms?.[name]?.until ?? (terms?.[name] === undefined ? link.ends[name] : null);
    return end === undefined ? [] : [[name, end] as const];
  });
  return Object.fromEntries(ends);
}

const unseenIn = ({ observed }: { readonly observed: Observed }) => observed.unseen ?? [];

/** The steps a person reads: what was wanted, what was found, before → after. */
export function stepsOf(desired: Desired, done: Plan): JsonObject {
  const scope = desired.kind === 'leave' ? desired.why : 'in scope';
  if (done.kind === 'create')
    return { scope, plan: done.kind, changes: beforeAfter(null, done.account) };
  if ('account' in done && done.account !== null) {
    return {
      scope,
      match: done.observed.remoteId,
      plan: done.kind,
      changes: beforeAfter(done.observed, done.account),
    };
  }
  if (done.kind === 'report') return { scope, match: done.observed.remoteId, plan: done.kind };
  if (done.kind === 'leave')
    return { scope, match: done.observed.remoteId, plan: `leave: ${done.how}` };
  return { scope, plan: done.kind };
}

/** Each changed attribute as `[before, after]`. */
function beforeAfter(observed: Observed | null, account: Account): JsonObject {
  const changes: Record<string, Json> = {};
  const before = (name: string) => observed?.attributes[name] ?? null;
  const note = (name: string, from: Json, to: Json) => {
    if (from !== to) changes[name] = [from, to];
  };
  note('email', observed?.email ?? null, account.email);
  if (observed === null) note('active', null, account.active);
  else if (observed.active !== undefined) note('active', observed.active, account.active);
  for (const [name, value] of Object.entries(account.attributes)) note(name, before(name), value);
  const { grant } =
    observed === null ? { grant: account.memberships } : difference(account, observed, []);
  if (grant.length > 0) changes.memberships = [[], grant];
  return changes;
}

/** The address whose account nobody holds any more, or holds for somebody else, after this. */
export function freedBy(link: DueLink, result: Reconciled): string | null {
  if (link.email === null) return null;
  // Whoever was held and now wants no account has no claim on an address any more.
  const waived = link.outcome === 'held' && result.plan === 'nothing' && !result.account.remoteId;
  const left = result.plan === 'leave' || result.plan === 'forget' || waived;
  return left || (result.outcome === 'done' && result.email !== link.email) ? link.email : null;
}

/** Whether a look asked the destination anything: not where nothing had changed, or somebody settles or is held. */
export function reached(link: DueLink, { plan, account }: Reconciled): boolean {
  const unchanged = !link.lookAgain && link.fingerprint === account.fingerprint;
  return plan !== 'settle' && plan !== 'guard' && !(plan === 'nothing' && unchanged);
}

/** Whether a person wants to read about it: what was done, and holds that are new. */
export function worthNoting(link: DueLink, result: Reconciled): boolean {
  if (result.plan === 'nothing' || result.plan === 'wait') return false;
  if (result.outcome === 'held' || result.plan === 'guard' || result.plan === 'report')
    return link.reason !== result.reason;
  return true;
}
