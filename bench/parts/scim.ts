/** SCIM requests against the peer, in the same run and in turns. */
import { type Operation, operationNames } from '../load/job.ts';
import { createPeople, keys, startLoad } from '../load/load.ts';
import { inTurns, type Measured, type Round, ratioOf, type Side, summary } from '../load/turns.ts';
import type { Part } from '../part.ts';
import { residentBytes } from '../process/child.ts';
import { cpuSeconds, cpuSecondsWithChildren } from '../process/cpu-time.ts';
import { type Peer, startPeer } from '../process/peer.ts';
import { untilUsedUp } from '../process/store-control.ts';
import { openWorld, type World } from '../process/world.ts';
import { ms, type Table, times, whole } from '../report/table.ts';

const preloaded = 1_000;
const seeds = keys('seed', preloaded);

const goals = { get: 5, find: null, patch: 3, post: 3 } as const satisfies Record<
  Operation,
  number | null
>;

/** Rollcall and the peer side by side. */
export const scim: Part = {
  name: 'scim',
  about: 'GET, filter, PATCH and POST a second, beside scimmy-routers in memory',
  long: false,
  async run(options) {
    await using world = await openWorld('standard');
    await using peer = await startPeer();
    await using load = startLoad();
    const sides = [await sideOfRollcall(world), await sideOfPeer(peer)] as const;
    await world.pool.query('analyze');
    await untilUsedUp(world.store);
    const measured = await inTurns(load, sides, options);
    const wrong = measured.flatMap(({ rounds }) => rounds.flat().flatMap((round) => round.wrong));
    const resident = { rollcall: residentBytes(world.rollcall.pid), peer: residentBytes(peer.pid) };
    return {
      notes: [
        `Both sides hold ${whole(preloaded)} users at the start and grow alike. ${options.connections} connections, closed loop, ${options.seconds} s a measurement, medians of ${options.rounds} rounds in turns; every answer is checked.`,
        'The destination works as in real life, at the pace its shop allows: plan standard, some 12 requests a second to the development store all the while.',
        "Rollcall writes to PostgreSQL on disk and the peer to a Map. All share this machine's cores with the load generator.",
        `Resident after the load: Rollcall ${whole(resident.rollcall / 2 ** 20)} MiB without PostgreSQL, the peer ${whole(resident.peer / 2 ** 20)} MiB.`,
      ],
      tables: [throughputTable(measured), cpuTable(measured)],
      figures: { resident, operations: Object.fromEntries(measured.map(figuresOf)) },
      faults: [...new Set(wrong)],
    };
  },
};

async function sideOfRollcall({ rollcall, postgresPid }: World): Promise<Side> {
  return {
    target: rollcall.target,
    people: await createPeople(rollcall.target, seeds),
    cpu: () => Promise.all([cpuSeconds(rollcall.pid), cpuSecondsWithChildren(postgresPid)]),
  };
}

async function sideOfPeer({ target, pid }: Peer): Promise<Side> {
  return {
    target,
    people: await createPeople(target, seeds),
    cpu: () => Promise.all([cpuSeconds(pid)]),
  };
}

function throughputTable(measured: readonly Measured[]): Table {
  const cells = (rounds: readonly Round[]) => {
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

/** Less at the mercy of what else the machine does than throughput is. */
function cpuTable(measured: readonly Measured[]): Table {
  const cells = (rounds: readonly Round[]) =>
    summary(rounds).cpuPerRequest.map((seconds) => ms(1_000 * seconds));
  return {
    head: ['processor time a request', 'Rollcall', 'its PostgreSQL', 'peer'],
    rows: measured.map(({ operation, rounds }) => [
      operationNames[operation],
      ...rounds.flatMap(cells),
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
