/** Whether everything that was acknowledged is there after any number of kills. */
import pg from 'pg';
import { checkAgreement } from '../../test/support/checker.ts';
import { waitFor } from '../../test/support/wait.ts';
import { type Killing, killMany } from '../kill/killer.ts';
import { emptyLedger } from '../kill/ledger.ts';
import { verify } from '../kill/verify.ts';
import { writeUntil } from '../kill/writer.ts';
import type { Part } from '../part.ts';
import { ask } from '../process/ask.ts';
import { dueCount, onlyIds } from '../process/roll.ts';
import { type Place, type RollcallProcess, spawnRollcall } from '../process/rollcall.ts';
import { storeControl } from '../process/store-control.ts';
import { newPlace, openBeside } from '../process/world.ts';
import { chance } from '../random.ts';
import { percentile } from '../report/statistics.ts';
import { ms, whole } from '../report/table.ts';

const writers = 4;
const restMs = 600_000;

/** `kill -9` under load, again and again. */
export const kill: Part = {
  name: 'kill',
  about:
    'kill -9 of Rollcall and its PostgreSQL under load: nothing acknowledged may be lost (minutes)',
  long: true,
  async run({ kills, seed, say }) {
    await using room = await newPlace('unlimited');
    const { place } = room;
    const ledger = emptyLedger();
    const first = spawnRollcall(place);
    const { target } = await first.ready;
    const stop = new AbortController();
    const writing = Promise.all(
      Array.from({ length: writers }, (_, index) =>
        writeUntil(stop.signal, target, ledger, {
          name: `w${index}`,
          random: chance(seed + index),
        }),
      ),
    );
    const { last, killings } = await killMany(place, first, kills, {
      random: chance(seed + writers),
      say,
    }).finally(() => stop.abort());
    await writing;
    const rollcall = await last.ready;
    say(`reading back ${whole(ledger.entries.length)} people`);
    const { lost, madeUnanswered } = await verify(target, ledger.entries);
    say('waiting for rest, then comparing the roll with the store');
    const disagreement = await disagreementAfterRest(place, rollcall).finally(() =>
      rollcall.end('SIGTERM'),
    );
    const faults = [...ledger.wrong, ...lost, ...(disagreement === null ? [] : [disagreement])];
    return {
      notes: [
        `Seed ${seed}. ${writers} clients write (POST, PATCH, DELETE mixed) while Rollcall is killed at random moments; plan unlimited. A write without an answer may or may not have been made; a write with one must have been.`,
        disagreement === null
          ? 'After rest, the roll and the store agree.'
          : 'After rest, the roll and the store DISAGREE.',
      ],
      tables: [
        {
          head: ['kills', 'acknowledged', 'lost', 'wrong answers', 'unanswered', 'of these made'],
          rows: [
            [
              kills,
              ledger.acknowledged,
              lost.length,
              ledger.wrong.length,
              ledger.unanswered,
              madeUnanswered,
            ].map(whole),
          ],
        },
        restartTable(killings),
      ],
      figures: {
        seed,
        acknowledged: ledger.acknowledged,
        lost: lost.length,
        unanswered: ledger.unanswered,
        madeUnanswered,
        killings,
      },
      faults: faults.slice(0, 20),
    };
  },
};

function restartTable(killings: readonly Killing[]) {
  const names = {
    working: 'Rollcall, at work',
    starting: 'Rollcall, while starting',
    postgres: 'PostgreSQL alone',
    both: 'both at once',
  };
  return {
    head: ['killed', 'times', 'back after (p50)', 'longest'],
    rows: Object.entries(names).flatMap(([way, name]) => {
      const times = killings.filter((killing) => killing.way === way).map(({ backMs }) => backMs);
      return times.length === 0
        ? []
        : [[name, whole(times.length), ms(percentile(times, 0.5)), ms(percentile(times, 1))]];
    }),
  };
}

/** The first difference between roll and store once nothing is due any more; `null` when they agree. */
async function disagreementAfterRest(
  place: Place,
  { target, storeOrigin }: RollcallProcess,
): Promise<string | null> {
  await using database = await openBeside(place);
  const { pool } = database;
  const ids = await onlyIds(pool);
  const { origin, basePath, authorization } = target;
  const scim = (method: string, path: string) =>
    ask(`${origin}${basePath}${path}`, method, undefined, { authorization });
  try {
    await waitFor('nothing to be due', async () => (await dueCount(pool, ids)) === 0, restMs);
    await checkAgreement({ scim, store: storeControl(storeOrigin), pool });
    return null;
  } catch (error) {
    if (error instanceof pg.DatabaseError) throw error;
    return error instanceof Error ? error.message : String(error);
  }
}
