/** The admin API: custom attributes, as schema extensions of a connection. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import {
  type Admin,
  activityOf,
  assertProblem,
  connected,
  type Made,
  newTenant,
  startAdmin,
} from '../support/admin.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { scim, userNamed } from '../support/world.ts';

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

const urn = 'urn:example:params:scim:schemas:extension:loyalty:1.0:User';
const loyalty = {
  id: urn,
  name: 'Loyalty',
  attributes: [{ name: 'tier' }, { name: 'points', type: 'integer' }],
};
const pathOf = (id: string) => `${tenant.path}/schemas/${encodeURIComponent(id)}`;
const put = (body: unknown, id = urn) => admin.send('PUT', pathOf(id), body);
const listed = async () => (await admin.send('GET', `${tenant.path}/schemas`)).body.schemas;

test('a schema is added complete, found in any case, and listed where clients look', async () => {
  assert.deepEqual(await listed(), []);
  const made = await put(loyalty);
  assert.equal(made.status, 201, JSON.stringify(made.body));
  assert.equal(made.body.schema.resourceType, 'User');
  assert.equal(made.body.schema.attributes[0].mutability, 'readWrite');
  assert.deepEqual(await listed(), [made.body.schema]);
  const found = await admin.send('GET', pathOf(urn.toUpperCase()));
  assert.deepEqual(found.body, made.body.schema);

  const connection = await connected(admin, tenant);
  const { body } = await scim(admin.origin, connection, { method: 'GET', path: `/Schemas/${urn}` });
  assert.equal(body.name, 'Loyalty');
});

test('what was stored can be sent again and changes nothing', async () => {
  const { body } = await put(loyalty);
  const before = await activityOf(tenant, admin);
  assert.equal((await put(body.schema)).status, 200);
  assert.deepEqual(await activityOf(tenant, admin), before);
});

test('a schema that goes takes nothing away: its values are shown again when it comes back', async () => {
  await put(loyalty);
  const connection = await connected(admin, tenant);
  const ask = (method: string, path: string, body?: unknown) =>
    scim(admin.origin, connection, { method, path, body });
  const ada = userNamed('Ada', { [urn]: { tier: 'gold', points: 7 } });
  const { body: user } = await ask('POST', '/Users', ada);
  assert.deepEqual(user[urn], { tier: 'gold', points: 7 });
  const shown = async () => (await ask('GET', `/Users/${user.id}`)).body[urn];

  const gone = await admin.send('DELETE', pathOf(urn));
  assert.equal(gone.status, 200);
  assert.match(gone.body.note, /stays stored/);
  assert.deepEqual(await listed(), []);
  ahead += 1_000;
  assert.equal(await shown(), undefined);
  await put(loyalty);
  ahead += 1_000;
  assert.equal((await shown())?.points, 7);
});

test('every change is written down with the attributes before and after', async () => {
  await put(loyalty);
  await put({ ...loyalty, attributes: [{ name: 'tier' }, { name: 'since', type: 'dateTime' }] });
  await admin.send('DELETE', pathOf(urn));
  const lines = await activityOf(tenant, admin);
  assert.deepEqual(
    lines.map(({ summary, detail }) => [summary, detail]),
    [
      [`The custom attributes ${urn} were removed`, { attributes: [['tier', 'since'], null] }],
      [
        `The custom attributes ${urn} were changed`,
        {
          attributes: [
            ['tier', 'points'],
            ['tier', 'since'],
          ],
        },
      ],
      [`The custom attributes ${urn} were added`, { attributes: [null, ['tier', 'points']] }],
    ],
  );
});

test('every fault of a definition is named with its place, and nothing is stored', async () => {
  const answer = await put({
    ...loyalty,
    resourceType: 'Device',
    attributes: [{ name: 'tier' }, { name: 'points', type: 'number' }],
  });
  assertProblem(answer, 400, 'invalid-input', /attributes\[1\]\.type must be/);
  assert.deepEqual(answer.body.errors.map(({ field }: { field: string }) => field).sort(), [
    'attributes[1].type',
    'resourceType',
  ]);
  assert.deepEqual(await listed(), []);
});

test('the id has to be the one of the path, and no schema of the standard', async () => {
  assertProblem(await put(loyalty, `${urn}s`), 400, 'invalid-input', /^id must be the URI/);
  const core = 'urn:ietf:params:scim:schemas:core:2.0:User';
  assertProblem(await put({ ...loyalty, id: core }, core), 400, 'invalid-input', /^id /);
});

test('there are 20 schemas of a connection at most, each found by a URI as long as it may be', async () => {
  const idOf = (index: number) =>
    `urn:example:${index}:`.padEnd(200, 'x:').slice(0, 199) + (index % 10);
  for (let index = 0; index < 20; index += 1)
    assert.equal(
      (await put({ ...loyalty, id: idOf(index) }, idOf(index))).status,
      201,
      idOf(index),
    );
  assertProblem(await put(loyalty), 409, 'too-many-schemas', /20 schemas already/);
  assert.equal((await put({ ...loyalty, id: idOf(3) }, idOf(3))).status, 200);
});

test('a schema there is not is 404, and so is that of another tenant', async () => {
  assertProblem(await admin.send('DELETE', pathOf(urn)), 404, 'not-found', /no schema/);
  assertProblem(await admin.send('GET', pathOf(urn)), 404, 'not-found', /no schema/);
  const other = await newTenant(database.pool, 'Difference Engines');
  const path = `/api/tenants/${tenant.tenantId}/sources/${other.sourceId}/schemas/${urn}`;
  for (const [method, body] of [
    ['GET', undefined],
    ['PUT', loyalty],
    ['DELETE', undefined],
  ] as const)
    assertProblem(await admin.send(method, path, body), 404, 'not-found', /no source/);
});
