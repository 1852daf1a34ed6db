/** Tries whether a destination can be reached with its settings and allows what its policy needs. */
import type { StoredDestination } from '../store/destinations.ts';
import type { Connect } from './connect.ts';
import type { Call } from './connector.ts';
import { WriteRefused } from './look-only.ts';
import { membershipsOf } from './policy-memberships.ts';

/** Somebody no destination knows: to be allowed to look for them is a part of what is tested. */
const nobody = { key: '', email: 'nobody@rollcall.invalid' };

/** How a test went well. */
export interface TestedDestination {
  /** It answers, and what Rollcall needs there is made by the first look at somebody: a test writes nothing. */
  readonly unprepared: boolean;
}

/**
 * Looks for nobody, then has the connector test what it needs, and the memberships of the policy with it.
 * @throws `DestinationError`
 */
export async function testDestination(
  connect: Connect,
  destination: StoredDestination,
  signal: AbortSignal,
): Promise<TestedDestination> {
  const { policy, target } = connect(destination, 'afresh');
  let unprepared = false;
  const call: Call = {
    ...{ urgent: true, signal, memberships: membershipsOf(policy) },
    beforeWrite: async () => {
      unprepared = true;
      throw new WriteRefused('A test writes nothing.');
    },
  };
  await target.find(nobody, ['email'], call);
  try {
    await target.test(call);
  } catch (error) {
    if (!unprepared) throw error;
  }
  return { unprepared };
}
