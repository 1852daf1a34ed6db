/** When a delivery that failed is tried again. Pure. */

const [second, minute, hour] = [1_000, 60_000, 3_600_000];

/** The times notices are delivered by. */
export interface NoticeTimes {
  /** Waits between two attempts, widening; the last one repeats. */
  readonly retriesMs: readonly number[];
  /** How long after a notice its deliveries are given up. */
  readonly giveUpMs: number;
  /** How long a receiver may take to answer. */
  readonly requestMs: number;
}

/** The usual times: a receiver that is restarted gets it soon, one that is down for a weekend still does. */
export const usualNoticeTimes: NoticeTimes = {
  retriesMs: [
    5 * second,
    30 * second,
    2 * minute,
    10 * minute,
    30 * minute,
    hour,
    2 * hour,
    4 * hour,
    6 * hour,
  ],
  giveUpMs: 72 * hour,
  requestMs: 10 * second,
};

/** A delivery that failed just now. */
export interface FailedAttempt {
  /** When the notice was raised. */
  readonly raisedAt: Date;
  /** How often it was tried before. */
  readonly attempts: number;
  readonly now: number;
  /** A number in [0, 1): receivers that failed together are not tried together. */
  readonly random: number;
}

/** When to try again, the last time right before it is given up; `null` when it is time for that. */
export function retryAt(
  { raisedAt, attempts, now, random }: FailedAttempt,
  { retriesMs, giveUpMs }: NoticeTimes,
): Date | null {
  const end = raisedAt.getTime() + giveUpMs;
  if (now >= end) return null;
  const wait = retriesMs[Math.min(attempts, retriesMs.length - 1)] ?? 0;
  return new Date(Math.min(now + wait * (1 + random / 5), end));
}
