/** Looks at the destination's side of a link: its account, or those that might be. */
import type { DueLink } from '../store/due-links.ts';
import type { RemoteOwner } from '../store/remote-owners.ts';
import type { Account, Call, Observed } from './connector.ts';
import type { Candidate, Desired, Known } from './plan.ts';
import { asCreated } from './project.ts';
import type { Connected, Deciding } from './reconcile.ts';

/** Where to look, and for whom. */
export interface Looking {
  readonly link: DueLink;
  readonly connected: Connected;
  readonly claims: Pick<Deciding, 'owners' | 'rivals'>;
  readonly call: Call;
}

/** What is known of the destination's side, or `wait` while somebody else is about to let go of it. */
export async function look(looking: Looking, desired: Desired): Promise<Known | 'wait'> {
  const { link, connected } = looking;
  if (desired.kind === 'hold' || desired.kind === 'none')
    return { kind: 'unlinked', candidates: [] };
  const seeing = { ...looking, call: about(looking, desired) };
  const observed =
    link.remoteId === null ? null : await connected.target.read(link.remoteId, seeing.call);
  if (desired.kind === 'leave') {
    const left = observed ?? (await stray(seeing)) ?? (await mergedInto(seeing));
    return left === null
      ? { kind: 'unlinked', candidates: [] }
      : { kind: 'linked', observed: left };
  }
  if (observed === null) return candidates(seeing, asCreated(desired.account));
  const waits = await addressMayComeFree(looking, desired.account, observed);
  return waits ? 'wait' : { kind: 'linked', observed };
}

/**
 * The call, told which memberships it is about: those that are due and those that we granted. What was begun and not
 * brought to its end may not have been granted; it is taken back all the same where it is not due.
 */
function about({ link, call }: Looking, desired: Desired): Call {
  const due = desired.kind === 'account' ? desired.account.memberships : [];
  const applied = link.fingerprint !== null;
  return {
    ...call,
    applied,
    memberships: [...new Set([...due, ...link.memberships])],
    believed: link.memberships.filter((name) => applied || !due.includes(name)),
  };
}

/** A creation whose outcome nobody learned may have left an account behind: it carries our key. */
async function stray({ link, connected, call }: Looking): Promise<Observed | null> {
  const person = { key: link.id, email: link.email ?? '' };
  const [found] = await connected.target.find(person, ['key'], call);
  return found ?? null;
}

/**
 * The account that theirs was merged into before they left, with all that we gave there; not where
 * somebody else has it.
 */
async function mergedInto(looking: Looking): Promise<Observed | null> {
  const { link, connected, call } = looking;
  if (link.mergedInto === null || link.leftAt !== null) return null;
  const kept = await connected.target.read(link.mergedInto, call);
  if (kept === null) return null;
  const owners = await ownersOf(looking, [kept]);
  return owners.every(({ claim }) => claim === 'vacant') ? kept : null;
}

async function matches(
  { link, connected, call }: Looking,
  account: Account,
): Promise<readonly Observed[]> {
  const { connector, policy, target } = connected;
  if (link.leftAlone) return [];
  if (link.chosen !== null) {
    const chosen = await target.read(link.chosen, call);
    return chosen === null ? [] : [chosen];
  }
  const kept = link.mergedInto === null ? null : await target.read(link.mergedInto, call);
  if (kept !== null) return [kept];
  if (!connector.keyed) return target.find(account, policy.match, call);
  // Creating is an upsert by our key: looking by it is needless, unless somebody else's account
  // matches or a creation had begun before. One whose outcome nobody learned comes first.
  const found = await target.find(
    account,
    policy.match.filter((match) => match !== 'key'),
    call,
  );
  const known = found.some(({ key }) => key === link.id);
  if (known || !policy.match.includes('key')) return found;
  if (found.length === 0 && !mayHaveBegun(link)) return found;
  return [...(await target.find(account, ['key'], call)), ...found];
}

/**
 * Something was about to be written and nobody learned what became of it: an account with our key may
 * be there, under an address the person had then, with memberships that are to be taken back.
 */
function mayHaveBegun({ memberships, applied, lookAgain, attempts }: DueLink): boolean {
  return memberships.length > 0 || applied.length > 0 || lookAgain || attempts > 0;
}

async function candidates(looking: Looking, account: Account): Promise<Known | 'wait'> {
  const found = await matches(looking, account);
  const owners = await ownersOf(looking, found);
  const { chosen, mergedInto } = looking.link;
  const named = chosen ?? mergedInto;
  if (named !== null && found.some(({ remoteId }) => remoteId === named))
    return { kind: 'unlinked', candidates: chosenOf(found, owners) };
  if (mayComeFree(looking.link, owners)) return 'wait';
  const list = await Promise.all(
    found.map(async (observed): Promise<Candidate | null> => {
      const owner = owners.find(({ remoteId }) => remoteId === observed.remoteId);
      return owner === undefined ? unowned(looking, observed) : owned(looking, account, owner);
    }),
  );
  return { kind: 'unlinked', candidates: list.filter((one) => one !== null) };
}

/** The account that an administrator chose or that the person's was merged into, and who holds it. */
function chosenOf(
  found: readonly Observed[],
  owners: readonly RemoteOwner[],
): readonly Candidate[] {
  return found.map((observed) => {
    const [owner] = owners;
    return {
      observed,
      owner: owner === undefined ? null : { ...owner, vacant: owner.claim === 'vacant' },
    };
  });
}

/** Nobody has it: whoever else it would be given to must not lose it to the one who is looked at first. */
async function unowned({ link, claims }: Looking, observed: Observed): Promise<Candidate> {
  const { key, email } = observed;
  const rivals = key === link.id || email === null ? [] : await claims.rivals(link.id, email);
  return { observed, owner: null, rivals };
}

/**
 * Its holder may have changed or left it between our look and the question who holds it: what was
 * written then must be seen, or it would stay, and an address that was let go of holds nobody.
 */
async function owned(
  { link, connected, call }: Looking,
  account: Account,
  { remoteId, sourceId, sourceName, claim }: RemoteOwner,
): Promise<Candidate | null> {
  const observed = await connected.target.read(remoteId, call);
  if (observed === null || (observed.email !== account.email && observed.key !== link.id))
    return null;
  return { observed, owner: { sourceId, sourceName, vacant: claim === 'vacant' } };
}

/** Whoever has the address that this person gets may be about to let go of it: they go first. */
async function addressMayComeFree(
  looking: Looking,
  account: Account,
  observed: Observed,
): Promise<boolean> {
  if (!account.active || account.email === observed.email) return false;
  const found = await looking.connected.target.find(account, ['email'], looking.call);
  return mayComeFree(looking.link, await ownersOf(looking, found));
}

function ownersOf(
  { link, claims }: Looking,
  found: readonly Observed[],
): Promise<readonly RemoteOwner[]> {
  return claims.owners(link.id, found);
}

/** How often somebody who changes is waited for, some 30 s: two who swap addresses would wait for ever. */
const mostWaits = 6;

function mayComeFree(link: DueLink, owners: readonly RemoteOwner[]): boolean {
  return owners.some(
    ({ claim }) => claim === 'leaving' || (claim === 'unsettled' && link.attempts < mostWaits),
  );
}
