/** Where Rollcall's own time goes while it answers. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Operation, operationNames, operations } from '../load/job.ts';
import { createPeople, keys, startLoad } from '../load/load.ts';
import type { Part } from '../part.ts';
import { untilUsedUp } from '../process/store-control.ts';
import { openWorld } from '../process/world.ts';
import { type Breakdown, breakdown, readProfile } from '../report/cpu-profile.ts';
import { percent, type Table } from '../report/table.ts';

const preloaded = 1_000;
const shown = 25;

/** The operations of the part scim under V8's sampling profiler. */
export const profile: Part = {
  name: 'profile',
  about: 'where the time of the process goes at each operation of the part scim',
  long: true,
  async run({ connections, seconds, say }) {
    const directory = await mkdtemp(join(tmpdir(), 'rollcall-profile-'));
    try {
      const windows = new Map<Operation, readonly [number, number]>();
      const wrong: string[] = [];
      const pid = await (async () => {
        await using world = await openWorld('standard', [
          '--cpu-prof',
          `--cpu-prof-dir=${directory}`,
        ]);
        await using load = startLoad();
        const { target } = world.rollcall;
        const people = await createPeople(target, keys('seed', preloaded));
        await untilUsedUp(world.store);
        for (const operation of operations) {
          for (const round of ['warm-up', 'measured']) {
            say(`${operationNames[operation]}, ${round}`);
            const serial = `${operation}-${round}`;
            const result = await load.run({
              target,
              operation,
              connections,
              seconds,
              people,
              serial,
            });
            windows.set(operation, result.window);
            wrong.push(...result.wrong);
          }
        }
        return world.rollcall.pid;
      })();
      const parsed = readProfile(
        await readFile(join(directory, await profileOf(directory, pid)), 'utf8'),
      );
      const found = [...windows].map(
        ([operation, window]) => [operation, breakdown(parsed, window)] as const,
      );
      return {
        notes: [
          `The time functions took themselves, in shares of the time the process was at work; ${seconds} s an operation after as much of warming up. JSON.parse and the like count for their caller.`,
          'The clock runs on while the kernel gives the core to somebody else. On a busy machine that mostly happens where a write wakes the other side up: much of `writev` is PostgreSQL and the load generator at work.',
        ],
        tables: [
          groupTable(found),
          ...found.map(([operation, one]) => functionTable(operation, one)),
        ],
        figures: Object.fromEntries(
          found.map(([operation, one]) => [
            operation,
            { ...one, functions: one.functions.slice(0, 100) },
          ]),
        ),
        faults: wrong,
      };
    } finally {
      await rm(directory, { recursive: true });
    }
  },
};

/** The development store is profiled as well, and writes a file of its own. */
async function profileOf(directory: string, pid: number): Promise<string> {
  const file = (await readdir(directory)).find((name) => name.split('.').includes(String(pid)));
  if (file === undefined) throw new Error('the process left no profile');
  return file;
}

function groupTable(found: readonly (readonly [Operation, Breakdown])[]): Table {
  const names = [...new Set(found.flatMap(([, { groups }]) => groups.map(([name]) => name)))];
  const share = ({ groups }: Breakdown, name: string) =>
    groups.find(([group]) => group === name)?.[1] ?? 0;
  return {
    head: ['where', ...found.map(([operation]) => operation)],
    rows: [
      ['at work, of all the time', ...found.map(([, { busy }]) => percent(busy))],
      ...names.map((name) => [name, ...found.map(([, one]) => percent(share(one, name)))]),
    ],
  };
}

function functionTable(operation: Operation, { functions }: Breakdown): Table {
  return {
    head: [operationNames[operation], 'itself'],
    rows: functions.slice(0, shown).map(([name, share]) => [name, percent(share)]),
  };
}
