/** Previews the groups of a destination: what would become of each, decided by the code that acts. */

import type { JsonObject } from '../model.ts';
import type { DestinationKey } from '../store/destinations.ts';
import { type DueGroupLink, firstGroup, groupPage, othersGroups } from '../store/group-links.ts';
import type { Queryable } from '../store/statement.ts';
import type { Call, GroupTarget } from './connector.ts';
import { classify } from './failure.ts';
import { decideGroup, type GroupDeciding } from './group-look.ts';
import { changesIn, type GroupPlan, wantedGroup } from './group-plan.ts';
import type { Patience, Waiting } from './patience.ts';
import type { Policy } from './policy.ts';
import type { Connected } from './reconcile.ts';

/** What would become of a group. */
export type GroupEffect = 'create' | 'adopt' | 'update' | 'delete' | 'hold' | 'nothing';

/** A group of which a preview tells. */
export interface PreviewedGroup {
  readonly type: 'group';
  readonly groupId: string;
  readonly group: string;
  readonly effect: GroupEffect;
  readonly reason: string | null;
  /** Each changed value as `[before, after]`. */
  readonly changes: JsonObject | null;
}

/** Which groups, and how they are looked at. */
export interface GroupPreviewing {
  readonly db: Queryable;
  readonly key: DestinationKey;
  readonly connected: Connected;
  readonly call: Call;
  readonly patience: Patience;
}

const pageSize = 200;

/** Each group of the roll that is to be there, or is there by us; none where groups cannot be made. */
export async function* previewGroups(
  previewing: GroupPreviewing,
): AsyncGenerator<PreviewedGroup | Waiting> {
  const { db, key, connected, call, patience } = previewing;
  const { groups: target } = connected.target;
  if (target === undefined) return;
  for (let after = firstGroup; ; ) {
    call.signal.throwIfAborted();
    const page: readonly DueGroupLink[] = await groupPage(db, key, { after, limit: pageSize });
    const concerned = page.filter((link) => isConcerned(link, connected.policy));
    yield* patience.each(concerned, connected.connector.concurrency, (link, each) =>
      previewed({ ...previewing, call: each }, target, link),
    );
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return;
    after = last;
  }
}

/** One that is not sent, and is not there by us, is none of this destination's. */
function isConcerned(link: DueGroupLink, policy: Policy): boolean {
  return link.membership !== null || link.made || wantedGroup(link, policy).kind !== 'none';
}

async function previewed(
  { db, key, connected: { policy }, call }: GroupPreviewing,
  target: GroupTarget,
  link: DueGroupLink,
): Promise<PreviewedGroup> {
  const named = {
    type: 'group',
    groupId: link.id,
    group: String(link.group?.displayName ?? link.name ?? link.id),
  } as const;
  try {
    const claims: GroupDeciding['claims'] = {
      others: (of, found) => othersGroups(db, key, of, found),
    };
    const plan = await decideGroup({ link, policy, target, claims, call });
    const changes = changesIn(plan);
    return {
      ...named,
      effect: effectOf(plan),
      reason: 'reason' in plan ? plan.reason : null,
      changes: Object.keys(changes).length === 0 ? null : changes,
    };
  } catch (error) {
    const { kind, message } = classify(error);
    if (kind !== 'rejected') throw error;
    return { ...named, effect: 'hold', reason: message, changes: null };
  }
}

const effectOf = ({ kind }: GroupPlan): GroupEffect => (kind === 'forget' ? 'nothing' : kind);
