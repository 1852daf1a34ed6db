/** What a look-up by userName costs on a long roll. */

import type { Known, LoadResult, Target } from '../load/job.ts';
import { startLoad } from '../load/load.ts';
import type { Part } from '../part.ts';
import { fillRoll, somePeople } from '../process/fill.ts';
import { openWorld } from '../process/world.ts';
import { median } from '../report/statistics.ts';
import { ms, times, whole } from '../report/table.ts';

const sizes = [1_000, 100_000] as const;
const asked = 10_000;

/** `userName eq` on a short roll and on a long one, each a Rollcall of its own. */
export const lookup: Part = {
  name: 'lookup',
  about: 'userName eq among 1,000 and among 100,000 users',
  long: false,
  async run({ connections, seconds, rounds, say }) {
    await using stack = new AsyncDisposableStack();
    const load = stack.use(startLoad());
    const rolls: Roll[] = [];
    for (const size of sizes) {
      say(`putting ${whole(size)} users on a roll`);
      const world = stack.use(await openWorld('unlimited'));
      await fillRoll(world, size);
      const people = await somePeople(world, asked);
      rolls.push({ size, target: world.rollcall.target, people, rounds: [] });
    }
    for (let round = 0; round <= rounds; round += 1) {
      say(round === 0 ? 'warming up' : `round ${round} of ${rounds}`);
      for (const { target, people, rounds: results } of rolls) {
        const result = await load.run({
          target,
          operation: 'find',
          connections,
          seconds,
          people,
          serial: '',
        });
        if (round > 0) results.push(result);
      }
    }
    const [short, long] = rolls.map(({ rounds: results }) => results);
    const ratio = median(
      (short ?? []).map(
        (result, index) => result.perSecond / (long?.[index]?.perSecond ?? Number.NaN),
      ),
    );
    return {
      notes: [
        `Random users, ${connections} connections, ${seconds} s a measurement, medians of ${rounds} rounds in turns. Goal: ≤ 1.3×.`,
      ],
      tables: [
        {
          head: ['userName eq among', 'a second', 'p50', 'p99', 'cost'],
          rows: rolls.map(({ size, rounds: results }, index) => [
            `${whole(size)} users`,
            whole(median(results.map(({ perSecond }) => perSecond))),
            ms(median(results.map(({ p50 }) => p50))),
            ms(median(results.map(({ p99 }) => p99))),
            times(index === 0 ? 1 : ratio),
          ]),
        },
      ],
      figures: {
        ratio,
        rolls: rolls.map(({ size, rounds: results }) => ({ size, rounds: results })),
      },
      faults: [
        ...new Set(rolls.flatMap(({ rounds: results }) => results.flatMap(({ wrong }) => wrong))),
      ],
    };
  },
};

interface Roll {
  readonly size: number;
  readonly target: Target;
  readonly people: readonly Known[];
  readonly rounds: LoadResult[];
}
