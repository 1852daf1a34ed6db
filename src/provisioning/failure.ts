import type { ReasonCode } from '../model.ts';

/**
 * The three kinds of failure, each named by who must act. This is the one place that decides them.
 */
export type FailureKind =
  /** Nobody must act: it is tried again, later. */
  | 'transient'
  /** This person's record must change before it can succeed. */
  | 'rejected'
  /** The destination's owner must act: credentials, permissions, settings. */
  | 'misconfigured';

interface DestinationErrorOptions {
  readonly cause?: unknown;
  /** The destination asked for silence: nothing is sent to it for this many milliseconds. */
  readonly pauseMs?: number;
  /** The request may have taken effect all the same. */
  readonly unknownOutcome?: boolean;
  /** What the destination's owner must mend, in a word. */
  readonly code?: ReasonCode;
  /** Memberships that were to be granted and certainly were not: they are not ours. */
  readonly refused?: readonly string[];
  /** The remote id of an account that was created all the same. */
  readonly made?: string;
}

/** Something a destination refused or could not do. The message is written for the merchant. */
export class DestinationError extends Error {
  override readonly name = 'DestinationError';
  readonly kind: FailureKind;
  readonly pauseMs: number | null;
  readonly unknownOutcome: boolean;
  /** Why the owner must act; `null` unless it is misconfigured. */
  readonly code: ReasonCode | null;
  readonly refused: readonly string[];
  readonly made: string | null;

  constructor(kind: FailureKind, message: string, options: DestinationErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.kind = kind;
    this.pauseMs = options.pauseMs ?? null;
    this.unknownOutcome = options.unknownOutcome ?? false;
    this.code = kind === 'misconfigured' ? (options.code ?? 'request_refused') : null;
    this.refused = options.refused ?? [];
    this.made = options.made ?? null;
  }
}

/** Thrown before a remote write by a worker whose lease has passed to another. Never recorded. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/** An address that outgoing requests may not reach: whoever entered it must act. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused';
}

/** Thrown before a remote write to a link that a bulk run has taken meanwhile. Never recorded. */
export class TakenByBulk extends Error {
  override readonly name = 'TakenByBulk';
}

function addressRefusal(error: unknown): AddressRefused | null {
  for (let reason = error; reason instanceof Error; reason = reason.cause) {
    if (reason instanceof AddressRefused) return reason;
  }
  return null;
}

/** Any thrown value as a `DestinationError`; what nobody foresaw is transient with unknown outcome. */
export function classify(error: unknown): DestinationError {
  const refused = addressRefusal(error);
  if (refused !== null)
    return new DestinationError('misconfigured', refused.message, {
      cause: error,
      code: 'address_refused',
    });
  if (error instanceof DestinationError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new DestinationError('transient', `Unexpected failure: ${message}`, {
    cause: error,
    unknownOutcome: true,
  });
}

const firstWaitMs = 1_000;
const longestWaitMs = 3_600_000;

/**
 * How long to wait before attempt number `attempts + 1`: doubles from a second to an hour, with
 * half of it drawn at random, so that records that failed together do not return together.
 * @param random a number in [0, 1)
 */
export function backoffMs(attempts: number, random: number): number {
  const ceiling = Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(attempts, 20));
  return Math.round(ceiling / 2 + (ceiling / 2) * random);
}
