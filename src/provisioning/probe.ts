import { dueProbes, release, scheduleProbe } from '../store/destinations.ts';
import type { DestinationKey } from '../store/destinations.ts';
import type { Call } from './connector.ts';
import type { DrainWorld } from './drain.ts';
import { classify } from './failure.ts';

/** Minutes between probes of a quarantined destination, widening; the last one repeats. */
const intervalsMs = [60_000, 300_000, 1_800_000, 21_600_000, 86_400_000];

/** When to probe again after so many failed probes. */
export function nextProbeMs(failures: number): number {
  return intervalsMs[Math.min(failures, intervalsMs.length - 1)] ?? 86_400_000;
}

/**
 * Tests the quarantined destinations whose probe is due, and releases those that answer.
 * @returns the released ones: all their links are to be looked at again
 */
export async function probeQuarantined(world: DrainWorld): Promise<readonly DestinationKey[]> {
  const released: DestinationKey[] = [];
  const postponeMs = 60_000;
  for (const destination of await dueProbes(world.pool, postponeMs)) {
    const key = { tenantId: destination.tenantId, destinationId: destination.id };
    const call: Call = { urgent: true, signal: AbortSignal.timeout(30_000), beforeWrite: async () => undefined };
    try {
      await world.connect(destination).target.test(call);
      await release(world.pool, key);
      world.log.info(key, 'destination released from quarantine');
      released.push(key);
    } catch (error) {
      const at = new Date(world.now() + nextProbeMs(destination.failures));
      await scheduleProbe(world.pool, key, classify(error).message, at);
    }
  }
  return released;
}
