/** Two servers under the same load, in turns: A B A B, so that a machine that drifts hurts both alike. */
import type { BenchOptions } from '../part.ts';
import { median } from '../report/statistics.ts';
import {
  type Known,
  type LoadResult,
  type Operation,
  operationNames,
  operations,
  type Target,
} from './job.ts';
import type { Load } from './load.ts';

/** One server under measurement. */
export interface Side {
  readonly target: Target;
  readonly people: readonly Known[];
  /** Processor time used so far, by each of the processes that make up the server. */
  readonly cpu: () => Promise<readonly number[]>;
}

/** A round of one side: what was answered, and the seconds of processor time it took per request. */
export interface Round extends LoadResult {
  readonly cpuPerRequest: readonly number[];
}

/** The rounds of both sides at one operation, the first side's first. */
export interface Measured {
  readonly operation: Operation;
  readonly rounds: readonly [readonly Round[], readonly Round[]];
}

const warmUpSeconds = 1;

/** Measures every operation at both sides. */
export async function inTurns(
  load: Load,
  [ours, theirs]: readonly [Side, Side],
  { seconds, rounds, connections, say }: BenchOptions,
): Promise<readonly Measured[]> {
  const run = (operation: Operation, side: Side, round: number, forSeconds: number) =>
    measureRound(load, side, {
      operation,
      connections,
      seconds: forSeconds,
      serial: `${operation}-${round}`,
    });
  for (const operation of operations) {
    say(`warming up: ${operationNames[operation]}`);
    for (const side of [ours, theirs]) await run(operation, side, 0, warmUpSeconds);
  }
  const measured: Measured[] = [];
  for (const operation of operations) {
    const [a, b]: [Round[], Round[]] = [[], []];
    for (let round = 1; round <= rounds; round += 1) {
      say(`${operationNames[operation]}, round ${round} of ${rounds}`);
      a.push(await run(operation, ours, round, seconds));
      b.push(await run(operation, theirs, round, seconds));
    }
    measured.push({ operation, rounds: [a, b] });
  }
  return measured;
}

async function measureRound(
  load: Load,
  { target, people, cpu }: Side,
  job: { operation: Operation; connections: number; seconds: number; serial: string },
): Promise<Round> {
  const before = await cpu();
  const result = await load.run({ target, people, ...job });
  const after = await cpu();
  const cpuPerRequest = after.map((used, index) => (used - (before[index] ?? 0)) / result.requests);
  return { ...result, cpuPerRequest };
}

/** What the rounds of one side say together. */
export function summary(rounds: readonly Round[]) {
  const over = (figure: (round: Round) => number) => median(rounds.map(figure));
  const processes = rounds[0]?.cpuPerRequest ?? [];
  return {
    perSecond: over(({ perSecond }) => perSecond),
    p50: over(({ p50 }) => p50),
    p99: over(({ p99 }) => p99),
    cpuPerRequest: processes.map((_, index) =>
      over((round) => round.cpuPerRequest[index] ?? Number.NaN),
    ),
  };
}

/** How many times as much a second the first side answers: the median of what each round says. */
export function ratioOf([ours, theirs]: Measured['rounds']): number {
  return median(
    ours.map((round, index) => round.perSecond / (theirs[index]?.perSecond ?? Number.NaN)),
  );
}
