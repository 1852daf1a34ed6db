/** Whether everything that was acknowledged is there after any number of kills. */
import pg from 'pg';
import { chance } from '../../test/support/chance.ts';
import { checkAgreement } from '../../test/support/checker.ts';
import { waitFor } from '../../test/support/wait.ts';
import { type Killing, killMany } from '../kill/killer.ts';
import { emptyLedger, type Ledger } from '../kill/ledger.ts';
import { type Verdict, verify } from '../kill/verify.ts';
import { writeUntil } from '../kill/writer.ts';
import type { BenchOptions, Part } from '../part.ts';
import { ask } from '../process/ask.ts';
import { dueCount, shopIds, switchGuardOff } from '../process/roll.ts';
import type { Place, RollcallProcess } from '../process/rollcall.ts';
import { storeControl } from '../process/store-control.ts';
import { newRoom, openBeside, type Room } from '../process/world.ts';
import { percentile } from '../report/statistics.ts';
import { ms, type Table, whole } from '../report/table.ts';

const writers = 4;
const restMs = 600_000;
const mostFaults = 20;

/** `kill -9` under load, again and again. */
export const kill: Part = {
  name: 'kill',
  about:
    'kill -9 of Rollcall and its PostgreSQL under load: nothing acknowledged may be lost (minutes)',
  long: true,
  async run(options) {
    await using room = await newRoom('unlimited');
    const ledger = emptyLedger();
    const { last, killings } = await writeAndKill(room, ledger, options);
    const rollcall = await last.ready;
    options.say(`reading back ${whole(ledger.entries.length)} people`);
    const verdict = await verify(rollcall.target, ledger.entries);
    options.say('waiting for rest, then comparing the roll with the store');
    const disagreement = await disagreementAfterRest(room.place, rollcall);
    return {
      notes: [
        `Seed ${options.seed}. ${writers} clients write (POST, PATCH, DELETE mixed) while Rollcall is killed at random moments; plan unlimited. A write without an answer may or may not have been made; a write with one must have been.`,
        `After rest, the roll and the store ${disagreement === null ? 'agree' : 'DISAGREE'}.`,
      ],
      tables: [writeTable(ledger, verdict), restartTable(killings)],
      figures: {
        acknowledged: ledger.acknowledged,
        lost: verdict.lost.length,
        unanswered: ledger.unanswered,
        madeUnanswered: verdict.madeUnanswered,
        killings,
      },
      faults: [...ledger.wrong, ...verdict.lost, ...(disagreement ?? [])].slice(0, mostFaults),
    };
  },
};

/** Clients write all the while Rollcall is killed and started again. */
async function writeAndKill(room: Room, ledger: Ledger, { kills, seed, say }: BenchOptions) {
  const first = room.start();
  const { target } = await first.ready;
  await letAllLeave(room.place);
  const stop = new AbortController();
  const writing = Promise.all(
    Array.from({ length: writers }, (_, index) =>
      writeUntil(stop.signal, target, ledger, { name: `w${index}`, random: chance(seed + index) }),
    ),
  );
  const random = chance(seed + writers);
  const killed = await killMany(room, first, kills, { random, say }).finally(() => stop.abort());
  await writing;
  return killed;
}

async function letAllLeave(place: Place): Promise<void> {
  await using database = await openBeside(place);
  await switchGuardOff(database.pool, await shopIds(database.pool));
}

function writeTable(
  { acknowledged, wrong, unanswered }: Ledger,
  { lost, madeUnanswered }: Verdict,
): Table {
  return {
    head: ['acknowledged', 'lost', 'wrong answers', 'unanswered', 'of these made'],
    rows: [[acknowledged, lost.length, wrong.length, unanswered, madeUnanswered].map(whole)],
  };
}

function restartTable(killings: readonly Killing[]): Table {
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
): Promise<readonly [string] | null> {
  await using database = await openBeside(place);
  const { pool } = database;
  const ids = await shopIds(pool);
  const { origin, basePath, authorization } = target;
  const scim = (method: string, path: string) =>
    ask(`${origin}${basePath}${path}`, method, undefined, { authorization });
  try {
    await waitFor('nothing to be due', async () => (await dueCount(pool, ids)) === 0, restMs);
    await checkAgreement({ scim, store: storeControl(storeOrigin), pool });
    return null;
  } catch (error) {
    if (error instanceof pg.DatabaseError) throw error;
    return [error instanceof Error ? error.message : String(error)];
  }
}
