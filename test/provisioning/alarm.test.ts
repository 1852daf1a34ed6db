import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { usualUpkeep } from '../../src/config.ts';
import { alarmChanges, watchWaiting } from '../../src/provisioning/alarm.ts';
import type { Watched } from '../../src/store/alarms.ts';
import { testDatabase } from '../support/database.ts';
import { push } from '../support/roll.ts';
import { waitFor } from '../support/wait.ts';
import { testWorld, userNamed } from '../support/world.ts';

const now = Date.parse('2026-11-27T12:00:00Z');
const after = { ordinaryMs: 900_000, leaversMs: 60_000 };
const ago = (seconds: number) => new Date(now - seconds * 1_000);

const calm: Watched = {
  tenantId: 't',
  destinationId: 'd',
  name: 'Shopify',
  state: 'active',
  reason: null,
  standing: [],
  dueNow: 3,
  later: 1,
  leavers: 1,
  oldestOrdinary: ago(600),
  oldestLeaver: ago(10),
};

const changes = (watched: Partial<Watched>) =>
  alarmChanges({ ...calm, ...watched }, after, now).map(({ change, lane }) => `${change} ${lane}`);

test('an alarm is raised past its limit, each lane by its own, and once', () => {
  assert.deepEqual(changes({}), []);
  assert.deepEqual(changes({ oldestOrdinary: ago(900), oldestLeaver: ago(60) }), []);
  assert.deepEqual(changes({ oldestOrdinary: ago(901) }), ['raise ordinary']);
  assert.deepEqual(changes({ oldestLeaver: ago(61) }), ['raise urgent']);
  assert.deepEqual(changes({ oldestLeaver: ago(61), standing: ['urgent'] }), []);
});

test('it ends when nobody waits for half as long any more', () => {
  assert.deepEqual(changes({ oldestLeaver: ago(31), standing: ['urgent'] }), []);
  assert.deepEqual(changes({ oldestLeaver: ago(30), standing: ['urgent'] }), ['end urgent']);
  assert.deepEqual(changes({ oldestOrdinary: null, standing: ['ordinary'] }), ['end ordinary']);
});

test('it says who waits, for how long, and what stands in the way', () => {
  const of = (watched: Partial<Watched>) => alarmChanges({ ...calm, ...watched }, after, now)[0];
  assert.deepEqual(of({ oldestLeaver: ago(125) }), {
    change: 'raise',
    lane: 'urgent',
    code: 'leavers_wait',
    message:
      'Somebody who was deactivated or deleted has waited 2 min 5 s for it to take effect at Shopify. ' +
      'See what stands in the way with rollcall status.',
    detail: { waitedMs: 125_000, limitMs: 60_000, dueNow: 3, later: 1, leavers: 1 },
  });
  const stopped = of({ oldestOrdinary: ago(1_000), state: 'quarantined', reason: 'No token.' });
  assert.match(stopped?.message ?? '', /The destination is stopped: No token\.$/);
});

suite('watching', { concurrency: 3 }, () => {
  test('raises and ends an alarm with one notice each, however often and by how many it is done', async () => {
    await using database = await testDatabase();
    const { pool } = database;
    await pool.query("insert into tenants (tenant_id, name) values ('t', 'T')");
    for (const [id, state] of [
      ['late', 'active'],
      ['paused', 'paused'],
    ])
      await pool.query(
        `insert into destinations (tenant_id, id, connector, name, settings, policy, state)
         values ('t', $1, 'shopify', $1, '{}', '{}', $2)`,
        [id, state],
      );
    const wait = (destinationId: string, seconds: number) =>
      pool.query(
        `insert into links (tenant_id, id, destination_id, source_id, resource_id, requested_at, urgent)
         values ('t', gen_random_uuid(), $1, 's', gen_random_uuid(), now() - $2 * interval '1 second', true)`,
        [destinationId, seconds],
      );
    const watch = () => watchWaiting({ pool, now: Date.now }, after);
    const notices = async () => {
      const { rows } = await pool.query<{ kind: string; destination_id: string; code: string }>(
        'select kind, destination_id, code from notices order by id',
      );
      return rows.map((row) => `${row.kind} ${row.destination_id} ${row.code}`);
    };
    await wait('late', 100);
    await wait('paused', 100);
    await Promise.all([watch(), watch(), watch()]);
    await watch();
    assert.deepEqual(await notices(), ['alarm.raised late leavers_wait']);

    await pool.query('update links set done = wanted');
    await wait('late', 20);
    await Promise.all([watch(), watch()]);
    await watch();
    assert.deepEqual(await notices(), [
      'alarm.raised late leavers_wait',
      'alarm.ended late leavers_wait',
    ]);
    const { rows } = await pool.query('select from notice_deliveries');
    assert.equal(rows.length, 2, 'each is told');
    assert.deepEqual((await pool.query('select from alarms')).rows, []);
  });

  test('who settles for long is not late when that is over', async () => {
    await using database = await testDatabase();
    const { pool } = database;
    await pool.query("insert into tenants (tenant_id, name) values ('t', 'T')");
    await pool.query(
      `insert into destinations (tenant_id, id, connector, name, settings, policy)
       values ('t', 'd', 'shopify', 'd', '{}', '{}')`,
    );
    await pool.query(
      `insert into links (tenant_id, id, destination_id, source_id, resource_id, requested_at, not_before, outcome)
       values ('t', gen_random_uuid(), 'd', 's', gen_random_uuid(), now() - interval '1 day', now() - interval '1 second', 'held')`,
    );
    await watchWaiting({ pool, now: Date.now }, after);
    assert.deepEqual((await pool.query('select from notices')).rows, []);
  });

  test('a store that does not answer is an alarm while somebody waits for it', async () => {
    const upkeep = {
      ...usualUpkeep,
      alarmAfter: { ordinaryMs: 1_000, leaversMs: 500 },
    };
    await using world = await testWorld({ upkeep });
    await world.store.fault({ kind: 'status', status: 500, times: 1_000, match: {} });
    await push(world, userNamed('Ada'));
    const kinds = async () => {
      const { rows } = await world.pool.query<{ kind: string }>(
        "select kind from notices where kind like 'alarm%' order by id",
      );
      return rows.map(({ kind }) => kind).join();
    };
    await waitFor('the alarm', async () => (await kinds()) === 'alarm.raised');
    await world.store.dev('DELETE', 'faults');
    await world.pool.query('update destinations set paused_until = null');
    // The longer the alarm was in coming, the later it would be tried again.
    await world.pool.query('update links set not_before = now(), attempts = 0');
    await world.settled();
    await waitFor('its end', async () => (await kinds()) === 'alarm.raised,alarm.ended');
  });
});
