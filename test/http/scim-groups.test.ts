/** Groups as a client sees them (RFC 7643 §4.2, RFC 7644 §3.3 to §3.6). */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { changeGroup } from '../../src/store/groups.ts';
import { patchOf, push, remove } from '../support/roll.ts';
import { type Answer, scim, testWorld, userNamed, type World } from '../support/world.ts';

let world: World;
before(async () => {
  world = await testWorld();
});
after(() => world.close());

const groupUrn = 'urn:ietf:params:scim:schemas:core:2.0:Group';
let made = 0;

/** A group with a name of its own. */
const groupOf = (members: readonly string[], more: object = {}) => ({
  schemas: [groupUrn],
  displayName: `Group ${++made}`,
  members: members.map((value) => ({ value })),
  ...more,
});

async function createGroup(members: readonly string[], more: object = {}): Promise<Answer> {
  const answer = await world.scim('POST', '/Groups', groupOf(members, more));
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return answer;
}

const person = (name: string) => push(world, userNamed(`${name} Group${++made}`));
const read = (id: string, query = '') => world.scim('GET', `/Groups/${id}${query}`);
const patch = (id: string, ...operations: object[]) =>
  world.scim('PATCH', `/Groups/${id}`, patchOf(...operations));

/** The values of a group's members, in order. */
async function membersOf(id: string): Promise<readonly string[]> {
  const { body } = await read(id);
  return (body.members ?? []).map(({ value }: { value: string }) => value).sort();
}

test('a group is created with its members, who are shown with type, $ref and display', async () => {
  const ada = await person('Ada');
  const { body, headers } = await createGroup([ada], { externalId: 'g-1' });
  const base = `http://rollcall.test/scim/v2/${world.sourceId}`;
  assert.equal(headers.get('location'), `${base}/Groups/${body.id}`);
  assert.equal(headers.get('etag'), 'W/"1"');
  assert.equal(body.externalId, 'g-1');
  const [{ display, ...member }] = body.members;
  assert.deepEqual(member, { value: ada, type: 'User', $ref: `${base}/Users/${ada}` });
  assert.match(display, /^ada\.group/);
  assert.deepEqual((await read(body.id)).body, body);
});

test('a display that was sent is kept as it was sent', async () => {
  const ada = await person('Ada');
  const { body } = await createGroup([], { members: [{ value: ada, display: 'The Countess' }] });
  assert.equal(body.members[0].display, 'The Countess');
});

test('a second group of the same displayName is 409 uniqueness, in any case', async () => {
  const { body } = await createGroup([]);
  const again = await world.scim('POST', '/Groups', {
    schemas: [groupUrn],
    displayName: body.displayName.toUpperCase(),
  });
  assert.deepEqual([again.status, again.body.scimType], [409, 'uniqueness']);
  const other = await createGroup([]);
  const renamed = await patch(other.body.id, {
    op: 'replace',
    path: 'displayName',
    value: body.displayName,
  });
  assert.deepEqual([renamed.status, renamed.body.scimType], [409, 'uniqueness']);
});

test('a PATCH of members is answered by 204, and by 200 where attributes are asked for', async () => {
  const [ada, grace] = [await person('Ada'), await person('Grace')];
  const { body } = await createGroup([ada]);
  const added = await patch(body.id, { op: 'add', path: 'members', value: [{ value: grace }] });
  assert.deepEqual([added.status, added.body, added.headers.get('etag')], [204, '', 'W/"2"']);
  assert.deepEqual(await membersOf(body.id), [ada, grace].sort());
  const asked = await world.scim(
    'PATCH',
    `/Groups/${body.id}?attributes=members.value`,
    patchOf({ op: 'remove', path: `members[value eq "${ada}"]` }),
  );
  assert.equal(asked.status, 200);
  assert.deepEqual(asked.body.members, [{ value: grace }]);
});

test('adding who is there already changes nothing, not even the version', async () => {
  const ada = await person('Ada');
  const { body } = await createGroup([ada]);
  await patch(body.id, { op: 'add', path: 'members', value: [{ value: ada.toUpperCase() }] });
  assert.deepEqual((await read(body.id)).body, body);
});

test('removal by a listed value removes only who is listed', async () => {
  const [ada, grace, mary] = [await person('Ada'), await person('Grace'), await person('Mary')];
  const { body } = await createGroup([ada, grace, mary]);
  await patch(body.id, { op: 'Remove', path: 'members', value: [{ $ref: null, value: grace }] });
  assert.deepEqual(await membersOf(body.id), [ada, mary].sort());
  await patch(body.id, { op: 'remove', path: `members[value eq "${grace}"]` });
  assert.deepEqual(await membersOf(body.id), [ada, mary].sort());
  await patch(body.id, { op: 'remove', path: 'members' });
  assert.deepEqual(await membersOf(body.id), []);
});

test('members are removed by a filter that has to look at them', async () => {
  const [ada, grace] = [await person('Ada'), await person('Grace')];
  const { body } = await createGroup([], {
    members: [{ value: ada, display: 'Ada' }, { value: grace }],
  });
  const answer = await patch(body.id, { op: 'remove', path: 'members[display sw "ad"]' });
  assert.equal(answer.status, 204, JSON.stringify(answer.body));
  // Grace has her userName for a display, which does not begin so.
  assert.deepEqual(await membersOf(body.id), [grace]);
});

test('members are exchanged, renamed with and emptied in one request, all or nothing', async () => {
  const [ada, grace] = [await person('Ada'), await person('Grace')];
  const { body } = await createGroup([ada]);
  const exchanged = await patch(
    body.id,
    { op: 'remove', path: `members[value eq "${ada}"]` },
    { op: 'add', value: { members: [{ value: grace }], displayName: `Renamed ${made}` } },
  );
  assert.equal(exchanged.status, 204);
  const after = (await read(body.id)).body;
  assert.equal(after.displayName, `Renamed ${made}`);
  assert.deepEqual(await membersOf(body.id), [grace]);
  const failing = await patch(
    body.id,
    { op: 'replace', path: 'members', value: [] },
    { op: 'remove', path: 'displayName' },
  );
  assert.deepEqual([failing.status, failing.body.scimType], [400, 'mutability']);
  assert.deepEqual((await read(body.id)).body, after);
  await patch(body.id, { op: 'replace', path: 'members', value: [] });
  assert.deepEqual(await membersOf(body.id), []);
});

test('PUT replaces all members, and of what GET gave changes nothing (RFC 7644 §3.5.1)', async () => {
  const [ada, grace] = [await person('Ada'), await person('Grace')];
  const { body } = await createGroup([ada, grace]);
  const same = await world.scim('PUT', `/Groups/${body.id}`, body);
  assert.deepEqual([same.status, same.body], [200, body]);
  const put = await world.scim('PUT', `/Groups/${body.id}`, {
    ...body,
    members: [{ value: grace }],
  });
  assert.deepEqual([put.status, put.body.meta.version], [200, 'W/"2"']);
  assert.deepEqual(await membersOf(body.id), [grace]);
  const { members: _, ...without } = body;
  await world.scim('PUT', `/Groups/${body.id}`, without);
  assert.deepEqual(await membersOf(body.id), []);
});

test('a user shows its groups, direct and indirect, also where groups hold each other', async () => {
  const ada = await person('Ada');
  const inner = (await createGroup([ada])).body;
  const outer = (await createGroup([inner.id])).body;
  await patch(inner.id, { op: 'add', path: 'members', value: [{ value: outer.id }] });
  const { body } = await world.scim('GET', `/Users/${ada}`);
  const groups = body.groups.map(({ value, display, type }: Record<string, string>) => [
    value,
    display,
    type,
  ]);
  assert.deepEqual(
    groups.sort(),
    [
      [inner.id, inner.displayName, 'direct'],
      [outer.id, outer.displayName, 'indirect'],
    ].sort(),
  );
  const without = await world.scim('GET', `/Users/${ada}?excludedAttributes=groups`);
  assert.equal(without.body.groups, undefined);
  const patched = await world.scim(
    'PATCH',
    `/Users/${ada}`,
    patchOf({ op: 'replace', path: 'title', value: 'Dr' }),
  );
  assert.equal(patched.body.groups.length, 2);
});

test('the entity-tag of a user follows the groups that are shown, and If-Match what was written', async () => {
  const ada = await person('Ada');
  const get = (tag: string, query = '') =>
    world.scim('GET', `/Users/${ada}${query}`, undefined, { 'if-none-match': tag });
  const alone = (await world.scim('GET', `/Users/${ada}`)).headers.get('etag') ?? '';
  assert.equal((await get(alone)).status, 304);
  const group = (await createGroup([ada])).body;
  const joined = await get(alone);
  assert.deepEqual([joined.status, joined.body.groups.length], [200, 1]);
  assert.equal(joined.body.meta.version, joined.headers.get('etag'));
  assert.equal((await get(joined.body.meta.version)).status, 304);
  const filter = `id eq "${ada}" and meta.version eq ${JSON.stringify(joined.body.meta.version)}`;
  const found = await world.scim('GET', `/Users?filter=${encodeURIComponent(filter)}`);
  assert.equal(found.body.totalResults, 1);
  assert.equal((await get(alone, '?excludedAttributes=groups')).status, 304);
  const title = patchOf({ op: 'replace', path: 'title', value: 'Dr' });
  const patched = await world.scim('PATCH', `/Users/${ada}`, title, { 'if-match': alone });
  assert.equal(patched.status, 200);
  const stale = { 'if-match': joined.body.meta.version };
  assert.equal((await world.scim('PATCH', `/Users/${ada}`, title, stale)).status, 412);
  await world.scim('DELETE', `/Groups/${group.id}`);
  assert.equal((await get(patched.body.meta.version)).status, 200);
});

test('a deleted user leaves its groups, whose versions go on', async () => {
  const [ada, grace] = [await person('Ada'), await person('Grace')];
  const { body } = await createGroup([ada, grace]);
  await remove(world, ada);
  assert.deepEqual(await membersOf(body.id), [grace]);
  assert.equal((await read(body.id)).headers.get('etag'), 'W/"2"');
});

test('a deleted group is 404, leaves the groups it was in, and its members stay', async () => {
  const ada = await person('Ada');
  const inner = (await createGroup([ada])).body;
  const outer = (await createGroup([inner.id])).body;
  assert.equal((await world.scim('DELETE', `/Groups/${inner.id}`)).status, 204);
  assert.equal((await read(inner.id)).status, 404);
  assert.deepEqual(await membersOf(outer.id), []);
  const user = await world.scim('GET', `/Users/${ada}`);
  assert.deepEqual([user.status, user.body.groups], [200, undefined]);
  const again = await createGroup([], { displayName: inner.displayName });
  assert.notEqual(again.body.id, inner.id);
});

test('a member that is unknown is kept, and one of another connection stays unknown', async () => {
  await using other = await testWorld();
  const stranger = await push(other, userNamed('Stranger Danger'));
  const { body } = await createGroup([stranger, 'somebody-else']);
  assert.deepEqual(body.members, [{ value: stranger }, { value: 'somebody-else' }]);
});

test('excludedAttributes=members leaves the members out, and attributes choose of them', async () => {
  const { body } = await createGroup([await person('Ada')]);
  const without = await read(body.id, '?excludedAttributes=members');
  assert.equal(without.body.members, undefined);
  const only = await read(body.id, '?attributes=members.type');
  assert.deepEqual(only.body.members, [{ type: 'User' }]);
  assert.equal(only.body.displayName, undefined);
});

test('If-Match holds for PUT, PATCH and DELETE of a group, If-None-Match for GET', async () => {
  const { body } = await createGroup([]);
  const stale = { 'if-match': 'W/"7"' };
  const renaming = patchOf({ op: 'replace', path: 'displayName', value: `Later ${++made}` });
  for (const [method, sent] of [
    ['PUT', body],
    ['PATCH', renaming],
    ['DELETE', undefined],
  ] as const) {
    const answer = await world.scim(method, `/Groups/${body.id}`, sent, stale);
    assert.equal(answer.status, 412, method);
  }
  assert.equal(
    (
      await world.scim('GET', `/Groups/${body.id}`, undefined, {
        'if-none-match': body.meta.version,
      })
    ).status,
    304,
  );
  const right = { 'if-match': body.meta.version };
  assert.equal((await world.scim('PATCH', `/Groups/${body.id}`, renaming, right)).status, 204);
  assert.equal((await world.scim('DELETE', `/Groups/${body.id}`, undefined, right)).status, 412);
});

test('a group of another connection is 404 to read, change and delete', async () => {
  await using other = await testWorld();
  const { body } = await createGroup([]);
  const ask = (method: string, sent?: unknown) =>
    scim(other.origin, other, { method, path: `/Groups/${body.id}`, body: sent });
  assert.equal((await ask('GET')).status, 404);
  assert.equal((await ask('PUT', body)).status, 404);
  assert.equal((await ask('PATCH', patchOf())).status, 404);
  assert.equal((await ask('DELETE')).status, 404);
  assert.equal((await read(body.id)).status, 200);
});

test('a group of many members is sent whole, page by page', async () => {
  const { body } = await createGroup([]);
  const { pool, tenantId, sourceId } = world;
  const many = Array.from({ length: 12_345 }, (_, index) => {
    const value = `member-${String(index).padStart(6, '0')}`;
    return { key: value, value, memberId: null, type: null, display: null, ref: null };
  });
  await changeGroup(
    pool,
    { tenantId, sourceId },
    { id: body.id, version: null, at: new Date(), data: null, clear: false, remove: [], add: many },
    {
      activityId: crypto.randomUUID(),
      actor: null,
      requestId: null,
      message: null,
      detail: null,
    },
  );
  const answer = await read(body.id);
  assert.equal(answer.headers.get('content-type'), 'application/scim+json');
  assert.equal(answer.body.members.length, many.length);
  assert.deepEqual(await membersOf(body.id), many.map(({ value }) => value).sort());
  await patch(body.id, { op: 'add', path: 'members', value: [{ value: 'one-more' }] });
  assert.equal((await membersOf(body.id)).length, many.length + 1);
});

test('the log says of a group who came and went', async () => {
  const ada = await person('Ada');
  const { body } = await createGroup([]);
  await patch(body.id, { op: 'add', path: 'members', value: [{ value: ada }] });
  const { rows } = await world.pool.query(
    'select kind, detail from activity where resource_id = $1 order by id',
    [body.id],
  );
  assert.deepEqual(
    rows.map(({ kind }) => kind),
    ['Group.create', 'Group.update'],
  );
  assert.deepEqual(rows[1].detail.members, {
    added: 1,
    removed: 0,
    addedFirst: [ada],
    removedFirst: [],
  });
});
