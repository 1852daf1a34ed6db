/** People of the roll at SCIM servers, the whole way: SCIM in, the engine, SCIM out. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { scim } from '../../src/connectors/scim.ts';
import { newDestinationId } from '../../src/directory/ids.ts';
import { secretContext } from '../../src/provisioning/connect.ts';
import type { Settings } from '../../src/provisioning/connector.ts';
import { defaultPolicy, type Policy } from '../../src/provisioning/policy.ts';
import { insertDestination } from '../../src/store/destinations.ts';
import { patch, push, remove } from '../support/roll.ts';
import { scimServer } from '../support/scim-server.ts';
import { waitFor } from '../support/wait.ts';
import {
  scim as ask,
  request,
  testSecrets,
  testWorld,
  userNamed,
  type World,
} from '../support/world.ts';

/** Adds a SCIM server to the world's tenant. */
async function addServer(
  { pool, tenantId }: World,
  { token, ...settings }: Settings,
  policy: Partial<Policy> = {},
): Promise<string> {
  const id = newDestinationId();
  const of = { tenantId, id };
  await insertDestination(pool, {
    ...of,
    connector: scim.name,
    name: scim.title,
    settings,
    secrets: testSecrets.seal(JSON.stringify({ token }), secretContext(of)),
    policy: { ...defaultPolicy(scim), ...policy },
    state: 'active',
  });
  return id;
}

const department = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

suite('people at a SCIM server', { concurrency: 2 }, () => {
  test('are created, changed, deactivated and found again, and what is unchanged costs no write', async () => {
    await using world = await testWorld();
    await using server = await scimServer();
    const { baseUrl, token } = server;
    const memberships = ['group:staff'];
    const destinationId = await addServer(world, { baseUrl, token }, { memberships });
    const id = await push(world, userNamed('Ada', { title: 'Countess' }));
    await world.settled();
    const [ada] = [...server.users.values()];
    assert.deepEqual(
      [ada.userName, ada.active, ada.title],
      ['ada.lovelace@example.com', true, 'Countess'],
    );
    assert.deepEqual(
      server.groups.get('staff').members.map(({ value }: { value: string }) => value),
      [ada.id],
    );

    await patch(world, id, { title: 'Mathematician' });
    await world.settled();
    assert.equal(server.users.get(ada.id).title, 'Mathematician');

    await patch(world, id, { active: false });
    await world.settled();
    assert.equal(server.users.get(ada.id).active, false);
    assert.deepEqual(server.groups.get('staff').members ?? [], []);

    await patch(world, id, { active: true });
    await world.settled();
    assert.equal(server.users.get(ada.id).active, true);
    assert.equal(server.groups.get('staff').members.length, 1);

    server.requests.length = 0;
    const { tenantId } = world;
    await world.rollcall.engine.respread({ tenantId, destinationId }, { kind: 'everybody' });
    await world.settled();
    assert.ok(server.requests.length > 0, 'somebody looked');
    assert.deepEqual(
      server.requests.filter(({ method }) => method !== 'GET'),
      [],
    );

    await remove(world, id);
    await world.settled();
    assert.equal(server.users.get(ada.id).active, false);
    await push(world, userNamed('Ada'));
    await world.settled();
    assert.equal(server.users.size, 1, 'the same account again');
    assert.equal(server.users.get(ada.id).active, true);
  });

  test('who is there already is adopted, and keeps what others wrote', async () => {
    await using world = await testWorld();
    await using server = await scimServer();
    const id = server.addUser({
      userName: 'augusta',
      active: true,
      nickName: 'Enchantress of Numbers',
      emails: [{ value: 'ada.lovelace@example.com', type: 'work' }],
    });
    const { baseUrl, token } = server;
    await addServer(world, { baseUrl, token });
    await push(world, userNamed('Ada'));
    await world.settled();
    assert.deepEqual([...server.users.keys()], [id]);
    const { nickName, externalId, userName } = server.users.get(id);
    assert.equal(nickName, 'Enchantress of Numbers');
    assert.equal(userName, 'ada.lovelace@example.com');
    assert.match(externalId, /^[\da-f-]{36}$/);
  });

  test('any attribute can be mapped by its path, and one that has no place is refused', async () => {
    await using world = await testWorld();
    await using server = await scimServer();
    const { baseUrl, token } = server;
    const destinationId = await addServer(world, { baseUrl, token });
    await push(
      world,
      userNamed('Ada', { phoneNumbers: [{ type: 'mobile', value: '+442079460000' }] }),
    );
    const change = (to: string) => {
      const mapping = [...scim.mapping, { to, from: 'phoneNumbers[type eq "mobile"].value' }];
      const path = `/api/tenants/${world.tenantId}/destinations/${destinationId}/policy`;
      return request(`${world.origin}${path}`, {
        method: 'PUT',
        body: { policy: { ...defaultPolicy(scim), mapping } },
        headers: { 'content-type': 'application/json' },
      });
    };
    const refused = await change('emails');
    assert.equal(refused.status, 400);
    assert.match(JSON.stringify(refused.body), /must be a path/);
    const { status, body } = await change('phoneNumbers[type eq "work"].value');
    assert.equal(status, 200, JSON.stringify(body));
    await waitFor('the number', async () => {
      const [ada] = [...server.users.values()];
      return ada?.phoneNumbers?.some(
        ({ type, value }: { type: string; value: string }) =>
          type === 'work' && value.endsWith('442079460000'),
      );
    });
  });

  test('a user who was deleted there is made again', async () => {
    await using world = await testWorld();
    await using server = await scimServer();
    const { baseUrl, token } = server;
    await addServer(world, { baseUrl, token });
    const id = await push(world, userNamed('Ada'));
    await world.settled();
    server.users.clear();
    await patch(world, id, { title: 'Mathematician' });
    await waitFor('her to be there', async () => server.users.size === 1);
    await world.settled();
    const [ada] = [...server.users.values()];
    assert.equal(ada.title, 'Mathematician');
  });
});

test('another Rollcall is such a server: what is pushed to one is a customer of the other', async () => {
  await using shop = await testWorld();
  await using directory = await testWorld();
  const baseUrl = `${shop.origin}/scim/v2/${shop.sourceId}`;
  await addServer(directory, { baseUrl, token: shop.token });
  const name = { givenName: 'Ada', familyName: 'O"Neill\\' };
  const userName = 'a+d"a@example.com';
  const id = await push(
    directory,
    userNamed('Ada', {
      name,
      userName,
      emails: [{ value: 'ada@example.com', primary: true }],
      [department]: { department: 'Mathematics' },
    }),
  );
  await waitFor('Ada to be a customer', async () => shop.store.customer('ada@example.com'));
  const listed = async () =>
    (await ask(shop.origin, shop, { method: 'GET', path: '/Users' })).body.Resources;
  const [there, ...others] = await listed();
  assert.equal(others.length, 0);
  assert.deepEqual([there.userName, there.name.familyName], [userName, 'O"Neill\\']);
  await patch(directory, id, { [`${department}:department`]: 'Engines' });
  await waitFor('the department', async () => {
    const customer = await shop.store.customer('ada@example.com');
    return customer?.metafields.some(({ value }) => value === 'Engines');
  });
  await remove(directory, id);
  await waitFor('her to be inactive', async () => (await listed())[0]?.active === false);
});
