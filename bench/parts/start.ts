import type { Part } from '../part.ts';
import { residentBytes } from '../process/child.ts';
import { newRoom, type Room } from '../process/world.ts';
import { median } from '../report/statistics.ts';
import { ms, whole } from '../report/table.ts';

const starts = 3;

/** How long until Rollcall answers, and what it takes of the memory. */
export const start: Part = {
  name: 'start',
  about: "until 'Ready', in an empty data directory and in a used one, and resident memory",
  long: false,
  async run({ say }) {
    const first: Start[] = [];
    const again: Start[] = [];
    for (let run = 0; run < starts; run += 1) {
      say(`start ${run + 1} of ${starts}`);
      await using room = await newRoom('unlimited');
      first.push(await startOnce(room));
      again.push(await startOnce(room));
    }
    const row = (name: string, list: readonly Start[]) => [
      name,
      ms(median(list.map(({ readyMs }) => readyMs))),
      ms(median(list.map(({ startedMs }) => startedMs))),
      `${whole(median(list.map(({ resident }) => resident)) / 2 ** 20)} MiB`,
    ];
    return {
      notes: [
        `Medians of ${starts} starts. Goals: ready in ≤ 3 s, ≤ 200 MB resident without PostgreSQL.`,
      ],
      tables: [
        {
          head: ['start', 'Ready in', 'seen from outside', 'resident at Ready'],
          rows: [row('empty data directory', first), row('used data directory', again)],
        },
      ],
      figures: { first, again },
      faults: [],
    };
  },
};

interface Start {
  readonly readyMs: number;
  readonly startedMs: number;
  readonly resident: number;
}

async function startOnce(room: Room): Promise<Start> {
  const { readyMs, startedMs, pid, end } = await room.start().ready;
  const resident = residentBytes(pid);
  await end('SIGTERM');
  return { readyMs, startedMs, resident };
}
