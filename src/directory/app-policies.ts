/**
 * App Login Policies: each assigns a group to an application. Together they are who is in scope there: whoever is in
 * any of the groups; without a policy, nobody. What leaving means is the application's own.
 */
import type pg from 'pg';
import { policySchema } from '../provisioning/policy.ts';
import type { AppPolicy, NamedAppPolicy } from '../store/app-policies.ts';
import {
  appPoliciesOf,
  deleteAppPolicy,
  insertAppPolicy,
  renameAppPolicy,
} from '../store/app-policies.ts';
import type { DestinationChange, PolicyChanged } from './destination-changes.ts';
import { changePolicy } from './destination-changes.ts';

/** The group of a policy. */
export interface AssignedGroup {
  readonly source: string;
  readonly id: string;
  readonly name: string;
}

/** Adds a policy, and with it the members of its group to the application. */
export async function addAppPolicy(
  pool: pg.Pool,
  change: DestinationChange,
  policy: AppPolicy & { readonly group: AssignedGroup },
  confirm: string | null,
): Promise<PolicyChanged> {
  const { tenantId } = change.destination;
  const others = (await policiesOf(pool, change)).map(groupOf);
  return rescope(pool, change, [...others, policy.group], confirm, (client) =>
    insertAppPolicy(client, tenantId, policy),
  );
}

/** Removes a policy: whoever has the application by no other one falls out of its scope. */
export async function removeAppPolicy(
  pool: pg.Pool,
  change: DestinationChange,
  id: string,
  confirm: string | null,
): Promise<PolicyChanged> {
  const { tenantId } = change.destination;
  const left = (await policiesOf(pool, change)).filter((policy) => policy.id !== id).map(groupOf);
  return rescope(pool, change, left, confirm, (client) => deleteAppPolicy(client, tenantId, id));
}

export { renameAppPolicy };

async function policiesOf(pool: pg.Pool, { destination }: DestinationChange) {
  const all = await appPoliciesOf(pool, destination.tenantId);
  return all.filter(({ destinationId }) => destinationId === destination.id);
}

const groupOf = ({ groupSource, groupId, group }: NamedAppPolicy): AssignedGroup => ({
  source: groupSource,
  id: groupId,
  name: group ?? groupId,
});

async function rescope(
  pool: pg.Pool,
  change: DestinationChange,
  groups: readonly AssignedGroup[],
  confirm: string | null,
  also: (client: pg.PoolClient) => Promise<void>,
): Promise<PolicyChanged> {
  const stored = policySchema.safeParse(change.destination.policy);
  if (!stored.success)
    return {
      kind: 'faulty',
      faults: ['The policy of the application cannot be read: set it anew first.'],
    };
  return changePolicy(pool, { ...change, also }, { ...stored.data, groups }, confirm);
}
