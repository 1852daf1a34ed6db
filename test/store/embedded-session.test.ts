import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import pg from 'pg';
import { EmbeddedPostgres } from '../../src/store/embedded-postgres.ts';
import {
  initialisedDataDir,
  killPostgres,
  open,
  postmaster,
  silent,
  startOwner,
  temporaryDataDir,
} from '../support/embedded.ts';
import { waitFor } from '../support/wait.ts';

test('a pid file whose number now belongs to another process does not stop a start', async (t) => {
  await using dataDir = await initialisedDataDir();
  const directory = join(dataDir.path, 'postgres');
  // PostgreSQL itself sees through a process of another user, so that it must be its own.
  const { uid } = await stat(directory);
  const innocent = spawn('sleep', ['60'], process.getuid?.() === 0 ? { uid } : {});
  t.after(() => innocent.kill());
  const claim = [innocent.pid, directory, '1700000000', '5432', directory, '', '', 'ready   '];
  await writeFile(join(directory, 'postmaster.pid'), claim.join('\n'));
  await using database = await open(dataDir, 'server');
  await database.pool.query('select 1');
  assert.notEqual(await postmaster(dataDir.path), innocent.pid);
});

test('a server that loses its database to another one is told so', async () => {
  await using dataDir = await initialisedDataDir();
  await using server = await open(dataDir, 'server');
  const rival = new pg.Client(server.connectionOptions);
  await rival.connect();
  const { rows } = await rival.query<{ pid: number; space: number; lock: number }>(
    `select pid, classid::int as space, objid::int as lock
       from pg_locks where locktype = 'advisory' and mode = 'ExclusiveLock'`,
  );
  const [held] = rows;
  assert.ok(held);
  const waiting = rival.query('select pg_advisory_lock($1, $2)', [held.space, held.lock]);
  const waiters = "select 1 from pg_locks where locktype = 'advisory' and not granted";
  await waitFor('the rival', async () => (await server.pool.query(waiters)).rows.length > 0);
  await server.pool.query('select pg_terminate_backend($1)', [held.pid]);
  await waiting;
  assert.match((await server.lost).message, /in use by another Rollcall/);
  await rival.end();
});

test('a data directory with a very long and odd name works', async () => {
  await using dataDir = await temporaryDataDir(`it's "odd", ${'long '.repeat(20)}Ü`);
  const owner = await startOwner(dataDir, 'server');
  await using tool = await open(dataDir, 'tool');
  await tool.pool.query('select 1');
  await owner.kill('SIGTERM');
});

test('where there are no Unix sockets, the server listens on loopback and keeps its port', async () => {
  await using dataDir = await initialisedDataDir();
  const options = {
    dataDir: dataDir.path,
    role: 'server',
    log: silent,
    listen: 'loopback',
  } as const;
  const postgres = await EmbeddedPostgres.open(options);
  const before = postgres.connection;
  assert.equal(before.host, '127.0.0.1');
  await killPostgres(dataDir);
  const pool = new pg.Pool(before);
  await waitFor('an answer', () =>
    pool.query('select 1').then(
      () => true,
      () => false,
    ),
  );
  assert.deepEqual(postgres.connection, before);
  await pool.end();
  await postgres.close();
  assert.equal(await postmaster(dataDir.path), undefined);
});
