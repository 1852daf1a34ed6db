/** How long a destination stays in quarantine, when it is probed, and what a failed probe changes. Pure. */
import type { StoredDestination } from '../store/destinations.ts';
import type { Verdict } from '../store/quarantine.ts';
import type { Limits } from './drain.ts';
import type { DestinationError } from './failure.ts';

/** Quarantined again this soon after it was let out: it is the same trouble, and probed as rarely. */
const relapseMs = 3_600_000;

/** Quarantined for this long, it is switched off. */
const longestMs = 28 * 24 * 3_600_000;

/** When to probe next after so many probes. */
export function probeMs({ probesMs }: Pick<Limits, 'probesMs'>, probes: number): number {
  return probesMs[Math.min(probes, probesMs.length - 1)] ?? 0;
}

/** The probes a destination enters quarantine with: those of the last time where it was let out just now. */
export function probesAtEntry(
  { probes, releasedAt }: Pick<StoredDestination, 'probes' | 'releasedAt'>,
  now: number,
): number {
  return releasedAt !== null && now - releasedAt.getTime() < relapseMs ? probes : 0;
}

/**
 * Why a destination is quarantined after a probe that failed. Only what its owner must mend replaces
 * the reason it has: that it did not answer just now says nothing new.
 */
export function verdictAfterProbe(
  { reason, reasonCode }: Pick<StoredDestination, 'reason' | 'reasonCode'>,
  error: Pick<DestinationError, 'code' | 'message'>,
): Verdict {
  if (error.code !== null) return { code: error.code, reason: error.message };
  return { code: reasonCode ?? 'failing', reason: reason ?? error.message };
}

/** Whether it was quarantined for so long that it is given up. */
export function isOver(
  { quarantinedAt }: Pick<StoredDestination, 'quarantinedAt'>,
  now: number,
): boolean {
  return quarantinedAt !== null && now - quarantinedAt.getTime() >= longestMs;
}
