/** Whether creations go by bulk or by single calls, from what either takes. Pure. */
import type { BulkPrior } from './connector.ts';

/** What was measured of a destination; `null` where nothing was yet. */
export interface BulkMeasures {
  readonly overheadMs: number | null;
  readonly lineMs: number | null;
  readonly unitCost: number | null;
  /** Of the lines of a run, the share that was given back to single calls, 0 to 1. */
  readonly returnedShare: number | null;
  readonly measuredAt: Date | null;
}

/** What is asked when it is decided. */
export interface BulkQuestion {
  /** How many creations wait that may go by bulk. */
  readonly creatable: number;
  /** The shared allowance: what is there now, and what comes back a second. */
  readonly available: number;
  readonly restoreRate: number;
  readonly measures: BulkMeasures;
  readonly prior: BulkPrior;
  /** How it was decided last time. */
  readonly inForce: boolean;
  /** After failures bulk is left alone until then. */
  readonly restingUntil: Date | null;
  readonly now: Date;
}

/** What a measurement is worth: what was slow yesterday may be quick today. */
const measuredForMs = 24 * 3_600_000;

/**
 * Bulk must promise this much less time to be begun, and is left only where it promises none: the
 * estimates waver, and so do the numbers of those who wait.
 */
const margin = 1.5;

/** Whether those who wait are to go by bulk. */
export function bulkPays(question: BulkQuestion): boolean {
  const { creatable, restingUntil, now, inForce } = question;
  if (creatable === 0 || (restingUntil !== null && restingUntil > now)) return false;
  const { single, bulk } = expectedMs(question);
  return single > bulk * (inForce ? 1 : margin);
}

/** How long either way would take, in milliseconds. */
export function expectedMs(question: BulkQuestion): {
  readonly single: number;
  readonly bulk: number;
} {
  const { creatable, available, restoreRate, prior } = question;
  const measures = isFresh(question) ? question.measures : unmeasured;
  const unitMs = (1_000 * (question.measures.unitCost ?? prior.unitCost)) / restoreRate;
  const saved = (1_000 * available) / restoreRate;
  const perLine = (measures.lineMs ?? prior.lineMs) + (measures.returnedShare ?? 0) * unitMs;
  return {
    single: Math.max(0, creatable * unitMs - saved),
    bulk: (measures.overheadMs ?? prior.overheadMs) + creatable * perLine,
  };
}

const unmeasured = { overheadMs: null, lineMs: null, returnedShare: null };

function isFresh({ measures: { measuredAt }, now }: BulkQuestion): boolean {
  return measuredAt !== null && now.getTime() - measuredAt.getTime() < measuredForMs;
}

/** A run as it went: how long as a whole, how long its operation, and what became of its lines. */
export interface MeasuredRun {
  readonly lines: number;
  readonly made: number;
  readonly returned: number;
  readonly wholeMs: number;
  readonly operationMs: number;
}

/** What a new measurement weighs against what is known. */
const weight = 0.3;

/** A run that brings nothing must not count as endlessly slow. */
const worstFactor = 10;

/** What is known of a destination after a run; one that was cut short counts by what it brought. */
export function learn(
  { overheadMs, lineMs, returnedShare }: Omit<BulkMeasures, 'unitCost' | 'measuredAt'>,
  run: MeasuredRun,
  prior: BulkPrior,
): { readonly overheadMs: number; readonly lineMs: number; readonly returnedShare: number } {
  const answered = run.made + run.returned;
  const before = lineMs ?? prior.lineMs;
  const worst = worstFactor * before;
  const perLine = answered === 0 ? worst : run.operationMs / answered;
  return {
    overheadMs: average(overheadMs, Math.max(0, run.wholeMs - run.operationMs)),
    lineMs:
      answered < run.lines ? average(before, Math.min(worst, perLine)) : average(lineMs, perLine),
    returnedShare: average(returnedShare, answered === 0 ? 0 : run.returned / answered),
  };
}

/** Moves an average towards a new value; the first value is the average. */
export function average(known: number | null, value: number): number {
  return known === null ? value : known + weight * (value - known);
}

const shortestPollMs = 1_000;
const longestPollMs = 300_000;

/**
 * How long to wait before an operation is asked about again: a quarter of what it has run, so that
 * neither many questions are asked nor much time is lost.
 */
export function pollAfterMs(runningMs: number): number {
  return Math.min(longestPollMs, Math.max(shortestPollMs, runningMs / 4));
}

const firstRestMs = 60_000;
const longestRestMs = 24 * 3_600_000;

/** How long bulk is left alone after so many failed runs in a row. */
export function restMs(failures: number): number {
  return Math.min(longestRestMs, firstRestMs * 4 ** Math.max(0, failures - 1));
}
