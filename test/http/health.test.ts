import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertProblem, startAdmin } from '../support/admin.ts';
import { testDatabase } from '../support/database.ts';
import { waitFor } from '../support/wait.ts';
import { request, testWorld } from '../support/world.ts';

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
