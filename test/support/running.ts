/**
 * The costly half of a world, a Rollcall on its database, that outlives it: the next world of the same
 * process is another tenant of it, in a database as empty as a new one.
 */
import { after } from 'node:test';
import { type Rollcall, type RollcallOptions, startRollcall } from '../../src/rollcall.ts';
import { openTest, type TestDatabase, testDatabase } from './database.ts';
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

/** What waits works a little all the while: files that share a process must not fill it. */
const mostIdle = 3;

const idle: Running[] = [];
let ended = false;
let outlives = false;

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
  if (one.kind !== null && !ended && lives && (await emptied(one))) idle.push(one);
  else await one.close();
  await Promise.all(
    idle.splice(0, Math.max(0, idle.length - mostIdle)).map((left) => left.close()),
  );
}

/**
 * Has what is left running outlive the tests of a file, for those of the next in this process.
 * @returns closes it; to be called after the last file
 */
export function outliveFiles(): () => Promise<void> {
  outlives = true;
  return end;
}

async function end(): Promise<void> {
  ended = true;
  await Promise.all(idle.splice(0).map((left) => left.close()));
}

// With several files in a process this comes after the first of them.
after(async () => {
  if (!outlives) await end();
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
    const { rows } = await pool.query<{ name: string }>(
      "select tablename as name from pg_tables where schemaname = 'public' and tablename not in ('migrations', 'tenants')",
    );
    const tables = ['tenants', ...rows.map(({ name }) => name), 'pgboss.job'];
    await pool.query(tables.map((name) => `delete from ${name}`).join(';'));
    return true;
  } catch {
    return false;
  }
}
