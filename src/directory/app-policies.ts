/**
 * App Login Policies: each assigns a group to an application. Together they are who is in scope there: whoever is in
 * any of the groups; without a policy, nobody. What leaving means is the application's own.
 */
import type pg from 'pg';
import { connectorNamed } from '../connectors/index.ts';
import { policySchema } from '../provisioning/policy.ts';
import { ScimError } from '../scim/error.ts';
import {
  type AppPolicy,
  appPoliciesOf,
  deleteAppPolicy,
  insertAppPolicy,
  type NamedAppPolicy,
  policiesAssigning,
} from '../store/app-policies.ts';
import { destinationsOf } from '../store/destinations.ts';
import { changePolicy, type PolicyChanged } from './destination-changes.ts';
import { deleteGroup } from './groups.ts';
import { type DirectoryWorld, ownerOf, type Precondition, type Request } from './request.ts';
import type { By } from './tokens.ts';

/** The group of a policy. */
export interface AssignedGroup {
  readonly source: string;
  readonly id: string;
  readonly name: string;
}

/** Adds a policy, and with it the members of its group to the application. */
export async function addAppPolicy(
  pool: pg.Pool,
  change: AppPolicyChange,
  policy: AppPolicy & { readonly group: AssignedGroup },
): Promise<PolicyChanged> {
  return rescope(pool, change, {
    groups: (others) => [...others.map(groupOf), policy.group],
    also: (client, { tenantId }) => insertAppPolicy(client, tenantId, policy),
  });
}

/** Removes a policy: whoever has the application by no other one falls out of its scope. */
export async function removeAppPolicy(
  pool: pg.Pool,
  change: AppPolicyChange,
  id: string,
): Promise<PolicyChanged> {
  return rescope(pool, change, {
    groups: (all) => all.filter((policy) => policy.id !== id).map(groupOf),
    also: (client, { tenantId }) => deleteAppPolicy(client, tenantId, id),
  });
}

/** Who changes the policies of which application. */
export interface AppPolicyChange extends By {
  readonly tenantId: string;
  readonly destinationId: string;
  readonly requestId: string;
  /** What a former answer gave, where many would leave. */
  readonly confirm: string | null;
}

const groupOf = ({ groupSource, groupId, group }: NamedAppPolicy): AssignedGroup => ({
  source: groupSource,
  id: groupId,
  name: group ?? groupId,
});

interface Rescoping {
  /** The groups that have the application afterwards, of the policies that it has before. */
  readonly groups: (before: readonly NamedAppPolicy[]) => readonly AssignedGroup[];
  /** What makes it so. */
  readonly also: (client: pg.PoolClient, of: AppPolicyChange) => Promise<void>;
}

/** Somebody else who changes them at once is made up for by beginning again. */
const tries = 5;

async function rescope(
  pool: pg.Pool,
  change: AppPolicyChange,
  { groups, also }: Rescoping,
): Promise<PolicyChanged> {
  const { tenantId, destinationId, confirm, ...by } = change;
  let changed: PolicyChanged = { kind: 'assigned-otherwise' };
  for (let round = 0; round < tries && changed.kind === 'assigned-otherwise'; round += 1) {
    const destinations = await destinationsOf(pool, tenantId);
    const destination = destinations.find(({ id }) => id === destinationId);
    const connector = connectorNamed(destination?.connector ?? '');
    const stored = policySchema.safeParse(destination?.policy);
    if (destination === undefined || connector === null || !stored.success)
      return {
        kind: 'faulty',
        faults: ['The policy of the application cannot be read: set it anew first.'],
      };
    const all = await appPoliciesOf(pool, tenantId);
    const before = all.filter((policy) => policy.destinationId === destinationId);
    const wanted = { ...stored.data, groups: groups(before) };
    changed = await changePolicy(
      pool,
      { destination, connector, ...by, also: (client) => also(client, change) },
      wanted,
      confirm,
    );
  }
  return changed;
}

/**
 * Deletes a group, unless a policy assigns it: an application whose group is gone stands still, so that nobody loses it
 * by mistake. Throws 409.
 */
export async function deleteUnassigned(
  world: DirectoryWorld,
  request: Request,
  id: string,
  precondition: Precondition | null,
): Promise<void> {
  const { tenantId, sourceId } = ownerOf(request);
  const assigning = await policiesAssigning(world.pool, tenantId, { source: sourceId, id });
  if (assigning.length > 0)
    throw new ScimError(
      409,
      `The group is assigned by ${assigning.map((name) => `“${name}”`).join(', ')}: remove that App Login Policy first.`,
    );
  await deleteGroup(world, request, id, precondition);
}
