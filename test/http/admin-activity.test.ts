/** The admin API: how a source stands, and what was done. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { v7 as uuidv7 } from 'uuid';
import { activityWords } from '../../src/http/admin-activity-words.ts';
import { insertActivity } from '../../src/store/activity.ts';
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

describe('lines of activity', () => {
  /** Lines of the tenant, a minute apart, the first of them at midnight. */
  async function written(lines: readonly Readonly<Record<string, unknown>>[]): Promise<string[]> {
    const ids = lines.map((_, minute) => uuidv7({ msecs: midnight + minute * 60_000 }));
    for (const [index, line] of lines.entries())
      await insertActivity(database.pool, tenant.tenantId, {
        ...{ id: ids[index] ?? '', kind: 'account.update', outcome: 'done', ...line },
      });
    return ids;
  }
  const midnight = Date.parse('2026-11-01T00:00:00Z');
  const ask = (query: string, { tenantId } = tenant) =>
    admin.send('GET', `/api/tenants/${tenantId}/activity${query}`);

  /** The ids of the lines that fit, newest first. */
  async function told(query: string): Promise<readonly string[]> {
    const { status, body } = await ask(query);
    assert.equal(status, 200, JSON.stringify(body));
    return body.activity.map(({ id }: { id: string }) => id);
  }

  test('are told by person, destination, source, outcome and time, and all of it together', async () => {
    const person = uuidv7();
    const { destinationId, sourceId } = tenant;
    const [a = '', b = '', c = '', d = ''] = await written([
      { resourceId: person, sourceId },
      { resourceId: person, destinationId, outcome: 'held' },
      { destinationId, outcome: 'rejected' },
      { resourceId: uuidv7(), outcome: 'failed' },
    ]);
    for (const [query, ids] of [
      [`?person=${person}`, [b, a]],
      [`?destination=${destinationId}`, [c, b]],
      [`?source=${sourceId}`, [a]],
      ['?outcome=done', [a]],
      ['?outcome=failed', [d]],
      ['?from=2026-11-01T00:01:00Z&to=2026-11-01T00:03:00Z', [c, b]],
      ['?from=2026-11-01T01:01:00%2B01:00&to=2026-11-01T01:02:00%2B01:00', [b]],
      [`?person=${person}&destination=${destinationId}`, [b]],
      [`?destination=${destinationId}&outcome=rejected&from=2026-11-01T00:02:00Z`, [c]],
      [`?destination=${destinationId}&outcome=done`, []],
      ['?person=nobody@example.com', []],
      ['?query=nobody', []],
    ] as const)
      assert.deepEqual(await told(query), ids, query);
  });

  test('are found by the name of whom they are about, and by their address, also once they are deleted', async () => {
    await pushPeople(admin, tenant);
    const summaries = async (query: string) =>
      (await ask(query)).body.activity.map(({ summary }: { summary: string }) => summary);
    const received = ['Ada Lovelace was received'];
    assert.deepEqual(await summaries('?query=ada'), received);
    assert.deepEqual(await summaries('?query=love%20ad'), received);
    assert.deepEqual(await summaries('?person=ADA.lovelace@example.com'), received);
    assert.deepEqual(await summaries('?person=ada.lovelace@example.com&query=grace'), []);
    await database.pool.query(
      `with gone as (delete from resources where tenant_id = $1 and user_name like 'ada%' returning id)
       update links set deleted_at = now(), user_name = 'ada.lovelace@example.com' from gone where resource_id = gone.id`,
      [tenant.tenantId],
    );
    assert.deepEqual(await summaries('?person=ada.lovelace@example.com'), [
      'ada.lovelace@example.com was received',
    ]);
  });

  test('are read by pages, each of them once', async () => {
    const ids = await written(Array.from({ length: 7 }, () => ({})));
    const seen: string[] = [];
    for (let cursor = ''; ; ) {
      const { body } = await ask(`?limit=3${cursor}`);
      seen.push(...body.activity.map(({ id }: { id: string }) => id));
      if (body.next === null) break;
      cursor = `&cursor=${body.next}`;
    }
    assert.deepEqual(seen, ids.toReversed());
  });

  test('are told one by one, with steps and with before and after', async () => {
    const detail = {
      ...{ scope: 'in scope', match: 'gid://shopify/Customer/1', plan: 'update' },
      changes: { firstName: ['Augusta', 'Ada'], memberships: [[], ['welder']] },
    };
    const [line = '', asked = ''] = await written([
      { destinationId: tenant.destinationId, detail },
      { kind: 'User.update', detail: { active: [true, false] } },
    ]);
    const { body } = await ask(`/${line}`);
    assert.match(body.summary, /was updated in Shopify customers$/);
    assert.deepEqual(body.steps, [
      { name: 'scope', words: 'in scope' },
      { name: 'match', words: 'gid://shopify/Customer/1' },
      { name: 'plan', words: 'update' },
    ]);
    assert.deepEqual(body.changes, [
      { name: 'firstName', before: 'Augusta', after: 'Ada' },
      { name: 'memberships', before: [], after: ['welder'] },
    ]);
    const change = (await ask(`/${asked}`)).body;
    assert.deepEqual(change.changes, [{ name: 'active', before: true, after: false }]);
    assert.deepEqual(change.steps, []);
  });

  test('are a file for a spreadsheet, whole, in which no cell is a formula', async () => {
    await written(Array.from({ length: 1_203 }, (_, index) => ({ message: `line ${index}` })));
    const [last = ''] = await written([
      { kind: 'User.update', actor: '=HYPERLINK("x")', detail: { nickName: ['a,b', null] } },
    ]);
    const csv = `/api/tenants/${tenant.tenantId}/activity.csv`;
    const { status, headers, body } = await admin.send('GET', csv);
    assert.equal(status, 200);
    assert.equal(headers.get('content-type'), 'text/csv; charset=utf-8');
    assert.match(
      headers.get('content-disposition') ?? '',
      /^attachment; filename="activity\.csv"$/,
    );
    const lines = body.split('\r\n');
    assert.match(lines[0], /^\ufeff?time,what,kind,outcome,/);
    assert.equal(lines.length, 1 + 1_204 + 1, 'head, lines, and the end of the last one');
    const changed = lines.find((line: string) => line.includes(last));
    assert.match(changed, /,"nickName: a,b → none","'=HYPERLINK\(""x""\)",/);
    const one = await admin.send('GET', `${csv}?from=2026-11-01T00:01:00Z&to=2026-11-01T00:02:00Z`);
    assert.deepEqual(
      [one.body.split('\r\n').length, /line 1,/.test(one.body)],
      [1 + 1 + 1, true],
      one.body,
    );
  });

  test('of another tenant are never told, whatever cursor or id is named', async () => {
    const [line = ''] = await written([{ destinationId: tenant.destinationId }]);
    const stranger = await newTenant(database.pool, 'Difference Engines');
    const after = uuidv7({ msecs: midnight + 3_600_000 });
    for (const query of [
      ...[`?cursor=${after}`, `?destination=${tenant.destinationId}`, `?source=${tenant.sourceId}`],
      '?outcome=done&to=2026-11-02T00:00:00Z',
    ])
      assert.deepEqual((await ask(query, stranger)).body, { activity: [], next: null }, query);
    assertProblem(await ask(`/${line}`, stranger), 404, 'not-found', /of this tenant\.$/);
    const csv = await admin.send('GET', `/api/tenants/${stranger.tenantId}/activity.csv`);
    assert.equal(csv.body.includes(line), false);
  });

  test('are not told where the question cannot be understood', async () => {
    for (const [query, detail] of [
      ['?outcome=lost', /^outcome must be "done", "held", "rejected", "failed"\./],
      ['?from=yesterday', /^from must be a date with its time zone/],
      ['?cursor=1', /^cursor must be the next of the page before\./],
    ] as const)
      assertProblem(await ask(query), 400, 'invalid-input', detail);
    assertProblem(await ask('/1'), 404, 'not-found', /^There is no line of activity 1/);
    const { body } = await ask('/outcomes');
    assert.deepEqual(
      body.outcomes.map(({ name }: { name: string }) => name),
      ['done', 'held', 'rejected', 'failed'],
    );
  });
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
    [
      {
        kind: 'group.delete',
        detail: { displayName: 'Chess' },
        message: 'deleted at its source',
        destinationName: 'LMS',
      },
      'The group Chess was deleted in LMS: deleted at its source',
    ],
    [
      {
        kind: 'group.rejected',
        detail: { displayName: 'Chess' },
        message: 'too long',
        destinationName: 'LMS',
      },
      'The group Chess was refused by LMS: too long',
    ],
    [{ kind: 'app-policy.create', message: 'Staff' }, 'The App Login Policy Staff was added'],
    [{ kind: 'sweep.begin', message: 'nightly' }, 'sweep.begin: nightly'],
  ] as const) {
    test(words, () => {
      assert.equal(activityWords({ ...ada, ...line }), words);
    });
  }
});
