/**
 * What must hold before anybody is brought to a destination. The drain and the probe ask the same:
 * else the one would let it out of quarantine and the other put it back at once.
 */
import type { Queryable } from '../store/statement.ts';
import type { Call } from './connector.ts';
import { DestinationError } from './failure.ts';
import { faultsOf } from './policy-faults.ts';
import { requireGroups } from './policy-groups.ts';
import { membershipsOf } from './policy-memberships.ts';
import type { Connected } from './reconcile.ts';
import { once } from './subject.ts';

const faults = once(faultsOf);

/**
 * Checks the policy, the groups it names, then the destination itself.
 * @throws `DestinationError`
 */
export async function assertReady(
  db: Queryable,
  tenantId: string,
  { policy, target }: Connected,
  call: Call,
): Promise<void> {
  const [fault] = faults(policy);
  if (fault !== undefined)
    throw new DestinationError('misconfigured', fault, { code: 'policy_unreadable' });
  await requireGroups(db, tenantId, policy);
  await target.test({ ...call, memberships: membershipsOf(policy) });
}
