import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openDatabase, whyUnfit } from '../../src/store/database.ts';
import { testDatabase } from '../support/database.ts';
import { silent } from '../support/embedded.ts';
import { asAdmin, withDatabase } from '../support/postgres.ts';

const given = (databaseUrl: string) =>
  openDatabase({ databaseUrl, dataDir: '/nowhere', role: 'server', log: silent });

test('a PostgreSQL older than 15, or one without Unicode, is unfit', () => {
  const fit = { version: '15.0', number: 150_000, encoding: 'UTF8' };
  assert.equal(whyUnfit(fit), undefined);
  assert.match(whyUnfit({ ...fit, version: '14.9', number: 140_009 }) ?? '', /14\.9.*15 or newer/);
  assert.match(whyUnfit({ ...fit, encoding: 'SQL_ASCII' }) ?? '', /has the encoding SQL_ASCII/);
});

test('a given database without Unicode is refused', async () => {
  await using database = await testDatabase();
  const name = `${new URL(database.url).pathname.slice(1)}_ascii`;
  await asAdmin(
    database.url,
    `create database ${name} encoding 'SQL_ASCII' locale_provider libc locale 'C' template template0`,
  );
  try {
    await assert.rejects(given(withDatabase(database.url, name)), /has the encoding SQL_ASCII/);
  } finally {
    await asAdmin(database.url, `drop database ${name}`);
  }
});

test('a given database that does not answer is refused without telling the password', async () => {
  await assert.rejects(given('postgres://ada:s3cret@127.0.0.1:1/rollcall'), (error: Error) => {
    assert.match(error.message, /database of DATABASE_URL cannot be reached: .*ECONNREFUSED/);
    assert.doesNotMatch(error.message, /s3cret/);
    return true;
  });
});

test('bigint reads as a number, and one that does not fit is an error', async () => {
  await using database = await testDatabase();
  const { rows } = await database.pool.query('select 9007199254740991::bigint as n, now() as at');
  assert.equal(rows[0].n, Number.MAX_SAFE_INTEGER);
  assert.ok(rows[0].at instanceof Date);
  await assert.rejects(database.pool.query('select 9007199254740992::bigint'), RangeError);
});

test('no query, transaction or connection can wait for ever', async () => {
  await using database = await testDatabase();
  const settings = 'statement_timeout idle_in_transaction_session_timeout application_name';
  const answers = settings.split(' ').map(async (name) => {
    const { rows } = await database.pool.query('select current_setting($1) as value', [name]);
    return rows[0].value;
  });
  assert.deepEqual(await Promise.all(answers), ['30s', '1min', 'rollcall']);
  assert.equal(database.pool.options.connectionTimeoutMillis, 10_000);
});

test('connections that break are replaced, idle ones and those in a transaction', async () => {
  await using database = await testDatabase();
  const transaction = await database.pool.connect();
  await transaction.query('begin');
  const idle = await database.pool.connect();
  idle.release();
  const broken = Promise.all([
    new Promise((resolve) => transaction.once('end', resolve)),
    new Promise((resolve) => idle.once('end', resolve)),
  ]);
  await asAdmin(
    database.url,
    `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = '${new URL(database.url).pathname.slice(1)}'`,
  );
  await broken;
  await assert.rejects(transaction.query('commit'));
  transaction.release(true);
  assert.deepEqual((await database.pool.query('select 1 as one')).rows, [{ one: 1 }]);
});
