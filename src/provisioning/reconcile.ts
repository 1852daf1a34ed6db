/**
 * Looks at one link: reads the present truth on both sides, lets `plan` decide, and writes the
 * difference. Carries no memory of what triggered it, so repeated, reordered or lost triggers make no
 * difference to where it ends.
 */
import { createHash } from 'node:crypto';
import type { Json, JsonObject } from '../model.ts';
import { isObject } from '../scim/json.ts';
import type { DueLink, RemoteOwner } from '../store/links.ts';
import type { Account, Call, Connector, Observed, Target } from './connector.ts';
import { DestinationError } from './failure.ts';
import { type Candidate, type Desired, difference, type Known, type Permissions, type Plan, plan } from './plan.ts';
import type { Policy } from './policy.ts';
import { desiredAccount, inScope } from './project.ts';

/** A destination ready to be worked on. */
export interface Connected {
  readonly connector: Connector;
  readonly policy: Policy;
  readonly target: Target;
}

/** What reconciling needs of the store. */
export interface Claims {
  owners(linkId: string, remoteIds: readonly string[]): Promise<readonly RemoteOwner[]>;
  claim(linkId: string, remoteId: string): Promise<'claimed' | 'taken'>;
}

/** How a look ended, when nothing failed. */
export interface Reconciled {
  readonly plan: Plan['kind'] | 'settle' | 'wait';
  readonly outcome: 'done' | 'held';
  readonly reason: string | null;
  readonly remoteId: string | null;
  readonly fingerprint: string | null;
  readonly memberships: readonly string[];
  readonly applied: readonly string[];
  readonly email: string | null;
  /** Set while somebody who fell out of scope settles. */
  readonly leavingSince: Date | null;
  /** When to look again, for what is not finished. */
  readonly again: Date | null;
  /** What was decided at each step, for people. */
  readonly steps: JsonObject;
}

/** Which writes the link's source and the destination's policy allow. */
export function permissions(link: DueLink, policy: Policy): Permissions {
  return {
    create: link.creationEnabled && policy.writes.create,
    update: policy.writes.update,
    createOffReason: link.creationEnabled ? 'creating accounts is off for this destination' : 'creation is off',
    sourceId: link.sourceId,
    domains: link.domains,
  };
}

/** What should be true at the destination, from the roll alone. */
export function desire(link: DueLink, { connector, policy }: Pick<Connected, 'connector' | 'policy'>): Desired {
  if (link.resource === null) return { kind: 'leave', how: policy.leave, why: 'deleted at its source' };
  if (!inScope(link.resource, policy)) return { kind: 'leave', how: policy.leave, why: 'out of scope' };
  return desiredAccount(link.id, link.resource, { connector, policy });
}

/** A digest of what is wanted: an unchanged one costs no remote call. */
export function fingerprintOf(desired: Desired, may: Permissions): string {
  return createHash('sha256').update(canonical({ desired, update: may.update })).digest('base64url');
}

/** Brings one link's account to agree with the roll. Throws what the target throws. */
export async function reconcile(
  link: DueLink,
  connected: Connected,
  claims: Claims,
  call: Call,
  now: Date,
): Promise<Reconciled> {
  const may = permissions(link, connected.policy);
  const desired = desire(link, connected);
  const fingerprint = fingerprintOf(desired, may);
  const base = { link, desired, fingerprint };

  if (link.fingerprint === fingerprint && !link.lookAgain) {
    return finished(base, { kind: 'nothing', reason: 'unchanged since it was last applied' });
  }
  const settling = settle(link, desired, connected.policy, now);
  if (settling !== null) return settling;

  const known = await look(link, desired, connected, claims, call);
  if (known === 'wait') return waiting(link, now);
  const decided = plan(ours(desired, link.applied), known, link, may);
  return act({ ...base, plan: decided, connected, claims, call });
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

function assigned(account: Account): readonly string[] {
  return Object.keys(account.attributes).filter((name) => account.attributes[name] !== null);
}

interface Base {
  readonly link: DueLink;
  readonly desired: Desired;
  readonly fingerprint: string;
}

/** Falling out of scope settles first: somebody moved between groups leaves and returns. */
function settle(link: DueLink, desired: Desired, policy: Policy, now: Date): Reconciled | null {
  if (desired.kind !== 'leave' || link.resource === null) return null;
  if (link.remoteId === null) return null;
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

const waitMs = 500;

function waiting(link: DueLink, now: Date): Reconciled {
  return {
    ...unchanged(link),
    plan: 'wait',
    outcome: 'held',
    reason: 'waits for the previous holder of the account to leave',
    again: new Date(now.getTime() + waitMs),
    steps: {},
  };
}

function unchanged(link: DueLink): Omit<Reconciled, 'plan' | 'outcome' | 'reason' | 'steps'> {
  return {
    remoteId: link.remoteId,
    fingerprint: link.fingerprint,
    memberships: link.memberships,
    applied: link.applied,
    email: link.email,
    leavingSince: link.leavingSince,
    again: null,
  };
}

/** Looks at the destination's side of a link. */
async function look(
  link: DueLink,
  desired: Desired,
  { connector, policy, target }: Connected,
  claims: Claims,
  call: Call,
): Promise<Known | 'wait'> {
  if (desired.kind === 'hold') return { kind: 'unlinked', candidates: [] };
  if (link.remoteId !== null) {
    const observed = await target.read(link.remoteId, call);
    if (observed !== null) return { kind: 'linked', observed };
  }
  if (desired.kind === 'leave') {
    // A creation whose outcome nobody learned may have left an account behind: it carries our key.
    const [stray] = await target.find({ key: link.id, email: link.email ?? '' }, ['key'], call);
    return stray === undefined ? { kind: 'unlinked', candidates: [] } : { kind: 'linked', observed: stray };
  }
  // Creating is an upsert by our key where the connector says so: then looking by key is needless.
  const by = connector.keyed ? policy.match.filter((match) => match !== 'key') : policy.match;
  const found = await target.find(desired.account, by, call);
  return candidates(link, found, claims);
}

async function candidates(link: DueLink, found: readonly Observed[], claims: Claims): Promise<Known | 'wait'> {
  const owners = await claims.owners(link.id, found.map(({ remoteId }) => remoteId));
  if (owners.some(({ claim }) => claim === 'leaving')) return 'wait';
  const list = found.map((observed): Candidate => {
    const owner = owners.find(({ remoteId }) => remoteId === observed.remoteId);
    if (owner === undefined) return { observed, owner: null };
    const { sourceId, sourceName, claim } = owner;
    return { observed, owner: { sourceId, sourceName, vacant: claim === 'vacant' } };
  });
  return { kind: 'unlinked', candidates: list };
}

interface Act extends Base {
  readonly plan: Plan;
  readonly connected: Connected;
  readonly claims: Claims;
  readonly call: Call;
}

async function act(step: Act): Promise<Reconciled> {
  const { plan: decided, link, connected, call } = step;
  switch (decided.kind) {
    case 'nothing':
    case 'hold':
    case 'forget':
      return finished(step, decided);
    case 'create': {
      await call.beforeWrite();
      const remoteId = await connected.target.create(decided.account, call);
      return finished(step, decided, { remoteId });
    }
    case 'adopt':
    case 'update':
    case 'deactivate': {
      await ownFirst(step, decided.observed.remoteId);
      await connected.target.update(decided.observed, decided.account, decided.change, call);
      return finished(step, decided);
    }
    case 'leave': {
      await call.beforeWrite();
      const left = await connected.target.leave(decided.observed, link.memberships, decided.how, call);
      return finished(step, { ...decided, how: left.how, reason: left.fallback ?? decided.reason });
    }
  }
}

/** One remote account belongs to one resource: the claim is written before the account is. */
async function ownFirst({ link, claims }: Act, remoteId: string): Promise<void> {
  if (link.remoteId === remoteId) return;
  const answer = await claims.claim(link.id, remoteId);
  if (answer === 'taken') {
    throw new DestinationError('transient', 'The account was claimed for another person at the same moment.');
  }
}

/** What a finished plan leaves behind. */
function finished({ link, desired, fingerprint }: Base, done: Plan, made?: { readonly remoteId: string }): Reconciled {
  const account = desired.kind === 'account' ? desired.account : null;
  return {
    plan: done.kind,
    outcome: done.kind === 'hold' ? 'held' : 'done',
    reason: 'reason' in done ? done.reason : null,
    remoteId: remoteIdAfter(link, done, made),
    // A hold is not something applied: whatever lifts it must find the link unequal.
    fingerprint: done.kind === 'hold' || done.kind === 'forget' ? null : fingerprint,
    memberships: membershipsAfter(link, done),
    applied: done.kind === 'hold' || account === null ? link.applied : assigned(account),
    email: account?.email ?? link.email,
    leavingSince: null,
    again: null,
    steps: explainSteps(desired, done),
  };
}

function remoteIdAfter(link: DueLink, done: Plan, made?: { readonly remoteId: string }): string | null {
  switch (done.kind) {
    case 'create':
      return made?.remoteId ?? null;
    case 'adopt':
    case 'update':
    case 'deactivate':
      return done.observed.remoteId;
    case 'leave':
      return done.how === 'deactivate' || done.how === 'erase' ? done.observed.remoteId : null;
    case 'forget':
      return null;
    case 'nothing':
    case 'hold':
      return link.remoteId;
  }
}

/** Which memberships are ours after this: kept while due, and new where we gave them. */
function membershipsAfter(link: DueLink, done: Plan): readonly string[] {
  switch (done.kind) {
    case 'create':
      return done.account.memberships;
    case 'adopt':
    case 'update':
    case 'deactivate': {
      const due = new Set(done.account.memberships);
      return [...link.memberships.filter((name) => due.has(name)), ...done.change.grant];
    }
    case 'leave':
    case 'forget':
      return [];
    case 'nothing':
    case 'hold':
      return link.memberships;
  }
}

/** The steps a person reads: what was wanted, what was found, before → after. */
function explainSteps(desired: Desired, done: Plan): JsonObject {
  const scope = desired.kind === 'leave' ? desired.why : 'in scope';
  if (done.kind === 'create') return { scope, plan: done.kind, changes: beforeAfter(null, done.account) };
  if (done.kind === 'adopt' || done.kind === 'update' || done.kind === 'deactivate') {
    return { scope, match: done.observed.remoteId, plan: done.kind, changes: beforeAfter(done.observed, done.account) };
  }
  if (done.kind === 'leave') return { scope, match: done.observed.remoteId, plan: `leave: ${done.how}` };
  return { scope, plan: done.kind };
}

/** Each changed attribute as `[before, after]`. */
export function beforeAfter(observed: Observed | null, account: Account): JsonObject {
  const changes: Record<string, Json> = {};
  const before = (name: string) => observed?.attributes[name] ?? null;
  const note = (name: string, from: Json, to: Json) => {
    if (from !== to) changes[name] = [from, to];
  };
  note('email', observed?.email ?? null, account.email);
  note('active', observed?.active ?? null, account.active);
  for (const [name, value] of Object.entries(account.attributes)) note(name, before(name), value);
  const { grant } = observed === null ? { grant: account.memberships } : difference(account, observed, []);
  if (grant.length > 0) changes['memberships'] = [[], grant];
  return changes;
}

/** JSON with sorted keys, so that equal values have equal text. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    isObject(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}
