/** Bulk over HTTP (RFC 7644 §3.7); the reading of its messages is in `test/scim/bulk.test.ts`. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createTenant } from '../../src/directory/tenants.ts';
import { patchOf } from '../support/roll.ts';
import { waitFor } from '../support/wait.ts';
import {
  type Answer,
  connect,
  scim,
  testSecrets,
  testWorld,
  userNamed,
  type World,
} from '../support/world.ts';

let world: World;
before(async () => {
  world = await testWorld();
});
after(() => world.close());

const user = 'urn:ietf:params:scim:schemas:core:2.0:User';
const group = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const bulkRequest = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
const bulkResponse = 'urn:ietf:params:scim:api:messages:2.0:BulkResponse';
const errorSchema = 'urn:ietf:params:scim:api:messages:2.0:Error';
const nobody = '5d8d29d3-342c-4b5f-8683-a3cb6763ffcc';

type Result = {
  readonly method?: string;
  readonly bulkId?: string;
  readonly location?: string;
  readonly version?: string;
  readonly status: string;
  readonly response?: {
    readonly scimType?: string;
    readonly detail: string;
    readonly status: string;
  };
};

const send = (operations: readonly object[], more: object = {}): Promise<Answer> =>
  world.scim('POST', '/Bulk', { schemas: [bulkRequest], Operations: operations, ...more });

async function bulk(operations: readonly object[], more: object = {}): Promise<readonly Result[]> {
  const { status, body } = await send(operations, more);
  assert.equal(status, 200, JSON.stringify(body));
  assert.deepEqual(body.schemas, [bulkResponse]);
  return body.Operations;
}

const statuses = (results: readonly Result[]) => results.map(({ status }) => status);
const idOf = ({ location }: Result | undefined = { status: '' }) =>
  location?.split('/').at(-1) ?? '';
const read = async (path: string) => (await world.scim('GET', path)).body;
const membersOf = async (id: string): Promise<readonly string[]> =>
  ((await read(`/Groups/${id}`)).members ?? []).map(({ value }: { value: string }) => value);

async function anotherTenant(name: string) {
  const shop = {
    shop: `${name}.myshopify.com`,
    origin: world.store.origin,
    accessToken: 'shpat_x',
  };
  const made = await createTenant(world.pool, testSecrets, { name, shop, switches: 'on' });
  return connect(world.pool, made);
}

const post = (path: string, bulkId: string, data: object) => ({
  method: 'POST',
  path,
  bulkId,
  data,
});
const person = (bulkId: string, userName: string, more: object = {}) =>
  post('/Users', bulkId, { schemas: [user], userName, ...more });
const crowd = (bulkId: string, displayName: string, ...members: readonly string[]) =>
  post('/Groups', bulkId, {
    schemas: [group],
    displayName,
    members: members.map((value) => ({ value })),
  });

test('groups that refer to each other are both made (RFC 7644 §3.7.1)', async () => {
  const [a, b] = await bulk([
    post('/Groups', 'qwerty', {
      schemas: [group],
      displayName: 'Group A',
      members: [{ type: 'Group', value: 'bulkId:ytrewq' }],
    }),
    post('/Groups', 'ytrewq', {
      schemas: [group],
      displayName: 'Group B',
      members: [{ type: 'Group', value: 'bulkId:qwerty' }],
    }),
  ]);
  assert.deepEqual([a?.status, b?.status], ['201', '201']);
  for (const [one, other] of [
    [a, b],
    [b, a],
  ]) {
    const { members, meta } = await read(`/Groups/${idOf(one)}`);
    assert.deepEqual([members.length, members[0].value], [1, idOf(other)]);
    assert.deepEqual([members[0].type, members[0].$ref], ['Group', other?.location]);
    assert.equal(meta.version, one?.version);
  }
});

test('a user and a group with this user in it are made by one request (RFC 7644 §3.7.2)', async () => {
  const results = await bulk([
    person('qwerty', 'Alice'),
    post('/Groups', 'ytrewq', {
      schemas: [group],
      displayName: 'Tour Guides',
      members: [{ type: 'User', value: 'bulkId:qwerty' }],
    }),
  ]);
  const [alice, guides] = results;
  assert.deepEqual(
    results.map(({ method, bulkId, status }) => [method, bulkId, status]),
    [
      ['POST', 'qwerty', '201'],
      ['POST', 'ytrewq', '201'],
    ],
  );
  assert.ok(results.every((result) => !('response' in result)));
  const base = `http://rollcall.test/scim/v2/${world.sourceId}`;
  assert.equal(alice?.location, `${base}/Users/${idOf(alice)}`);
  const read = await world.scim('GET', `/Groups/${idOf(guides)}`);
  assert.equal(read.headers.get('etag'), guides?.version);
  assert.equal(read.body.members[0].value, idOf(alice));
  assert.equal(read.body.members[0].$ref, alice?.location);
});

test('a reference in an extension is resolved, too (RFC 7644 §3.7.2)', async () => {
  const results = await bulk([
    person('qwerty', 'Alice the manager'),
    post('/Users', 'ytrewq', {
      schemas: [user, enterprise],
      userName: 'Bob the managed',
      [enterprise]: { employeeNumber: '11250', manager: { value: 'bulkId:qwerty' } },
    }),
  ]);
  assert.deepEqual(statuses(results), ['201', '201']);
  const bob = await read(`/Users/${idOf(results[1])}`);
  assert.equal(bob[enterprise].manager.value, idOf(results[0]));
});

/** The request of §3.7.3, for the users that it speaks of; the data of its PATCH as erratum 5050 has it. */
async function example(schema: string, userName: string) {
  const made = await Promise.all(
    ['put', 'patch', 'delete'].map((name) =>
      world.scim('POST', '/Users', {
        schemas: [user],
        userName: `${userName} ${name}`,
        nickName: 'x',
      }),
    ),
  );
  const [put, patched, deleted] = made.map(({ body }) => body);
  const path = ({ id }: { id: string }) => `/Users/${id}`;
  const operations = [
    post('/Users', 'qwerty', { schemas: [schema], userName }),
    {
      method: 'PUT',
      path: path(put),
      version: put.meta.version,
      data: { schemas: [user], id: put.id, userName: `${userName} Bob` },
    },
    {
      method: 'PATCH',
      path: path(patched),
      version: patched.meta.version,
      data: [
        { op: 'remove', path: 'nickName' },
        { op: 'add', path: 'userName', value: `${userName} Dave` },
      ],
    },
    { method: 'DELETE', path: path(deleted), version: deleted.meta.version },
  ];
  return { put, patched, deleted, operations };
}

test('users are added, updated and removed by one request (RFC 7644 §3.7.3)', async () => {
  const { put, patched, deleted, operations } = await example(user, 'Example');
  const results = await bulk(operations, { failOnErrors: 1 });
  assert.deepEqual(statuses(results), ['201', '200', '200', '204']);
  assert.deepEqual(
    results.slice(1).map(({ location }) => location),
    [put, patched, deleted].map(({ meta }) => meta.location),
  );
  const [bob, dave] = [await read(`/Users/${put.id}`), await read(`/Users/${patched.id}`)];
  assert.deepEqual([bob.userName, bob.nickName], ['Example Bob', undefined]);
  assert.deepEqual([dave.userName, dave.nickName], ['Example Dave', undefined]);
  assert.deepEqual(
    results.map(({ version }) => version),
    [results[0]?.version, bob.meta.version, dave.meta.version, undefined],
  );
  assert.equal((await world.scim('GET', `/Users/${deleted.id}`)).status, 404);
});

test('the first error ends a request with failOnErrors 1 (RFC 7644 §3.7.3)', async () => {
  const { put, operations } = await example(
    'urn:ietf:params:scim:api:messages:2.0:User',
    'Stopped',
  );
  const [failed, ...more] = await bulk(operations, { failOnErrors: 1 });
  assert.deepEqual(more, []);
  assert.deepEqual(failed, {
    method: 'POST',
    bulkId: 'qwerty',
    status: '400',
    response: {
      schemas: [errorSchema],
      scimType: 'invalidSyntax',
      detail: failed?.response?.detail,
      status: '400',
    },
  });
  assert.equal((await read(`/Users/${put.id}`)).userName, 'Stopped put');
});

test('without failOnErrors all are tried, and each that fails says why (RFC 7644 §3.7.3)', async () => {
  const { put, patched, deleted, operations } = await example('urn:x:User', 'Failing');
  for (const { id } of [put, patched])
    await world.scim('PATCH', `/Users/${id}`, patchOf({ op: 'add', path: 'title', value: 'Dr' }));
  await world.scim('DELETE', `/Users/${deleted.id}`);
  const results = await bulk(operations);
  assert.deepEqual(statuses(results), ['400', '412', '412', '404']);
  assert.deepEqual(
    results.map(({ location }) => location),
    [undefined, ...[put, patched, deleted].map(({ meta }) => meta.location)],
  );
  for (const { status, response, version } of results)
    assert.deepEqual([response?.status, version], [status, undefined]);
});

test('too large a request is 413 and names the limit; so are too many operations (RFC 7644 §3.7.4)', async () => {
  const large = await send([person('a', 'large', { title: 'x'.repeat(1_048_576) })]);
  assert.deepEqual(large.body, {
    schemas: [errorSchema],
    status: '413',
    detail: 'The size of the bulk operation exceeds the maxPayloadSize (1048576).',
  });
  const many = await send(
    Array.from({ length: 1_001 }, (_, index) => person(`${index}`, `${index}`)),
  );
  assert.deepEqual([large.status, many.status, many.body.status], [413, 413, '413']);
  assert.match(many.body.detail, /exceeds the maxOperations \(1000\)/);
});

test('a group may stand before its members, and results keep the order of the request', async () => {
  const results = await bulk([
    crowd('staff', 'Forward', 'bulkId:one', 'bulkId:two'),
    person('one', 'forward one'),
    person('two', 'forward two'),
  ]);
  assert.deepEqual(
    results.map(({ bulkId, status }) => [bulkId, status]),
    [
      ['staff', '201'],
      ['one', '201'],
      ['two', '201'],
    ],
  );
  const members = await membersOf(idOf(results[0]));
  assert.deepEqual([...members].sort(), results.slice(1).map(idOf).sort());
});

test('a path may name what the request makes, and PATCH data refer to it (RFC 7644 §3.7.2)', async () => {
  const results = await bulk([
    {
      method: 'PATCH',
      path: '/Groups/bulkId:staff',
      data: patchOf({ op: 'add', path: 'members', value: [{ value: 'bulkId:ada' }] }),
    },
    crowd('staff', 'By path'),
    { method: 'DELETE', path: '/Users/bulkId:brief' },
    person('ada', 'by path'),
    person('brief', 'brief life'),
  ]);
  assert.deepEqual(statuses(results), ['200', '201', '204', '201', '201']);
  assert.equal(results[0]?.location, results[1]?.location);
  assert.deepEqual(await membersOf(idOf(results[1])), [idOf(results[3])]);
  assert.equal((await world.scim('GET', `/Users/${idOf(results[4])}`)).status, 404);
});

test('what refers to a POST that failed or does not exist fails without being done', async () => {
  const { id } = (await world.scim('POST', '/Groups', { schemas: [group], displayName: 'Old' }))
    .body;
  const add = (name: string) => ({
    method: 'PATCH',
    path: `/Groups/${id}`,
    data: patchOf({ op: 'add', path: 'members', value: [{ value: `bulkId:${name}` }] }),
  });
  const results = await bulk([
    person('bad', 'Alice'),
    crowd('worse', 'Refers to bad', 'bulkId:bad'),
    add('worse'),
    add('never sent'),
    { method: 'DELETE', path: '/Groups/bulkId:worse' },
    person('good', 'independent'),
  ]);
  assert.deepEqual(statuses(results), ['409', '409', '409', '400', '409', '201']);
  assert.equal(results[0]?.response?.scimType, 'uniqueness');
  assert.match(results[1]?.response?.detail ?? '', /bulkId bad failed/);
  assert.equal(results[4]?.location, undefined);
  assert.deepEqual(await membersOf(id), []);
});

test('where a circle cannot be closed, what referred to the missing one no longer does', async () => {
  const results = await bulk([
    crowd('a', 'Half a circle', 'bulkId:b', 'bulkId:member'),
    crowd('b', 'Half a circle', 'bulkId:a'),
    person('member', 'in half a circle'),
    person('boss', 'half boss', { [enterprise]: { manager: { value: 'bulkId:taken' } } }),
    person('taken', 'Alice', { [enterprise]: { manager: { value: 'bulkId:boss' } } }),
  ]);
  assert.deepEqual(statuses(results), ['201', '409', '201', '201', '409']);
  const [a, , member, boss] = results;
  assert.deepEqual(await membersOf(idOf(a)), [idOf(member)]);
  const left = await read(`/Users/${idOf(boss)}`);
  assert.equal(left[enterprise], undefined);
  assert.deepEqual(
    [a?.version, boss?.version],
    [(await read(`/Groups/${idOf(a)}`)).meta.version, left.meta.version],
  );
});

test('the same holds where the rules of the interoperability profile do', async () => {
  const strict = await anotherTenant('strict');
  await world.pool.query('update sources set strict_interop = true where id = $1', [
    strict.sourceId,
  ]);
  const ask = (method: string, path: string, body?: object) =>
    scim(world.origin, strict, { method, path, body });
  const Operations = [
    crowd('a', 'Half a circle', 'bulkId:b', 'bulkId:member'),
    crowd('b', 'Half a circle', 'bulkId:a'),
    person('member', 'in half a circle'),
  ];
  const { body } = await ask('POST', '/Bulk', { schemas: [bulkRequest], Operations });
  assert.deepEqual(statuses(body.Operations), ['201', '409', '201']);
  const [a, , member] = body.Operations;
  const { members } = (await ask('GET', `/Groups/${idOf(a)}`)).body;
  assert.deepEqual(
    members.map(({ value }: { value: string }) => value),
    [idOf(member)],
  );
});

test('failOnErrors counts errors, and what it leaves undone is not referred to either', async () => {
  const counted = await bulk(
    [person('x', 'Alice'), person('y', 'counted'), person('z', 'Alice'), person('w', 'uncounted')],
    { failOnErrors: 2 },
  );
  assert.deepEqual(statuses(counted), ['409', '201', '409']);
  const cut = await bulk(
    [
      crowd('a', 'Cut circle', 'bulkId:b'),
      crowd('b', 'Cut circle B', 'bulkId:c'),
      crowd('c', 'Cut circle', 'bulkId:a'),
    ],
    { failOnErrors: 1 },
  );
  assert.deepEqual(
    cut.map(({ bulkId, status }) => [bulkId, status]),
    [
      ['a', '201'],
      ['c', '409'],
    ],
  );
  assert.deepEqual(await membersOf(idOf(cut[0])), []);
});

test('faults of one operation are its result, whatever it lacks', async () => {
  const results = await bulk([
    { method: 'POST', path: '/Users', data: { schemas: [user], userName: 'no bulkId' } },
    { method: 'GET', path: `/Users/${nobody}` },
    { method: 'PUT', path: `/Users/${nobody}` },
    { method: 'DELETE', path: '/Users/not-an-id' },
    { method: 'DELETE', path: '/Users/\ud800' },
    person('fine', 'fine'),
  ]);
  assert.deepEqual(statuses(results), ['400', '400', '400', '404', '404', '201']);
});

test('a failure nobody foresaw is the result of its operation, and the next is done', async () => {
  await world.pool.query(`
    create function refuse_broken() returns trigger language plpgsql as $$
      begin raise exception 'secret of the database'; end $$;
    create trigger refuse_broken before insert on resources for each row
      when (new.user_name = 'broken') execute function refuse_broken()`);
  const [broken, whole] = await bulk([person('broken', 'broken'), person('whole', 'whole')]);
  assert.deepEqual(
    [broken?.status, broken?.response?.status, whole?.status],
    ['500', '500', '201'],
  );
  assert.doesNotMatch(JSON.stringify(broken), /secret/);
});

test('a user who comes back is referred to by the id of before', async () => {
  const { id } = (
    await world.scim('POST', '/Users', { schemas: [user], userName: 'returning', active: false })
  ).body;
  await world.pool.query('update sources set reactivate_on_create = true where tenant_id = $1', [
    world.tenantId,
  ]);
  const round = (name: string) =>
    bulk([
      crowd(`${name} group`, `Returning ${name}`, 'bulkId:back'),
      person('back', 'returning', { active: true }),
    ]);
  // The switch is in effect within a second.
  const [crew] = await waitFor('the user to be taken back', async () => {
    const results = await round(String(Math.random()));
    return results[1]?.status === '201' && results;
  });
  assert.deepEqual(await membersOf(idOf(crew)), [id]);
});

test('operations reach nothing of another tenant', async () => {
  const stranger = await anotherTenant('other');
  const { id } = (
    await scim(world.origin, stranger, {
      method: 'POST',
      path: '/Users',
      body: userNamed('Far Away'),
    })
  ).body;
  const path = `/Users/${id}`;
  const results = await bulk([
    { method: 'PUT', path, data: { schemas: [user], userName: 'stolen' } },
    { method: 'PATCH', path, data: patchOf({ op: 'add', path: 'title', value: 'x' }) },
    { method: 'DELETE', path },
    {
      method: 'DELETE',
      path: `http://rollcall.test/scim/v2/${stranger.sourceId}${path}`,
    },
  ]);
  assert.deepEqual(statuses(results), ['404', '404', '404', '404']);
  const still = await scim(world.origin, stranger, { method: 'GET', path });
  assert.deepEqual([still.status, still.body.meta.version], [200, 'W/"1"']);
});

test('hundreds of references to what was not made are taken back, each named twice', async () => {
  const failing = Array.from({ length: 600 }, (_, index) => ({
    method: 'POST',
    path: '/Users',
    bulkId: `nobody${index}`,
    data: { schemas: [user], title: 'bulkId:many' },
  }));
  const twice = failing.flatMap(({ bulkId }) => [`bulkId:${bulkId}`, `bulkId:${bulkId}`]);
  const results = await bulk([crowd('many', 'Many who are not', ...twice), ...failing]);
  assert.equal(results[0]?.status, '201');
  assert.deepEqual(new Set(statuses(results.slice(1))), new Set(['400']));
  assert.deepEqual(await membersOf(idOf(results[0])), []);
});

test('a thousand operations are done in one request', async () => {
  const people = Array.from({ length: 999 }, (_, index) =>
    person(`p${index}`, `of a thousand ${index}`),
  );
  const everybody = crowd('all', 'All', ...people.map(({ bulkId }) => `bulkId:${bulkId}`));
  const results = await bulk([everybody, ...people]);
  assert.deepEqual([...new Set(statuses(results))], ['201']);
  assert.equal((await membersOf(idOf(results[0]))).length, 999);
});

test('what is left of a request whose client went away is not done', async () => {
  const gone = new AbortController();
  const made = async () => {
    const { rows } = await world.pool.query<{ made: number }>(
      "select count(*) as made from resources where user_name like 'abandoned %'",
    );
    return Number(rows[0]?.made);
  };
  const people = Array.from({ length: 1_000 }, (_, index) =>
    person(`${index}`, `abandoned ${index}`),
  );
  const answer = fetch(`${world.origin}/scim/v2/${world.sourceId}/Bulk`, {
    method: 'POST',
    headers: { 'content-type': 'application/scim+json', authorization: `Bearer ${world.token}` },
    body: JSON.stringify({ schemas: [bulkRequest], Operations: people }),
    signal: gone.signal,
  });
  await waitFor('the first to be made', async () => (await made()) > 0);
  gone.abort();
  await assert.rejects(answer);
  const counts: number[] = [];
  await waitFor('no more to be made', async () => {
    counts.unshift(await made());
    return counts.length > 10 && counts[0] === counts[10];
  });
  assert.ok((counts[0] ?? 0) < 1_000);
});
