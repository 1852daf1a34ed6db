import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { checkAgreement, isInactive } from '../support/checker.ts';
import { webhookReceiver } from '../support/receiver.ts';
import { changePolicy, destinationOf, looked, push } from '../support/roll.ts';
import { waitFor } from '../support/wait.ts';
import { request, testWorld, userNamed, type World } from '../support/world.ts';

/** Sends a request about the world's destination. */
function about(world: World, method: string, path: string, body?: unknown) {
  const url = `${world.origin}/api/tenants/${world.tenantId}/destinations/${world.destinationId}${path}`;
  return request(url, { method, body, headers: { 'content-type': 'application/json' } });
}

const untouched = { rewrite: 0, delete: 0 };

/** So many people with accounts. */
async function peopled(world: World, count: number): Promise<void> {
  const users = Array.from({ length: count }, (_, index) =>
    userNamed(`Person${index}`, { title: `Title ${index}` }),
  );
  await Promise.all(users.map((user) => push(world, user)));
  await world.settled();
}

const activePeople = async (world: World) =>
  (await world.store.customers()).filter((customer) => !isInactive(customer)).length;

suite('a destination in the admin API', { concurrency: 2 }, () => {
  test('is shown without its secrets', async () => {
    await using world = await testWorld();
    const { status, body } = await about(world, 'GET', '');
    assert.equal(status, 200);
    assert.equal(body.state, 'active');
    assert.equal(body.policy.leave, 'deactivate');
    assert.ok(!JSON.stringify(body).includes('shpat_'));
    const none = await request(`${world.origin}/api/tenants/${world.tenantId}/destinations/none`, {
      method: 'GET',
    });
    assert.equal(none.status, 404);
  });

  test('is paused with what waits, and goes on with it', async () => {
    await using world = await testWorld();
    assert.equal((await about(world, 'POST', '/pause', {})).body.state, 'paused');
    const id = await push(world, userNamed('Ada'));
    assert.equal((await about(world, 'POST', '/activate', {})).body.state, 'active');
    await looked(world, id);
    await checkAgreement(world);
    const { rows } = await world.pool.query(
      "select kind, actor from activity where kind like 'destination.%' order by id",
    );
    assert.deepEqual(rows, [
      { kind: 'destination.pause', actor: 'admin' },
      { kind: 'destination.activate', actor: 'admin' },
    ]);
  });

  test('that is slow to answer is waited for longer than a client is that says nothing', async () => {
    await using world = await testWorld();
    const { server } = world.rollcall.app;
    const { timeout } = server;
    // Before another test has this server.
    using _ = { [Symbol.dispose]: () => server.setTimeout(timeout) };
    server.setTimeout(500);
    await world.store.fault({ kind: 'slow', delayMs: 2_000, times: null });
    const { status, body } = await about(world, 'POST', '/test', {});
    assert.deepEqual([status, body.ok], [200, true]);
  });

  test('says whether it can be reached and allows what its policy needs, and writes nothing', async () => {
    await using world = await testWorld();
    for (const _ of ['once', 'again']) {
      const { body } = await about(world, 'POST', '/test', {});
      assert.deepEqual([body.ok, body.unprepared], [true, true]);
    }
    await push(world, userNamed('Ada'));
    await world.settled();
    const ready = await about(world, 'POST', '/test', {});
    const passed = (name: string) => ({ name, outcome: 'passed', message: null });
    assert.deepEqual(ready.body, {
      ...{ ok: true, unprepared: false },
      checks: ['settings', 'policy', 'reach', 'permissions', 'memberships'].map(passed),
      traits: [],
    });
    await changePolicy(world, { memberships: ['company:1'] });
    await world.store.fault({
      kind: 'access-denied',
      match: { operation: 'companies' },
      times: null,
    });
    const denied = await about(world, 'POST', '/test', {});
    assert.equal(denied.status, 502);
    const outcomes = denied.body.checks.map(({ outcome }: { outcome: string }) => outcome);
    assert.deepEqual(outcomes, ['passed', 'passed', 'passed', 'passed', 'failed']);
  });

  test('gets other settings, its secrets stay where they are left out, and what is wrong is told at once', async () => {
    await using world = await testWorld();
    const { settings } = (await about(world, 'GET', '')).body;
    const put = (changed: object) => about(world, 'PUT', '/settings', { settings: changed });
    const slashed = await put({ ...settings, origin: `${settings.origin}/` });
    assert.equal(slashed.status, 200, JSON.stringify(slashed.body));
    assert.equal(slashed.body.settings.origin, `${settings.origin}/`);
    assert.equal((await put(settings)).status, 200);
    assert.equal((await about(world, 'POST', '/test', {})).body.ok, true);

    const wrong = await put({ shop: 5, colour: 'red' });
    assert.equal(wrong.status, 400);
    assert.deepEqual(
      wrong.body.errors.map(({ field }: { field: string }) => field),
      ['settings.colour', 'settings.shop'],
    );
    const secret = await put({ ...settings, accessToken: 'shpat_wrong' });
    assert.ok(!JSON.stringify(secret.body).includes('shpat_'));
    assert.match((await about(world, 'POST', '/test', {})).body.detail, /access token/);
    const { rows } = await world.pool.query(
      `select kind, actor, detail from activity where kind = 'destination.settings' order by id desc limit 1`,
    );
    assert.deepEqual(rows[0].detail, { accessToken: ['(secret)', '(secret)'] });
  });

  test('sends a secret to no other address before somebody gives it again', async () => {
    await using world = await testWorld();
    await using elsewhere = await webhookReceiver();
    const { settings } = (await about(world, 'GET', '')).body;
    const moved = { ...settings, origin: new URL(elsewhere.url).origin };
    const put = (changed: object) => about(world, 'PUT', '/settings', { settings: changed });
    const refused = await put(moved);
    assert.equal(refused.status, 400);
    assert.deepEqual(refused.body.errors, [
      { field: 'settings.accessToken', detail: 'must be given again, as the address changed' },
    ]);
    assert.equal((await about(world, 'POST', '/test', {})).body.ok, true);
    assert.deepEqual((await about(world, 'GET', '')).body.settings, settings);
    assert.deepEqual(elsewhere.received, []);
    assert.equal((await put({ ...moved, accessToken: 'shpat_another' })).status, 200);
    await about(world, 'POST', '/test', {});
    const tokens = elsewhere.received.map(({ headers }) => headers['x-shopify-access-token']);
    assert.deepEqual([...new Set(tokens)], ['shpat_another']);
  });

  test('is added by its kind, and a shop only with its tenant', async () => {
    await using world = await testWorld();
    const send = (method: string, path: string, body?: object) =>
      request(`${world.origin}/api${path}`, {
        method,
        body,
        headers: { 'content-type': 'application/json' },
      });
    const { connectors } = (await send('GET', '/connectors')).body;
    const shopify = connectors.find(({ name }: { name: string }) => name === 'shopify');
    assert.equal(shopify.sells, true);
    assert.ok(shopify.fields.some(({ secret }: { secret: boolean }) => secret));
    const add = (body: object) => send('POST', `/tenants/${world.tenantId}/destinations`, body);
    const another = await add({ connector: 'shopify', name: 'Another', settings: {} });
    assert.match(another.body.detail, /make another tenant for another shop/);
    const nothing = await add({ connector: 'blackboard', name: '', settings: [] });
    assert.equal(nothing.body.errors.length, 3);
  });

  test('says that it cannot be reached', async () => {
    await using world = await testWorld();
    await world.store.fault({ kind: 'invalid-token' });
    const failed = await about(world, 'POST', '/test', {});
    assert.equal(failed.status, 502);
    assert.match(failed.body.detail, /refuses the access token/);
  });
});

suite('a policy', { concurrency: 2 }, () => {
  test('that cannot be is refused with every fault, and changes nothing', async () => {
    await using world = await testWorld();
    const { policy } = (await about(world, 'GET', '')).body;
    const broken = {
      ...policy,
      scope: 'title eq',
      mapping: [...policy.mapping, { to: 'shoeSize', from: 'title' }],
      memberships: ['a,b'],
    };
    const { status, body } = await about(world, 'PUT', '/policy', { policy: broken });
    assert.equal(status, 400);
    assert.equal(body.errors.length, 3, JSON.stringify(body.errors));
    assert.deepEqual((await about(world, 'GET', '')).body.policy, policy);
  });

  test('that names a group there is none of is refused, not put in force', async () => {
    await using world = await testWorld();
    const { policy } = (await about(world, 'GET', '')).body;
    const groups = [
      { source: world.sourceId, id: '0199a1f0-0000-7000-8000-000000000000', name: 'Staff' },
    ];
    await push(world, userNamed('Ada'));
    const { status, body } = await about(world, 'PUT', '/policy', {
      policy: { ...policy, groups },
    });
    assert.equal(status, 400);
    assert.match(body.detail, /the group Staff/);
    assert.equal((await destinationOf(world)).state, 'active');
  });

  test('that would touch many is held until somebody says so twice', async () => {
    await using world = await testWorld();
    await peopled(world, 15);
    const { policy } = (await about(world, 'GET', '')).body;
    const none = { ...policy, scope: 'title eq "nobody has this"', settleMs: 0 };
    const held = await about(world, 'PUT', '/policy', { policy: none });
    assert.equal(held.status, 409);
    assert.equal(held.body.type, 'urn:problem-type:rollcall:would-change-many');
    assert.deepEqual(held.body.effect, {
      accounts: 15,
      rewrite: 0,
      leave: 15,
      arrive: 0,
      groups: untouched,
    });
    assert.deepEqual((await about(world, 'GET', '')).body.policy, policy, 'nothing is changed');
    assert.equal(await activePeople(world), 15);

    const mapped = {
      ...policy,
      mapping: policy.mapping.filter(({ to }: { to: string }) => to !== 'title'),
    };
    const rewriting = await about(world, 'PUT', '/policy', { policy: mapped });
    assert.equal(rewriting.status, 409);
    assert.equal(rewriting.body.effect.rewrite, 15);
    const other = { policy: mapped, confirm: held.body.confirm };
    assert.equal(
      (await about(world, 'PUT', '/policy', other)).status,
      409,
      'confirms another policy',
    );
    const twice = await about(world, 'PUT', '/policy', {
      policy: mapped,
      confirm: rewriting.body.confirm,
    });
    assert.equal(twice.status, 200);
    await waitFor(
      'the policy to be in force',
      async () =>
        (await about(world, 'GET', '')).body.policy.mapping.length === mapped.mapping.length,
    );
    await world.settled();
  });

  test('whose leaves were confirmed has them carried out: the guard does not ask again', async () => {
    await using world = await testWorld();
    await peopled(world, 15);
    const { policy } = (await about(world, 'GET', '')).body;
    const none = { ...policy, scope: 'title eq "Title 0"' };
    const { confirm } = (await about(world, 'PUT', '/policy', { policy: none })).body;
    assert.equal((await about(world, 'PUT', '/policy', { policy: none, confirm })).status, 200);
    await waitFor('them to leave', async () => (await activePeople(world)) === 1);
    await world.settled();
    const lines = await world.pool.query(
      `select actor, count(*)::int as lines from activity where kind = 'guard.allow' group by actor`,
    );
    assert.deepEqual(lines.rows, [{ actor: 'admin', lines: 14 }]);
    assert.equal((await about(world, 'PUT', '/policy', { policy })).body.effect.rewrite, 14);
  });

  test('is confirmed by the limits that were in force before, whatever else it says', async () => {
    await using world = await testWorld();
    await changePolicy(world, { guard: { floor: 1, share: 0.5 } });
    await peopled(world, 4);
    const { policy } = (await about(world, 'GET', '')).body;
    const of = (share: number, scope: string) => ({
      policy: { ...policy, scope, guard: { floor: 100, share } },
    });
    const two = 'title eq "Title 0" or title eq "Title 1"';
    const three = await about(world, 'PUT', '/policy', of(1, 'title eq "Title 0"'));
    assert.equal(three.status, 409, 'a change cannot lift its own brake');
    assert.equal(three.body.effect.leave, 3);
    assert.equal((await about(world, 'PUT', '/policy', of(1, two))).status, 200);
    assert.equal((await about(world, 'PUT', '/policy', of(1, 'title eq "none"'))).status, 200);
  });

  test('that touches few is put in force at once, and everybody is brought to agree with it', async () => {
    await using world = await testWorld();
    await peopled(world, 3);
    const { policy } = (await about(world, 'GET', '')).body;
    const tagged = {
      ...policy,
      rules: [{ when: { filter: 'title eq "Title 1"' }, memberships: ['first'] }],
    };
    const { status, body } = await about(world, 'PUT', '/policy', { policy: tagged });
    assert.equal(status, 200);
    assert.deepEqual(body.effect, {
      accounts: 3,
      rewrite: 1,
      leave: 0,
      arrive: 0,
      groups: untouched,
    });
    await waitFor(
      'the tag',
      async () =>
        (await world.store.customers()).filter(({ tags }) => tags.includes('first')).length === 1,
    );
    await world.settled();
    await checkAgreement(world);
  });
});
