import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import pg from 'pg';
import {
  initialisedDataDir,
  killPostgres,
  open,
  postmaster,
  spawnOwner,
  startOwner,
  temporaryDataDir,
} from '../support/embedded.ts';
import { waitFor } from '../support/wait.ts';

const count = 'select count(*) as rows from written';

test('the first start makes a private Unicode database that survives a power cut', async () => {
  await using dataDir = await temporaryDataDir();
  await using database = await open(dataDir, 'server');
  const { rows } = await database.pool.query(
    `select lower('ÅNGSTRÖM ΣΊΣΥΦΟΣ') as lower, current_setting('fsync') as fsync,
            current_setting('synchronous_commit') as synchronous_commit,
            current_setting('data_checksums') as data_checksums,
            current_setting('listen_addresses') as listen_addresses,
            current_setting('password_encryption') as password_encryption,
            current_setting('server_encoding') as encoding, rolsuper as superuser
       from pg_roles where rolname = current_user`,
  );
  assert.deepEqual(rows, [
    {
      lower: 'ångström σίσυφοσ',
      fsync: 'on',
      synchronous_commit: 'on',
      data_checksums: 'on',
      listen_addresses: '',
      password_encryption: 'scram-sha-256',
      encoding: 'UTF8',
      superuser: false,
    },
  ]);
  const directory = join(dataDir.path, 'postgres');
  assert.equal((await stat(directory)).mode & 0o777, 0o700);
  assert.equal((await stat(join(directory, 'rollcall.password'))).mode & 0o777, 0o600);
});

test('who has not the password is refused', async () => {
  await using dataDir = await initialisedDataDir();
  await using database = await open(dataDir, 'server');
  for (const user of ['rollcall', 'postgres']) {
    const client = new pg.Client({ ...database.connectionOptions, user, password: 'guess' });
    await assert.rejects(client.connect(), { code: '28P01' });
  }
});

test('a stop leaves nothing running, and the next start finds the data', async () => {
  await using dataDir = await initialisedDataDir();
  const first = await open(dataDir, 'server');
  await first.pool.query('create table written as select 42 as n');
  await first.close();
  assert.equal(await postmaster(dataDir.path), undefined);
  await using second = await open(dataDir, 'server');
  assert.deepEqual((await second.pool.query('select n from written')).rows, [{ n: 42 }]);
});

test('Ctrl-C at the terminal does not reach PostgreSQL while its owner still drains', async () => {
  await using dataDir = await initialisedDataDir();
  const owner = await startOwner(dataDir, 'server', { detached: true });
  const before = await postmaster(dataDir.path);
  assert.ok(owner.process.pid);
  process.kill(-owner.process.pid, 'SIGINT'); // as a terminal does: the whole group
  const written = owner.written();
  await waitFor('more rows', async () => owner.written() > written + 10);
  assert.equal(await postmaster(dataDir.path), before);
  await owner.kill('SIGTERM');
  assert.equal(await postmaster(dataDir.path), undefined);
});

test('the PostgreSQL of a killed owner is adopted', async () => {
  await using dataDir = await initialisedDataDir();
  const owner = await startOwner(dataDir, 'server');
  const orphan = await postmaster(dataDir.path);
  await owner.kill('SIGKILL');
  const successor = await open(dataDir, 'server');
  assert.equal(await postmaster(dataDir.path), orphan);
  assert.ok((await successor.pool.query(count)).rows[0].rows >= owner.written());
  await successor.close();
  assert.equal(await postmaster(dataDir.path), undefined);
});

test('a server whose PostgreSQL is killed starts it again, and its pool goes on', async () => {
  await using dataDir = await initialisedDataDir();
  await using database = await open(dataDir, 'server');
  await database.pool.query('create table written as select 1 as n');
  const transaction = await database.pool.connect();
  await transaction.query('begin');
  const killed = await killPostgres(dataDir);
  const answers = () =>
    database.pool.query(count).then(
      () => true,
      () => false,
    );
  await waitFor('another PostgreSQL', async () => {
    return (await postmaster(dataDir.path)) !== killed && (await answers());
  });
  assert.deepEqual((await database.pool.query(count)).rows, [{ rows: 1 }]);
  await assert.rejects(transaction.query('commit'));
  transaction.release(true);
});

test('no commit is lost when the owner, PostgreSQL or both are killed at any moment', async () => {
  await using dataDir = await initialisedDataDir();
  for (const victims of ['owner', 'postgres', 'both', 'both']) {
    const owner = await startOwner(dataDir, 'server');
    const moment = owner.written() + Math.floor(Math.random() * 200);
    await waitFor('the moment', async () => owner.written() >= moment);
    if (victims !== 'owner') await killPostgres(dataDir);
    if (victims !== 'postgres') await owner.kill('SIGKILL');
    const written = owner.written();
    if (victims === 'postgres') {
      await waitFor('rows after the restart', async () => owner.written() > written + 10);
    }
    await owner.kill('SIGKILL');
    await using successor = await open(dataDir, 'server');
    const { rows } = await successor.pool.query('select max(n) as last from written');
    assert.ok(rows[0].last >= owner.written(), `${victims}: ${rows[0].last} < ${owner.written()}`);
  }
});

test('a second server is refused and told what to do', async () => {
  await using dataDir = await initialisedDataDir();
  const owner = await startOwner(dataDir, 'server');
  await assert.rejects(open(dataDir, 'server'), {
    message:
      `The database in ${join(dataDir.path, 'postgres')} is in use by another Rollcall ` +
      `(process ${owner.process.pid}). Stop that one first, or give this one a data directory of its own.`,
  });
  await owner.kill('SIGTERM');
});

test('a tool beside a server uses its PostgreSQL and leaves it running', async () => {
  await using dataDir = await initialisedDataDir();
  await using server = await open(dataDir, 'server');
  const tool = await open(dataDir, 'tool');
  await tool.pool.query('create table written as select 1 as n');
  await tool.close();
  assert.deepEqual((await server.pool.query(count)).rows, [{ rows: 1 }]);
});

test('a tool alone starts PostgreSQL, and the last one out stops it', async () => {
  await using dataDir = await initialisedDataDir();
  const first = await open(dataDir, 'tool');
  const second = await open(dataDir, 'tool');
  const server = await open(dataDir, 'server');
  const pid = await postmaster(dataDir.path);
  assert.notEqual(pid, undefined);
  await first.close();
  await server.close();
  assert.equal(await postmaster(dataDir.path), pid);
  await second.pool.query('select 1');
  await second.close();
  assert.equal(await postmaster(dataDir.path), undefined);
});

test('an interrupted first start is cleaned up and done again', async () => {
  await using dataDir = await temporaryDataDir();
  const owner = spawnOwner(dataDir, 'server');
  const entries = () => readdir(dataDir.path).catch(() => []);
  await waitFor('initdb', async () => {
    return (await entries()).some((name) => name.startsWith('postgres.new-'));
  });
  await owner.kill('SIGKILL');
  await using database = await open(dataDir, 'server');
  await database.pool.query('select 1');
  assert.deepEqual((await entries()).sort(), ['postgres', 'postgres.log']);
});

test('two first starts at the same moment share one database', async () => {
  await using dataDir = await temporaryDataDir();
  const owners = await Promise.all([startOwner(dataDir, 'server'), startOwner(dataDir, 'tool')]);
  const written = Math.max(...owners.map((owner) => owner.written()));
  await using tool = await open(dataDir, 'tool');
  const { rows } = await tool.pool.query('select max(n) as last from written');
  assert.ok(rows[0].last >= written);
  await Promise.all(owners.map((owner) => owner.kill('SIGTERM')));
});

test('the data of another major version is refused', async () => {
  await using dataDir = await temporaryDataDir();
  const directory = join(dataDir.path, 'postgres');
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'PG_VERSION'), '17\n');
  await assert.rejects(
    open(dataDir, 'server'),
    /written by PostgreSQL 17.* comes with PostgreSQL 18/,
  );
});

test('a directory with something else in it is refused and left alone', async () => {
  await using dataDir = await temporaryDataDir();
  const file = join(dataDir.path, 'postgres', 'novel.txt');
  await mkdir(join(dataDir.path, 'postgres'), { recursive: true });
  await writeFile(file, 'Chapter 1');
  await assert.rejects(open(dataDir, 'server'), /neither empty nor a PostgreSQL data directory/);
  assert.equal(await readFile(file, 'utf8'), 'Chapter 1');
});
