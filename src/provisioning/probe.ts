import { dueProbes, type StoredDestination } from '../store/destinations.ts';
import { type Probed, release, scheduleProbe, turnOff } from '../store/quarantine.ts';
import type { Call } from './connector.ts';
import type { DrainWorld, Limits } from './drain.ts';
import { classify, type DestinationError } from './failure.ts';
import { isOver, probeMs, verdictAfterProbe } from './quarantining.ts';
import { assertReady } from './readiness.ts';

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
  const { tenantId, id: destinationId, epoch } = destination;
  const call: Call = {
    urgent: true,
    signal: AbortSignal.timeout(30_000),
    beforeWrite: async () => undefined,
  };
  try {
    await assertReady(world.pool, tenantId, world.connect(destination, 'afresh'), call);
  } catch (error) {
    await stay(world, destination, classify(error), limits);
    return;
  }
  await release(world.pool, { tenantId, destinationId, epoch });
  world.log.info({ tenantId, destinationId }, 'destination released from quarantine');
}

async function stay(
  { pool, log, now }: DrainWorld,
  destination: StoredDestination,
  error: DestinationError,
  limits: Limits,
): Promise<void> {
  const { tenantId, id: destinationId, epoch, probes } = destination;
  const probed: Probed = { tenantId, destinationId, epoch };
  const verdict = verdictAfterProbe(destination, error);
  if (!isOver(destination, now()))
    return scheduleProbe(pool, probed, verdict, new Date(now() + probeMs(limits, probes)));
  log.error({ tenantId, destinationId, ...verdict }, 'destination switched off');
  const reason = `Quarantined for 28 days and switched off; mend it and switch it on again. ${verdict.reason}`;
  await turnOff(pool, probed, { ...verdict, reason });
}
