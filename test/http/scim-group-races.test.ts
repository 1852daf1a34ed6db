/** What many requests at once, sent to two instances, must not break in groups. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { patchOf as patch, push } from '../support/roll.ts';
import { type SecondInstance, secondInstance } from '../support/second-instance.ts';
import { type Answer, testWorld, userNamed, type World } from '../support/world.ts';

let world: World;
let other: SecondInstance;
before(async () => {
  world = await testWorld();
  other = await secondInstance(world);
});
after(async () => {
  await other.close();
  await world.close();
});

const groupSchema = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const range = (length: number) => Array.from({ length }, (_, index) => index);

/** Sends requests at once, to one instance and the other in turn. */
const atOnce = (
  requests: readonly (readonly [
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ])[],
): Promise<readonly Answer[]> =>
  Promise.all(requests.map((request, index) => (index % 2 === 0 ? world : other).scim(...request)));

const statuses = (answers: readonly Answer[]) => answers.map(({ status }) => status).sort();

async function groupOf(
  displayName: string,
  members: readonly string[] = [],
): Promise<Answer['body']> {
  const body = {
    schemas: [groupSchema],
    displayName,
    members: members.map((value) => ({ value })),
  };
  const answer = await world.scim('POST', '/Groups', body);
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return answer.body;
}

async function membersOf(id: string): Promise<readonly string[]> {
  const { body } = await world.scim('GET', `/Groups/${id}`);
  return (body.members ?? []).map(({ value }: { value: string }) => value).sort();
}

const add = (...values: readonly string[]) =>
  patch({ op: 'add', path: 'members', value: values.map((value) => ({ value })) });
const remove = (value: string) => patch({ op: 'remove', path: `members[value eq "${value}"]` });

test('of parallel POSTs of one displayName in different case exactly one is 201', async () => {
  const answers = await atOnce(
    range(10).map((index) => [
      'POST',
      '/Groups',
      { schemas: [groupSchema], displayName: index % 3 === 0 ? 'ONE NAME' : 'One name' },
    ]),
  );
  assert.deepEqual(statuses(answers), [201, ...Array(9).fill(409)]);
});

test('of parallel renames to one displayName exactly one is done', async () => {
  const groups = await Promise.all(range(6).map((index) => groupOf(`Renamed ${index}`)));
  const rename = patch({ op: 'replace', path: 'displayName', value: 'The one' });
  const answers = await atOnce(groups.map(({ id }) => ['PATCH', `/Groups/${id}`, rename]));
  assert.deepEqual(statuses(answers), [204, ...Array(5).fill(409)]);
});

test('of a hundred parallel PATCHes that add and remove members none is lost', async () => {
  const staying = range(10).map((index) => `staying-${index}`);
  const leaving = range(50).map((index) => `leaving-${index}`);
  const coming = range(50).map((index) => `coming-${index}`);
  const { id } = await groupOf('Busy', [...staying, ...leaving]);
  const answers = await atOnce(
    range(50).flatMap((index) => [
      ['PATCH', `/Groups/${id}`, add(coming[index] ?? '')] as const,
      ['PATCH', `/Groups/${id}`, remove(leaving[index] ?? '')] as const,
    ]),
  );
  assert.deepEqual([...new Set(statuses(answers))], [204]);
  assert.deepEqual(await membersOf(id), [...staying, ...coming].sort());
  const { body } = await world.scim('GET', `/Groups/${id}?attributes=meta`);
  assert.equal(body.meta.version, 'W/"101"');
});

test('a rename, and changes that depend on who is there, lose no member that comes meanwhile', async () => {
  const { id } = await groupOf('Before', ['kept']);
  const answers = await atOnce(
    range(20).flatMap((index) => [
      ['PATCH', `/Groups/${id}`, add(`new-${index}`)] as const,
      [
        'PATCH',
        `/Groups/${id}`,
        patch(
          { op: 'replace', path: 'displayName', value: `After ${index}` },
          // Which members these are can only be told by looking at all of them.
          { op: 'remove', path: 'members[value sw "nobody"]' },
        ),
      ] as const,
    ]),
  );
  assert.deepEqual([...new Set(statuses(answers))], [204]);
  assert.deepEqual(
    await membersOf(id),
    ['kept', ...range(20).map((index) => `new-${index}`)].sort(),
  );
});

test('parallel PATCHes of one user sent to two instances are all done', async () => {
  const id = await push(world, userNamed('Shared Person'));
  const answers = await atOnce(
    range(40).map((index) => [
      'PATCH',
      `/Users/${id}`,
      patch({ op: 'add', path: 'roles', value: [{ value: `role-${index}` }] }),
    ]),
  );
  assert.deepEqual([...new Set(statuses(answers))], [200]);
  assert.equal((await world.scim('GET', `/Users/${id}`)).body.roles.length, 40);
});

test('of parallel writers with one If-Match exactly one wins (RFC 7644 §3.14)', async () => {
  const user = (await world.scim('POST', '/Users', userNamed('Guarded Person'))).body;
  const group = await groupOf('Guarded');
  const writers = (
    path: string,
    { version }: { version: string },
    body: (index: number) => object,
  ) => atOnce(range(12).map((index) => ['PATCH', path, body(index), { 'if-match': version }]));
  const title = (index: number) => patch({ op: 'add', path: 'title', value: `title ${index}` });
  const users = await writers(`/Users/${user.id}`, user.meta, title);
  assert.deepEqual(statuses(users), [200, ...Array(11).fill(412)]);
  const groups = await writers(`/Groups/${group.id}`, group.meta, (index) => add(`${index}`));
  assert.deepEqual(statuses(groups), [204, ...Array(11).fill(412)]);
  assert.equal((await membersOf(group.id)).length, 1);
});

test('of parallel PUTs, PATCHes and DELETEs with one If-Match exactly one wins', async () => {
  for (const round of range(5)) {
    const { id, meta } = await groupOf(`Contested ${round}`, ['old']);
    const guard = { 'if-match': meta.version };
    const answers = await atOnce([
      ['DELETE', `/Groups/${id}`, undefined, guard],
      ['PATCH', `/Groups/${id}`, add('new'), guard],
      ['PUT', `/Groups/${id}`, { schemas: [groupSchema], displayName: `Put ${round}` }, guard],
      ['DELETE', `/Groups/${id}`, undefined, guard],
    ]);
    const won = answers.filter(({ status }) => status < 300);
    assert.equal(won.length, 1, JSON.stringify(statuses(answers)));
    for (const { status } of answers) assert.ok([200, 204, 404, 412].includes(status), `${status}`);
  }
});

test('a user deleted while they are added to groups is gone, and every request is answered', async () => {
  for (const round of range(5)) {
    const id = await push(world, userNamed(`Leaver${round} Person`));
    const groups = await Promise.all(range(4).map((index) => groupOf(`Joined ${round} ${index}`)));
    const answers = await atOnce([
      ...groups.map((group) => ['PATCH', `/Groups/${group.id}`, add(id)] as const),
      ['DELETE', `/Users/${id}`] as const,
      ...groups.map((group) => ['PATCH', `/Groups/${group.id}`, remove(id)] as const),
    ]);
    assert.deepEqual([...new Set(statuses(answers))], [204]);
    assert.equal((await world.scim('GET', `/Users/${id}`)).status, 404);
    for (const group of groups)
      assert.equal((await world.scim('GET', `/Groups/${group.id}`)).status, 200);
  }
});

test('groups in a circle, deleted while they are changed, leave no member behind', async () => {
  for (const round of range(5)) {
    const made = await Promise.all(range(4).map((index) => groupOf(`Circle ${round} ${index}`)));
    const ids: readonly string[] = made.map(({ id }) => id);
    const joined = await atOnce(ids.map((id) => ['PATCH', `/Groups/${id}`, add(...ids)]));
    assert.deepEqual([...new Set(statuses(joined))], [204]);
    const answers = await atOnce(
      ids.flatMap((id) => [
        ['DELETE', `/Groups/${id}`] as const,
        ['PATCH', `/Groups/${id}`, add('late', ...ids)] as const,
      ]),
    );
    for (const { status } of answers) assert.ok([204, 404].includes(status), `${status}`);
    for (const id of ids) assert.equal((await world.scim('GET', `/Groups/${id}`)).status, 404);
  }
  const { rows } = await world.pool.query(
    `select group_id from members where group_id not in (select id from resources where type = 'Group')`,
  );
  assert.deepEqual(rows, []);
});

test('one bulk request sent twice at once makes everybody once', async () => {
  const operations = range(20).map((index) => ({
    method: 'POST',
    path: '/Users',
    bulkId: `${index}`,
    data: userNamed(`Twice${index} Person`),
  }));
  const staff = {
    method: 'POST',
    path: '/Groups',
    bulkId: 'staff',
    data: { schemas: [groupSchema], displayName: 'Twice', members: [{ value: 'bulkId:0' }] },
  };
  const body = {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
    Operations: [staff, ...operations],
  };
  const answers = await atOnce([
    ['POST', '/Bulk', body],
    ['POST', '/Bulk', body],
  ]);
  const outcomes = answers.map(({ body }) =>
    body.Operations.map(({ status }: Answer) => `${status}`),
  );
  for (const [index, outcome] of outcomes[0].entries()) {
    // The group of the one who did not make its first member is not tried, and may be missing.
    if (index > 0) assert.deepEqual([outcome, outcomes[1][index]].sort(), ['201', '409']);
  }
});
