/** The admin API: people of a tenant, listed and looked for. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, suite, test } from 'node:test';
import { insertSource } from '../../src/store/sources.ts';
import {
  type Admin,
  assertProblem,
  connected,
  type Made,
  newTenant,
  pushPeople,
  startAdmin,
} from '../support/admin.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { scim, userNamed } from '../support/world.ts';

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

const list = (query = '', { tenantId } = tenant) =>
  admin.send('GET', `/api/tenants/${tenantId}/people${query}`);

/** The given names of who is found, newest first. */
async function found(query: string): Promise<readonly string[]> {
  const { status, body } = await list(query);
  assert.equal(status, 200, JSON.stringify(body));
  assert.equal(body.total, body.people.length);
  return body.people.map(({ name }: { name: string }) => name.split(' ')[0]);
}

/** Has the links of somebody stand so. */
const stand = (name: string, sql: string) =>
  database.pool.query(
    `update links set ${sql} where tenant_id = $1 and resource_id =
       (select id from resources where tenant_id = $1 and user_name = $2)`,
    [tenant.tenantId, `${name}.lovelace@example.com`],
  );

suite('people', () => {
  test('are told with their source, and with how each destination got with them', async () => {
    await pushPeople(admin, tenant);
    await stand('hedy', `done = wanted, outcome = 'done'`);
    const { body } = await list('?limit=1');
    const [hedy] = body.people;
    const { rows } = await database.pool.query(
      `select id, created_at as "createdAt", last_modified as "modifiedAt" from resources where tenant_id = $1 and user_name like 'hedy%'`,
      [tenant.tenantId],
    );
    assert.deepEqual(hedy, {
      ...JSON.parse(JSON.stringify(rows[0])),
      name: 'Hedy Lovelace',
      userName: 'hedy.lovelace@example.com',
      email: 'hedy.lovelace@example.com',
      active: false,
      source: { id: tenant.sourceId, name: 'Identity provider', kind: 'scim' },
      destinations: [{ destinationId: tenant.destinationId, state: 'done' }],
    });
    assert.deepEqual([body.total, body.more, body.next], [5, false, hedy.id]);
  });

  test('are read by pages, newest first, each of them once', async () => {
    await pushPeople(admin, tenant);
    const seen: string[] = [];
    for (let cursor = ''; ; ) {
      const { body } = await list(`?limit=2${cursor}`);
      seen.push(...body.people.map(({ name }: { name: string }) => name));
      assert.equal(body.total, 5);
      if (body.next === null) break;
      cursor = `&cursor=${body.next}`;
    }
    assert.deepEqual(
      seen,
      ['Hedy', 'Emmy', 'Alan', 'Grace', 'Ada'].map((name) => `${name} Lovelace`),
    );
  });

  test('are found by the beginning of any word of name, userName and address, in any case', async () => {
    await pushPeople(admin, tenant);
    const connection = await connected(admin, tenant);
    const zoe = { userName: 'zz-top', displayName: 'Zoë', emails: [{ value: 'z@o’hara.example' }] };
    await scim(admin.origin, connection, {
      method: 'POST',
      path: '/Users',
      body: userNamed('Zoe', zoe),
    });
    const all = ['Hedy', 'Emmy', 'Alan', 'Grace', 'Ada'];
    for (const [query, names] of [
      ['AD', ['Ada']],
      ['love', ['Zoë', ...all]],
      ['a love', ['Alan', 'Ada']],
      ['lovelace@ex', all],
      ['example.com', all],
      ['ada.lovelace@example.com', ['Ada']],
      ['zoe', ['Zoë']],
      ['TOP', ['Zoë']],
      ['zz', ['Zoë']],
      ["x' | 'ada", []],
      ['\\', ['Zoë', ...all]],
      ['ovelace', []],
    ] as const)
      assert.deepEqual(await found(`?query=${encodeURIComponent(query)}`), names, query);
  });

  test('are found by what they are called now, and not at all once they are deleted', async () => {
    const connection = await connected(admin, tenant);
    const ada = { method: 'POST', path: '/Users', body: userNamed('Ada') };
    const { body } = await scim(admin.origin, connection, ada);
    const path = `/Users/${body.id}`;
    await scim(admin.origin, connection, { method: 'PUT', path, body: userNamed('Augusta') });
    assert.deepEqual(await found('?query=ada'), []);
    assert.deepEqual(await found('?query=aug'), ['Augusta']);
    await scim(admin.origin, connection, { method: 'DELETE', path });
    assert.deepEqual(await found('?query=aug'), []);
    assert.deepEqual(await found(''), []);
  });

  test('are told apart by source and by state, also among who is looked for', async () => {
    await pushPeople(admin, tenant);
    await stand('ada', `done = wanted, outcome = 'held', reason = 'creation is off'`);
    await stand('alan', `done = wanted, outcome = 'rejected', reason = 'Phone is invalid'`);
    // What is about to be looked at again waits for nobody.
    await stand('emmy', `outcome = 'held'`);
    const other = { ...tenant, sourceId: `${tenant.tenantId}-second` };
    await insertSource(database.pool, {
      ...{ tenantId: other.tenantId, id: other.sourceId, kind: 'scim', name: 'Second' },
      ...{ provisioningEnabled: true, creationEnabled: true },
    });
    for (const [query, names] of [
      ['?state=inactive', ['Hedy']],
      ['?state=active', ['Emmy', 'Alan', 'Grace', 'Ada']],
      ['?state=attention', ['Alan', 'Ada']],
      ['?state=attention&query=ad', ['Ada']],
      ['?state=inactive&query=love', ['Hedy']],
      [`?source=${tenant.sourceId}&query=grace`, ['Grace']],
      [`?source=${other.sourceId}`, []],
      [`?source=${other.sourceId}&state=attention`, []],
      [`?source=${other.sourceId}&query=grace`, []],
    ] as const)
      assert.deepEqual(await found(query), names, query);
  });

  test('of another tenant are never told, whatever cursor or source is named', async () => {
    await pushPeople(admin, tenant);
    const { body } = await list('?limit=2');
    const stranger = await newTenant(database.pool, 'Difference Engines');
    for (const query of [
      '?query=ada',
      '?state=attention',
      `?source=${tenant.sourceId}`,
      `?cursor=${body.next}`,
      `?query=${encodeURIComponent(`' | '${tenant.tenantId}/ada`)}`,
    ]) {
      const answer = await list(query, stranger);
      assert.deepEqual(answer.body, { people: [], total: 0, more: false, next: null }, query);
    }
  });

  test('are not told where the question cannot be understood', async () => {
    for (const [query, detail] of [
      ['?limit=101', /^limit must be a whole number from 1 to 100\./],
      ['?limit=0', /^limit must be/],
      ['?cursor=1', /^cursor must be the next of the page before\./],
      ['?state=gone', /^state must be "active", "inactive" or "attention"\./],
      [`?query=${'a'.repeat(201)}`, /^query must be text of at most 200 characters\./],
      ['?query=a&query=b', /^query must be text/],
      ['?offset=10', /^offset is not known here/],
    ] as const)
      assertProblem(await list(query), 400, 'invalid-input', detail);
    assertProblem(
      await admin.send('GET', '/api/tenants/nobody/people'),
      404,
      'not-found',
      /^There is no tenant nobody\./,
    );
  });
});

test('more people than are counted are told by pages all the same', async () => {
  const { tenantId, sourceId } = tenant;
  await database.pool.query(
    `insert into resources (tenant_id, source_id, type, id, user_name, active, words, data, created_at, last_modified)
     select $1, $2, 'User', gen_random_uuid(), 'user' || n, n % 2 = 0, array_to_tsvector(array[$1 || '/user' || n]),
            jsonb_build_object('userName', 'user' || n), now(), now() from generate_series(1, 2100) n`,
    [tenantId, sourceId],
  );
  await database.pool.query(
    `insert into links (tenant_id, id, destination_id, source_id, resource_id, done, outcome)
     select $1, gen_random_uuid(), $3, $2, id, 1, 'held' from resources where tenant_id = $1`,
    [tenantId, sourceId, tenant.destinationId],
  );
  await database.pool.query('analyze');
  for (const [query, expected] of [
    ['', 2100],
    ['&query=user', 2100],
    ['&query=user&state=active', 1050],
    ['&query=user&state=attention', 2100],
    ['&state=attention', 2100],
    ['&state=inactive', 1050],
    ['&query=user1', 1111],
  ] as const) {
    const seen = new Set<string>();
    for (let cursor = ''; ; ) {
      const { body } = await list(`?limit=100${query}${cursor}`);
      assert.deepEqual([body.total, body.more], [1000, true], query);
      for (const { id } of body.people) seen.add(id);
      if (body.next === null) break;
      cursor = `&cursor=${body.next}`;
    }
    assert.equal(seen.size, expected, query);
  }
});

test('many who came long ago are found in their order behind all who came since, also of several sources', async () => {
  const { tenantId, sourceId } = tenant;
  const second = `${tenantId}-second`;
  await insertSource(database.pool, {
    ...{ tenantId, id: second, kind: 'scim', name: 'Second' },
    ...{ provisioningEnabled: true, creationEnabled: true },
  });
  // Ids in the order of n: 40,000 of whom the first 1,500 are called `old`, and the first 36,000 `elder`.
  await database.pool.query(
    `insert into resources (tenant_id, source_id, type, id, user_name, active, words, data, created_at, last_modified)
     select $1, case n % 2 when 0 then $2 else $3 end, 'User', ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid,
            'user' || n, n % 1000 <> 7, array_to_tsvector(array_remove(array[$1 || '/user' || n,
              case when n <= 1500 then $1 || '/old' end, case when n <= 36000 then $1 || '/elder' end], null)),
            jsonb_build_object('userName', 'user' || n), now(), now() from generate_series(1, 40000) n`,
    [tenantId, sourceId, second],
  );
  const numbered = (people: readonly { readonly userName: string }[]) =>
    people.map(({ userName }) => Number(userName.slice('user'.length)));
  const down = (from: number, step: number, count: number) =>
    Array.from({ length: count }, (_, index) => from - index * step);
  for (const [query, expected, total, more] of [
    ['?query=old&limit=3', [1500, 1499, 1498], 1000, true],
    [`?query=old&limit=3&source=${sourceId}`, [1500, 1498, 1496], 750, false],
    ['?query=elder&limit=3', [36000, 35999, 35998], 1000, true],
    ['?query=user&limit=3', [40000, 39999, 39998], 1000, true],
    ['?query=old&state=inactive&limit=3', [1007, 7], 2, false],
    ['?query=elder&state=inactive&limit=100', down(35007, 1000, 36), 36, false],
  ] as const) {
    const { body } = await list(query);
    assert.deepEqual(
      [numbered(body.people), body.total, body.more],
      [expected, total, more],
      query,
    );
  }
  const { body: first } = await list('?query=old&limit=100');
  const { body: next } = await list(`?query=old&limit=100&cursor=${first.next}`);
  assert.deepEqual(numbered([...first.people, ...next.people]), down(1500, 1, 200));
});
