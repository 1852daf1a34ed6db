/** What failures mean for a destination: whether it goes on, rests, or is quarantined. */
import { pauseDestination, type StoredDestination } from '../store/destinations.ts';
import type { Lease } from '../store/links.ts';
import { quarantine, type Verdict } from '../store/quarantine.ts';
import type { DrainWorld, Limits } from './drain.ts';
import { backoffMs, classify, type DestinationError } from './failure.ts';
import { probeMs, probesAtEntry } from './quarantining.ts';
import { afterAnswer, afterFailure, isStorm, stormVerdict } from './storm.ts';

/** After this many failures in a row that look like the destination's own, it is left in peace for a while. */
const failuresBeforePause = 5;
const longestPauseMs = 60_000;

/** However long a destination asks for silence, after this it is asked whether it still does: leavers wait behind it. */
export const longestSilenceMs = 3_600_000;

/** Whose failures are looked at. */
export interface Troubled {
  readonly world: Pick<DrainWorld, 'pool' | 'log' | 'now' | 'random'>;
  readonly lease: Lease;
  readonly destination: StoredDestination;
  readonly limits: Pick<Limits, 'probesMs'>;
  /** Ends the slice. */
  readonly stop: () => void;
}

/** The failures of one slice. A class because it counts them. */
export class Trouble {
  readonly #troubled: Troubled;
  #inRow = 0;
  #recent: string;

  constructor(troubled: Troubled) {
    this.#troubled = troubled;
    this.#recent = troubled.destination.recent;
  }

  /** How the last attempts went, those of earlier slices among them. */
  get recent(): string {
    return this.#recent;
  }

  /** Whether the last attempt failed. */
  get stands(): boolean {
    return this.#inRow > 0;
  }

  /** A link was looked at without a failure. */
  passed(): void {
    this.#inRow = 0;
  }

  /** The destination answered an attempt for somebody who had failed so often since the last change. */
  answered(failuresBefore: number): void {
    this.#inRow = 0;
    this.#recent = afterAnswer(this.#recent, failuresBefore);
  }

  /** An attempt for one link failed: it is that record's own trouble until there are several. */
  async record(error: DestinationError, failuresBefore: number): Promise<void> {
    this.#recent = afterFailure(this.#recent, error, failuresBefore);
    if (error.kind === 'rejected') this.#inRow = 0;
    else await this.#decide(error, 'record');
  }

  /** The destination could not be begun with. */
  async begin(thrown: unknown): Promise<void> {
    const error = classify(thrown);
    this.#recent = afterFailure(this.#recent, error, 0);
    await this.#decide(error, 'whole');
  }

  /** The destination as a whole cannot be gone on with. */
  async whole(error: DestinationError): Promise<void> {
    await this.#decide(error, 'whole');
  }

  async #decide(error: DestinationError, of: 'whole' | 'record'): Promise<void> {
    const { world, lease, destination, stop } = this.#troubled;
    const { pool, log, now, random } = world;
    const failures = destination.failures + 1;
    const verdict = this.#verdictOf(error);
    if (verdict !== null) return this.#quarantine(verdict);
    this.#inRow += 1;
    if (error.pauseMs !== null) {
      const silence = Math.min(longestSilenceMs, error.pauseMs);
      await pauseDestination(pool, lease, new Date(now() + silence), destination.failures);
      stop();
    } else if (this.#inRow >= failuresBeforePause || of === 'whole') {
      const pause = Math.min(longestPauseMs, backoffMs(failures, random()));
      log.warn(
        { ...lease, pause, reason: error.message },
        'destination paused: it does not answer',
      );
      await pauseDestination(pool, lease, new Date(now() + pause), failures);
      stop();
    }
  }

  /** Why this failure stops the destination, if it does. */
  #verdictOf({ code, pauseMs, message }: DestinationError): Verdict | null {
    if (code !== null) return { code, reason: message };
    return pauseMs === null && isStorm(this.#recent) ? stormVerdict(this.#recent, message) : null;
  }

  async #quarantine(verdict: Verdict): Promise<void> {
    const { world, lease, destination, limits, stop } = this.#troubled;
    const { pool, log, now } = world;
    log.error({ ...lease, ...verdict }, 'destination quarantined');
    const probes = probesAtEntry(destination, now());
    const probeAt = new Date(now() + probeMs(limits, probes));
    await quarantine(pool, lease, { ...verdict, probes, probeAt });
    stop();
  }
}
