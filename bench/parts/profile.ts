/** Where Rollcall's own time goes while it answers. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Operation, operationNames, operations } from '../load/job.ts';
import { createPeople, keys, startLoad } from '../load/load.ts';
import type { BenchOptions, Part } from '../part.ts';
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
  async run(options) {
    const directory = await mkdtemp(join(tmpdir(), 'rollcall-profile-'));
    try {
      const { pid, windows, wrong } = await runProfiled(directory, options);
      const text = await readFile(join(directory, await profileOf(directory, pid)), 'utf8');
      const whole = readProfile(text);
      const found = windows.map(
        ([operation, window]): Found => [operation, breakdown(whole, window)],
      );
      return {
        notes: [
          `The time functions took themselves, in shares of the time the process was at work; ${options.seconds} s an operation after as much of warming up. JSON.parse and the like count for their caller.`,
          'The clock runs on while the kernel gives the core to somebody else. On a busy machine that mostly happens where a write wakes the other side up: much of `writev` is PostgreSQL and the load generator at work.',
        ],
        tables: [groupTable(found), ...found.map(functionTable)],
        figures: Object.fromEntries(found),
        faults: wrong,
      };
    } finally {
      await rm(directory, { recursive: true });
    }
  },
};

type Window = readonly [from: number, to: number];
type Found = readonly [Operation, Breakdown];

/** Puts a Rollcall under load that writes its profile to a directory when it ends. */
async function runProfiled(directory: string, { connections, seconds, say }: BenchOptions) {
  await using world = await openWorld('standard', {
    flags: ['--cpu-prof', `--cpu-prof-dir=${directory}`],
  });
  await using load = startLoad();
  const { target, pid } = world.rollcall;
  const people = await createPeople(target, keys('seed', preloaded));
  await untilUsedUp(world.store);
  const windows: (readonly [Operation, Window])[] = [];
  const wrong: string[] = [];
  for (const operation of operations) {
    say(operationNames[operation]);
    const job = { target, operation, connections, seconds, people };
    await load.run({ ...job, serial: 'warm-up' });
    const measured = await load.run({ ...job, serial: 'measured' });
    windows.push([operation, measured.window]);
    wrong.push(...measured.wrong);
  }
  return { pid, windows, wrong };
}

/** The development store is profiled as well, and writes a file of its own. */
async function profileOf(directory: string, pid: number): Promise<string> {
  const file = (await readdir(directory)).find((name) => name.split('.').includes(String(pid)));
  if (file === undefined) throw new Error('the process left no profile');
  return file;
}

function groupTable(found: readonly Found[]): Table {
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

function functionTable([operation, { functions }]: Found): Table {
  return {
    head: [operationNames[operation], 'itself'],
    rows: functions.slice(0, shown).map(([name, share]) => [name, percent(share)]),
  };
}
