import {
  dueProbes,
  release,
  type StoredDestination,
  scheduleProbe,
} from '../store/destinations.ts';
import type { Call } from './connector.ts';
import { type DrainWorld, type Limits, probeMs } from './drain.ts';
import { classify } from './failure.ts';
import { requireGroups } from './policy-groups.ts';

/** A probe that was cut short with its process is made up for after this. */
const postponeMs = 60_000;

/** Tests the quarantined destinations whose probe is due, all at once, and releases those that answer. */
export async function probeQuarantined(world: DrainWorld, limits: Limits): Promise<void> {
  const due = await dueProbes(world.pool, postponeMs);
  await Promise.all(due.map((destination) => probe(world, destination, limits)));
}

/** Connects afresh: a target that has worked before would believe that it still does. */
async function probe(
  world: DrainWorld,
  destination: StoredDestination,
  limits: Limits,
): Promise<void> {
  const key = { tenantId: destination.tenantId, destinationId: destination.id };
  const call: Call = {
    urgent: true,
    signal: AbortSignal.timeout(30_000),
    beforeWrite: async () => undefined,
  };
  try {
    const { target, policy } = world.connect(destination, 'afresh');
    await requireGroups(world.pool, destination.tenantId, policy);
    await target.test(call);
    await release(world.pool, key);
    world.log.info(key, 'destination released from quarantine');
  } catch (error) {
    const at = new Date(world.now() + probeMs(limits, destination.failures));
    await scheduleProbe(world.pool, key, classify(error).message, at);
  }
}
