/** The groups a policy looks at. One that is gone stops the destination: it never means "nobody". */
import type { LookedAt } from '../store/due-links.ts';
import type { GroupKey } from '../store/groups-present.ts';
import { missingGroups } from '../store/groups-present.ts';
import type { Queryable } from '../store/statement.ts';
import { DestinationError } from './failure.ts';
import type { GroupRef, Policy, Push } from './policy.ts';
import { once } from './subject.ts';

/** The groups a policy names, in its scope or in a rule, each once. */
export const groupsOf: (policy: Policy) => readonly GroupRef[] = once((policy: Policy) => {
  const named = policy.rules.flatMap(({ when }) => ('group' in when ? [when.group] : []));
  const all = [...(policy.groups ?? []), ...named];
  return [...new Map(all.map((group) => [`${group.source}/${group.id}`, group])).values()];
});

/**
 * Checks that every group a policy names is on the roll.
 * @throws `DestinationError` (misconfigured)
 */
export async function requireGroups(
  db: Queryable,
  tenantId: string,
  policy: Policy,
): Promise<void> {
  const groups = groupsOf(policy);
  if (groups.length === 0) return;
  refuseMissing(policy, await missingGroups(db, tenantId, groups.map(keyOf)));
}

/** What of the groups of people a policy looks at. */
export const lookedAt = (policy: Policy): LookedAt => ({
  groups: groupsOf(policy).map(keyOf),
  pushes: policy.push?.members === true,
});

/** Whether a group of the roll is to be at the destination. */
export function isPushed(id: string, { groups }: Push): boolean {
  return groups === 'all' || groups.some((group) => group.id === id);
}

/** How the store names a group. */
export const keyOf = ({ source, id }: GroupRef): GroupKey => ({ sourceId: source, id });

/** Throws where any of these ids, which the roll does not have, is one of a policy's groups. */
export function refuseMissing(policy: Policy, ids: readonly string[]): void {
  const gone = groupsOf(policy).find(({ id }) => ids.includes(id));
  if (gone === undefined) return;
  throw new DestinationError(
    'misconfigured',
    `The policy looks at the group ${gone.name}, which its identity provider has deleted. Nobody is changed until another group is chosen, or the group is taken out of the policy.`,
    { code: 'group_missing' },
  );
}
