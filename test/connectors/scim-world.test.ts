/** People of the roll at SCIM servers, the whole way: SCIM in, the engine, SCIM out. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { scim } from '../../src/connectors/scim.ts';
import { defaultPolicy, type Policy } from '../../src/provisioning/policy.ts';
import { pause } from '../../src/store/destination-switch.ts';
import { updatePolicy } from '../../src/store/destinations.ts';
import { decided, heldAre } from '../support/guard.ts';
import { patch, patchOf, push, remove } from '../support/roll.ts';
import {
  addServer,
  type ScimRequest,
  type ScimServer,
  scimServer,
  teamSchema,
} from '../support/scim-server.ts';
import { waitFor } from '../support/wait.ts';
import { scim as ask, request, testWorld, userNamed, type World } from '../support/world.ts';

const department = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

suite('people at a SCIM server', { concurrency: 2 }, () => {
  test('are created, changed, deactivated and found again, and what is unchanged costs no write', async () => {
    await using world = await testWorld();
    await using server = await scimServer();
    const { baseUrl, token } = server;
    const memberships = ['group:staff'];
    const destinationId = await addServer(world, { baseUrl, token }, { memberships });
    const id = await push(world, userNamed('Ada', { title: 'Countess' }));
    await world.settled();
    const [ada] = [...server.users.values()];
    assert.deepEqual(
      [ada.userName, ada.active, ada.title],
      ['ada.lovelace@example.com', true, 'Countess'],
    );
    assert.deepEqual(
      server.groups.get('staff').members.map(({ value }: { value: string }) => value),
      [ada.id],
    );

    await patch(world, id, { title: 'Mathematician' });
    await world.settled();
    assert.equal(server.users.get(ada.id).title, 'Mathematician');

    await patch(world, id, { active: false });
    await world.settled();
    assert.equal(server.users.get(ada.id).active, false);
    assert.deepEqual(server.groups.get('staff').members ?? [], []);

    await patch(world, id, { active: true });
    await world.settled();
    assert.equal(server.users.get(ada.id).active, true);
    assert.equal(server.groups.get('staff').members.length, 1);

    server.requests.length = 0;
    const { tenantId } = world;
    await world.rollcall.engine.respread({ tenantId, destinationId }, { kind: 'everybody' });
    await world.settled();
    assert.ok(server.requests.length > 0, 'somebody looked');
    assert.deepEqual(
      server.requests.filter(({ method }) => method !== 'GET'),
      [],
    );

    await remove(world, id);
    await world.settled();
    assert.equal(server.users.get(ada.id).active, false);
    await push(world, userNamed('Ada'));
    await world.settled();
    assert.equal(server.users.size, 1, 'the same account again');
    assert.equal(server.users.get(ada.id).active, true);
  });

  test('who is there already is adopted, and keeps what others wrote', async () => {
    await using world = await testWorld();
    await using server = await scimServer();
    const id = server.addUser({
      userName: 'augusta',
      active: true,
      nickName: 'Enchantress of Numbers',
      emails: [{ value: 'ada.lovelace@example.com', type: 'work' }],
    });
    const { baseUrl, token } = server;
    await addServer(world, { baseUrl, token });
    await push(world, userNamed('Ada'));
    await world.settled();
    assert.deepEqual([...server.users.keys()], [id]);
    const { nickName, externalId, userName } = server.users.get(id);
    assert.equal(nickName, 'Enchantress of Numbers');
    assert.equal(userName, 'ada.lovelace@example.com');
    assert.match(externalId, /^[\da-f-]{36}$/);
  });

  test('any attribute can be mapped by its path, and one that has no place is refused', async () => {
    await using world = await testWorld();
    await using server = await scimServer();
    const { baseUrl, token } = server;
    const destinationId = await addServer(world, { baseUrl, token });
    await push(
      world,
      userNamed('Ada', { phoneNumbers: [{ type: 'mobile', value: '+442079460000' }] }),
    );
    const change = (to: string) => {
      const mapping = [...scim.mapping, { to, from: 'phoneNumbers[type eq "mobile"].value' }];
      const path = `/api/tenants/${world.tenantId}/destinations/${destinationId}/policy`;
      return request(`${world.origin}${path}`, {
        method: 'PUT',
        body: { policy: { ...defaultPolicy(scim), mapping } },
        headers: { 'content-type': 'application/json' },
      });
    };
    const refused = await change('emails');
    assert.equal(refused.status, 400);
    assert.match(JSON.stringify(refused.body), /must be a path/);
    const { status, body } = await change('phoneNumbers[type eq "work"].value');
    assert.equal(status, 200, JSON.stringify(body));
    await waitFor('the number', async () => {
      const [ada] = [...server.users.values()];
      return ada?.phoneNumbers?.some(
        ({ type, value }: { type: string; value: string }) =>
          type === 'work' && value.endsWith('442079460000'),
      );
    });
  });

  test('what is mapped for creation only is written once, and left to the server from then on', async () => {
    await using world = await testWorld();
    await using server = await scimServer();
    const { baseUrl, token } = server;
    const { mapping } = defaultPolicy(scim);
    const once = mapping.map((rule) =>
      rule.to === 'userName' || rule.to === 'title' ? { ...rule, only: 'create' as const } : rule,
    );
    const destinationId = await addServer(world, { baseUrl, token }, { mapping: once });
    const ada = await push(world, userNamed('Ada', { title: 'Countess', displayName: 'Ada' }));
    await world.settled();
    const only = () =>
      [...server.users.values()].map((one) => [one.userName, one.title, one.displayName]);
    assert.deepEqual(only(), [['ada.lovelace@example.com', 'Countess', 'Ada']]);
    server.requests.length = 0;
    await patch(world, ada, { title: 'Analyst' });
    await world.settled();
    assert.deepEqual(server.requests, [], 'nobody even looked');
    for (const user of server.users.values()) user.title = 'By hand';
    const key = { tenantId: world.tenantId, destinationId };
    await world.rollcall.engine.respread(key, { kind: 'everybody' });
    await world.settled();
    assert.ok(server.requests.length > 0, 'somebody looked');
    assert.deepEqual(writesTo(server), []);
    await patch(world, ada, { displayName: 'Ada King', userName: 'ada.king@example.com' });
    await world.settled();
    assert.deepEqual(only(), [['ada.lovelace@example.com', 'By hand', 'Ada King']]);
  });

  test('who is there already was not created, and gets nothing that is for creation only', async () => {
    await using world = await testWorld();
    await using server = await scimServer();
    const { baseUrl, token } = server;
    const once = defaultPolicy(scim).mapping.map((rule) => ({ ...rule, only: 'create' as const }));
    await addServer(world, { baseUrl, token }, { mapping: once });
    const grace = userNamed('Grace', { title: 'Admiral' });
    const id = server.addUser({ userName: grace.userName, title: 'Theirs', active: true });
    await push(world, grace);
    await world.settled();
    assert.equal(server.users.size, 1);
    assert.equal(server.users.get(id).title, 'Theirs');
    assert.ok(server.users.get(id).externalId, 'it is ours now');
  });

  test('a user who was deleted there is made again', async () => {
    await using world = await testWorld();
    await using server = await scimServer();
    const { baseUrl, token } = server;
    await addServer(world, { baseUrl, token });
    const id = await push(world, userNamed('Ada'));
    await world.settled();
    server.users.clear();
    await patch(world, id, { title: 'Mathematician' });
    await waitFor('her to be there', async () => server.users.size === 1);
    await world.settled();
    const [ada] = [...server.users.values()];
    assert.equal(ada.title, 'Mathematician');
  });
});

const allGroups = {
  groups: 'all',
  ...{ create: true, update: true, delete: true, members: true },
  mapping: [{ to: 'displayName', from: 'displayName' }],
} satisfies Policy['push'];

const groupSchema = 'urn:ietf:params:scim:schemas:core:2.0:Group';

/** Pushes a group and gives its id. */
async function pushGroup(
  world: World,
  displayName: string,
  members: readonly string[] = [],
  extensions: object = {},
): Promise<string> {
  const { status, body } = await world.scim('POST', '/Groups', {
    schemas: [groupSchema, ...Object.keys(extensions)],
    displayName,
    members: members.map((value) => ({ value })),
    ...extensions,
  });
  assert.equal(status, 201, JSON.stringify(body));
  return body.id;
}

async function patchGroup(world: World, id: string, ...operations: object[]): Promise<void> {
  const { status, body } = await world.scim('PATCH', `/Groups/${id}`, patchOf(...operations));
  assert.ok(status === 200 || status === 204, JSON.stringify(body));
}

/** The world's connection has an extension of groups with an attribute. */
async function defineGroupSchema(world: World, id: string, attribute: string): Promise<void> {
  const of = `${world.origin}/api/tenants/${world.tenantId}/sources/${world.sourceId}`;
  const { status, body } = await request(`${of}/schemas/${encodeURIComponent(id)}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: {
      ...{ id, name: 'Club', description: 'Club', resourceType: 'Group' },
      attributes: [{ name: attribute, type: 'string' }],
    },
  });
  assert.equal(status, 201, JSON.stringify(body));
}

const joins = (userId: string) => ({ op: 'add', path: 'members', value: [{ value: userId }] });
const leaves = (userId: string) => ({ op: 'remove', path: `members[value eq "${userId}"]` });

/** What a group is there, with the names of its members. */
function groupThere({ users, groups }: ScimServer, displayName: string) {
  const found = [...groups.values()].filter((group) => group.displayName === displayName);
  assert.ok(found.length < 2, `${displayName} is there once`);
  const [group] = found;
  if (group === undefined) return null;
  const members = (group.members ?? [])
    .map(({ value }: { value: string }) => users.get(value)?.displayName ?? value)
    .toSorted();
  return { id: group.id as string, externalId: group.externalId as string | undefined, members };
}

const writesTo = ({ requests }: ScimServer) => requests.filter(({ method }) => method !== 'GET');

suite('groups at a SCIM server', { concurrency: 2 }, () => {
  test('are made, renamed and deleted, and people are their members; nothing is written twice', async () => {
    await using world = await testWorld();
    await using server = await scimServer();
    const { baseUrl, token } = server;
    const ada = await push(world, userNamed('Ada', { displayName: 'Ada' }));
    const bob = await push(world, userNamed('Bob', { displayName: 'Bob' }));
    const chess = await pushGroup(world, 'Chess', [ada]);
    const sports = await pushGroup(world, 'Sports', [chess]);
    const destinationId = await addServer(world, { baseUrl, token }, { push: allGroups });
    const { tenantId } = world;
    const key = { tenantId, destinationId };
    await world.rollcall.engine.respread(key, { kind: 'roll' });
    await world.settled();
    assert.deepEqual(groupThere(server, 'Chess')?.members, ['Ada']);
    assert.equal(groupThere(server, 'Chess')?.externalId, chess);
    assert.deepEqual(groupThere(server, 'Sports')?.members, ['Ada'], 'also through another group');

    server.requests.length = 0;
    await world.rollcall.engine.respread(key, { kind: 'everybody' });
    await world.settled();
    assert.ok(server.requests.length > 0, 'somebody looked');
    assert.deepEqual(writesTo(server), []);

    const madeAs = groupThere(server, 'Chess')?.id;
    await patchGroup(world, chess, joins(bob), {
      op: 'replace',
      path: 'displayName',
      value: 'Chess club',
    });
    await world.settled();
    assert.equal(groupThere(server, 'Chess club')?.id, madeAs);
    assert.deepEqual(groupThere(server, 'Chess club')?.members, ['Ada', 'Bob']);
    await patchGroup(world, chess, leaves(ada));
    await world.settled();
    assert.deepEqual(groupThere(server, 'Chess club')?.members, ['Bob']);
    assert.deepEqual(groupThere(server, 'Sports')?.members, ['Bob']);

    const late = await pushGroup(world, 'Late', [ada]);
    await world.settled();
    assert.deepEqual(groupThere(server, 'Late')?.members, ['Ada']);

    for (const id of [chess, late]) await world.scim('DELETE', `/Groups/${id}`);
    await world.settled();
    assert.equal(groupThere(server, 'Chess club'), null);
    assert.equal(groupThere(server, 'Late'), null);
    assert.deepEqual(groupThere(server, 'Sports')?.members, []);
    const told = await world.pool.query(
      `select kind from activity where resource_id = $1 and kind like 'group.%' order by id`,
      [chess],
    );
    assert.deepEqual(
      told.rows.map(({ kind }) => kind),
      ['group.create', 'group.update', 'group.delete'],
    );
    const { rows } = await world.pool.query('select group_id from group_links');
    assert.deepEqual(
      rows.map(({ group_id }) => group_id),
      [sports],
    );
  });

  test('of many people are read once for all of them when everybody is looked at again', async () => {
    await using world = await testWorld();
    await using server = await scimServer();
    const { baseUrl, token } = server;
    const destinationId = await addServer(world, { baseUrl, token }, { push: allGroups });
    const people = await Promise.all(
      Array.from({ length: 60 }, (_, at) => push(world, userNamed(`Person${at}`))),
    );
    await pushGroup(world, 'Chess', people.slice(0, 40));
    await pushGroup(world, 'Golf', people.slice(20));
    await world.settled();
    assert.equal(groupThere(server, 'Golf')?.members.length, 40);
    const key = { tenantId: world.tenantId, destinationId };
    const look = async () => {
      server.requests.length = 0;
      await world.rollcall.engine.respread(key, { kind: 'everybody' });
      await world.settled();
      return server.requests;
    };
    server.groups.get(groupThere(server, 'Golf')?.id ?? '').members.splice(0, 1);
    await look();
    assert.equal(groupThere(server, 'Golf')?.members.length, 40, 'who was taken out is back');
    const asked = await look();
    assert.deepEqual(writesTo(server), []);
    assert.ok(asked.length > 0 && asked.length <= 20, JSON.stringify(asked, null, 1));
  });

  test('carry what is mapped of them, also a custom attribute, and keep what is not', async () => {
    await using world = await testWorld();
    await using server = await scimServer();
    const { baseUrl, token } = server;
    const club = 'urn:example:Club';
    await defineGroupSchema(world, club, 'kind');
    const mapping = [
      { to: 'displayName', from: 'displayName', transform: 'upper' as const },
      { to: `${teamSchema}:kind`, from: [`${club}:kind`, 'externalId'] },
    ];
    const push = { ...allGroups, mapping };
    const destinationId = await addServer(world, { baseUrl, token }, { push });
    const chess = await pushGroup(world, 'Chess', [], { [club]: { kind: 'board' } });
    await world.settled();
    const there = () => server.groups.get(groupThere(server, 'CHESS')?.id ?? '');
    assert.deepEqual(there()[teamSchema], { kind: 'board' });
    there()[teamSchema].note = 'by hand';

    await patchGroup(world, chess, { op: 'replace', path: `${club}:kind`, value: 'table' });
    await world.settled();
    assert.deepEqual(there()[teamSchema], { kind: 'table', note: 'by hand' });
    await patchGroup(
      world,
      chess,
      { op: 'remove', path: `${club}:kind` },
      { op: 'replace', path: 'externalId', value: 'game' },
    );
    await world.settled();
    assert.deepEqual(there()[teamSchema], { kind: 'game', note: 'by hand' });

    server.requests.length = 0;
    const key = { tenantId: world.tenantId, destinationId };
    await world.rollcall.engine.respread(key, { kind: 'everybody' });
    await world.settled();
    assert.ok(server.requests.length > 0, 'somebody looked');
    assert.deepEqual(writesTo(server), []);
    const { rows } = await world.pool.query(
      `select detail from activity where resource_id = $1 and kind = 'group.update' order by id limit 1`,
      [chess],
    );
    assert.deepEqual(rows[0]?.detail, {
      displayName: 'CHESS',
      changes: { [`${teamSchema}:kind`]: ['board', 'table'] },
    });
  });

  test('are previewed as they come to be, and nothing is written', async () => {
    await using world = await testWorld();
    await using server = await scimServer();
    const { baseUrl, token } = server;
    const destinationId = await addServer(world, { baseUrl, token }, { push: allGroups });
    const old = await pushGroup(world, 'Old');
    const chess = await pushGroup(world, 'Chess');
    await world.settled();
    const previewed = async (policy: Partial<Policy> | null = null) => {
      const of = `${world.origin}/api/tenants/${world.tenantId}/destinations/${destinationId}`;
      const headers = { 'content-type': 'application/json' };
      const { body: stored } = await request(of, { method: 'GET' });
      const body = policy === null ? {} : { policy: { ...stored.policy, ...policy } };
      const answer = await request(`${of}/preview`, { method: 'POST', headers, body });
      const lines = String(answer.body)
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      const groups = lines.filter(({ type }) => type === 'group');
      return {
        groups: Object.fromEntries(groups.map(({ group, effect }) => [group, effect])),
        counts: lines.at(-1).groups,
        waited: lines.some(({ type }) => type === 'waiting'),
      };
    };
    const none = { create: 0, adopt: 0, update: 0, delete: 0, hold: 0, nothing: 0 };
    const agreeing = await previewed();
    assert.deepEqual(agreeing.groups, { Old: 'nothing', Chess: 'nothing' });
    assert.deepEqual(agreeing.counts, { ...none, nothing: 2 });
    await pause(world.pool, { tenantId: world.tenantId, destinationId }, null);

    await pushGroup(world, 'Fresh');
    await pushGroup(world, 'club');
    await pushGroup(world, 'Twice');
    for (const id of ['one', 'two'])
      server.groups.set(id, { id, displayName: 'Twice', members: [] });
    await patchGroup(world, chess, { op: 'replace', path: 'displayName', value: 'Checkers' });
    await world.scim('DELETE', `/Groups/${old}`);
    server.requests.length = 0;
    const before = structuredClone([...server.groups.values()]);
    server.misbehave(({ url }) => url.includes('/Groups'), {
      status: 429,
      headers: { 'retry-after': '1' },
    });
    const then = await previewed();
    assert.ok(then.waited);
    assert.deepEqual(then.groups, {
      ...{ Old: 'delete', Checkers: 'update', Fresh: 'create', club: 'adopt', Twice: 'hold' },
    });
    assert.deepEqual(then.counts, { ...none, create: 1, adopt: 1, update: 1, delete: 1, hold: 1 });
    const some = { ...allGroups, groups: [{ source: world.sourceId, id: chess, name: 'Chess' }] };
    const others = await previewed({ push: some });
    assert.deepEqual(others.groups, { Old: 'delete', Checkers: 'update' });
    assert.deepEqual(await previewed({ push: null }).then(({ counts }) => counts.delete), 0);
    assert.deepEqual(writesTo(server), []);
    assert.deepEqual([...server.groups.values()], before);
  });

  test('have what the server does not keep of them written once more, and then no more until it changes', async () => {
    await using world = await testWorld();
    await using server = await scimServer();
    const { baseUrl, token } = server;
    const mapping = [
      { to: 'displayName', from: 'displayName' },
      { to: 'color', from: 'externalId' },
    ];
    const destinationId = await addServer(
      world,
      { baseUrl, token, groupUpdates: 'put' },
      { push: { ...allGroups, mapping } },
    );
    const chess = await pushGroup(world, 'Chess');
    await patchGroup(world, chess, { op: 'replace', path: 'externalId', value: 'red' });
    await world.settled();
    const key = { tenantId: world.tenantId, destinationId };
    const writesOfLook = async () => {
      server.requests.length = 0;
      await world.rollcall.engine.respread(key, { kind: 'everybody' });
      await world.settled();
      assert.ok(server.requests.length > 0, 'somebody looked');
      return writesTo(server).length;
    };
    assert.deepEqual([await writesOfLook(), await writesOfLook(), await writesOfLook()], [1, 0, 0]);
    const { rows } = await world.pool.query('select reason from group_links');
    assert.deepEqual(rows, [{ reason: 'what is written there is not kept: color' }]);
    await patchGroup(world, chess, { op: 'replace', path: 'externalId', value: 'blue' });
    await world.settled();
    assert.equal(writesTo(server).length, 1, 'another value is tried');
  });

  test('at a server that knows no PATCH are written as a whole, and keep the members others gave them', async () => {
    await using world = await testWorld();
    await using server = await scimServer();
    const { baseUrl, token } = server;
    const theirs = server.addUser({ userName: 'theirs', displayName: 'Theirs', active: true });
    server.groups.get('staff').members.push({ value: theirs, type: 'User' });
    server.groups.get('staff')[teamSchema] = { note: 'by hand' };
    await addServer(world, { baseUrl, token, groupUpdates: 'put' }, { push: allGroups });
    const ada = await push(world, userNamed('Ada', { displayName: 'Ada' }));
    const bob = await push(world, userNamed('Bob', { displayName: 'Bob' }));
    const staff = await pushGroup(world, 'staff', [ada, bob]);
    await world.settled();
    assert.deepEqual(groupThere(server, 'staff')?.members, ['Ada', 'Bob', 'Theirs']);
    await patchGroup(world, staff, leaves(ada), {
      op: 'replace',
      path: 'displayName',
      value: 'Everybody',
    });
    await world.settled();
    const there = groupThere(server, 'Everybody');
    assert.deepEqual(there?.members, ['Bob', 'Theirs']);
    assert.equal(there?.id, 'staff');
    assert.deepEqual(server.groups.get('staff')[teamSchema], { note: 'by hand' });
    const ways = writesTo(server).filter(({ url }) => url.includes('/Groups'));
    assert.deepEqual([...new Set(ways.map(({ method }) => method))], ['PUT']);
  });

  test('one that is there is adopted with the members it has, and never deleted', async () => {
    await using world = await testWorld();
    await using server = await scimServer();
    const { baseUrl, token } = server;
    const theirs = server.addUser({ userName: 'theirs', displayName: 'Theirs', active: true });
    server.groups.get('staff').members.push({ value: theirs, type: 'User' });
    await addServer(world, { baseUrl, token }, { push: allGroups });
    const ada = await push(world, userNamed('Ada', { displayName: 'Ada' }));
    const staff = await pushGroup(world, 'staff', [ada]);
    await world.settled();
    assert.equal(groupThere(server, 'staff')?.id, 'staff');
    assert.equal(groupThere(server, 'staff')?.externalId, staff);
    assert.deepEqual(groupThere(server, 'staff')?.members, ['Ada', 'Theirs']);
    await world.scim('DELETE', `/Groups/${staff}`);
    await world.settled();
    assert.deepEqual(groupThere(server, 'staff')?.members, ['Theirs']);
  });

  test('one that somebody removed there is made again, with its members', async () => {
    await using world = await testWorld();
    await using server = await scimServer();
    const { baseUrl, token } = server;
    await addServer(world, { baseUrl, token }, { push: allGroups });
    const ada = await push(world, userNamed('Ada', { displayName: 'Ada' }));
    const bob = await push(world, userNamed('Bob', { displayName: 'Bob' }));
    const chess = await pushGroup(world, 'Chess', [ada]);
    await world.settled();
    const before = groupThere(server, 'Chess')?.id;
    server.groups.delete(before ?? '');
    await patchGroup(world, chess, joins(bob));
    await waitFor('the group to be whole again', async () => {
      return groupThere(server, 'Chess')?.members.length === 2;
    });
    assert.notEqual(groupThere(server, 'Chess')?.id, before);
  });

  test('what a lost answer left behind is found, and a refusal is told and tried again when it changes', async () => {
    await using world = await testWorld();
    await using server = await scimServer();
    const { baseUrl, token } = server;
    await addServer(world, { baseUrl, token }, { push: allGroups });
    const creation = ({ method, url }: ScimRequest) => method === 'POST' && url.endsWith('/Groups');
    server.misbehave(creation, 'cut after');
    const ada = await push(world, userNamed('Ada', { displayName: 'Ada' }));
    const chess = await pushGroup(world, 'Chess', [ada]);
    await world.settled();
    assert.deepEqual(groupThere(server, 'Chess')?.members, ['Ada']);
    await world.scim('DELETE', `/Groups/${chess}`);
    await world.settled();
    assert.equal(groupThere(server, 'Chess'), null, 'it was made by us, whoever heard of it');

    server.misbehave(creation, { status: 409 });
    const golf = await pushGroup(world, 'Golf', [ada]);
    await world.settled();
    assert.equal(groupThere(server, 'Golf'), null);
    const { rows } = await world.pool.query('select outcome, reason from group_links');
    assert.equal(rows[0].outcome, 'rejected');
    assert.match(rows[0].reason, /in the way of Golf/);
    await patchGroup(world, golf, { op: 'replace', path: 'displayName', value: 'Golf club' });
    await world.settled();
    assert.deepEqual(groupThere(server, 'Golf club')?.members, ['Ada']);
  });

  test('a crowd is kept in its group, and the group with it, until somebody allows that it goes', async () => {
    await using world = await testWorld();
    await using server = await scimServer();
    const { baseUrl, token } = server;
    const policy = { push: allGroups, guard: { floor: 0, share: 0.1 } };
    const destinationId = await addServer(world, { baseUrl, token }, policy);
    const names = ['Ada', 'Bob', 'Cay'];
    const people = await Promise.all(
      names.map((displayName) => push(world, userNamed(displayName, { displayName }))),
    );
    const chess = await pushGroup(world, 'Chess', people);
    await world.settled();
    assert.deepEqual(groupThere(server, 'Chess')?.members, names);
    await world.scim('DELETE', `/Groups/${chess}`);
    const there = { ...world, destinationId };
    await heldAre(there, names.length);
    assert.deepEqual(groupThere(server, 'Chess')?.members, names);
    assert.equal(await decided(there, 'allow', { all: true }), names.length);
    await waitFor('the group to be gone', async () => groupThere(server, 'Chess') === null);
    await world.settled();
    assert.equal(server.users.size, names.length);
  });

  test('two of one name there hold it, and taken out of the policy it stays without those we put in', async () => {
    await using world = await testWorld();
    await using server = await scimServer();
    const { baseUrl, token } = server;
    const staying = { ...allGroups, delete: false };
    const destinationId = await addServer(world, { baseUrl, token }, { push: staying });
    server.addGroup('Chess');
    server.groups.set('another', { id: 'another', displayName: 'Chess', members: [] });
    const ada = await push(world, userNamed('Ada', { displayName: 'Ada' }));
    await pushGroup(world, 'Chess', [ada]);
    await pushGroup(world, 'Golf', [ada]);
    await world.settled();
    const { rows } = await world.pool.query(
      `select reason from group_links where outcome = 'held'`,
    );
    assert.match(rows[0].reason, /more than one group there is called Chess/);
    assert.deepEqual(groupThere(server, 'Golf')?.members, ['Ada']);
    await updatePolicy(
      world.pool,
      { tenantId: world.tenantId, destinationId },
      { ...defaultPolicy(scim), push: { ...staying, groups: [] } },
    );
    await waitFor('her to be out of it', async () => {
      return groupThere(server, 'Golf')?.members.length === 0;
    });
    await world.settled();
    const left = await world.pool.query('select from group_links');
    assert.equal(left.rowCount, 0);
  });
});

test('another Rollcall is such a server: what is pushed to one is a customer of the other', async () => {
  await using shop = await testWorld();
  await using directory = await testWorld();
  const baseUrl = `${shop.origin}/scim/v2/${shop.sourceId}`;
  await addServer(directory, { baseUrl, token: shop.token }, { push: allGroups });
  const name = { givenName: 'Ada', familyName: 'O"Neill\\' };
  const userName = 'a+d"a@example.com';
  const id = await push(
    directory,
    userNamed('Ada', {
      name,
      userName,
      emails: [{ value: 'ada@example.com', primary: true }],
      [department]: { department: 'Mathematics' },
    }),
  );
  await waitFor('Ada to be a customer', async () => shop.store.customer('ada@example.com'));
  const listed = async () =>
    (await ask(shop.origin, shop, { method: 'GET', path: '/Users' })).body.Resources;
  const [there, ...others] = await listed();
  assert.equal(others.length, 0);
  assert.deepEqual([there.userName, there.name.familyName], [userName, 'O"Neill\\']);
  await patch(directory, id, { [`${department}:department`]: 'Engines' });
  await waitFor('the department', async () => {
    const customer = await shop.store.customer('ada@example.com');
    return customer?.metafields.some(({ value }) => value === 'Engines');
  });
  const groups = async () =>
    (await ask(shop.origin, shop, { method: 'GET', path: '/Groups' })).body.Resources.map(
      (group: { displayName: string; members?: { value: string }[] }) => ({
        name: group.displayName,
        members: (group.members ?? []).map(({ value }) => value),
      }),
    );
  const chess = await pushGroup(directory, 'Chess "A"', [id]);
  await waitFor('her to be in the group', async () => (await groups())[0]?.members.length === 1);
  assert.deepEqual(await groups(), [{ name: 'Chess "A"', members: [there.id] }]);
  await patchGroup(directory, chess, { op: 'replace', path: 'displayName', value: 'Chess' });
  await waitFor('its name', async () => (await groups())[0]?.name === 'Chess');
  await directory.scim('DELETE', `/Groups/${chess}`);
  await waitFor('it to be gone', async () => (await groups()).length === 0);
  await remove(directory, id);
  await waitFor('her to be inactive', async () => (await listed())[0]?.active === false);
});
