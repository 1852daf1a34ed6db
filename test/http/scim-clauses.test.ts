/** What a client can observe of the clauses of RFC 7644 that `scim-users.test.ts` leaves out. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Answer, testWorld, userNamed, type World } from '../support/world.ts';

let world: World;
let ada: Answer;
before(async () => {
  world = await testWorld();
  ada = await world.scim('POST', '/Users', userNamed('Ada Lovelace', { title: 'Countess' }));
});
after(() => world.close());

const searchRequest = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';
const filtered = (filter: string, more = '') =>
  world.scim('GET', `/Users?filter=${encodeURIComponent(filter)}${more}`);
const patch = (operations: readonly object[], query = '', headers: Record<string, string> = {}) =>
  world.scim(
    'PATCH',
    `/Users/${ada.body.id}${query}`,
    { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: operations },
    headers,
  );

test('what a POST says of readOnly attributes is ignored (RFC 7644 §3.3)', async () => {
  const meta = { resourceType: 'Group', created: '2001-01-01T00:00:00Z', version: 'W/"99"' };
  const sent = userNamed('Grace Hopper', { id: 'mine', meta, groups: [{ value: 'x' }] });
  const { status, body } = await world.scim('POST', '/Users', sent);
  assert.equal(status, 201);
  assert.notEqual(body.id, 'mine');
  assert.equal(body.groups, undefined);
  assert.equal(body.meta.resourceType, 'User');
  assert.notEqual(body.meta.created, meta.created);
});

test('attributes of a POST choose what its answer has (RFC 7644 §3.9)', async () => {
  const sent = userNamed('Alan Turing');
  const { status, body } = await world.scim('POST', '/Users?attributes=USERNAME', sent);
  assert.equal(status, 201);
  assert.deepEqual(Object.keys(body).sort(), ['id', 'schemas', 'userName']);
});

test('attributes and excludedAttributes together are refused before anything is written (RFC 7644 §3.9)', async () => {
  const sent = userNamed('Both Parameters');
  const answer = await world.scim('POST', '/Users?attributes=id&excludedAttributes=name', sent);
  assert.equal(answer.status, 400);
  assert.equal((await filtered(`userName eq "${sent.userName}"`)).body.totalResults, 0);
});

test('excludedAttributes never takes away what is always returned (RFC 7644 §3.9)', async () => {
  const { body } = await world.scim(
    'GET',
    `/Users/${ada.body.id}?excludedAttributes=id,schemas,meta`,
  );
  assert.equal(body.id, ada.body.id);
  assert.deepEqual(body.schemas, ada.body.schemas);
  assert.equal(body.meta, undefined);
});

test('a list without a match is 200 with totalResults 0 (RFC 7644 §3.4.2)', async () => {
  const { status, body } = await filtered('userName eq "nobody@example.com"');
  assert.equal(status, 200);
  assert.deepEqual([body.totalResults, body.itemsPerPage, body.Resources], [0, 0, []]);
});

test('filters group, negate and bind terms of a value path to one element (RFC 7644 §3.4.2.2)', async () => {
  const one = [
    'userName eq "ada.lovelace@example.com" and not (title eq "Dr")',
    'USERNAME Sw "ADA." and (nickName pr or title pr)',
    'emails[type eq "work" and value co "LOVELACE"]',
    'emails co "ada.lovelace"',
    'urn:ietf:params:scim:schemas:core:2.0:User:userName eq "\\u0061da.lovelace@example.com"',
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department pr and title eq "countess"',
    `id eq "${ada.body.id}" and meta.created le "2999-01-01T00:00:00.1234567+02:00"`,
  ];
  for (const filter of one) {
    const { body } = await filtered(filter);
    assert.deepEqual(
      body.Resources?.map(({ id }: { id: string }) => id),
      [ada.body.id],
      filter,
    );
  }
  const none = ['emails[type eq "home" and value co "lovelace"]', 'externalId eq "EXT-ADA"'];
  for (const filter of none) assert.equal((await filtered(filter)).body.totalResults, 0, filter);
});

test('a startIndex below 1 is 1, a negative count is 0 (RFC 7644 §3.4.2.4)', async () => {
  const first = await world.scim('GET', '/Users?startIndex=-3&count=1');
  assert.equal(first.body.startIndex, 1);
  assert.equal(first.body.Resources[0].id, ada.body.id);
  const none = await world.scim('GET', '/Users?count=-1');
  assert.deepEqual([none.body.itemsPerPage, none.body.Resources], [0, []]);
  assert.ok(none.body.totalResults > 0);
});

test('a query in the body of a POST finds what a GET finds (RFC 7644 §3.4.3)', async () => {
  const filter = `id eq "${ada.body.id}"`;
  const searched = await world.scim('POST', '/Users/.search', {
    schemas: [searchRequest],
    filter,
    attributes: ['userName'],
    startIndex: 1,
    count: 10,
  });
  assert.equal(searched.status, 200);
  assert.deepEqual(searched.body, (await filtered(filter, '&attributes=userName')).body);
});

test('a .search names its members in any case and leaves out by null (RFC 7643 §2.1, §2.5)', async () => {
  const { status, body } = await world.scim('POST', '/Users/.search', {
    Schemas: [searchRequest.toUpperCase()],
    Filter: `id eq "${ada.body.id}"`,
    startIndex: null,
    count: null,
    attributes: null,
  });
  assert.equal(status, 200);
  assert.equal(body.totalResults, 1);
});

test('a PUT cannot move a user to another id or empty a required attribute (RFC 7644 §3.5.1)', async () => {
  const put = (body: object) => world.scim('PUT', `/Users/${ada.body.id}`, body);
  const moved = await put({ ...ada.body, id: 'other' });
  assert.deepEqual([moved.status, moved.body.id], [200, ada.body.id]);
  const { userName: _, ...nameless } = ada.body;
  assert.equal((await put(nameless)).body.scimType, 'invalidValue');
});

test('a PUT or PATCH to the userName of another is 409 uniqueness (RFC 7644 §3.5.1, §3.12)', async () => {
  const other = await world.scim('POST', '/Users', userNamed('Mary Somerville'));
  const userName = other.body.userName.toUpperCase();
  const put = await world.scim('PUT', `/Users/${ada.body.id}`, { ...ada.body, userName });
  const patched = await patch([{ op: 'replace', path: 'userName', value: userName }]);
  for (const { status, body } of [put, patched])
    assert.deepEqual([status, body.scimType], [409, 'uniqueness']);
});

test('a PATCH applies its operations in order, all or none (RFC 7644 §3.5.2)', async () => {
  const both = await patch([
    { op: 'add', path: 'emails', value: [{ value: 'ada@example.com', type: 'home' }] },
    { op: 'replace', path: 'emails[type eq "home"].primary', value: true },
  ]);
  const primaries = both.body.emails.filter(({ primary }: { primary?: boolean }) => primary);
  assert.deepEqual(
    primaries.map(({ type }: { type: string }) => type),
    ['home'],
  );
  const failing = await patch([
    { op: 'remove', path: 'emails[type eq "home"]' },
    { op: 'replace', path: 'meta.created', value: '2001-01-01T00:00:00Z' },
  ]);
  assert.equal(failing.body.scimType, 'mutability');
  assert.deepEqual((await world.scim('GET', `/Users/${ada.body.id}`)).body, both.body);
});

test('a PATCH with attributes is answered by 200 and these (RFC 7644 §3.5.2)', async () => {
  const operations = [{ op: 'replace', path: 'nickName', value: 'Ada' }];
  const { status, body } = await patch(operations, '?attributes=nickName');
  assert.deepEqual([status, Object.keys(body).sort()], [200, ['id', 'nickName', 'schemas']]);
});

test('DELETE is 204 without a body, and the userName is free again (RFC 7644 §3.6)', async () => {
  const sent = userNamed('Charles Babbage');
  const first = await world.scim('POST', '/Users', sent);
  const deleted = await world.scim('DELETE', `/Users/${first.body.id}`);
  assert.deepEqual([deleted.status, deleted.body], [204, '']);
  assert.equal((await filtered(`userName eq "${sent.userName}"`)).body.totalResults, 0);
  const second = await world.scim('POST', '/Users', sent);
  assert.equal(second.status, 201);
  assert.notEqual(second.body.id, first.body.id);
});

test('If-Match takes a list, * and strong tags; If-None-Match spares HEAD, too (RFC 7644 §3.14)', async () => {
  const { version } = (await world.scim('GET', `/Users/${ada.body.id}`)).body.meta;
  for (const tag of ['*', `W/"0", ${version}`, version.slice(2)])
    assert.equal((await patch([], '', { 'if-match': tag })).status, 200, tag);
  for (const tag of ['W/"0"', 'nonsense'])
    assert.equal((await patch([], '', { 'if-match': tag })).status, 412, tag);
  for (const method of ['GET', 'HEAD']) {
    const answer = await world.scim(method, `/Users/${ada.body.id}`, undefined, {
      'if-none-match': version,
    });
    assert.deepEqual([answer.status, answer.headers.get('etag')], [304, version]);
  }
});
