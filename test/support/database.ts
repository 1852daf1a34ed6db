import { randomBytes } from 'node:crypto';
import { after } from 'node:test';
import type pg from 'pg';
import { type Database, openDatabase } from '../../src/store/database.ts';
import {
  asAdmin,
  startTestServer,
  type TestServer,
  templateVariable,
  withDatabase,
} from './postgres.ts';

/** A database of one test: migrated, empty, dropped when disposed of. */
export type TestDatabase = Pick<Database, 'pool' | 'connectionOptions' | 'close'> &
  AsyncDisposable & { readonly url: string };

/**
 * A fresh database, copied from a migrated template in some 30 ms. The server behind it is the one
 * of the run, or, when a test file runs without the global setup, one that this process starts.
 */
export async function testDatabase(): Promise<TestDatabase> {
  const template = process.env[templateVariable] ?? (await ownTemplate());
  const name = `rollcall_test_${randomBytes(6).toString('hex')}`;
  const url = withDatabase(template, name);
  await asAdmin(
    url,
    `create database ${name} template ${new URL(template).pathname.slice(1)} strategy file_copy`,
  );
  const { pool, connectionOptions, close } = await openTest(url);
  let opened = true;
  open += 1;
  const drop = async () => {
    if (!opened) return;
    opened = false;
    await close();
    await asAdmin(url, `drop database ${name} with (force)`);
    open -= 1;
    await stopWhenUnused();
  };
  return { pool, connectionOptions, url, close: drop, [Symbol.asyncDispose]: drop };
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
let ended = false;

async function ownTemplate(): Promise<string> {
  ownServer ??= startTestServer();
  return (await ownServer).template;
}

/** The server of a file run by itself stops with its last database, also one closed after the tests. */
async function stopWhenUnused(): Promise<void> {
  if (!ended || open > 0) return;
  const server = ownServer;
  ownServer = undefined;
  await (await server)?.stop();
}

after(async () => {
  ended = true;
  await stopWhenUnused();
});
