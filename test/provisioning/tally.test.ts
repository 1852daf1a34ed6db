import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Measured } from '../../src/provisioning/measure.ts';
import { createTally } from '../../src/provisioning/tally.ts';
import { effectBuckets, useOf } from '../../src/store/destination-minutes.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

let database: TestDatabase;
before(async () => {
  database = await testDatabase();
});
after(() => database.close());

const now = Date.now;
const keyOf = (destinationId: string) => ({ tenantId: 't', destinationId });

const effect = (effectMs: number | null, lane: 'urgent' | 'ordinary' = 'ordinary'): Measured => ({
  kind: 'look',
  plan: effectMs === null ? 'nothing' : 'update',
  outcome: 'done',
  lane,
  effectMs,
});
const asked = (points: number, throttled = false): Measured => ({
  kind: 'request',
  points,
  throttled,
});

test('what several processes counted, and what was written before, adds up', async () => {
  const key = keyOf('adds-up');
  const [one, other] = [createTally(now), createTally(now)];
  one.measure(key, effect(100));
  other.measure(key, effect(100));
  await Promise.all([one.flush(database.pool), other.flush(database.pool)]);
  one.measure(key, effect(100));
  one.measure(key, effect(5_000));
  one.measure(key, effect(40, 'urgent'));
  await one.flush(database.pool);
  const counts = (await effectBuckets(database.pool, key)).map(
    ({ lane, lastHour }) => `${lane} ${lastHour}`,
  );
  assert.deepEqual(counts.sort(), ['ordinary 1', 'ordinary 3', 'urgent 1']);
});

test('a look that wrote nothing has no time from request to effect', async () => {
  const key = keyOf('nothing');
  const tally = createTally(now);
  tally.measure(key, effect(null));
  await tally.flush(database.pool);
  assert.deepEqual(await effectBuckets(database.pool, key), []);
});

test('points, requests and refusals are counted by the minute, and old minutes leave the sums', async () => {
  const key = keyOf('points');
  const fresh = createTally(now);
  const old = createTally(() => now() - 30 * 60_000);
  const older = createTally(() => now() - 3 * 3_600_000);
  fresh.measure(key, asked(10));
  fresh.measure(key, asked(0, true));
  old.measure(key, asked(20));
  old.measure(key, effect(100));
  older.measure(key, asked(40));
  older.measure(key, effect(100));
  for (const tally of [fresh, old, older]) await tally.flush(database.pool);

  const { seconds, ...minute } = await useOf(database.pool, key, 1);
  assert.deepEqual(minute, { requests: 2, points: 10, throttled: 1 });
  assert.ok(seconds >= 60 && seconds < 120, `${seconds} s`);
  const { points } = await useOf(database.pool, key, 60);
  assert.equal(points, 30);
  const [bucket] = await effectBuckets(database.pool, key);
  assert.deepEqual([bucket?.lastHour, bucket?.lastDay], [1, 2]);
});

test('what cannot be written is kept and written later, once', async () => {
  const tally = createTally(now);
  const keys = [keyOf('kept-1'), keyOf('kept-2')];
  for (const key of keys) tally.measure(key, asked(7));
  const closed = await testDatabase();
  await closed.close();
  await assert.rejects(tally.flush(closed.pool));
  for (const key of keys) tally.measure(key, asked(1));
  await tally.flush(database.pool);
  await tally.flush(database.pool);
  for (const key of keys) assert.equal((await useOf(database.pool, key, 1)).points, 8);
});
