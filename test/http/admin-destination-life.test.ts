/** A destination as a whole in the admin API: its name, why it is paused, another beginning, its end. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { lineOf, offering, orderOf, record } from '../support/courses.ts';
import { addMoodle, testLms } from '../support/lms.ts';
import { looked, push } from '../support/roll.ts';
import { waitFor } from '../support/wait.ts';
import { request, testWorld, userNamed, type World } from '../support/world.ts';

function send(world: World, method: string, path: string, body?: unknown) {
  return request(`${world.origin}/api/tenants/${world.tenantId}/destinations/${path}`, {
    method,
    body,
    headers: { 'content-type': 'application/json' },
  });
}

suite('a destination', { concurrency: 2 }, () => {
  test('is renamed, and paused with a reason that everybody sees', async () => {
    await using world = await testWorld();
    const { destinationId: id } = world;
    assert.equal((await send(world, 'PATCH', id, { name: ' Shop ' })).body.name, 'Shop');
    assert.equal((await send(world, 'PATCH', id, { name: '' })).status, 400);
    const paused = await send(world, 'POST', `${id}/pause`, { reason: 'we move house' });
    assert.deepEqual([paused.body.state, paused.body.reason], ['paused', 'we move house']);
    const active = await send(world, 'POST', `${id}/activate`, {});
    assert.deepEqual([active.body.state, active.body.reason], ['active', null]);
    const { rows } = await world.pool.query(
      "select kind, message from activity where tenant_id = $1 and kind like 'destination.%' order by id",
      [world.tenantId],
    );
    assert.deepEqual(
      rows.map(({ kind, message }) => [kind, message]),
      [
        ['destination.rename', null],
        ['destination.pause', 'we move house'],
        ['destination.activate', null],
      ],
    );
  });

  test('that is started again looks at everybody on both sides', async () => {
    await using world = await testWorld();
    const user = userNamed('Ada');
    const id = await push(world, user);
    await looked(world, id);
    const customer = await world.store.customer(String(user.userName));
    await world.store.dev('PATCH', `customers/${customer?.id.split('/').at(-1)}`, {
      firstName: 'Augusta',
    });
    const again = await send(world, 'POST', `${world.destinationId}/restart`, {});
    assert.equal(again.status, 200, JSON.stringify(again.body));
    await waitFor('the name to be put right', async () => {
      const now = await world.store.customer(String(user.userName));
      return now?.firstName === 'Ada';
    });
  });

  test('is removed when somebody says that its accounts stay; they do', async () => {
    await using lms = await testLms();
    await using world = await testWorld();
    const moodle = await addMoodle(world, lms);
    const shop = await send(world, 'DELETE', `${world.destinationId}?accounts=keep`);
    assert.match(shop.body.detail, /The shop is what this tenant is about/);
    await offering({ ...world, destinationId: moodle }, 'WELD', ['course:2']);
    const user = userNamed('Ada');
    await push(world, user);
    const email = String(user.userName);
    await record(world, [orderOf(1, email, [lineOf('WELD')])]);
    await waitFor('the enrolment', async () => (await lms.enrolments(email)).length === 1);
    await world.settled();
    await world.pool.query(
      `insert into group_links (tenant_id, destination_id, source_id, group_id, done)
       values ($1, $2, $3, gen_random_uuid(), 1)`,
      [world.tenantId, moodle, world.sourceId],
    );

    const sold = await send(world, 'DELETE', `${moodle}?accounts=keep`);
    assert.deepEqual([sold.status, sold.body.offers], [409, ['WELD']]);
    await world.pool.query('update offers set valid_until = now() where tenant_id = $1', [
      world.tenantId,
    ]);
    const unsaid = await send(world, 'DELETE', moodle);
    assert.deepEqual([unsaid.status, unsaid.body.accounts], [409, 1]);
    const removed = await send(world, 'DELETE', `${moodle}?accounts=keep`);
    assert.equal(removed.status, 204, JSON.stringify(removed.body));
    assert.equal((await send(world, 'GET', moodle)).status, 404);

    const [enrolment] = await lms.enrolments(email);
    assert.equal(enrolment?.status, 'active');
    const { rows: tables } = await world.pool.query<{ name: string }>(
      `select table_name as name from information_schema.columns
       where column_name = 'destination_id' and table_schema = 'public'`,
    );
    for (const { name } of tables) {
      // Counts of the last second are written a second later; they go by their age.
      if (['activity', 'notices', 'grants', 'destination_minutes'].includes(name)) continue;
      const { rowCount } = await world.pool.query(
        `select from ${name} where tenant_id = $1 and destination_id = $2`,
        [world.tenantId, moodle],
      );
      assert.equal(rowCount, 0, name);
    }
    const { rows } = await world.pool.query(
      'select state, reason from grants where tenant_id = $1',
      [world.tenantId],
    );
    assert.deepEqual(rows, [{ state: 'ended', reason: 'its destination was removed' }]);
    await push(world, userNamed('Grace'));
    await world.settled();
  });
});
