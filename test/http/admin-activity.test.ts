/** The admin API: how a source stands, and what was done. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { activityWords } from '../../src/http/admin-activity-words.ts';
import { insertSource } from '../../src/store/sources.ts';
import {
  type Admin,
  assertProblem,
  type Made,
  newTenant,
  pushPeople,
  startAdmin,
} from '../support/admin.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { request, testWorld, userNamed } from '../support/world.ts';

let database: TestDatabase;
let admin: Admin;
let tenant: Made;
before(async () => {
  database = await testDatabase();
  admin = await startAdmin({ pool: database.pool });
});
after(async () => {
  await admin[Symbol.asyncDispose]();
  await database.close();
});
beforeEach(async () => {
  tenant = await newTenant(database.pool);
});

test('shows the status of a source without settings or secrets of its destinations', async () => {
  const { body } = await admin.send('GET', `${tenant.path}/status`);
  const { destinationId: id } = tenant;
  assert.deepEqual(body, {
    people: { active: 0, inactive: 0 },
    lastRequestAt: null,
    destinations: [
      {
        id,
        name: 'Shopify customers',
        connector: 'shopify',
        state: 'active',
        reason: null,
        reasonCode: null,
        pausedUntil: null,
        done: 0,
        waiting: 0,
        retrying: 0,
        held: 0,
        rejected: 0,
        lastSuccessAt: null,
        obstacles: [],
      },
    ],
  });
});

test('counts people by source, and links by where they stand', async () => {
  await pushPeople(admin, tenant);
  const { destinationId: id } = tenant;
  const stand = (name: string, sql: string) =>
    database.pool.query(
      `update links set ${sql} where tenant_id = $1 and resource_id = (select id from resources where tenant_id = $1 and user_name = $2)`,
      [tenant.tenantId, `${name}.lovelace@example.com`],
    );
  await stand('ada', `done = wanted, outcome = 'done', applied_at = '2026-11-23T10:00:00Z'`);
  await stand('grace', `done = wanted, outcome = 'held', reason = 'creation is off'`);
  await stand('alan', `done = wanted, outcome = 'rejected', reason = 'Phone is invalid'`);
  await stand('emmy', `outcome = 'failed', not_before = now() + interval '1 hour'`);
  await database.pool.query(
    `update destinations set paused_until = now() - interval '1 minute' where tenant_id = $1`,
    [tenant.tenantId],
  );

  const { body } = await admin.send('GET', `${tenant.path}/status`);
  assert.deepEqual(body.people, { active: 4, inactive: 1 });
  assert.notEqual(body.lastRequestAt, null);
  const [{ name: _name, connector: _connector, ...store }] = body.destinations;
  assert.deepEqual(store, {
    id,
    state: 'active',
    reason: null,
    reasonCode: null,
    pausedUntil: null,
    done: 1,
    waiting: 2,
    retrying: 1,
    held: 1,
    rejected: 1,
    lastSuccessAt: '2026-11-23T10:00:00.000Z',
    obstacles: [
      { outcome: 'held', reason: 'creation is off', count: 1 },
      { outcome: 'rejected', reason: 'Phone is invalid', count: 1 },
    ],
  });

  const bystander = { ...tenant, sourceId: `${tenant.tenantId}-bystander` };
  await insertSource(database.pool, {
    ...bystander,
    id: bystander.sourceId,
    kind: 'scim',
    name: 'Bystander',
    provisioningEnabled: true,
    creationEnabled: true,
  });
  const other = await admin.send(
    'GET',
    `/api/tenants/${tenant.tenantId}/sources/${bystander.sourceId}/status`,
  );
  assert.deepEqual(other.body.people, { active: 0, inactive: 0 });
  assert.equal(other.body.destinations[0].waiting, 0);
});

test('tells activity in words, newest first, of one source where asked', async () => {
  await pushPeople(admin, tenant);
  const path = `/api/tenants/${tenant.tenantId}/activity`;
  const { body } = await admin.send('GET', `${path}?limit=2&source=${tenant.sourceId}`);
  assert.deepEqual(
    body.activity.map(({ summary }: { summary: string }) => summary),
    ['Hedy Lovelace was deactivated by the identity provider', 'Hedy Lovelace was received'],
  );
  assert.deepEqual((await admin.send('GET', `${path}?source=another`)).body.activity, []);
  assertProblem(
    await admin.send('GET', `${path}?limit=1000`),
    400,
    'invalid-input',
    /^limit must be a whole number from 1 to 200\./,
  );
  assertProblem(
    await admin.send('GET', `${path}?page=2`),
    400,
    'invalid-input',
    /^page is not known here/,
  );
});

test('the log goes on naming who was deleted, also when somebody new has the account', async () => {
  await using world = await testWorld();
  const ada = await world.scim('POST', '/Users', userNamed('Ada'));
  await world.settled();
  await world.scim('DELETE', `/Users/${ada.body.id}`);
  await world.settled();
  await world.scim('POST', '/Users', userNamed('Ada'));
  await world.settled();
  const log = await request(`${world.origin}/api/tenants/${world.tenantId}/activity`, {
    method: 'GET',
  });
  const summaries: string[] = log.body.activity.map((line: { summary: string }) => line.summary);
  assert.ok(summaries.some((summary) => summary.includes('left Shopify customers')));
  assert.deepEqual(
    summaries.filter((summary) => summary.includes('no longer known')),
    [],
  );
});

describe('a line of activity in words', () => {
  const ada = {
    message: null,
    detail: null,
    resourceName: 'Ada Lovelace',
    destinationName: 'Shopify',
  };
  const urn = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department';
  for (const [line, words] of [
    [
      { kind: 'User.update', detail: { active: [false, true] } },
      'Ada Lovelace was reactivated by the identity provider',
    ],
    [
      { kind: 'User.update', detail: { emails: [null, []], [urn]: ['a', 'b'] } },
      'Ada Lovelace was changed: emails, department',
    ],
    [
      { kind: 'User.delete', resourceName: null },
      'Somebody no longer known was deleted by the identity provider',
    ],
    [
      { kind: 'User.create', message: 'dropped phone: too short' },
      'Ada Lovelace was received: dropped phone: too short',
    ],
    [
      { kind: 'account.create', message: 'repeats itself' },
      'Ada Lovelace got a new account in Shopify',
    ],
    [
      { kind: 'account.hold', message: 'creation is off' },
      'Ada Lovelace is held for Shopify: creation is off',
    ],
    [
      { kind: 'account.rejected', message: 'Phone is invalid' },
      'Ada Lovelace was refused by Shopify: Phone is invalid',
    ],
    [
      { kind: 'account.leave', message: 'deleted at its source', destinationName: null },
      'Ada Lovelace left a destination that was removed: deleted at its source',
    ],
    [
      {
        kind: 'source.update',
        detail: { creationEnabled: [true, false], invalidPhone: ['refuse', 'drop'] },
      },
      'New customer creation was switched off; What happens to invalid phone numbers was set to drop',
    ],
    [
      {
        kind: 'source.update',
        detail: { unknownAttributes: ['ignore', 'keep'], name: ['a', 'b'] },
      },
      'What happens to unknown attributes was set to keep; The name of the connection was set to b',
    ],
    [{ kind: 'secret.revoke', message: 'secret abc' }, 'A client secret was revoked'],
    [{ kind: 'schema.create', message: 'urn:x:y' }, 'The custom attributes urn:x:y were added'],
    [{ kind: 'sweep.begin', message: 'nightly' }, 'sweep.begin: nightly'],
  ] as const) {
    test(words, () => {
      assert.equal(activityWords({ ...ada, ...line }), words);
    });
  }
});
