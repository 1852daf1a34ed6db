/** SCIM requests against the peer, in the same run and in turns. */

import {
  type Known,
  type LoadResult,
  type Operation,
  operationNames,
  operations,
  type Target,
} from '../load/job.ts';
import { createPeople, keys, type Load, startLoad } from '../load/load.ts';
import type { BenchOptions, Part } from '../part.ts';
import { residentBytes } from '../process/child.ts';
import { startPeer } from '../process/peer.ts';
import { setDestination } from '../process/roll.ts';
import { openWorld } from '../process/world.ts';
import { median } from '../report/statistics.ts';
import { ms, type Table, times, whole } from '../report/table.ts';

const preloaded = 1_000;
const warmUpSeconds = 1;

const goals = { get: 5, find: null, patch: 3, post: 3 } as const satisfies Record<
  Operation,
  number | null
>;

/** One server under measurement. */
interface Side {
  readonly name: string;
  readonly target: Target;
  readonly people: readonly Known[];
}

/** Figures of one side at one operation, a round each. */
type Rounds = readonly LoadResult[];

/** Rollcall and the peer side by side. */
export const scim: Part = {
  name: 'scim',
  about: 'GET, filter, PATCH and POST a second, beside scimmy-routers in memory',
  long: false,
  async run(options) {
    await using world = await openWorld('unlimited');
    await using peer = await startPeer();
    await using load = startLoad();
    await setDestination(world.pool, world.ids, 'paused');
    const seeds = keys('seed', preloaded);
    const ours: Side = {
      name: 'Rollcall',
      target: world.rollcall.target,
      people: await createPeople(world.rollcall.target, seeds),
    };
    const theirs: Side = {
      name: 'scimmy-routers',
      target: peer.target,
      people: await createPeople(peer.target, seeds),
    };
    await world.pool.query('analyze');
    const measured = await inTurns(load, [ours, theirs], options);
    const wrong = measured.flatMap(({ rounds }) => rounds.flat().flatMap((result) => result.wrong));
    const resident = { rollcall: residentBytes(world.rollcall.pid), peer: residentBytes(peer.pid) };
    return {
      notes: [
        `Both sides hold ${whole(preloaded)} users at the start and grow alike. ${options.connections} connections, closed loop, ${options.seconds} s a measurement, medians of ${options.rounds} rounds in turns; every answer is checked.`,
        'The destination is paused: each write makes links, activity and wake-ups as always, but nothing is carried to a store.',
        `Rollcall writes to PostgreSQL on disk and the peer to a Map. All share this machine's cores with the load generator.`,
        `Resident after the load: Rollcall ${whole(resident.rollcall / 2 ** 20)} MiB without PostgreSQL, the peer ${whole(resident.peer / 2 ** 20)} MiB.`,
      ],
      tables: [tableOf(measured)],
      figures: { resident, operations: Object.fromEntries(measured.map(figuresOf)) },
      faults: [...new Set(wrong)],
    };
  },
};

interface Measured {
  readonly operation: Operation;
  /** Ours first. */
  readonly rounds: readonly [Rounds, Rounds];
}

/** A B A B: a machine that drifts hurts both alike. */
async function inTurns(
  load: Load,
  [ours, theirs]: readonly [Side, Side],
  { seconds, rounds, connections, say }: BenchOptions,
): Promise<readonly Measured[]> {
  const run = (operation: Operation, { target, people }: Side, round: number, forSeconds: number) =>
    load.run({
      target,
      operation,
      connections,
      seconds: forSeconds,
      people,
      serial: `${operation}-${round}`,
    });
  for (const operation of operations) {
    say(`warming up: ${operationNames[operation]}`);
    for (const side of [ours, theirs]) await run(operation, side, 0, warmUpSeconds);
  }
  const measured: Measured[] = [];
  for (const operation of operations) {
    const [a, b]: [LoadResult[], LoadResult[]] = [[], []];
    for (let round = 1; round <= rounds; round += 1) {
      say(`${operationNames[operation]}, round ${round} of ${rounds}`);
      a.push(await run(operation, ours, round, seconds));
      b.push(await run(operation, theirs, round, seconds));
    }
    measured.push({ operation, rounds: [a, b] });
  }
  return measured;
}

function summary(rounds: Rounds) {
  const over = (figure: (result: LoadResult) => number) => median(rounds.map(figure));
  return {
    perSecond: over(({ perSecond }) => perSecond),
    p50: over(({ p50 }) => p50),
    p99: over(({ p99 }) => p99),
  };
}

/** The median of what each round says, so that drift between rounds does not count. */
function ratioOf([ours, theirs]: Measured['rounds']): number {
  return median(
    ours.map((round, index) => round.perSecond / (theirs[index]?.perSecond ?? Number.NaN)),
  );
}

function tableOf(measured: readonly Measured[]): Table {
  const cells = (rounds: Rounds) => {
    const { perSecond, p50, p99 } = summary(rounds);
    return [whole(perSecond), ms(p50), ms(p99)];
  };
  return {
    head: ['operation', 'Rollcall/s', 'p50', 'p99', 'peer/s', 'p50', 'p99', 'ratio', 'goal'],
    rows: measured.map(({ operation, rounds }) => [
      operationNames[operation],
      ...cells(rounds[0]),
      ...cells(rounds[1]),
      times(ratioOf(rounds)),
      goals[operation] === null ? '' : `≥ ${goals[operation]}×`,
    ]),
  };
}

function figuresOf({ operation, rounds }: Measured): [string, object] {
  const [ours, theirs] = rounds;
  return [
    operation,
    {
      ratio: ratioOf(rounds),
      rollcall: { ...summary(ours), rounds: ours },
      peer: { ...summary(theirs), rounds: theirs },
    },
  ];
}
