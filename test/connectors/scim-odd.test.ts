/** People and a group of the roll at SCIM servers that are odd, the whole way. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { scim } from '../../src/connectors/scim.ts';
import type { Call } from '../../src/provisioning/connector.ts';
import type { Policy } from '../../src/provisioning/policy.ts';
import {
  type Kept,
  type Oddity,
  type OddServer,
  oddServer,
  refused,
} from '../support/odd-scim-server.ts';
import { patch, patchOf, push, remove } from '../support/roll.ts';
import { addServer } from '../support/scim-server.ts';
import { call, io, ada as nobody, refusal } from '../support/shop.ts';
import { waitFor } from '../support/wait.ts';
import { testWorld, userNamed, type World } from '../support/world.ts';

const names = ['Ada', 'Bob', 'Cleo', 'Dan', 'Eve'] as const;

const everyGroup = {
  groups: 'all',
  ...{ create: true, update: true, delete: true, members: true },
  mapping: [{ to: 'displayName', from: 'displayName' }],
} satisfies Policy['push'];

/** A world with people in a group, and one of them and strangers at the server before us. */
async function peopled(server: OddServer, world: World) {
  for (let n = 1; n <= 8; n += 1) there(server, n, `stranger${n}@example.net`);
  there(server, 9, 'ada.lovelace@example.com');
  const ids: string[] = [];
  for (const name of names)
    ids.push(await push(world, userNamed(name, { displayName: name, title: 'Engineer' })));
  const { body } = await world.scim('POST', '/Groups', {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
    displayName: 'Chess',
    members: ids.slice(0, 4).map((value) => ({ value })),
  });
  const { baseUrl } = server;
  const policy = { push: everyGroup };
  const destinationId = await addServer(world, { baseUrl, token: 'a token' }, policy);
  const key = { tenantId: world.tenantId, destinationId };
  return { key, ids, group: String(body.id) };
}

function there({ users }: OddServer, n: number, userName: string): void {
  const emails = [{ value: userName, type: 'work', primary: true }];
  users.set(`${9000 + n}`, { id: 9000 + n, userName, emails, active: true, nickName: 'as it was' });
}

const named = ({ users }: OddServer, name: string): Kept => {
  const found = [...users.values()].filter(({ displayName }) => displayName === name);
  assert.equal(found.length, 1, `${name} is there once`);
  return found[0];
};

const writesTo = ({ requests }: OddServer) => requests.filter(({ method }) => method !== 'GET');

/** Everybody comes, changes, leaves and returns. */
async function cameAndWent(oddity: Oddity): Promise<void> {
  await using world = await testWorld();
  await using server = await oddServer(oddity);
  const { key, ids, group } = await peopled(server, world);
  const [, bob = '', cleo = '', dan = ''] = ids;
  const { engine } = world.rollcall;
  await engine.respread(key, { kind: 'roll' });
  await world.settled();
  assert.equal(server.users.size, 8 + names.length);
  assert.equal(named(server, 'Ada').nickName, 'as it was', 'who was there is adopted');
  const chess = () =>
    [...server.groups.values()].map((one) => [one.displayName, one.members.length]);
  assert.deepEqual(chess(), [['Chess', 4]]);

  server.requests.length = 0;
  await engine.respread(key, { kind: 'everybody' });
  await world.settled();
  assert.ok(server.requests.length > 0, 'somebody looked');
  assert.deepEqual(writesTo(server), []);

  await patch(world, bob, { title: 'Boss' });
  await patch(world, cleo, { active: false });
  await remove(world, dan);
  const leaves = { op: 'remove', path: `members[value eq "${bob}"]` };
  const renamed = { op: 'replace', path: 'displayName', value: 'Chess club' };
  await world.scim('PATCH', `/Groups/${group}`, patchOf(leaves, renamed));
  await world.settled();
  assert.equal(named(server, 'Bob').title, 'Boss');
  const active = () => names.map((name) => named(server, name).active);
  assert.deepEqual(active(), [true, true, false, false, true]);
  assert.deepEqual(chess(), [['Chess club', 1]]);

  await patch(world, cleo, { active: true });
  await world.settled();
  assert.deepEqual(active(), [true, true, true, false, true]);
  assert.deepEqual(chess(), [['Chess club', 2]]);
  assert.equal(server.users.size, 8 + names.length);
  const strangers = [...server.users.values()].filter(({ userName }) => /^stranger/.test(userName));
  assert.ok(strangers.every(({ active, externalId }) => active && externalId === undefined));
}

/** The names of a resource in another case, and `active` as a text. */
function shouted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shouted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name.charAt(0).toUpperCase() + name.slice(1),
      typeof inner === 'boolean' ? (inner ? 'True' : 'False') : shouted(inner),
    ]),
  );
}

/** An answer without the members of groups. */
function withoutMembers(json: Kept): unknown {
  if (Array.isArray(json?.Resources))
    return { ...json, Resources: json.Resources.map(withoutMembers) };
  return json?.members === undefined ? json : { ...json, members: [] };
}

function withoutCount(json: Kept): unknown {
  const { totalResults: _, ...others } = json ?? {};
  return json === undefined ? json : others;
}

const isSeveral = (filter: string | null) => / (?:or|and) /.test(filter ?? '');

/** As @boxyhq/saml-jackson 26.2 reads a filter: of several terms, the first, with what follows it. */
function firstTerm(filter: string, all: readonly Kept[]): readonly Kept[] {
  const wanted = filter.split('eq ')[1]?.replaceAll('"', '');
  return all.filter(({ userName, externalId, displayName }) =>
    [userName, externalId, displayName].includes(wanted),
  );
}

suite('people and groups come, change, leave and return at a server', { concurrency: 2 }, () => {
  const oddities: Readonly<Record<string, Oddity>> = {
    'that is not odd': {},
    'whose ids are numbers': { id: (n) => n },
    'whose ids are names': { id: (n) => `cn=${n}/ü %41?#,ou=a b` },
    'that writes its names in another case': {
      shown: ([status, json, headers]) => [status, shouted(json), headers],
    },
    'that says only where it is what it made': {
      shown: ([status, json, headers], { method }) => [
        status,
        method === 'POST' ? undefined : json,
        headers,
      ],
    },
    'that says nothing of what it made': {
      shown: ([status, json, headers], { method }) =>
        method === 'POST' && status === 201 ? [204] : [status, json, headers],
    },
    'that ignores filters, and tells of five at a time': { found: (_, all) => all, page: 5 },
    'that ignores filters, tells of five at a time, and does not count': {
      ...{ found: (_, all) => all, page: 5 },
      shown: ([status, json, headers]) => [status, withoutCount(json), headers],
    },
    'that fails at filters of several terms': {
      instead: ({ filter }) => (isSeveral(filter) ? [500] : null),
    },
    'that has no SCIM error for a filter that finds nobody': {
      shown: (answer, { filter }) =>
        filter !== null && (answer[1] as Kept).Resources?.length === 0 ? [404, {}] : answer,
    },
    'whose groups show nobody, and that is asked as AWS is': {
      instead: ({ filter }) =>
        filter?.includes('members.value') ? refused(400, 'no such filter', 'invalidFilter') : null,
      shown: ([status, json, headers]) => [status, withoutMembers(json), headers],
    },
    'whose groups show nobody, and that reads but the first term of a filter': {
      found: firstTerm,
      shown: ([status, json, headers]) => [status, withoutMembers(json), headers],
    },
    'that keeps no externalId': { drops: 'externalId' },
    'that counts from 0': { from: 0 },
  };
  for (const [says, oddity] of Object.entries(oddities)) test(says, () => cameAndWent(oddity));

  test('that is busy for a moment', async () => {
    const busy = [408, 423, 425];
    await cameAndWent({
      instead: ({ method, path }) =>
        method === 'POST' && path === '/Users' && busy.length > 0 ? [busy.pop() ?? 0] : null,
    });
  });

  test('where somebody else changes a group at the same time', async () => {
    let conflicts = 3;
    await cameAndWent({
      instead: ({ method, path }) =>
        method === 'PATCH' && path.startsWith('/Groups') && conflicts-- > 0
          ? refused(409, 'changed meanwhile')
          : null,
    });
  });
});

test('what a SCIM server does not keep is written once more, and then no more until it changes', async () => {
  await using world = await testWorld();
  await using server = await oddServer({ drops: 'title' });
  const { baseUrl } = server;
  const destinationId = await addServer(world, { baseUrl, token: 'a token' });
  const ada = await push(world, userNamed('Ada', { title: 'Countess' }));
  await world.settled();
  const { tenantId } = world;
  const writes = async () => {
    server.requests.length = 0;
    await world.rollcall.engine.respread({ tenantId, destinationId }, { kind: 'everybody' });
    await world.settled();
    return writesTo(server).length;
  };
  assert.deepEqual([await writes(), await writes(), await writes()], [1, 0, 0]);
  const sql = 'select reason from links where destination_id = $1';
  const { rows } = await world.pool.query<{ reason: string }>(sql, [destinationId]);
  assert.match(rows[0]?.reason ?? '', /does not keep .* title is empty instead of “Countess”/);
  server.requests.length = 0;
  await patch(world, ada, { title: 'Mathematician' });
  await world.settled();
  assert.equal(writesTo(server).length, 1);
});

suite('what is refused of a user at a SCIM server', { concurrency: 2 }, () => {
  test('keeps nobody in who is to be shut out, and nobody out who is to be let in', async () => {
    await using world = await testWorld();
    await using server = await oddServer({
      instead: ({ method, body }) =>
        method === 'PATCH' && body.Operations.some(({ path }: Kept) => path === 'userName')
          ? refused(400, 'userName cannot be changed', 'mutability')
          : null,
    });
    const { baseUrl } = server;
    await addServer(world, { baseUrl, token: 'a token' });
    const ada = await push(world, userNamed('Ada', { displayName: 'Ada' }));
    await world.settled();
    const emails = [{ value: 'king@example.com', primary: true }];
    await patch(world, ada, { active: false, userName: 'king@example.com', emails });
    await world.settled();
    const [{ active, userName }] = [...server.users.values()];
    assert.deepEqual([active, userName], [false, 'ada.lovelace@example.com']);
    const told = await world.pool.query(
      'select outcome, reason from links where remote_id is not null',
    );
    const mine = told.rows.find(({ reason }) => /userName cannot be changed/.test(reason));
    assert.equal(mine?.outcome, 'rejected');
    await patch(world, ada, { active: true });
    await world.settled();
    assert.equal([...server.users.values()][0].active, true);
  });
});

test('a server that asks for years of silence is asked again within the hour, and no other waits for it', async () => {
  await using world = await testWorld();
  await using silent = await oddServer({
    instead: ({ method }) =>
      method === 'POST' ? [429, undefined, { 'retry-after': '99999999999' }] : null,
  });
  await using other = await oddServer({});
  const [id] = await Promise.all(
    [silent, other].map(({ baseUrl }) => addServer(world, { baseUrl, token: 'a token' })),
  );
  for (const name of names) await push(world, userNamed(name));
  const paused = async () => {
    const sql = 'select paused_until as until from destinations where id = $1';
    return (await world.pool.query<{ until: Date | null }>(sql, [id])).rows[0]?.until;
  };
  await waitFor('the pause', async () => (await paused()) != null);
  assert.ok(Number(await paused()) <= Date.now() + 3_600_000);
  await waitFor('everybody at the other', async () => other.users.size === names.length);
  const sql = `select d.state, coalesce(sum(l.attempts), 0)::int as attempts
     from destinations d left join links l on l.destination_id = d.id where d.id = $1 group by d.id, d.state`;
  const { rows } = await world.pool.query(sql, [id]);
  assert.deepEqual(rows, [{ state: 'active', attempts: 0 }], 'it is nobody’s fault');
});

test('of two who match at a server that counts from 0 both are found', async () => {
  await using server = await oddServer({ from: 0 });
  const { email } = nobody;
  for (const id of ['one', 'another'])
    server.users.set(id, { id, userName: id, emails: [{ value: email }], active: true });
  const target = scim.connect({ baseUrl: server.baseUrl, token: 'a token' }, io);
  const found = await target.find(nobody, ['key', 'email'], call);
  assert.deepEqual(found.map(({ remoteId }) => remoteId).sort(), ['another', 'one']);
});

test('who lost their externalId is seen to, where a hundred others never had one', async () => {
  await using server = await oddServer({});
  for (let n = 1; n <= 100; n += 1) there(server, n, `stranger${n}@example.net`);
  const target = scim.connect({ baseUrl: server.baseUrl, token: 'a token' }, io);
  const remoteId = await target.create(nobody, call);
  delete server.users.get(remoteId).externalId;
  assert.equal((await target.read(remoteId, { ...call, applied: true }))?.key, null);
});

suite('a group at a SCIM server', { concurrency: 2 }, () => {
  /** A server whose groups show nobody, and a target that knows nothing of it yet. */
  const silent = () =>
    oddServer({
      found: firstTerm,
      shown: ([status, json, headers]) => [status, withoutMembers(json), headers],
    });

  test('that shows nobody has those whom we put in, and never those whom we only meant to', async () => {
    await using server = await silent();
    server.groups.set('chess', { id: 'chess', displayName: 'Chess', members: [] });
    const target = scim.connect({ baseUrl: server.baseUrl, token: 'a token' }, io);
    const remoteId = await target.create({ ...nobody, memberships: [] }, call);
    const held = async (more: Partial<Call>) => {
      const asked = { ...call, memberships: ['group:chess'], ...more };
      return (await target.read(remoteId, asked))?.memberships;
    };
    assert.deepEqual(await held({ believed: ['group:chess'] }), ['group:chess']);
    assert.deepEqual(await held({ believed: [] }), []);
  });

  test('that shows nobody, and is taken as a whole only, keeps whom we put in', async () => {
    await using server = await silent();
    server.groups.set('chess', { id: 'chess', displayName: 'Chess', members: [] });
    const settings = { baseUrl: server.baseUrl, token: 'a token', groupUpdates: 'put' };
    const target = scim.connect(settings, io);
    const memberships = ['group:chess'];
    const remoteId = await target.create({ ...nobody, memberships }, call);
    const another = { ...nobody, key: 'another', email: 'another@example.com', memberships };
    const refused = await refusal(target.create(another, call));
    assert.equal(refused.kind, 'rejected');
    assert.match(refused.message, /whoever is in this one would be put out/);
    assert.deepEqual(refused.refused, memberships, 'nobody is believed to be in it');
    const members = [{ value: remoteId }];
    assert.deepEqual(server.groups.get('chess').members, members);

    const anew = scim.connect(settings, io);
    const observed = await anew.read(remoteId, { ...call, memberships, believed: memberships });
    assert.ok(observed);
    await refusal(anew.create({ ...another, email: 'third@example.com' }, call));
    const none = { claim: false, cancelErasure: false, attributes: {}, grant: [] };
    const leaving = { ...none, revoke: memberships };
    await refusal(anew.update(observed, { ...nobody, memberships: [] }, leaving, call));
    assert.deepEqual(server.groups.get('chess').members, members);
  });

  test('that somebody emptied is seen to be empty', async () => {
    await using server = await oddServer({
      instead: ({ filter }) => (isSeveral(filter) ? refused(400, 'no', 'invalidFilter') : null),
    });
    server.groups.set('chess', { id: 'chess', displayName: 'Chess', members: [] });
    let now = Date.now();
    const target = scim.connect(
      { baseUrl: server.baseUrl, token: 'a token' },
      { ...io, now: () => now },
    );
    const memberships = ['group:chess'];
    const asked: Call = { ...call, memberships, believed: memberships };
    const remoteId = await target.create({ ...nobody, memberships }, asked);
    const held = async () => (await target.read(remoteId, asked))?.memberships;
    assert.deepEqual(await held(), memberships);
    server.groups.get('chess').members = [];
    now += 5_000;
    assert.deepEqual(await held(), []);
  });

  test('is read once for many who are looked at one after the other', async () => {
    await using server = await oddServer({
      instead: ({ filter }) => (isSeveral(filter) ? refused(400, 'no', 'invalidFilter') : null),
    });
    server.groups.set('chess', { id: 'chess', displayName: 'Chess', members: [{ value: 'x' }] });
    const target = scim.connect({ baseUrl: server.baseUrl, token: 'a token' }, io);
    const asked: Call = { ...call, memberships: ['group:chess'] };
    for (let n = 1; n <= 20; n += 1) there(server, n, `somebody${n}@example.com`);
    await Promise.all([...server.users.keys()].map((id) => target.read(id, asked)));
    const ofGroups = server.requests.filter(({ path }) => path.startsWith('/Groups'));
    assert.equal(ofGroups.filter(({ filter }) => filter === null).length, 1);
    assert.ok(ofGroups.length <= 3, 'and a filter that is not taken is not asked again');
  });

  test('whose member is gone keeps the others in it', async () => {
    await using server = await oddServer({
      instead: ({ method, path, body }) =>
        method === 'PATCH' && path === '/Groups/chess' && JSON.stringify(body).includes('"gone"')
          ? refused(404, 'no such user')
          : null,
    });
    server.groups.set('chess', { id: 'chess', displayName: 'Chess', members: [] });
    const target = scim.connect({ baseUrl: server.baseUrl, token: 'a token' }, io);
    for (const id of ['first', 'gone', 'third']) server.users.set(id, { id, userName: id });
    const joins = async (id: string) => {
      const observed = await target.read(id, call);
      assert.ok(observed);
      const change = { claim: false, cancelErasure: false, attributes: {}, revoke: [] };
      await target.update(observed, nobody, { ...change, grant: ['group:chess'] }, call);
    };
    const all = Promise.all([joins('first'), refusal(joins('gone')), joins('third')]);
    const [, failed] = await all;
    assert.match(failed.message, /no such user/);
    assert.deepEqual(
      server.groups.get('chess').members.map(({ value }: Kept) => value),
      ['first', 'third'],
    );
  });
});
