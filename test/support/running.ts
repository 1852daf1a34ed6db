/**
 * The costly half of a world, a Rollcall on its database, that outlives it: the next world of the same
 * process is another tenant of it, in a database as empty as a new one.
 */
import { type Rollcall, type RollcallOptions, startRollcall } from '../../src/rollcall.ts';
import { emptyTables, openTest, type TestDatabase, testDatabase } from './database.ts';
import { atEnd, hasEnded } from './end.ts';
import { waitFor } from './wait.ts';

/** A Rollcall that listens, and its database. */
export interface Running {
  /** Which worlds it is good for; `null`: for one only. */
  readonly kind: string | null;
  readonly database: TestDatabase;
  readonly rollcall: Rollcall;
  readonly origin: string;
  /** Where its shops answer: each world says it of its own. */
  readonly playedShops: Map<string, string>;
  close(): Promise<void>;
}

/** What waits asks its database twenty things a second: another is started for less. */
const mostIdle = 1;

const idle: Running[] = [];

/** One of this kind that a world before has left, else a new one. */
export async function running(
  kind: string | null,
  options: (database: TestDatabase, playedShops: Map<string, string>) => RollcallOptions,
): Promise<Running> {
  const at = idle.findIndex((one) => one.kind === kind);
  const [left] = at === -1 ? [] : idle.splice(at, 1);
  if (left !== undefined) return left;
  const database = await testDatabase();
  // A pool of its own: a test that holds locks must get connections however many wait for them.
  const own = await openTest(database.url);
  const playedShops = new Map<string, string>();
  const rollcall = await startRollcall(options({ ...database, pool: own.pool }, playedShops));
  const origin = await rollcall.app.listen({ port: 0, host: '127.0.0.1' });
  const close = async () => {
    await rollcall.close();
    await own.close();
    await database.close();
  };
  return { kind, database, rollcall, origin, playedShops, close };
}

/** Leaves one to the next world, unless it is still at work: then it is stopped. */
export async function leave(one: Running): Promise<void> {
  const lives = one.rollcall.engine.trouble() === null;
  if (one.kind !== null && !hasEnded() && lives && (await emptied(one))) idle.push(one);
  else await one.close();
  await Promise.all(
    idle.splice(0, Math.max(0, idle.length - mostIdle)).map((left) => left.close()),
  );
}

atEnd(async () => {
  await Promise.all(idle.splice(0).map((left) => left.close()));
});

/** How long a drain may take to its end when nothing is left to do. */
const quietMs = 2_000;

async function emptied({ database: { pool } }: Running): Promise<boolean> {
  const quiet = `select
    not exists (select from pgboss.job where state < 'completed')
    and not exists (select from destinations where owner is not null)
    and not exists (select from bulk_loads where owner is not null) as quiet`;
  try {
    await waitFor(
      'nothing to be under way',
      async () => (await pool.query<{ quiet: boolean }>(quiet)).rows[0]?.quiet,
      quietMs,
    );
    await emptyTables(pool);
    return true;
  } catch {
    return false;
  }
}
