import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { atEnd, hasEnded } from './end.ts';
import {
  asAdmin,
  startTestServer,
  type TestServer,
  templateVariable,
  withDatabase,
} from './postgres.ts';

/** A database of one test: migrated, empty, and left to the next test when disposed of. */
export type TestDatabase = Pick<Database, 'pool' | 'connectionOptions' | 'close'> &
  AsyncDisposable & { readonly url: string };

/** Where those are that nobody uses: to empty one costs a tenth of making another. */
const unused: string[] = [];
const mostUnused = 4;

/**
 * A database as empty as a new one. The server behind it is the one of the run, or, when a test file runs
 * without the global setup, one that this process starts.
 */
export async function testDatabase(): Promise<TestDatabase> {
  open += 1;
  const url = unused.pop() ?? (await newDatabase());
  const { pool, connectionOptions, close } = await openTest(url);
  let opened = true;
  const leave = async () => {
    if (!opened) return;
    opened = false;
    await close();
    const another = !hasEnded() && unused.length < mostUnused && (await emptied(url));
    if (another) unused.push(url);
    else await drop(url);
    open -= 1;
    await stopWhenUnused();
  };
  return { pool, connectionOptions, url, close: leave, [Symbol.asyncDispose]: leave };
}

/** The shape of a new one. */
let newShape: string | undefined;

/** Copies the migrated template. */
async function newDatabase(): Promise<string> {
  const template = process.env[templateVariable] ?? (await ownTemplate());
  const name = `rollcall_test_${randomBytes(6).toString('hex')}`;
  const url = withDatabase(template, name);
  await asAdmin(url, `create database ${name} template ${nameOf(template)} strategy file_copy`);
  newShape ??= await connected(url, shapeOf);
  return url;
}

const drop = (url: string) => asAdmin(url, `drop database ${nameOf(url)} with (force)`);

const nameOf = (url: string) => new URL(url).pathname.slice(1);

/** Empties one as if it were new. One that was altered or has grown is left as it is. */
async function emptied(url: string): Promise<boolean> {
  return connected(url, async (client) => {
    await client.query(`select pg_terminate_backend(pid, 5_000) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`);
    if ((await shapeOf(client)) !== newShape) return false;
    await emptyTables(client);
    return true;
  });
}

/** Changes when a table, column, trigger or function does, a migration is forgotten, or much was written. */
async function shapeOf(client: pg.Client): Promise<string> {
  const catalogs = ['pg_class', 'pg_attribute', 'pg_constraint', 'pg_trigger', 'pg_proc'];
  const newest = (name: string) =>
    `(select (count(*), max(xmin::text::bigint))::text from ${name})`;
  const { rows } = await client.query<{ shape: string }>(
    `select concat_ws(' ', ${catalogs.map(newest)}, (select count(*) from migrations),
       pg_database_size(current_database()) / 4_000_000) as shape`,
  );
  return String(rows[0]?.shape);
}

/** Deletes what tests and the queue wrote. */
export async function emptyTables(db: Pick<pg.Pool, 'query'>): Promise<void> {
  const { rows } = await db.query<{ name: string }>(
    "select tablename as name from pg_tables where schemaname = 'public' and tablename not in ('migrations', 'tenants')",
  );
  const tables = ['tenants', ...rows.map(({ name }) => name), 'pgboss.job'];
  await db.query(tables.map((name) => `delete from ${name}`).join(';'));
}

async function connected<Result>(
  url: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Another pool on a test's database. */
export async function openTest(url: string): Promise<Database> {
  const log = { info: () => undefined, warn: () => undefined };
  return openDatabase({ databaseUrl: url, dataDir: '', role: 'server', log, poolSize: 4 });
}

/** Has tables vacuumed, so that an index alone can answer where that is the best plan. */
export async function vacuumed(pool: pg.Pool, ...tables: readonly string[]): Promise<void> {
  // Only what is known to be on disk may be marked as seen by all: something has to be written there after it.
  const client = await pool.connect();
  await client.query('set synchronous_commit = on');
  await client.query('create table written_to_disk ()');
  client.release(true);
  for (const table of tables) await pool.query(`vacuum analyze ${table}`);
}

let ownServer: Promise<TestServer> | undefined;
let open = 0;

async function ownTemplate(): Promise<string> {
  ownServer ??= startTestServer();
  return (await ownServer).template;
}

/** The server of a file run by itself stops with its last database, also one closed after the tests. */
async function stopWhenUnused(): Promise<void> {
  if (!hasEnded() || open > 0) return;
  const server = ownServer;
  ownServer = undefined;
  await (await server)?.stop();
}

atEnd(async () => {
  await Promise.all(unused.splice(0).map(drop));
  await stopWhenUnused();
});
