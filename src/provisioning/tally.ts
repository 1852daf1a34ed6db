/**
 * What this process has counted at each destination since it last wrote it down: requests, points, and
 * times from request to effect. Written once a second, never with a link, so that counting costs the
 * work nothing; a process that is killed loses a second of it.
 */
import type { Logger } from 'pino';
import { addToMinute, type MinuteCounts } from '../store/destination-minutes.ts';
import type { DestinationKey } from '../store/destinations.ts';
import type { Queryable } from '../store/statement.ts';
import { everySecond } from './every-second.ts';
import { bucketOf } from './histogram.ts';
import type { Measure, Measured } from './measure.ts';

/** Counts, and writes down what it has counted. */
export interface Tally {
  readonly measure: Measure;
  /** Adds what was counted to the database's minutes. What cannot be written is kept. */
  flush(db: Queryable): Promise<void>;
}

interface Counting {
  readonly key: DestinationKey;
  readonly minute: Date;
  requests: number;
  points: number;
  throttled: number;
  lastSuccessAt: Date | null;
  readonly urgent: Map<number, number>;
  readonly ordinary: Map<number, number>;
}

const minuteMs = 60_000;

/** Starts counting. */
export function createTally(now: () => number): Tally {
  let counted = new Map<string, Counting>();

  const countingOf = (key: DestinationKey, at: number): Counting => {
    const minute = new Date(at - (at % minuteMs));
    const name = `${key.tenantId}/${key.destinationId}/${minute.getTime()}`;
    const counting = counted.get(name) ?? nothingYet(key, minute);
    counted.set(name, counting);
    return counting;
  };

  return {
    measure({ tenantId, destinationId }, measured) {
      const at = now();
      add(countingOf({ tenantId, destinationId }, at), measured, at);
    },
    async flush(db) {
      const flushing = [...counted];
      counted = new Map();
      for (const [index, [, counting]] of flushing.entries()) {
        try {
          await addToMinute(db, counting.key, countsOf(counting));
        } catch (error) {
          for (const [, unwritten] of flushing.slice(index))
            addAll(countingOf(unwritten.key, unwritten.minute.getTime()), unwritten);
          throw error;
        }
      }
    },
  };
}

/** Writes a tally down every second, and a last time when it is stopped. */
export function startFlushing(
  tally: Pick<Tally, 'flush'>,
  db: Queryable,
  log: Logger,
): { stop(): Promise<void> } {
  const flushing = everySecond(() => tally.flush(db), log);
  return {
    async stop() {
      await flushing.stop();
      await tally
        .flush(db)
        .catch((error: unknown) => log.warn({ err: error }, 'the last counts were not written'));
    },
  };
}

function nothingYet(key: DestinationKey, minute: Date): Counting {
  return {
    key,
    minute,
    requests: 0,
    points: 0,
    throttled: 0,
    lastSuccessAt: null,
    urgent: new Map(),
    ordinary: new Map(),
  };
}

function add(counting: Counting, measured: Measured, at: number): void {
  switch (measured.kind) {
    case 'look':
      if (measured.outcome === 'done') counting.lastSuccessAt = new Date(at);
      if (measured.effectMs !== null) hit(counting[measured.lane], bucketOf(measured.effectMs), 1);
      return;
    case 'request':
      counting.requests += 1;
      counting.points += measured.points;
      counting.throttled += measured.throttled ? 1 : 0;
      return;
    case 'failure':
      return;
  }
}

function addAll(counting: Counting, more: Counting): void {
  counting.requests += more.requests;
  counting.points += more.points;
  counting.throttled += more.throttled;
  counting.lastSuccessAt ??= more.lastSuccessAt;
  for (const lane of ['urgent', 'ordinary'] as const)
    for (const [bucket, count] of more[lane]) hit(counting[lane], bucket, count);
}

function hit(histogram: Map<number, number>, bucket: number, count: number): void {
  histogram.set(bucket, (histogram.get(bucket) ?? 0) + count);
}

function countsOf({ key: _key, urgent, ordinary, ...counts }: Counting): MinuteCounts {
  return {
    ...counts,
    urgent: Object.fromEntries(urgent),
    ordinary: Object.fromEntries(ordinary),
  };
}
