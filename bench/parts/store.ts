/** A whole store: everybody created, looked at again, and a third of them gone at once. */
import type { Part, Report } from '../part.ts';
import { openWorld, type World } from '../process/world.ts';
import { type Table, whole } from '../report/table.ts';
import { load } from '../whole/load.ts';
import { importAll, previewAll } from '../whole/look.ts';
import { discardAll, vanish } from '../whole/vanish.ts';
import { sweep, type Took, writesIn } from '../whole/world.ts';

/** The backlog to an empty store by bulk, two sweeps over it, and what the guard makes of a mistake. */
export const store: Part = {
  name: 'store',
  about:
    'the backlog created by bulk, swept, previewed, imported, a third gone at once (half an hour)',
  long: true,
  async run({ backlog, say }) {
    await using world = await openWorld('unlimited');
    const loaded = await load(world, backlog, say);
    say('sweeping');
    const sweeps = { 'first sweep': await sweep(world), 'second sweep': await sweep(world) };
    say('previewing, and importing');
    const looks = { preview: await previewAll(world), import: await importAll(world) };
    const mistaken = await mistake(world, Math.floor(0.3 * backlog), say);
    return joined(loaded, sweepReport(sweeps), looksReport(looks), mistaken);
  },
};

function joined(...reports: readonly Report[]): Report {
  return {
    notes: reports.flatMap(({ notes }) => notes),
    tables: reports.flatMap(({ tables }) => tables),
    figures: Object.assign({}, ...reports.map(({ figures }) => figures)),
    faults: reports.flatMap(({ faults }) => faults),
  };
}

function sweepReport(sweeps: Readonly<Record<string, Took>>): Report {
  const wrote = Object.entries(sweeps).filter(([, took]) => writesIn(took) > 0);
  return {
    notes: ['Everybody is looked at again on both sides, as every night. Goal: 0 remote writes.'],
    tables: [tookTable(sweeps)],
    figures: { sweeps },
    faults: wrote.map(([name, { byOperation }]) => `${name} wrote: ${JSON.stringify(byOperation)}`),
  };
}

type Counted = Took & { readonly counts: unknown };

function looksReport(looks: { readonly preview: Counted; readonly import: Counted }): Report {
  const counts = Object.entries(looks).map(
    ([name, look]) => `${name} ${JSON.stringify(look.counts)}`,
  );
  const wrote = Object.entries(looks).filter(([, look]) => writesIn(look) > 0);
  return {
    notes: [
      `A policy with one more tag for everybody is previewed, and the accounts are imported: ${counts.join('; ')}. Goal: 0 remote writes.`,
    ],
    tables: [tookTable(looks)],
    figures: { looks },
    faults: wrote.map(([name, { byOperation }]) => `${name} wrote: ${JSON.stringify(byOperation)}`),
  };
}

/** A third is deleted at the identity provider by mistake; the mistake is then discarded. */
async function mistake(
  world: World,
  count: number,
  say: (sentence: string) => void,
): Promise<Report> {
  say(`${whole(count)} vanish`);
  const { gone, left, held, took } = await vanish(world, count);
  say(`discarding ${whole(held)} leaves`);
  const discarded = await discardAll(world);
  const wrote = writesIn(discarded);
  return {
    notes: [
      `${whole(gone)} people are deleted through SCIM, with the guard as a new destination has it: ${whole(left)} had left before it tripped, ${whole(held)} were held by name. Then all that is held is discarded. Goals: none of the others leaves, 0 remote writes for those held.`,
    ],
    tables: [tookTable({ vanish: took, discard: discarded })],
    figures: { gone, left, held, vanish: took, discarded },
    faults: [
      ...(left + held === gone ? [] : [`${whole(gone - left - held)} neither left nor are held`]),
      ...(wrote === 0 ? [] : [`${whole(wrote)} writes for those who were discarded`]),
    ],
  };
}

function tookTable(rows: Readonly<Record<string, Took>>): Table {
  return {
    head: ['', 'seconds', 'requests', 'writes', 'throttled', 'most MiB'],
    rows: Object.entries(rows).map(([name, took]) => [
      name,
      took.seconds.toFixed(1),
      whole(took.requests),
      whole(writesIn(took)),
      whole(took.throttled),
      (took.mostResident / 2 ** 20).toFixed(0),
    ]),
  };
}
