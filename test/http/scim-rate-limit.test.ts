/** The limit of requests a credential may make. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createToken } from '../../src/directory/tokens.ts';
import { updateSource } from '../../src/store/sources.ts';
import { type Admin, newTenant, startAdmin } from '../support/admin.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { scim } from '../support/world.ts';

let database: TestDatabase;
let server: Admin;
before(async () => {
  database = await testDatabase();
  server = await startAdmin({ pool: database.pool, requestsPerSecond: 1 });
});
after(async () => {
  await server[Symbol.asyncDispose]();
  await database.close();
});

async function newConnection() {
  const tenant = await newTenant(database.pool);
  await updateSource(database.pool, tenant.tenantId, tenant.sourceId, {
    provisioningEnabled: true,
  });
  const made = await createToken(database.pool, tenant, { expiresAt: null, actor: 'test' });
  assert.ok(made);
  return { ...tenant, token: made.token };
}

const ask = (connection: { readonly sourceId: string; readonly token: string }) =>
  scim(server.origin, connection, { method: 'GET', path: '/ServiceProviderConfig' });

test('ten seconds of requests may come at once; then it is 429 with when to go on, for this credential alone', async () => {
  const connection = await newConnection();
  for (let request = 0; request < 10; request += 1)
    assert.equal((await ask(connection)).status, 200);
  const refused = await ask(connection);
  assert.equal(refused.status, 429);
  assert.equal(refused.headers.get('content-type'), 'application/scim+json');
  assert.deepEqual(refused.body.schemas, ['urn:ietf:params:scim:api:messages:2.0:Error']);
  assert.match(refused.body.detail, /too many requests/);
  const seconds = Number(refused.headers.get('retry-after'));
  assert.ok(seconds >= 1 && seconds <= 10, String(seconds));
  assert.equal(refused.headers.get('x-ratelimit-limit'), null);

  const second = await createToken(database.pool, connection, { expiresAt: null, actor: 'test' });
  assert.equal((await ask({ ...connection, token: second?.token ?? '' })).status, 200);
  assert.equal((await ask(await newConnection())).status, 200);
});

test('requests that are not authenticated spend nothing of anybody', async () => {
  const connection = await newConnection();
  for (let request = 0; request < 12; request += 1)
    assert.equal((await ask({ ...connection, token: 'rc_wrong' })).status, 401);
  assert.equal((await ask(connection)).status, 200);
});
