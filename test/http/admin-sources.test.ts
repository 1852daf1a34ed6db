/** SCIM connections added, renamed, bounded to domains and removed. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  type Admin,
  activityOf,
  assertProblem,
  newTenant,
  pushPeople,
  startAdmin,
} from '../support/admin.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { linkOf, looked, patch, push } from '../support/roll.ts';
import { waitFor } from '../support/wait.ts';
import { request, scim, testWorld, userNamed } from '../support/world.ts';

let database: TestDatabase;
let admin: Admin;
before(async () => {
  database = await testDatabase();
  admin = await startAdmin({ pool: database.pool });
});
after(async () => {
  await admin[Symbol.asyncDispose]();
  await database.close();
});

const listOf = (tenantId: string) => `/api/tenants/${tenantId}/sources`;

test('a connection is added with both switches off, and speaks for its domains only', async () => {
  const tenant = await newTenant(database.pool);
  const list = listOf(tenant.tenantId);
  const made = await admin.send('POST', list, { name: ' Okta ', domains: ['Example.COM'] });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  const { id, name, provisioningEnabled, creationEnabled, domains, baseUrl } = made.body;
  assert.deepEqual([name, provisioningEnabled, creationEnabled], ['Okta', false, false]);
  assert.deepEqual(domains, ['example.com']);
  assert.ok(baseUrl.endsWith(id));

  const path = `${list}/${id}`;
  const changed = await admin.send('PATCH', path, { name: 'Okta US', domains: null });
  assert.deepEqual([changed.body.name, changed.body.domains], ['Okta US', null]);
  const bounded = await admin.send('PATCH', path, { domains: ['example.org', 'exämple.com'] });
  assert.deepEqual(bounded.body.domains, ['example.org', 'exämple.com']);
  assert.equal(bounded.body.name, 'Okta US', 'what is not given stays');
  for (const wrong of [[], ['*'], ['a@example.com'], 'example.com', [' ']]) {
    const refused = await admin.send('PATCH', path, { domains: wrong });
    assertProblem(refused, 400, 'invalid-input', /domains/);
  }
  const lines = await activityOf(tenant, admin);
  assert.deepEqual(
    lines.map(({ summary, actor }) => [summary, actor]),
    [
      ['What the connection may speak for was set to example.org,exämple.com', 'admin'],
      [
        'The name of the connection was set to Okta US; What the connection may speak for was set to all',
        'admin',
      ],
      ['The connection Okta was added', 'admin'],
    ],
  );
});

test('a list tells of each connection what it has brought and when it was last heard of', async () => {
  const tenant = await newTenant(database.pool);
  await pushPeople(admin, tenant);
  await admin.send('POST', listOf(tenant.tenantId), { name: 'Second' });
  const { sources } = (await admin.send('GET', listOf(tenant.tenantId))).body;
  assert.deepEqual(
    sources.map(({ name, people, groups }: Record<string, unknown>) => [name, people, groups]),
    [
      ['Identity provider', 5, 0],
      ['Second', 0, 0],
    ],
  );
  assert.ok(sources[0].lastUsedAt);
  assert.equal(sources[1].lastUsedAt, null);
});

test('twenty connections are the most', async () => {
  const tenant = await newTenant(database.pool);
  const add = () => admin.send('POST', listOf(tenant.tenantId), { name: 'One more' });
  const made = await Promise.all(Array.from({ length: 22 }, add));
  const statuses = made.map(({ status }) => status).sort();
  assert.deepEqual(statuses.slice(18), [201, 409, 409, 409]);
});

test('a connection is not removed while it owns people, unless they are to stay', async () => {
  const tenant = await newTenant(database.pool);
  await pushPeople(admin, tenant);
  const refused = await admin.send('DELETE', tenant.path);
  assertProblem(refused, 409, 'source-owns-people', /has brought 5 people and 0 groups/);
  assert.deepEqual([refused.body.people, refused.body.groups], [5, 0]);
  assert.equal((await admin.send('GET', tenant.path)).status, 200);
  assert.equal((await admin.send('DELETE', `${tenant.path}?people=drop`)).status, 400);

  const other = await newTenant(database.pool);
  const foreign = `${listOf(other.tenantId)}/${tenant.sourceId}?people=keep`;
  assert.equal((await admin.send('DELETE', foreign)).status, 404);

  const { body: second } = await admin.send('POST', listOf(tenant.tenantId), { name: 'Second' });
  const empty = `${listOf(tenant.tenantId)}/${second.id}`;
  assert.equal((await admin.send('DELETE', empty)).status, 204);
  assert.equal((await admin.send('GET', empty)).status, 404);
  assert.equal((await admin.send('POST', `${empty}/tokens`, {})).status, 404);
});

test('people of a connection that was removed stay as they are, and nobody changes them any more', async () => {
  await using world = await testWorld();
  const user = userNamed('Ada');
  const id = await push(world, user);
  await looked(world, id);
  const path = `${world.origin}${listOf(world.tenantId)}/${world.sourceId}?people=keep`;
  assert.equal((await request(path, { method: 'DELETE' })).status, 415, 'JSON is asked for');
  const json = { 'content-type': 'application/json' };
  assert.equal((await request(path, { method: 'DELETE', headers: json })).status, 204);
  await waitFor('the token to end', async () => {
    const asked = await scim(world.origin, world, { method: 'GET', path: `/Users/${id}` });
    return asked.status === 401;
  });
  const { body } = await request(world.origin + listOf(world.tenantId), { method: 'GET' });
  assert.deepEqual(body.sources, []);

  await world.pool.query('update links set wanted = wanted + 1 where resource_id = $1', [id]);
  await looked(world, id);
  assert.ok((await linkOf(world, id)).remoteId);
  const customer = await world.store.customer(String(user.userName));
  assert.equal(customer?.firstName, 'Ada');
  await assert.rejects(patch(world, id, { title: 'Countess' }), /401/);
});
