/**
 * App Login Policies: each assigns a group to an application. Together they are who is in scope there: whoever is in
 * any of the groups; without a policy, nobody. What leaving means is the application's own.
 */
import type pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { connectorNamed } from '../connectors/index.ts';
import { policySchema } from '../provisioning/policy.ts';
import { ScimError } from '../scim/error.ts';
import { insertActivity } from '../store/activity.ts';
import {
  type AppPolicy,
  appPoliciesOf,
  deleteAppPolicy,
  insertAppPolicy,
  type NamedAppPolicy,
  policiesAssigning,
  renameAppPolicy,
} from '../store/app-policies.ts';
import { destinationsOf } from '../store/destinations.ts';
import { findResource } from '../store/resources.ts';
import { transaction } from '../store/statement.ts';
import { changePolicy, type PolicyChanged } from './destination-changes.ts';
import { deleteGroup } from './groups.ts';
import { newTokenId } from './ids.ts';
import { localSource } from './local.ts';
import { type DirectoryWorld, ownerOf, type Precondition, type Request } from './request.ts';
import type { By } from './tokens.ts';

/** The group of a policy. */
interface AssignedGroup {
  readonly source: string;
  readonly id: string;
  readonly name: string;
}

/** A policy about to be added. */
export interface NewAppPolicy extends Pick<AppPolicy, 'name' | 'loginMethod' | 'createdAt'> {
  /** A group of the directory. */
  readonly groupId: string;
}

/** How adding one ended; but for `changed` nothing was. */
export type AppPolicyAdded =
  | (Extract<PolicyChanged, { readonly kind: 'changed' }> & { readonly id: string })
  | Exclude<PolicyChanged, { readonly kind: 'changed' }>
  /** The policy of this name assigns the group to the application already. */
  | { readonly kind: 'exists'; readonly name: string }
  /** There is no such group in the directory. */
  | { readonly kind: 'no-group' };

/** Adds a policy, and with it the members of its group to the application. */
export async function addAppPolicy(
  pool: pg.Pool,
  change: AppPolicyChange,
  { groupId, ...given }: NewAppPolicy,
): Promise<AppPolicyAdded> {
  const { tenantId, destinationId } = change;
  const { id: groupSource } = await localSource(pool, tenantId);
  const found = await findResource(pool, { tenantId, sourceId: groupSource }, 'Group', groupId);
  if (found === null) return { kind: 'no-group' };
  const same = (await appPoliciesOf(pool, tenantId)).find(
    (other) => other.destinationId === destinationId && other.groupId === groupId,
  );
  if (same !== undefined) return { kind: 'exists', name: same.name };
  const policy = { ...given, id: newTokenId(), destinationId, groupSource, groupId };
  const group = { source: groupSource, id: groupId, name: String(found.data.displayName) };
  const changed = await rescope(pool, change, {
    groups: (others) => [...others.map(groupOf), group],
    also: async (client) => {
      await insertAppPolicy(client, tenantId, policy);
      await insertActivity(client, tenantId, lineOf('create', change, policy.name));
    },
  });
  return changed.kind === 'changed' ? { ...changed, id: policy.id } : changed;
}

/** Removes a policy: whoever has the application by no other one falls out of its scope. */
export async function removeAppPolicy(
  pool: pg.Pool,
  change: AppPolicyChange,
  { id, name }: Pick<AppPolicy, 'id' | 'name'>,
): Promise<PolicyChanged> {
  const { tenantId } = change;
  return rescope(pool, change, {
    groups: (all) => all.filter((policy) => policy.id !== id).map(groupOf),
    also: async (client) => {
      await deleteAppPolicy(client, tenantId, id);
      await insertActivity(client, tenantId, lineOf('delete', change, name));
    },
  });
}

/** Gives a policy another name. */
export async function renamePolicy(
  pool: pg.Pool,
  change: Omit<AppPolicyChange, 'confirm'>,
  { id, name }: Pick<AppPolicy, 'id' | 'name'>,
  to: string,
): Promise<void> {
  const { tenantId } = change;
  if (name === to) return;
  await transaction(pool, async (client) => {
    await renameAppPolicy(client, tenantId, { id, name: to });
    const detail = { name: [name, to] };
    await insertActivity(client, tenantId, { ...lineOf('rename', change, to), detail });
  });
}

/** The line of activity of a change of the policy of this name. */
function lineOf(
  verb: 'create' | 'rename' | 'delete',
  { destinationId, actor, requestId }: Omit<AppPolicyChange, 'confirm'>,
  message: string,
) {
  const line = { id: uuidv7(), kind: `app-policy.${verb}`, outcome: 'done', message };
  return { ...line, destinationId, actor, requestId };
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
  readonly also: (client: pg.PoolClient) => Promise<void>;
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
    changed = await changePolicy(pool, { destination, connector, ...by, also }, wanted, confirm);
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
