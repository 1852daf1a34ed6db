import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { migrate } from '../../src/store/migrate.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

/** A database that has seen nothing, and a directory of migrations to try on it. */
async function setUp(files: Readonly<Record<string, string>>) {
  const database = await testDatabase();
  await database.pool.query('drop schema public cascade; create schema public');
  const path = await mkdtemp(join(tmpdir(), 'rollcall-migrations-'));
  const write = (name: string, sql: string) => writeFile(join(path, name), sql);
  for (const [name, sql] of Object.entries(files)) await write(name, sql);
  const run = () => migrate(database.pool, pathToFileURL(`${path}/`));
  const remove = (name: string) => rm(join(path, name));
  const dispose = async () => {
    await database.close();
    await rm(path, { recursive: true });
  };
  return { database, write, remove, run, [Symbol.asyncDispose]: dispose };
}

async function tables({ pool }: TestDatabase): Promise<readonly string[]> {
  const { rows } = await pool.query(
    `select table_name as name from information_schema.tables where table_schema = 'public' order by 1`,
  );
  return rows.map(({ name }) => name);
}

const two = {
  '0001-a.sql': 'create table a ()',
  '0002-b.sql': 'create table b (); create table c ()',
};

test('every migration runs once, in order', async () => {
  await using set = await setUp(two);
  assert.deepEqual(await set.run(), ['0001-a.sql', '0002-b.sql']);
  assert.deepEqual(await tables(set.database), ['a', 'b', 'c', 'migrations']);
  assert.deepEqual(await set.run(), []);
  await set.write('0003-d.sql', 'create table d ()');
  assert.deepEqual(await set.run(), ['0003-d.sql']);
});

test('several processes may migrate at the same moment', async () => {
  await using set = await setUp(two);
  const ran = await Promise.all([set.run(), set.run(), set.run()]);
  assert.deepEqual(ran.flat().sort(), ['0001-a.sql', '0002-b.sql']);
});

test('a migration that fails leaves nothing behind and is tried again', async () => {
  await using set = await setUp({ ...two, '0003-d.sql': 'create table d (); select 1/0' });
  await assert.rejects(set.run(), /0003-d\.sql failed: .*division by zero/);
  assert.deepEqual(await tables(set.database), ['a', 'b', 'c', 'migrations']);
  await set.write('0003-d.sql', 'create table d ()');
  assert.deepEqual(await set.run(), ['0003-d.sql']);
});

test('a migration that was changed after it ran is refused', async () => {
  await using set = await setUp(two);
  await set.run();
  await set.write('0001-a.sql', 'create table a (id int)');
  await assert.rejects(set.run(), /0001-a\.sql was changed after this database ran it/);
});

test('the line endings of a checkout are no change', async () => {
  await using set = await setUp({ '0001-a.sql': 'create table a (\n)' });
  await set.run();
  await set.write('0001-a.sql', 'create table a (\r\n)');
  assert.deepEqual(await set.run(), []);
});

test('a database of a newer release is refused', async () => {
  await using set = await setUp(two);
  await set.run();
  await set.remove('0002-b.sql');
  await assert.rejects(set.run(), /has seen 0002-b\.sql, which this Rollcall does not know/);
});

test('a migration numbered before one that already ran is refused', async () => {
  await using set = await setUp({ '0002-b.sql': 'create table b ()' });
  await set.run();
  await set.write('0001-a.sql', 'create table a ()');
  await assert.rejects(set.run(), /0001-a\.sql is numbered before 0002-b\.sql/);
});
