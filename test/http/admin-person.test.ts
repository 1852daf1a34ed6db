/** The admin API: one person, where they stand and why, and having them looked at again. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createTenant } from '../../src/directory/tenants.ts';
import type { Holding } from '../../src/provisioning/holdings.ts';
import { asked, changePolicy, forget, looked, push, remove, writesBy } from '../support/roll.ts';
import { waitFor } from '../support/wait.ts';
import { request, testSecrets, testWorld, userNamed, type World } from '../support/world.ts';

const ada = 'ada.lovelace@example.com';

function ask({ origin, tenantId }: World, method: string, path: string, body?: unknown) {
  const url = `${origin}/api/tenants/${tenantId}${path}`;
  return request(url, { method, body, headers: { 'content-type': 'application/json' } });
}

/** The page of somebody; the store is asked nothing for it. */
async function pageOf(world: World, id: string) {
  await forget(world);
  const { status, body } = await ask(world, 'GET', `/people/${id}`);
  assert.equal(status, 200, JSON.stringify(body));
  assert.deepEqual(await asked(world), {}, 'the store is asked nothing');
  return body;
}

suite('a person', { concurrency: 2 }, () => {
  test('is told whole: who says so, their groups, and each destination with why', async () => {
    await using world = await testWorld();
    const id = await push(world, userNamed('Ada', { title: 'Countess' }));
    const welders = await world.scim('POST', '/Groups', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
      displayName: 'Welders',
      members: [{ value: id }],
    });
    const group = { source: world.sourceId, id: welders.body.id, name: 'Welders' };
    await changePolicy(world, {
      memberships: ['customer'],
      rules: [{ when: { group }, memberships: ['welder'] }],
    });
    const gift = { person: ada, destination: world.destinationId, note: 'a prize' };
    const given = await ask(world, 'POST', '/grants', { ...gift, membership: 'course-a' });
    const taken = await ask(world, 'POST', '/grants', { ...gift, membership: 'course-b' });
    await ask(world, 'POST', `/grants/${taken.body.id}/withdraw`, {});
    await waitFor('the tags to be there', async () =>
      (await world.store.customer(ada))?.tags.includes('course-a'),
    );
    await world.settled();
    const { remoteId } = await looked(world, id);

    const person = await pageOf(world, id);
    assert.equal(person.name, 'Ada Lovelace');
    assert.equal(person.attributes.title, 'Countess');
    assert.deepEqual(person.source, {
      ...{ id: world.sourceId, name: 'Identity provider', kind: 'scim' },
    });
    assert.deepEqual(person.groups, [{ id: group.id, display: 'Welders', type: 'direct' }]);
    const [shop, ...others] = person.destinations;
    assert.deepEqual(others, []);
    assert.deepEqual(
      [shop.destinationId, shop.state, shop.remoteId, shop.nextAt],
      [world.destinationId, 'done', remoteId, null],
    );
    assert.equal(shop.wanted, shop.done);
    const number = remoteId?.split('/').at(-1);
    assert.equal(shop.remoteUrl, `${world.store.origin}/customers/${number}`);
    assert.equal((await request(shop.remoteUrl, { method: 'GET' })).status, 200);
    const held = shop.memberships.map(({ membership, granted, due, reasons }: Holding) => ({
      ...{ membership, granted, due },
      because: reasons.map(({ words }) => words).join('; '),
    }));
    assert.deepEqual(held, [
      {
        ...{ membership: 'course-a', granted: true, due: true },
        because: 'admin, by hand: a prize',
      },
      {
        ...{ membership: 'course-b', granted: false, due: false },
        because: 'admin, by hand: a prize',
      },
      {
        ...{ membership: 'customer', granted: true, due: true },
        because: 'the policy, which gives it to everybody',
      },
      { ...{ membership: 'welder', granted: true, due: true }, because: 'the group Welders' },
    ]);
    assert.equal(shop.memberships[0].reasons[0].grantId, given.body.id);
    assert.equal(shop.memberships[1].reasons[0].ended, 'withdrawn by admin');
    assert.deepEqual(
      person.grants.map(({ membership }: { membership: string }) => membership).toSorted(),
      ['course-a', 'course-b'],
    );
    const steps = shop.steps.map(({ name }: { name: string }) => name);
    assert.deepEqual(steps, ['import', 'scope', 'grants', 'account', 'last']);
  });

  test('who is held is told with the reason, and when they are looked at next', async () => {
    await using world = await testWorld({ switches: 'off' });
    await ask(world, 'PATCH', `/sources/${world.sourceId}`, { provisioningEnabled: true });
    const id = await push(world, userNamed('Ada'));
    await looked(world, id);
    const { destinations, deletedAt } = await pageOf(world, id);
    assert.equal(deletedAt, null);
    assert.equal(destinations[0].state, 'held');
    assert.match(destinations[0].reason, /creation is off/);
    assert.deepEqual([destinations[0].remoteId, destinations[0].remoteUrl], [null, null]);
  });

  test('is told also while a destination cannot be connected', async () => {
    await using world = await testWorld();
    const id = await push(world, userNamed('Ada'));
    await looked(world, id);
    await world.pool.query(`update destinations set policy = '{"scope": 1}', state = 'paused'`);
    const [shop] = (await pageOf(world, id)).destinations;
    assert.deepEqual([shop.state, shop.destinationState, shop.remoteUrl], ['done', 'paused', null]);
    const plan = shop.steps.find(({ name }: { name: string }) => name === 'plan');
    assert.match(plan.words, /^The policy cannot be read/);
  });

  test('who was deleted is told as they are remembered, also when somebody new has their account', async () => {
    await using world = await testWorld();
    const id = await push(world, userNamed('Ada'));
    const { remoteId } = await looked(world, id);
    await remove(world, id);
    await world.settled();
    const gone = await pageOf(world, id);
    assert.deepEqual(
      [gone.name, gone.email, gone.active, gone.attributes],
      [ada, ada, false, null],
    );
    assert.ok(gone.deletedAt);
    assert.equal(gone.destinations[0].remoteId, remoteId);
    assert.match(gone.destinations[0].steps[0].words, /has deleted this person/);

    const heir = await push(world, userNamed('Ada'));
    await world.settled();
    const { deletedAt, userName, destinations } = await pageOf(world, id);
    assert.deepEqual([userName, destinations], [ada, []]);
    assert.ok(deletedAt);
    assert.equal((await pageOf(world, heir)).destinations[0].remoteId, remoteId);
  });

  test('is looked at again on both sides when somebody asks for it, who is written down', async () => {
    await using world = await testWorld();
    const id = await push(world, userNamed('Ada'));
    const { remoteId } = await looked(world, id);
    const customer = `customers/${encodeURIComponent(remoteId ?? '')}`;
    await world.store.dev('PATCH', customer, { firstName: 'Augusta' });
    const { status, body } = await ask(world, 'POST', `/people/${id}/sync`, {});
    assert.equal(status, 202);
    const { destinationId } = world;
    assert.deepEqual(body.destinations, [
      { destinationId, name: 'Shopify customers', state: 'active' },
    ]);
    await waitFor(
      'the customer to be put right',
      async () => (await world.store.customer(ada))?.firstName === 'Ada',
    );
    const { rows } = await world.pool.query(
      `select actor, resource_id as "resourceId" from activity where tenant_id = $1 and kind = 'person.sync'`,
      [world.tenantId],
    );
    assert.deepEqual(rows, [{ actor: 'admin', resourceId: id }]);
  });

  test('who agrees already is looked at without a write, and somebody deleted is, too', async () => {
    await using world = await testWorld();
    const id = await push(world, userNamed('Ada'));
    await looked(world, id);
    await forget(world);
    await ask(world, 'POST', `/people/${id}/sync`, {});
    await world.settled();
    const did = await asked(world);
    assert.notDeepEqual(did, {}, 'the store is asked');
    assert.deepEqual(writesBy(did), {});
    await remove(world, id);
    await world.settled();
    assert.equal((await ask(world, 'POST', `/people/${id}/sync`, {})).status, 202);
    await world.settled();
  });

  test('of another tenant is nobody, nor is a group, nor what is no id', async () => {
    await using world = await testWorld();
    const id = await push(world, userNamed('Ada'));
    const group = await world.scim('POST', '/Groups', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
      displayName: 'Welders',
    });
    const stranger = await createTenant(world.pool, testSecrets, {
      name: 'Stranger',
      shop: { shop: 'stranger.myshopify.com', accessToken: 'shpat_stranger' },
      switches: 'on',
    });
    await looked(world, id);
    const before = await world.pool.query('select id, wanted from links order by id');
    for (const [tenantId, who] of [
      [stranger.tenantId, id],
      [world.tenantId, group.body.id],
      [world.tenantId, 'ada'],
      [world.tenantId, world.destinationId],
    ])
      for (const [method, path] of [
        ['GET', `/people/${who}`],
        ['POST', `/people/${who}/sync`],
      ] as const) {
        const body = method === 'POST' ? {} : undefined;
        const answer = await ask({ ...world, tenantId: tenantId ?? '' }, method, path, body);
        assert.equal(answer.status, 404, `${method} ${path}`);
        assert.equal(answer.body.type, 'urn:problem-type:rollcall:not-found');
      }
    assert.deepEqual(
      (await world.pool.query('select id, wanted from links order by id')).rows,
      before.rows,
    );
    await remove(world, id);
    const gone = await ask({ ...world, tenantId: stranger.tenantId }, 'GET', `/people/${id}`);
    assert.equal(gone.status, 404);
  });
});
