/** The ways of a source, over HTTP: unknown attributes, strict interoperability, custom attributes. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Admin, connected, newTenant, startAdmin } from '../support/admin.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { type Answer, scim } from '../support/world.ts';

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

const user = 'urn:ietf:params:scim:schemas:core:2.0:User';
const group = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const loyalty = 'urn:ietf:params:scim:schemas:extension:Loyalty:2.0:User';
const patchOp = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

type Send = (method: string, path: string, body?: unknown) => Promise<Answer>;

/** A connection with these settings, and a way to send requests to it. */
async function source(
  settings: object,
  schema?: { readonly id: string; readonly attributes: readonly object[] },
): Promise<Send> {
  const tenant = await newTenant(database.pool);
  const changed = await admin.send('PATCH', tenant.path, settings);
  assert.equal(changed.status, 200, JSON.stringify(changed.body));
  if (schema !== undefined) {
    const made = await admin.send('PUT', `${tenant.path}/schemas/${schema.id}`, schema);
    assert.equal(made.status, 201, JSON.stringify(made.body));
  }
  const connection = await connected(admin, tenant);
  return (method, path, body) => scim(admin.origin, connection, { method, path, body });
}

const change = (...operations: readonly object[]) => ({
  schemas: [patchOp],
  Operations: operations,
});

test('keep: what no schema defines comes back, in a list too, and is patched like anything else', async () => {
  const send = await source({ unknownAttributes: 'keep' });
  const extra = { ShoeSize: 39, [loyalty]: { tier: 'gold' } };
  const body = { schemas: [user, loyalty], userName: 'ada', ...extra };
  const made = await send('POST', '/Users', body);
  assert.equal(made.status, 201, JSON.stringify(made.body));
  const path = `/Users/${made.body.id}`;
  assert.deepEqual(made.body.schemas, [user, loyalty]);
  assert.deepEqual((await send('GET', path)).body, made.body);
  const [listed] = (await send('GET', '/Users?attributes=shoesize')).body.Resources;
  assert.deepEqual(listed, { schemas: [user, loyalty], id: made.body.id, ShoeSize: 39 });
  const operations = [
    { op: 'replace', path: 'shoesize', value: 40 },
    { op: 'add', path: `${loyalty}:points`, value: 7 },
  ];
  const patched = await send('PATCH', path, change(...operations));
  assert.equal(patched.body.ShoeSize, 40);
  assert.deepEqual(patched.body[loyalty], { tier: 'gold', points: 7 });
  const again = await send('PUT', path, patched.body);
  assert.equal(again.body.meta.version, patched.body.meta.version);
});

test('keep: of groups as well, beside their members', async () => {
  const send = await source({ unknownAttributes: 'keep' });
  const body = { schemas: [group], displayName: 'Analysts', colour: 'red' };
  const { body: made } = await send('POST', '/Groups', { ...body, members: [{ value: 'u1' }] });
  const operation = { op: 'replace', path: 'COLOUR', value: 'blue' };
  await send('PATCH', `/Groups/${made.id}`, change(operation));
  const { body: read } = await send('GET', `/Groups/${made.id}`);
  assert.equal(read.colour, 'blue');
  assert.deepEqual(
    read.members.map(({ value }: { value: string }) => value),
    ['u1'],
  );
});

test('refuse: what no schema defines is named, and nothing is written', async () => {
  const send = await source({ unknownAttributes: 'refuse' });
  const refused = await send('POST', '/Users', { schemas: [user], userName: 'ada', shoeSize: 39 });
  assert.equal(refused.status, 400);
  assert.equal(refused.body.scimType, 'invalidSyntax');
  assert.match(refused.body.detail, /No schema of a User defines shoeSize/);
  assert.equal((await send('GET', '/Users')).body.totalResults, 0);
});

test('strict interoperability is announced, and holds', async () => {
  const send = await source({ strictInterop: true });
  const { body: config } = await send('GET', '/ServiceProviderConfig');
  assert.equal(config.interopProfileConformant, true);
  const { body: made } = await send('POST', '/Users', { schemas: [user], userName: 'ada' });
  const path = `/Users/${made.id}`;
  const scimTypeOf = async (operation: object) =>
    (await send('PATCH', path, change(operation))).body.scimType;
  assert.equal(await scimTypeOf({ op: 'replace', value: { active: false } }), 'invalidSyntax');
  assert.equal(await scimTypeOf({ op: 'remove', path: 'emails[type eq "work"]' }), 'invalidPath');
  assert.equal(await scimTypeOf({ op: 'add', path: 'shoeSize', value: 39 }), 'invalidPath');
  const { body: filtered } = await send('GET', '/Users?filter=shoeSize%20pr');
  assert.equal(filtered.scimType, 'invalidFilter');
});

test('custom attributes hold like those of the RFC', async () => {
  const attributes = [
    { name: 'points', type: 'integer' },
    { name: 'since', type: 'dateTime', mutability: 'immutable' },
    { name: 'note', returned: 'request' },
    { name: 'pin', mutability: 'writeOnly' },
  ];
  const send = await source({ strictInterop: false }, { id: loyalty, attributes });
  const since = '2026-01-31T12:00:00Z';
  const body = { schemas: [user, loyalty], userName: 'ada' };
  const sent = { POINTS: 7, since, note: 'n', pin: '1234' };
  const made = await send('POST', '/Users', { ...body, [loyalty]: sent });
  assert.deepEqual(made.body[loyalty], { points: 7, since, note: 'n' });
  const path = `/Users/${made.body.id}`;
  assert.deepEqual((await send('GET', path)).body[loyalty], { points: 7, since });
  const found = await send('GET', `/Users?filter=${encodeURIComponent(`${loyalty}:points gt 6`)}`);
  assert.equal(found.body.totalResults, 1);
  const refused = await send('POST', '/Users', { ...body, [loyalty]: { points: 'many' } });
  assert.equal(refused.body.scimType, 'invalidValue');
  const operation = { op: 'replace', path: `${loyalty}:since`, value: '2027-01-31T12:00:00Z' };
  assert.equal((await send('PATCH', path, change(operation))).body.scimType, 'mutability');
  const { rows } = await database.pool.query(
    'select data from resources where data::text like $1',
    ['%1234%'],
  );
  assert.deepEqual(rows, []);
});
