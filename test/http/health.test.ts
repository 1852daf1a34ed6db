import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertProblem, startAdmin } from '../support/admin.ts';
import { testDatabase } from '../support/database.ts';
import { linkOf, looked, push } from '../support/roll.ts';
import { secondInstance } from '../support/second-instance.ts';
import { waitFor } from '../support/wait.ts';
import { request, testWorld, userNamed } from '../support/world.ts';

test('a running Rollcall lives and is ready', async () => {
  await using world = await testWorld();
  for (const path of ['/healthz', '/readyz']) {
    const { status, headers } = await request(world.origin + path, { method: 'GET' });
    assert.equal(status, 200, path);
    assert.equal(headers.get('cache-control'), 'no-store');
  }
});

test('one whose engine stops lives and is not ready', async () => {
  await using world = await testWorld();
  await world.rollcall.engine.stop();
  const ready = await request(`${world.origin}/readyz`, { method: 'GET' });
  assertProblem(ready, 503, 'not-ready', /^Rollcall is stopping\.$/);
  assert.equal((await request(`${world.origin}/healthz`, { method: 'GET' })).status, 200);
});

test('one whose database a newer release has migrated rests, loses nothing, and says so', async () => {
  await using world = await testWorld({ publicUrl: 'http://older.test' });
  await world.pool.query("insert into migrations (name, checksum) values ('9999-newer.sql', '')");
  const ready = await waitFor('it to rest', async () => {
    const { rows } = await world.pool.query(
      "select from pg_stat_activity where datname = current_database() and application_name = 'rollcall presence'",
    );
    const answer = await request(`${world.origin}/readyz`, { method: 'GET' });
    return rows.length === 0 && answer;
  });
  assertProblem(
    ready,
    503,
    'not-ready',
    /has seen 9999-newer\.sql, .* start the newer release here, too\.$/,
  );
  const id = await push(world, userNamed('Ada'));
  assert.equal((await linkOf(world, id)).due, true);
  // As the newer one would find it.
  await world.pool.query("delete from migrations where name = '9999-newer.sql'");
  const newer = await secondInstance(world);
  try {
    await looked(world, id);
    assert.ok(await world.store.customer('ada.lovelace@example.com'));
  } finally {
    await newer.close();
  }
});

test('a database that was not migrated is named with its mend', async () => {
  await using database = await testDatabase();
  await using admin = await startAdmin({ pool: database.pool });
  await database.pool.query("delete from migrations where name like '0001%'");
  const ready = await admin.send('GET', '/readyz');
  assertProblem(ready, 503, 'not-ready', /lacks 0001-roll\.sql: start this release/);
});

test('a database that does not answer is told, in time', async () => {
  await using database = await testDatabase();
  await using admin = await startAdmin({ pool: database.pool });
  const client = await database.pool.connect();
  await client.query('begin');
  await client.query('lock table migrations');
  const startedAt = performance.now();
  const ready = await admin.send('GET', '/readyz');
  assertProblem(ready, 503, 'not-ready', /^The database does not answer: /);
  assert.ok(performance.now() - startedAt < 30_000, 'which is locked until it was told');
  await client.query('rollback');
  client.release();
  await waitFor('the database to be ready again', async () => {
    return (await admin.send('GET', '/readyz')).status === 200;
  });
});
