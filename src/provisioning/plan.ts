import type { Account, Attributes, Change, Leave, Observed } from './connector.ts';
import { type DriftPolicy, planDrift, planReturn } from './drift.ts';
import { asCreated } from './project.ts';
import { shutsOut } from './shut-out.ts';

/** What should be true at the destination for one link, decided from the roll alone. */
export type Desired =
  /** An account as projected. */
  | { readonly kind: 'account'; readonly account: Account }
  /** The person is gone from the roll or from the scope. */
  | { readonly kind: 'leave'; readonly how: Leave; readonly why: string }
  /** Nobody needs an account there for this person. */
  | { readonly kind: 'none'; readonly reason: string }
  /** It cannot be said what should be true. */
  | { readonly kind: 'hold'; readonly reason: string };

/** An account that may be this person's, and who else has a claim on it. */
export interface Candidate {
  readonly observed: Observed;
  /** Another link that holds this remote account, if any. */
  readonly owner: Owner | null;
  /** Others on the roll, by name, whom an account that nobody holds matches as well. */
  readonly rivals?: readonly string[];
}

/** The holder of a remote account. */
export interface Owner {
  readonly sourceId: string;
  readonly sourceName: string;
  /** Its person was deleted and the leave is done: nobody claims the account any more. */
  readonly vacant: boolean;
}

/** What is known of the destination's side of a link. */
export type Known =
  /** The link has a remote account, which exists. */
  | { readonly kind: 'linked'; readonly observed: Observed }
  /** The link has no remote account, or had one that is gone; these might be the person's. */
  | { readonly kind: 'unlinked'; readonly candidates: readonly Candidate[] };

/** Which writes this link's source and destination allow. */
export interface Permissions {
  readonly create: boolean;
  readonly update: boolean;
  /** Why creation is off, in words for a person; used when `create` is false. */
  readonly createOffReason: string;
  readonly sourceId: string;
  /** The e-mail domains the source may speak for; `null` is all. */
  readonly domains: readonly string[] | null;
  /** What is done about what somebody else changed of ours. */
  readonly drift: DriftPolicy;
}

/** What to do about one link. */
export type Plan =
  /** `agrees`: the account is as it should be; `observed` where somebody looked. */
  | {
      readonly kind: 'nothing';
      readonly reason: string;
      readonly agrees: boolean;
      readonly observed?: Observed;
    }
  | { readonly kind: 'create'; readonly account: Account }
  | {
      readonly kind: 'adopt' | 'update' | 'deactivate';
      readonly observed: Observed;
      readonly account: Account;
      readonly change: Change;
    }
  | {
      readonly kind: 'leave';
      readonly observed: Observed;
      readonly how: Leave;
      readonly reason: string;
      /** It had left, and somebody gave back there what was taken. */
      readonly again?: true;
    }
  /** Somebody changed there what is ours: it is put right. */
  | {
      readonly kind: 'drift';
      readonly observed: Observed;
      readonly account: Account;
      readonly change: Change;
      readonly reason: string;
    }
  /** The same, and the policy has it told instead; `reactivated`: access that was taken was given back. */
  | {
      readonly kind: 'report';
      readonly observed: Observed;
      /** What should be; `null` of somebody who left. */
      readonly account: Account | null;
      readonly reason: string;
      readonly reactivated: boolean;
    }
  /** Nothing is left to do at the destination: the link lets go of its remote account. */
  | { readonly kind: 'forget'; readonly reason: string }
  /** With `candidates`, a person may settle it by choosing one of these remote ids. */
  | { readonly kind: 'hold'; readonly reason: string; readonly candidates?: readonly string[] };

/** The link's own memory that a plan needs. */
export interface LinkMemory {
  /** Memberships we granted earlier; only these may be revoked. */
  readonly memberships: readonly string[];
  /** Until when we granted them; of some it is not known, or there is no end to know. */
  readonly ends: Readonly<Record<string, string | null>>;
  /** What is desired was carried out before; this look is for what has changed at the destination. */
  readonly appliedAlready: boolean;
  /** The remote id of the account that an administrator chose for this person. */
  readonly chosen?: string | null;
  /** An administrator decided that nothing is done about this person here. */
  readonly leftAlone?: boolean;
  /** How the last look ended, in words. */
  readonly reason?: string | null;
}

/** Decides what to do about one link. Pure: the same input always gives the same plan. */
export function plan(desired: Desired, known: Known, link: LinkMemory, may: Permissions): Plan {
  switch (desired.kind) {
    case 'hold':
      return { kind: 'hold', reason: desired.reason };
    case 'none':
      return { kind: 'nothing', reason: desired.reason, agrees: false };
    case 'leave':
      return planLeave(desired, known, link, may);
    case 'account':
      return planAccount(desired.account, known, link, may);
  }
}

function planLeave(
  { how, why }: { readonly how: Leave; readonly why: string },
  known: Known,
  link: LinkMemory,
  may: Permissions,
): Plan {
  const observed = known.kind === 'linked' ? known.observed : null;
  if (observed === null) return { kind: 'forget', reason: `${why}; there is no account to leave` };
  if (
    link.appliedAlready &&
    (observed.active === false || observed.active === undefined) &&
    held(link.memberships, observed).length === 0
  ) {
    return { kind: 'nothing', reason: `${why}; has left already`, agrees: true, observed };
  }
  const leave = { kind: 'leave', observed, how, reason: why } as const;
  return link.appliedAlready && sawAll(observed) ? planReturn(leave, may.drift) : leave;
}

function planAccount(account: Account, known: Known, link: LinkMemory, may: Permissions): Plan {
  switch (known.kind) {
    case 'linked':
      return planChange(account, known.observed, link, may);
    case 'unlinked':
      return planMatch(account, known.candidates, link, may);
  }
}

function planMatch(
  account: Account,
  candidates: readonly Candidate[],
  link: LinkMemory,
  may: Permissions,
): Plan {
  if (link.leftAlone === true)
    return { kind: 'nothing', reason: 'left alone, as an administrator decided', agrees: false };
  if (link.chosen != null) return planChosen(account, candidates, link, may);
  const ours = candidates.filter(({ observed }) => observed.key === account.key);
  const matches = ours.length > 0 ? ours : candidates;
  const [match, ...others] = matches;
  if (match === undefined) return planCreate(account, may);
  if (others.length > 0) {
    const ids = matches.map(({ observed }) => observed.remoteId);
    return {
      kind: 'hold',
      reason: `more than one account matches ${account.email} (${ids.join(', ')}): choose one`,
      candidates: ids,
    };
  }
  if (match.observed.key === account.key)
    return planChange(account, match.observed, link, may, 'adopt');
  if (!account.active && match.rivals !== undefined && match.rivals.length > 0)
    return {
      kind: 'nothing',
      reason: `not active, and the account with ${match.observed.email} is for ${match.rivals.join(', ')}`,
      agrees: false,
    };
  const refusal = adoptionRefusal(account, match, may);
  if (refusal !== null)
    return { kind: 'hold', reason: refusal, candidates: [match.observed.remoteId] };
  return planChange(account, match.observed, link, may, 'adopt');
}

/** What an administrator chose counts, whatever the rules say; but nobody's account is taken from them. */
function planChosen(
  account: Account,
  candidates: readonly Candidate[],
  link: LinkMemory,
  may: Permissions,
): Plan {
  const [match] = candidates;
  if (match === undefined)
    return { kind: 'hold', reason: `the chosen account ${link.chosen} is gone`, candidates: [] };
  const { observed, owner } = match;
  if (owner === null || owner.vacant) return planChange(account, observed, link, may, 'adopt');
  return {
    kind: 'hold',
    reason: `the chosen account ${observed.remoteId} is held for somebody of ${owner.sourceName}, who has to let go of it first`,
    candidates: [observed.remoteId],
  };
}

/** Why an account that matches may not be taken over, or `null` when it may. */
function adoptionRefusal(
  account: Account,
  { observed, owner, rivals = [] }: Candidate,
  may: Permissions,
): string | null {
  if (rivals.length > 0)
    return `an account with ${observed.email} exists, and matches ${rivals.join(', ')} as well: choose whose it is, or have one of them changed at the source`;
  if (owner !== null && owner.sourceId !== may.sourceId && !owner.vacant) {
    return `owned by ${owner.sourceName}: an administrator must decide who keeps ${account.email}`;
  }
  if (owner !== null && owner.sourceId === may.sourceId && !owner.vacant) {
    return observed.email === account.email
      ? `the account of ${account.email} belongs to another person of the same source`
      : `the account of ${account.email} was merged into that of ${observed.email}, another person of the same source: choose whose it is, or have one of the two removed at the source`;
  }
  if (!speaksFor(may, account.email)) {
    const domain = domainOf(account.email);
    return `an account with ${account.email} exists, and this source may not speak for ${domain}`;
  }
  return null;
}

const domainOf = (email: string): string => email.slice(email.lastIndexOf('@') + 1).toLowerCase();

/** Whether a source may speak for the domain of an address. */
export function speaksFor({ domains }: Pick<Permissions, 'domains'>, email: string): boolean {
  return domains === null || domains.some((name) => name.toLowerCase() === domainOf(email));
}

function planCreate(account: Account, may: Permissions): Plan {
  if (!account.active)
    return {
      kind: 'nothing',
      reason: 'not active, and has no account to deactivate',
      agrees: false,
    };
  if (!may.create) return { kind: 'hold', reason: may.createOffReason };
  return { kind: 'create', account: asCreated(account) };
}

function planChange(
  wanted: Account,
  observed: Observed,
  link: LinkMemory,
  may: Permissions,
  how: 'adopt' | 'update' = 'update',
): Plan {
  const account = may.update ? wanted : accessOnly(wanted, observed, link);
  const change = difference(account, observed, link.memberships, link.ends);
  if (how === 'adopt') return { kind: 'adopt', observed, account, change };
  if (isEmpty(change)) {
    const reason = may.update ? 'already as it should be' : 'updates are off for this destination';
    return { kind: 'nothing', reason, agrees: may.update, observed };
  }
  if (link.appliedAlready && sawAll(observed))
    return planDrift({ observed, account, change }, may.drift, link.reason ?? null);
  const changing = { observed, account, change };
  return { kind: shutsOut(changing) ? 'deactivate' : 'update', ...changing };
}

/** What the destination did not show may be as we left it. */
function sawAll({ unseen = [] }: Observed): boolean {
  return unseen.length === 0;
}

/**
 * With updates off only what access hangs on is written: whose account it is, and whether it is active; where it
 * cannot be switched off, what we granted to somebody inactive.
 */
function accessOnly(account: Account, observed: Observed, link: LinkMemory): Account {
  const switchedByThem = observed.active === undefined && !account.active;
  const memberships = switchedByThem ? account.memberships : held(link.memberships, observed);
  return { ...account, email: observed.email ?? account.email, attributes: {}, memberships };
}

/**
 * What must be written so that `observed` becomes `account`. Attributes that the account does not
 * name are left alone; memberships are revoked, or given another end, only where we granted them.
 */
export function difference(
  account: Account,
  observed: Observed,
  granted: readonly string[],
  ends: LinkMemory['ends'] = {},
): Change {
  const attributes: Record<string, string | null> = {};
  for (const [name, value] of Object.entries(account.attributes)) {
    if ((observed.attributes[name] ?? null) !== value) attributes[name] = value;
  }
  const holds = new Set(observed.memberships.map(fold));
  const due = new Set(account.memberships.map(fold));
  return {
    claim: observed.key !== undefined && observed.key !== account.key,
    cancelErasure: observed.erasing,
    ...(observed.email === account.email ? {} : { email: account.email }),
    ...(observed.active === undefined || observed.active === account.active
      ? {}
      : { active: account.active }),
    attributes: attributes satisfies Attributes,
    grant: account.memberships.filter(
      (name) => !holds.has(fold(name)) || endsOtherwise(name, account, observed, { granted, ends }),
    ),
    revoke: held(granted, observed).filter((name) => !due.has(fold(name))),
  };
}

/** Whether a membership that we granted and that is held ends there at another time than it should. */
function endsOtherwise(
  name: string,
  { terms }: Account,
  observed: Observed,
  { granted, ends }: { granted: readonly string[]; ends: LinkMemory['ends'] },
): boolean {
  const term = terms?.[name];
  if (term === undefined || !granted.some((one) => fold(one) === fold(name))) return false;
  const known = observed.ends !== undefined && name in observed.ends ? observed.ends : ends;
  return known[name] !== term.until;
}

/** Of what we granted, what the account still has. */
export function held(granted: readonly string[], observed: Observed): readonly string[] {
  const holds = new Set(observed.memberships.map(fold));
  return granted.filter((name) => holds.has(fold(name)));
}

/** Names of memberships are compared without case, as stores compare tags. */
export const fold = (name: string): string => name.toLowerCase();

/** Whether there is nothing to write. */
export function isEmpty(change: Change): boolean {
  return (
    !change.claim &&
    !change.cancelErasure &&
    change.email === undefined &&
    change.active === undefined &&
    Object.keys(change.attributes).length === 0 &&
    change.grant.length === 0 &&
    change.revoke.length === 0
  );
}
