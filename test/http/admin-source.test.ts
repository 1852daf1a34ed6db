/** The admin API: tenants, sources, their switches and settings. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import {
  type Admin,
  activityOf,
  assertProblem,
  connected,
  type Made,
  newTenant,
  publicUrl,
  startAdmin,
} from '../support/admin.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { waitFor } from '../support/wait.ts';
import { request, scim, testWorld, userNamed } from '../support/world.ts';

let database: TestDatabase;
let admin: Admin;
let tenant: Made;
/** How far the server's clock is ahead: a credential is remembered with its settings for less than a second. */
let ahead = 0;
before(async () => {
  database = await testDatabase();
  admin = await startAdmin({ pool: database.pool, now: () => Date.now() + ahead });
});
after(async () => {
  await admin[Symbol.asyncDispose]();
  await database.close();
});
beforeEach(async () => {
  tenant = await newTenant(database.pool);
});

test('lists the tenants and the sources of each, with the base URL to copy', async () => {
  const { tenantId, sourceId, shopDomain } = tenant;
  const { status, headers, body } = await admin.send('GET', '/api/tenants');
  assert.equal(status, 200);
  assert.equal(headers.get('cache-control'), 'no-store');
  const listed = body.tenants.find(({ id }: { id: string }) => id === tenantId);
  assert.deepEqual(listed, { id: tenantId, name: 'Analytical Engines', shopDomain });

  const sources = await admin.send('GET', `/api/tenants/${tenantId}/sources`);
  assert.deepEqual(sources.body, {
    tenant: listed,
    sources: [
      {
        tenantId,
        id: sourceId,
        kind: 'scim',
        name: 'Identity provider',
        provisioningEnabled: false,
        creationEnabled: false,
        reactivateOnCreate: false,
        domains: null,
        invalidPhone: 'drop',
        unknownAttributes: 'ignore',
        strictInterop: false,
        baseUrl: `${publicUrl}/scim/v2/${sourceId}`,
        oauth: { tokenUrl: `${publicUrl}/oauth/${sourceId}/token`, clientId: sourceId },
        people: 0,
        groups: 0,
        lastUsedAt: null,
      },
    ],
  });
  const source = (await admin.send('GET', tenant.path)).body;
  assert.deepEqual({ ...source, people: 0, groups: 0, lastUsedAt: null }, sources.body.sources[0]);
});

test('changes the given switches only, and writes down before and after', async () => {
  const changed = await admin.send('PATCH', tenant.path, {
    provisioningEnabled: true,
    invalidPhone: 'refuse',
  });
  assert.equal(changed.status, 200);
  assert.equal(changed.body.provisioningEnabled, true);
  assert.equal(changed.body.creationEnabled, false);
  assert.equal(changed.body.invalidPhone, 'refuse');
  const [line] = await activityOf(tenant, admin);
  assert.equal(line?.kind, 'source.update');
  assert.equal(line?.actor, 'admin');
  assert.equal(line?.requestId, changed.headers.get('x-request-id'));
  assert.deepEqual(line?.detail, {
    provisioningEnabled: [false, true],
    invalidPhone: ['drop', 'refuse'],
  });
  assert.match(String(line?.summary), /SCIM provisioning was switched on/);
});

test('changes the settings of a connection, which its requests follow, and tells each in words', async () => {
  const connection = await connected(admin, tenant);
  const user = { ...userNamed('Ada'), shoeSize: 38 };
  const post = () => scim(admin.origin, connection, { method: 'POST', path: '/Users', body: user });
  const changes = {
    name: 'Okta',
    unknownAttributes: 'refuse',
    strictInterop: true,
    reactivateOnCreate: true,
  };
  const { status, body } = await admin.send('PATCH', tenant.path, changes);
  assert.equal(status, 200);
  assert.deepEqual({ ...body, ...changes }, body);
  const [line] = await activityOf(tenant, admin);
  assert.deepEqual(line?.detail, {
    name: ['Identity provider', 'Okta'],
    unknownAttributes: ['ignore', 'refuse'],
    strictInterop: [false, true],
    reactivateOnCreate: [false, true],
  });
  assert.match(String(line?.summary), /What happens to unknown attributes was set to refuse/);
  assert.equal((await post()).status, 400);
  await admin.send('PATCH', tenant.path, { unknownAttributes: 'ignore', strictInterop: false });
  ahead += 1_000;
  assert.equal((await post()).status, 201);
});

test('refuses a name that is none', async () => {
  for (const name of ['', '   ', 'x'.repeat(101), 7]) {
    assertProblem(
      await admin.send('PATCH', tenant.path, { name }),
      400,
      'invalid-input',
      /^name must be a name of 1 to 100 characters\./,
    );
  }
});

test('writes nothing down when a switch stands where it is put', async () => {
  await admin.send('PATCH', tenant.path, { provisioningEnabled: false });
  assert.deepEqual(await activityOf(tenant, admin), []);
});

test('asks every destination again for whom creation had held, when it is switched on', async () => {
  const { sourceId, destinationId } = tenant;
  const already = admin.respreads.length;
  await admin.send('PATCH', tenant.path, { provisioningEnabled: true });
  await admin.send('PATCH', tenant.path, { creationEnabled: false });
  assert.equal(admin.respreads.length, already);
  await admin.send('PATCH', tenant.path, { creationEnabled: true });
  assert.deepEqual(admin.respreads.slice(already), [
    { destinationId, what: { kind: 'held', sourceId } },
  ]);
});

test('names every field that is wrong and its mend, and changes nothing', async () => {
  const body = {
    provisioningEnabled: true,
    creationEnabled: 'yes',
    invalidPhone: 'keep',
    colour: 'red',
  };
  const answer = await admin.send('PATCH', tenant.path, body);
  assertProblem(answer, 400, 'invalid-input', /creationEnabled must be true or false\./);
  const faults = answer.body.errors.map(
    ({ field, detail }: { field: string; detail: string }) => `${field} ${detail}`,
  );
  assert.deepEqual(faults.sort(), [
    'colour is not known here: leave it out',
    'creationEnabled must be true or false',
    'invalidPhone must be "refuse" or "drop"',
  ]);
  assert.equal((await admin.send('GET', tenant.path)).body.provisioningEnabled, false);
});

for (const [what, body, kind, detail] of [
  ['an empty object', {}, 'invalid-input', /at least one setting/],
  ['a list', [], 'invalid-input', /must be a JSON object/],
  ['broken JSON', '{"creationEnabled":', 'invalid-json', /not JSON/],
  ['an empty body', '', 'invalid-json', /not JSON/],
  ['a poisoned prototype', '{"__proto__":{"a":1}}', 'invalid-json', /not JSON/],
] as const) {
  test(`refuses ${what} as a change`, async () => {
    assertProblem(await admin.send('PATCH', tenant.path, body), 400, kind, detail);
  });
}

test('refuses a body above 1 MiB', async () => {
  const answer = await admin.send('PATCH', tenant.path, { invalidPhone: 'x'.repeat(1_100_000) });
  assertProblem(answer, 413, 'body-too-large', /1 MiB/);
});

test("answers 404 for another tenant's source, whatever is asked of it", async () => {
  const other = await newTenant(database.pool, 'Difference Engines');
  const path = `/api/tenants/${tenant.tenantId}/sources/${other.sourceId}`;
  const { body } = await admin.send('POST', `${other.path}/tokens`, {});
  for (const [method, below, sent] of [
    ['GET', '', undefined],
    ['PATCH', '', { creationEnabled: true }],
    ['GET', '/status', undefined],
    ['GET', '/tokens', undefined],
    ['POST', '/tokens', {}],
    ['DELETE', `/tokens/${body.id}`, undefined],
  ] as const) {
    assertProblem(
      await admin.send(method, path + below, sent),
      404,
      'not-found',
      /^There is no source .* of this tenant\.$/,
    );
  }
  assert.equal((await admin.send('GET', other.path)).body.creationEnabled, false);
  assert.equal((await admin.send('GET', `${other.path}/tokens`)).body.tokens[0].state, 'live');
});

test('answers 404 for tenants and paths there are not', async () => {
  assertProblem(
    await admin.send('GET', '/api/tenants/nobody/sources'),
    404,
    'not-found',
    /no tenant nobody/,
  );
  assertProblem(
    await admin.send('GET', '/api/tenants/nobody/activity'),
    404,
    'not-found',
    /no tenant nobody/,
  );
  assertProblem(await admin.send('GET', '/api/nothing'), 404, 'not-found', /no GET \/api\/nothing/);
  assertProblem(await admin.send('PUT', tenant.path, {}), 404, 'not-found', /no PUT/);
});

test('tells nothing of an unforeseen failure but the id it is logged under', async () => {
  await database.pool.query('alter table tenants rename to mislaid');
  const answer = await admin.send('GET', '/api/tenants/any/sources');
  await database.pool.query('alter table mislaid rename to tenants');
  assertProblem(answer, 500, 'unexpected', /Quote the request id/);
  assert.ok(
    admin.log.some((line) => line.includes(answer.body.instance.slice('urn:uuid:'.length))),
  );
});

test('people held because creation is off become customers when it is switched on', async () => {
  await using world = await testWorld({ switches: 'off' });
  const path = `${world.origin}/api/tenants/${world.tenantId}/sources/${world.sourceId}`;
  const send = (method: string, below: string, body?: unknown) =>
    request(path + below, { method, body, headers: { 'content-type': 'application/json' } });
  await send('PATCH', '', { provisioningEnabled: true });
  assert.equal((await world.scim('POST', '/Users', userNamed('Ada'))).status, 201);
  await waitFor('the link to be held', async () => {
    const [store] = (await send('GET', '/status')).body.destinations;
    return store.held === 1 && store.obstacles[0]?.reason === 'creation is off';
  });
  assert.equal(await world.store.customer('ada.lovelace@example.com'), undefined);
  await send('PATCH', '', { creationEnabled: true });
  await waitFor('the customer', () => world.store.customer('ada.lovelace@example.com'));
  await waitFor(
    'the status to say so',
    async () => (await send('GET', '/status')).body.destinations[0].done === 1,
  );
});
