/**
 * Looks at one group's link, as `reconcile` does at a person's: reads both sides, lets `planGroup` decide, and writes
 * the difference. Its members are not its business: they follow as soon as it is there.
 */
import type { JsonObject } from '../model.ts';
import type { DueGroupLink } from '../store/group-links.ts';
import type { Call, GroupChange, GroupTarget, RemoteGroup } from './connector.ts';
import { DestinationError } from './failure.ts';
import {
  changesIn,
  type GroupPlan,
  isGroupUnchanged,
  type KnownGroup,
  planGroup,
  staysSaid,
  type WantedGroup,
  type Written,
  wantedGroup,
} from './group-plan.ts';
import type { Policy } from './policy.ts';

/** What looking at groups needs of the store. */
export interface GroupClaims {
  /** Of these, the memberships of those that are another group's of the roll. */
  others(link: DueGroupLink, found: readonly RemoteGroup[]): Promise<readonly string[]>;
  /** Notes what is about to become this group's; throws where it is another's. */
  claim(link: DueGroupLink, now: Pick<DueGroupLink, 'membership' | 'made'>): Promise<void>;
  /** Has the members of a group looked at. */
  follow(link: DueGroupLink): Promise<void>;
  /** How many people have a membership that we gave them. */
  holders(membership: string): Promise<number>;
}

/** A group to be looked at, and where. */
export interface GroupLooking {
  readonly link: DueGroupLink;
  readonly policy: Policy;
  readonly target: GroupTarget;
  readonly claims: GroupClaims;
  readonly call: Call;
}

/** How a look at a group ended, when nothing failed. */
export interface GroupLooked {
  readonly plan: GroupPlan['kind'] | 'wait';
  readonly reason: string | null;
  /** What it is there now. */
  readonly now: Pick<DueGroupLink, 'membership' | 'made'> & Written;
  /** Each attribute that was written, as it was and as it is. */
  readonly changes: JsonObject;
  /** How long to wait before it is looked at again; `null`: it is done. */
  readonly againMs: number | null;
}

/** Brings a group at the destination to agree with the roll. Throws what the target throws. */
export async function lookAtGroup(looking: GroupLooking): Promise<GroupLooked> {
  return carryOut(looking, await decideGroup(looking));
}

/** What deciding about a group takes. */
export interface GroupDeciding extends Omit<GroupLooking, 'claims'> {
  readonly claims: Pick<GroupClaims, 'others'>;
}

/** Decides about a group by what is on both sides now. Writes nothing; throws what the target throws. */
export async function decideGroup(deciding: GroupDeciding): Promise<GroupPlan> {
  const { link, policy } = deciding;
  const wanted = wantedGroup(link, policy);
  if (isGroupUnchanged(link, wanted))
    return { kind: 'nothing', reason: staysSaid(link), written: link };
  return planGroup(wanted, await look(deciding, wanted), link, policy);
}

const nothing: KnownGroup = { kind: 'unlinked', found: [] };

async function look(
  { link, target, claims, call }: GroupDeciding,
  wanted: WantedGroup,
): Promise<KnownGroup> {
  if (wanted.kind === 'hold') return nothing;
  const group = link.membership === null ? null : await target.read(link.membership, call);
  if (group !== null) return { kind: 'linked', group };
  // Of what was never made by us nothing can have been left behind.
  if (wanted.kind === 'none' && !link.made) return nothing;
  const { name, key } =
    wanted.kind === 'group' ? wanted.group : { key: link.id, name: link.name ?? '' };
  const found = await target.find({ key, name }, call);
  const others = await claims.others(link, found);
  const free = found.filter(({ membership }) => !others.includes(membership));
  return { kind: 'unlinked', found: free };
}

async function carryOut(looking: GroupLooking, plan: GroupPlan): Promise<GroupLooked> {
  const { link, target, claims, call } = looking;
  switch (plan.kind) {
    case 'hold':
    case 'forget':
      return ended(link, plan);
    case 'nothing':
      if (!link.told) await claims.follow(link);
      return ended(link, plan, { ...link, ...plan.written });
    case 'create': {
      await claims.claim(link, { membership: null, made: true });
      const membership = await target.create(plan.group, call);
      return ours(looking, plan, { ...plan.written, membership, made: true });
    }
    case 'adopt': {
      const { membership, key } = plan.found;
      // What carries our key was made by us, if we were about to.
      const made = link.made && key === link.id;
      await claims.claim(link, { membership, made });
      const remarks = await update(looking, plan);
      return ours(looking, plan, { ...plan.written, membership, made }, remarks);
    }
    case 'update': {
      const { membership } = plan.found;
      await claims.claim(link, { membership, made: link.made });
      await update(looking, plan);
      return ours(looking, plan, { ...plan.written, membership, made: link.made }, plan.reason);
    }
    case 'delete':
      return remove(looking, plan);
  }
}

async function update(
  { target, call }: GroupLooking,
  { found, change }: { readonly found: RemoteGroup; readonly change: GroupChange },
): Promise<string | null> {
  const remarks: string[] = [];
  const remark = (sentence: string) => remarks.push(sentence);
  await target.update(found, change, { ...call, remark });
  return remarks.length === 0 ? null : remarks.join('; ');
}

/** It is there: from now on its members are members there. */
async function ours(
  { link, claims }: GroupLooking,
  plan: GroupPlan,
  now: GroupLooked['now'],
  reason: string | null = null,
): Promise<GroupLooked> {
  if (link.membership !== now.membership) await claims.claim(link, now);
  if (link.membership !== now.membership || !link.told) await claims.follow(link);
  return { plan: plan.kind, reason, now, changes: changesIn(plan), againMs: null };
}

const firstWaitMs = 500;
const longestWaitMs = 60_000;

/**
 * Deletes a group when nobody has it by us any more: each member is let go of as people are, so that the guard is
 * asked about a crowd before the group takes them along.
 */
async function remove(
  { link, target, claims, call }: GroupLooking,
  plan: GroupPlan & { readonly kind: 'delete' },
): Promise<GroupLooked> {
  const { membership } = plan;
  const holders = await claims.holders(membership);
  if (holders > 0) {
    const againMs = Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(link.attempts, 10));
    const people = holders === 1 ? 'one person' : `${holders} people`;
    const reason = `${plan.reason}: waits for ${people} to be taken out of it`;
    return { plan: 'wait', reason, now: { ...link, membership }, changes: {}, againMs };
  }
  await target.delete(membership, call);
  return ended(link, plan);
}

const gone = { membership: null, made: false, name: null, attributes: {} };

function ended(
  link: DueGroupLink,
  plan: GroupPlan & { readonly reason: string | null },
  now: GroupLooked['now'] = plan.kind === 'forget' || plan.kind === 'delete' ? gone : link,
): GroupLooked {
  return { plan: plan.kind, reason: plan.reason, now, changes: {}, againMs: null };
}

/** Another group of the roll was made this at the same moment. */
export const groupTaken = (): DestinationError =>
  new DestinationError('transient', 'The group was claimed for another group at the same moment.');
