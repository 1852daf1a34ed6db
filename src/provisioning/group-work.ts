/** Works off the groups that are due at a destination, for the slice that drains it. */
import { v7 as uuidv7 } from 'uuid';
import type { JsonObject } from '../model.ts';
import {
  claimGroup,
  type DueGroupLink,
  dueGroupLinks,
  followGroup,
  type GroupLinkRecord,
  holdersOf,
  othersGroups,
  recordGroupLink,
} from '../store/group-links.ts';
import type { Lease } from '../store/links.ts';
import type { Call, GroupTarget } from './connector.ts';
import type { DrainWorld } from './drain.ts';
import { backoffMs, classify, type DestinationError, LeaseLost } from './failure.ts';
import { type GroupClaims, type GroupLooked, groupTaken, lookAtGroup } from './group-look.ts';
import type { Connected } from './reconcile.ts';
import type { Trouble } from './trouble.ts';

/** What groups are worked on with. */
export interface GroupWork {
  readonly world: DrainWorld;
  readonly lease: Lease;
  readonly connected: Connected;
  readonly call: Call;
  /** When the slice is over. */
  readonly endsAt: number;
  readonly trouble: Trouble;
}

/** Works on due groups until none is left or the slice is over. */
export async function workGroups(work: GroupWork): Promise<void> {
  const { world, lease, connected, call, endsAt } = work;
  const { groups } = connected.target;
  if (groups === undefined) return;
  while (!call.signal.aborted && world.now() < endsAt) {
    const due = await dueGroupLinks(world.pool, lease, connected.connector.concurrency);
    if (due.length === 0) return;
    const ended = await Promise.allSettled(due.map((link) => workOn(work, groups, link)));
    const failed = ended.find((one) => one.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }
}

async function workOn(work: GroupWork, target: GroupTarget, link: DueGroupLink): Promise<void> {
  const { connected, call, trouble } = work;
  try {
    const claims = claimsOf(work);
    const { policy } = connected;
    const looked = await lookAtGroup({ link, policy, target, claims, call });
    if (looked.plan !== 'nothing' || looked.reason !== null) trouble.answered(link.attempts);
    else trouble.passed();
    await record(work, link, recordOf(work, link, looked));
  } catch (error) {
    if (error instanceof LeaseLost) throw error;
    // A slice that ends cuts what was under way: the link stays due.
    if (call.signal.aborted) return;
    await failed(work, link, classify(error));
  }
}

function claimsOf({ world: { pool }, lease }: GroupWork): GroupClaims {
  return {
    others: (link, found) => othersGroups(pool, lease, link, found),
    claim: async (link, now) => {
      const answer = await claimGroup(pool, lease, link, now);
      if (answer === 'lost') throw new LeaseLost();
      if (answer === 'taken') throw groupTaken();
    },
    follow: (link) => followGroup(pool, lease, link),
    holders: (membership) => holdersOf(pool, lease, membership),
  };
}

async function record(
  { world, lease }: GroupWork,
  link: DueGroupLink,
  what: GroupLinkRecord,
): Promise<void> {
  if (!(await recordGroupLink(world.pool, lease, link, what))) throw new LeaseLost();
}

function recordOf(
  { world }: GroupWork,
  link: DueGroupLink,
  { plan, reason, now, changes, againMs }: GroupLooked,
): GroupLinkRecord {
  const settled = againMs === null;
  const noted = plan === 'hold' ? reason !== link.reason : plan !== 'nothing' && plan !== 'wait';
  const named = now.name ?? link.name ?? calledHere(link);
  return {
    wanted: link.wanted,
    settled,
    notBefore: againMs === null ? null : new Date(world.now() + againMs),
    now,
    forgotten: plan === 'forget' || plan === 'delete',
    outcome: plan === 'hold' || plan === 'wait' ? 'held' : 'done',
    reason,
    attempts: settled ? 0 : link.attempts + 1,
    lookAgain: false,
    note: noted ? noteOf(plan, named, reason, changes) : null,
  };
}

async function failed(work: GroupWork, link: DueGroupLink, error: DestinationError): Promise<void> {
  const { world, lease, trouble } = work;
  const { groupId, ...of } = { groupId: link.id, ...lease };
  world.log.warn({ ...of, groupId, kind: error.kind, err: error }, 'looking at a group failed');
  const rejected = error.kind === 'rejected';
  const own = error.kind === 'transient' && error.pauseMs === null;
  const attempts = own ? link.attempts + 1 : link.attempts;
  const wait = own ? backoffMs(attempts, world.random()) : 0;
  const named = calledHere(link);
  await record(work, link, {
    wanted: link.wanted,
    settled: rejected,
    notBefore: new Date(world.now() + wait),
    now: null,
    forgotten: false,
    outcome: rejected ? 'rejected' : 'failed',
    reason: error.message,
    attempts,
    lookAgain: link.lookAgain || error.unknownOutcome,
    note: link.reason === error.message ? null : noteOf(error.kind, named, error.message),
  });
  world.measure(lease, { kind: 'failure', failure: error.kind });
  await trouble.record(error, link.attempts);
}

const calledHere = ({ id, group, name }: DueGroupLink): string =>
  String(group?.displayName ?? name ?? id);

function noteOf(
  what: string,
  displayName: string,
  reason: string | null,
  changes: JsonObject = {},
): GroupLinkRecord['note'] {
  const detail = { displayName, changes };
  return { activityId: uuidv7(), kind: `group.${what}`, message: reason, detail };
}
