/** What an administrator changes about a destination: whether it is worked on, and its policy. */
import { createHash } from 'node:crypto';
import type pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import type { Connector } from '../provisioning/connector.ts';
import { DestinationError } from '../provisioning/failure.ts';
import { guardIn, type Policy, policySchema, unreadableIn } from '../provisioning/policy.ts';
import { effectOf, type PolicyEffect, type Touched } from '../provisioning/policy-effect.ts';
import { insertActivity } from '../store/activity.ts';
import { assignedGroups } from '../store/app-policies.ts';
import { activate, pause } from '../store/destination-switch.ts';
import {
  type DestinationKey,
  type StoredDestination,
  updatePolicy,
} from '../store/destinations.ts';
import { allowLeaves } from '../store/guard-decisions.ts';
import { sourcesOf } from '../store/sources.ts';
import { transaction } from '../store/statement.ts';
import { changesBetween } from './changes.ts';
import { policyFaults } from './policy-check.ts';
import type { By } from './tokens.ts';

/** Who changes which destination. */
export interface DestinationChange extends By {
  readonly destination: StoredDestination;
  readonly connector: Connector;
  /** `null` where it was no request. */
  readonly requestId: string | null;
  /** What is written in the same transaction. */
  readonly also?: (client: pg.PoolClient) => Promise<void>;
}

/** Has a destination worked on, or not; nothing that waits is lost. Activating looks at everybody. */
export async function switchTo(
  pool: pg.Pool,
  { destination, actor, requestId }: Omit<DestinationChange, 'connector'>,
  state: 'active' | 'paused',
  reason: string | null = null,
): Promise<void> {
  const { tenantId, id: destinationId } = destination;
  await transaction(pool, async (client) => {
    const [change, kind] =
      state === 'active' ? [activate, 'destination.activate'] : [pause, 'destination.pause'];
    if (!(await change(client, { tenantId, destinationId }, reason))) return;
    const line = { id: uuidv7(), kind, outcome: 'done', message: reason, destinationId };
    await insertActivity(client, tenantId, { ...line, actor, requestId });
  });
}

/** How a change of policy ended. */
export type PolicyChanged =
  | { readonly kind: 'changed'; readonly effect: PolicyEffect }
  /** It cannot be: nothing was changed. A sentence for each fault. */
  | { readonly kind: 'faulty'; readonly faults: readonly string[] }
  /** Its groups are not those of its App Login Policies, which may have changed meanwhile: nothing was changed. */
  | { readonly kind: 'assigned-otherwise' }
  /** It would touch many: nothing was changed. To be repeated with `confirm`. */
  | { readonly kind: 'many'; readonly effect: PolicyEffect; readonly confirm: string };

/**
 * Puts a policy in force, unless it cannot be read, or would touch so many people that somebody should
 * say so twice. By how many is told by the guard in force before: a change cannot lift its own brake.
 * Whose leave was confirmed here is not held by the guard.
 * @param confirm what a former answer gave; taken while the same policy touches about as many
 */
export async function changePolicy(
  pool: pg.Pool,
  change: DestinationChange,
  given: unknown,
  confirm: string | null,
): Promise<PolicyChanged> {
  const weighed = await weighPolicy(pool, change, given);
  if (weighed.kind === 'faulty') return weighed;
  const { policy, effect, leavers } = weighed;
  const many = touchesMany(effect, guardIn(change.destination.policy));
  if (many && !confirms(confirm, policy, effect))
    return { kind: 'many', effect, confirm: weighed.confirm };
  try {
    await store(pool, change, policy, many ? leavers : []);
  } catch (error) {
    if (error instanceof AssignedOtherwise) return { kind: 'assigned-otherwise' };
    throw error;
  }
  return { kind: 'changed', effect };
}

/** Undoes a change that would take an application from a group that a policy gives it to, or the other way round. */
class AssignedOtherwise extends Error {
  override readonly name = 'AssignedOtherwise';
}

/** Where App Login Policies say who is in scope, nobody else does. To be called with the destination locked. */
async function requireAssigned(
  client: pg.PoolClient,
  key: DestinationKey,
  { groups }: Policy,
): Promise<void> {
  const assigned = await assignedGroups(client, key);
  if (assigned.length === 0) return;
  const named = new Set(groups?.map(({ id }) => id));
  if (groups === null || named.size !== assigned.length || !assigned.every((id) => named.has(id)))
    throw new AssignedOtherwise();
}

/** What a policy would mean; nothing was changed. */
export type PolicyWeighed =
  | ({ readonly kind: 'weighed'; readonly policy: Policy; readonly confirm: string } & Touched)
  | Extract<PolicyChanged, { readonly kind: 'faulty' }>;

/** Says what a policy would mean for how many, or all that is wrong with it. */
export async function weighPolicy(
  pool: pg.Pool,
  { destination, connector }: Pick<DestinationChange, 'destination' | 'connector'>,
  given: unknown,
): Promise<PolicyWeighed> {
  const parsed = policySchema.safeParse(given);
  if (!parsed.success) return { kind: 'faulty', faults: unreadableIn(parsed.error) };
  const policy = parsed.data;
  const sources = await sourcesOf(pool, destination.tenantId);
  const faults = policyFaults(policy, { connector, sources });
  if (faults.length > 0) return { kind: 'faulty', faults };
  const key = { tenantId: destination.tenantId, destinationId: destination.id };
  try {
    const touched = await effectOf(pool, key, { connector, policy });
    return { kind: 'weighed', policy, confirm: confirmation(policy, touched.effect), ...touched };
  } catch (error) {
    if (!(error instanceof DestinationError)) throw error;
    return { kind: 'faulty', faults: [error.message] };
  }
}

async function store(
  pool: pg.Pool,
  { destination, actor, requestId, also }: DestinationChange,
  policy: Policy,
  confirmed: readonly string[],
): Promise<void> {
  const { tenantId, id: destinationId } = destination;
  const key = { tenantId, destinationId };
  const detail = changesBetween(destination.policy, JSON.parse(JSON.stringify(policy)));
  await transaction(pool, async (client) => {
    await updatePolicy(client, key, policy);
    await also?.(client);
    await requireAssigned(client, key, policy);
    await allowLeaves(client, key, confirmed, { actor, requestId });
    const line = {
      id: uuidv7(),
      kind: 'destination.policy',
      outcome: 'done',
      destinationId,
      detail,
    };
    await insertActivity(client, tenantId, { ...line, actor, requestId });
  });
}

function touchesMany(
  { accounts, rewrite, leave }: PolicyEffect,
  { floor, share }: Policy['guard'],
): boolean {
  return [rewrite, leave].some((count) => count > floor && count > share * accounts);
}

const digestLength = 16;

/** Says which policy was meant, and how many it would have touched. */
function confirmation(policy: Policy, { rewrite, leave }: PolicyEffect): string {
  const digest = createHash('sha256')
    .update(JSON.stringify(policy))
    .digest('hex')
    .slice(0, digestLength);
  return `${digest}-${rewrite}-${leave}`;
}

/** People come and go between the two: as many and a few more are still what was confirmed. */
function confirms(confirm: string | null, policy: Policy, effect: PolicyEffect): boolean {
  const [digest = '', rewrite = '', leave = ''] = (confirm ?? '').split('-');
  const about = (counted: number, confirmed: string) => counted <= Number(confirmed) * 1.1 + 10;
  return (
    confirmation(policy, effect).startsWith(`${digest}-`) &&
    about(effect.rewrite, rewrite) &&
    about(effect.leave, leave)
  );
}
