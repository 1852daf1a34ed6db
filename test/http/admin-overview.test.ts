/** The first page of the admin: set-up, health, growth and what waits for somebody. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { lineOf, offering, orderOf, record } from '../support/courses.ts';
import { crowdOf } from '../support/guard.ts';
import { addMoodle, testLms } from '../support/lms.ts';
import { push, remove } from '../support/roll.ts';
import { waitFor } from '../support/wait.ts';
import { request, testWorld, userNamed, type World } from '../support/world.ts';

async function overview(world: World, query = '') {
  const path = `/api/tenants/${world.tenantId}/overview${query}`;
  const { status, body } = await request(world.origin + path, { method: 'GET' });
  assert.equal(status, 200, JSON.stringify(body));
  return body;
}

const send = (world: World, method: string, path: string, body: object) =>
  request(`${world.origin}/api/tenants/${world.tenantId}${path}`, {
    method,
    body,
    headers: { 'content-type': 'application/json' },
  });

const ticked = (body: { checklist: readonly { step: string; done: boolean }[] }) =>
  body.checklist.filter(({ done }) => done).map(({ step }) => step);

suite('the overview', { concurrency: 2 }, () => {
  test('ticks each step of setting up when it is done', async () => {
    await using lms = await testLms();
    await using world = await testWorld({ switches: 'off' });
    const { sourceId } = world;
    const begun = await overview(world);
    assert.deepEqual(ticked(begun), []);
    assert.ok(begun.checklist.every(({ at }: { at: string | null }) => at === null));

    await send(world, 'PATCH', `/sources/${sourceId}`, { provisioningEnabled: true });
    assert.deepEqual(ticked(await overview(world)), [], 'nobody would be created yet');
    await send(world, 'PATCH', `/sources/${sourceId}`, { creationEnabled: true });
    const on = await overview(world);
    assert.deepEqual(ticked(on), ['scim-on']);
    assert.ok(Math.abs(Date.now() - Date.parse(on.checklist[0].at)) < 60_000);

    const user = userNamed('Ada');
    const moodle = await addMoodle(world, lms);
    await push(world, user);
    await offering({ ...world, destinationId: moodle }, 'WELD', ['course:2']);
    assert.deepEqual(ticked(await overview(world)), [
      'scim-on',
      'first-person',
      'lms-connected',
      'first-offer',
    ]);
    await record(world, [orderOf(1, String(user.userName), [lineOf('WELD')])]);
    await waitFor('the enrolment', async () => {
      const body = await overview(world);
      const worked = body.destinations.every((one: { lastSuccessAt: string }) => one.lastSuccessAt);
      return ticked(body).at(-1) === 'first-enrolment' && worked;
    });
    await world.settled();
    const set = await overview(world);
    assert.ok(set.checklist.at(-1).at);
    assert.deepEqual(
      set.destinations.map(({ connector, state }: Record<string, string>) => [connector, state]),
      world.destinationId < moodle
        ? [
            ['shopify', 'active'],
            ['moodle', 'active'],
          ]
        : [
            ['moodle', 'active'],
            ['shopify', 'active'],
          ],
    );
    const shop = set.destinations.find(({ id }: { id: string }) => id === world.destinationId);
    assert.deepEqual(shop.backlog, { count: 0, leavers: 0, exact: true });
    assert.equal(shop.oldestWaitingMs, null);
    assert.deepEqual(set.attention, []);
    const today = set.days.at(-1);
    assert.deepEqual([today.people, today.enrolments], [1, 1]);
  });

  test('counts who came in the days of the viewer, groups not among them', async () => {
    await using world = await testWorld();
    await push(world, userNamed('Ada'));
    await world.scim('POST', '/Groups', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
      displayName: 'Customers',
    });
    for (const zone of ['UTC', 'Pacific/Auckland', 'America/Los_Angeles']) {
      const { days } = await overview(world, `?zone=${zone}`);
      const today = new Date().toLocaleDateString('sv-SE', { timeZone: zone });
      assert.equal(days.length, 30);
      assert.deepEqual(days.at(-1), { day: today, people: 1, enrolments: 0 });
      assert.ok(days.slice(0, -1).every(({ people }: { people: number }) => people === 0));
    }
    for (const wrong of ['Mars/Olympus', '%2B05:30', '']) {
      const path = `/api/tenants/${world.tenantId}/overview?zone=${wrong}`;
      const { status, body } = await request(world.origin + path, { method: 'GET' });
      assert.equal(status, 400, wrong);
      assert.equal(body.errors[0].field, 'zone');
    }
  });

  test('tells what waits for somebody, and what it is about', async () => {
    await using world = await testWorld();
    const crowd = await crowdOf(world, 15);
    await Promise.all(crowd.map(({ id }) => remove(world, id)));
    await world.settled();
    await world.pool.query(
      `insert into inbox (tenant_id, id, webhook_id, topic, body, state)
       select $1, gen_random_uuid(), n::text, 'orders/paid', '{}', 'dead' from generate_series(1, 2) n`,
      [world.tenantId],
    );
    await offering(world, 'WELD', ['course-a'], { quantity: 'named' });
    await record(world, [
      orderOf(1, 'bea@example.com', [lineOf('WELD', { quantity: 2, currentQuantity: 2 })]),
    ]);
    const { attention } = await overview(world);
    const kinds = attention.map(({ kind }: { kind: string }) => kind);
    assert.deepEqual(kinds, ['guard', 'orders-held', 'dead-letters'], JSON.stringify(attention));
    const [guard, , dead] = attention;
    assert.equal(guard.destination.id, world.destinationId);
    assert.match(guard.about, /wait until you allow or discard it/);
    assert.equal(dead.count, 2);
    assert.match(dead.about, /orders\/paid/);

    await world.store.fault({ kind: 'invalid-token', times: null });
    await push(world, userNamed('Grace'));
    const first = await waitFor('the quarantine', async () => {
      const [most] = (await overview(world)).attention;
      return most.kind === 'quarantined' && most;
    });
    assert.match(first.about, /access token/);
  });

  test('of another tenant shows nothing of this one', async () => {
    await using world = await testWorld();
    await push(world, userNamed('Ada'));
    await using other = await testWorld();
    const { days, checklist } = await overview(other);
    assert.equal(days.at(-1).people, 0);
    assert.equal(checklist[1].done, false);
  });
});
