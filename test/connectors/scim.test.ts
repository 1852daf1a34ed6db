import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { suite, test } from 'node:test';
import { scim } from '../../src/connectors/scim.ts';
import { usual } from '../../src/connectors/scim-answer.ts';
import { traitsOf as wordsOf } from '../../src/connectors/scim-discovery.ts';
import { enterpriseSchema, isActive } from '../../src/connectors/scim-resource.ts';
import type { Call } from '../../src/provisioning/connector.ts';
import { difference } from '../../src/provisioning/plan.ts';
import { battery } from '../support/battery.ts';
import { patch, patchOf, push } from '../support/roll.ts';
import {
  attributes,
  connected,
  type Misbehaviour,
  type ScimRequest,
  type ScimServer,
  scimServer,
  scimSubject,
  teamSchema,
} from '../support/scim-server.ts';
import { call, io, ada as nobody, refusal } from '../support/shop.ts';
import { connect, testWorld, userNamed, type World } from '../support/world.ts';

battery('A SCIM server', () => scimSubject());
battery('A SCIM server that is written by PUT', () => scimSubject({ updates: 'put' }));

const ada = scim.normalise({ ...nobody, attributes, memberships: ['group:staff'] }).account;
const about = (...memberships: string[]): Call => ({ ...call, memberships });
const staff = about('group:staff');

/** What a server says of itself, by its label. */
async function traitsOf(
  server: ScimServer,
  users: readonly string[],
  groups: readonly string[] = [],
) {
  const traits = (await connected(server).traits?.({ users, groups }, call)) ?? [];
  return new Map(traits.map((one) => [one.label, one]));
}

suite('what a SCIM server refuses says who must act', { concurrency: 2 }, () => {
  const error = (detail: string, scimType?: string) =>
    JSON.stringify({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      ...(scimType === undefined ? {} : { scimType }),
      detail,
    });
  const table: readonly (readonly [
    says: string,
    how: Exclude<Misbehaviour, string>,
    kind: string,
    code: string | null,
    pauseMs: number | null,
    mend: RegExp,
  ])[] = [
    [
      '429 says how long',
      { status: 429, headers: { 'retry-after': '7' } },
      'transient',
      null,
      7_000,
      /asks to wait/,
    ],
    ['429 that says nothing', { status: 429 }, 'transient', null, 10_000, /asks to wait/],
    [
      '503 is a pause',
      { status: 503, headers: { 'retry-after': '3' } },
      'transient',
      null,
      3_000,
      /asks to wait/,
    ],
    [
      '401 is the credentials',
      { status: 401 },
      'misconfigured',
      'credentials',
      null,
      /Enter new ones/,
    ],
    [
      'a redirect is not followed',
      { status: 308, headers: { location: 'https://elsewhere.example.com/' } },
      'misconfigured',
      'settings_unreadable',
      null,
      /another address/,
    ],
    [
      'a value that is not taken is the person’s',
      { status: 400, body: error('title is too long', 'invalidValue') },
      'rejected',
      null,
      null,
      /invalidValue: title is too long/,
    ],
    [
      '403 of a write is a permission',
      { status: 403, body: error('read only') },
      'misconfigured',
      'permissions',
      null,
      /read only/,
    ],
    ['500 is nobody’s', { status: 500 }, 'transient', null, null, /status 500/],
  ];
  for (const [says, how, kind, code, pauseMs, mend] of table)
    test(says, async () => {
      await using server = await scimServer();
      const target = connected(server);
      await target.test(staff);
      server.misbehave(({ method }) => method === 'POST', how);
      const failed = await refusal(target.create(ada, staff));
      assert.deepEqual([failed.kind, failed.code, failed.pauseMs], [kind, code, pauseMs]);
      assert.match(failed.message, mend);
      assert.equal(server.users.size, 0);
    });

  test('a base URL at which there is no SCIM server makes nobody gone', async () => {
    await using server = await scimServer();
    const remoteId = await connected(server).create(ada, staff);
    const target = connected(server, { baseUrl: server.baseUrl.replace('/scim/v2', '/elsewhere') });
    for (const attempt of [target.read(remoteId, staff), target.test(staff)]) {
      const failed = await refusal(attempt);
      assert.deepEqual([failed.kind, failed.code], ['misconfigured', 'settings_unreadable']);
      assert.match(failed.message, /check the SCIM base URL/);
    }
  });

  test('a user who is in the way and is not found is told of', async () => {
    await using server = await scimServer();
    const target = connected(server);
    server.misbehave(({ method }) => method === 'POST', {
      status: 409,
      body: error('taken', 'uniqueness'),
    });
    const failed = await refusal(target.create(ada, staff));
    assert.equal(failed.kind, 'rejected');
    assert.match(failed.message, /in the way of ada@example.com/);
  });

  for (const settings of [
    { baseUrl: 'example.com/scim' },
    { baseUrl: 'https://example.com/scim?a=b' },
    { token: '' },
    { token: '', tokenUrl: 'https://example.com/token', clientId: 'rollcall' },
    { updates: 'merge' },
    { active: 'yes' },
    { membersPerRequest: '0' },
    { membersPerRequest: 'all' },
    { requestsPerSecond: '1001' },
    { removals: 'all' },
  ])
    test(`settings that cannot be: ${JSON.stringify(settings)}`, async () => {
      await using server = await scimServer();
      assert.throws(() => connected(server, settings), { kind: 'misconfigured' });
    });
});

suite('a SCIM server is asked what it can', { concurrency: 2 }, () => {
  test('whoever is looked for is found in one request', async () => {
    await using server = await scimServer();
    const id = server.addUser({ userName: 'augusta', emails: [{ value: 'ada@example.com' }] });
    const found = await connected(server).find(ada, ['key', 'email'], call);
    assert.deepEqual(
      found.map(({ remoteId }) => remoteId),
      [id],
    );
    assert.equal(server.requests.length, 1);
  });

  test('a server that takes no compound filter is asked one by one, and no more than it takes', async () => {
    await using server = await scimServer();
    const id = server.addUser({ userName: 'ada@example.com' });
    const target = connected(server);
    const refused = {
      status: 400,
      body: JSON.stringify({ status: '400', scimType: 'invalidFilter' }),
    };
    server.misbehave(({ url }) => url.includes('%20or%20'), refused);
    server.misbehave(({ url }) => url.includes('emails.value'), refused);
    for (let times = 0; times < 2; times += 1) {
      const found = await target.find(ada, ['key', 'email'], call);
      assert.deepEqual(
        found.map(({ remoteId }) => remoteId),
        [id],
      );
    }
    const byEmail = server.requests.filter(({ url }) => url.includes('emails.value'));
    assert.equal(byEmail.length, 2, 'together, and once alone');
  });

  test('a server that ignores filters gives nobody else’s account', async () => {
    await using server = await scimServer();
    server.addUser({ userName: 'eve@example.com', emails: [{ value: 'eve@example.com' }] });
    const everybody = {
      totalResults: 1,
      Resources: [...server.users.values()],
    };
    server.misbehave(() => true, { status: 200, body: JSON.stringify(everybody) });
    assert.deepEqual(await connected(server).find(ada, ['key', 'email'], call), []);
  });

  test('where a user shows its groups nobody asks the groups', async () => {
    await using server = await scimServer();
    const id = server.addUser({ userName: 'ada@example.com', groups: [{ value: 'staff' }] });
    const shown = { ...server.users.get(id) };
    server.misbehave(() => true, { status: 200, body: JSON.stringify(shown) });
    const observed = await connected(server).read(id, about('group:staff', 'group:club'));
    assert.deepEqual(observed?.memberships, ['group:staff']);
    assert.equal(server.requests.length, 1);
  });

  test('a server that says it knows no PATCH is written by PUT, with what is not ours as it was', async () => {
    await using server = await scimServer();
    const id = server.addUser({
      userName: 'ada@example.com',
      active: true,
      nickName: 'Enchantress of Numbers',
      phoneNumbers: [{ type: 'mobile', value: '+44 7700 900000' }],
    });
    const config = { schemas: [], patch: { supported: false } };
    server.misbehave(({ url }) => url.endsWith('/ServiceProviderConfig'), {
      status: 200,
      body: JSON.stringify(config),
    });
    const target = connected(server);
    const before = await target.read(id, call);
    assert.ok(before);
    const account = { ...ada, memberships: [] };
    await target.update(before, account, difference(account, before, []), call);
    const { nickName, phoneNumbers, externalId } = server.users.get(id);
    assert.equal(nickName, 'Enchantress of Numbers');
    assert.deepEqual(
      phoneNumbers.map(({ type, value }: { type: string; value: string }) => [type, value]),
      [
        ['mobile', '+44 7700 900000'],
        ['work', '+44 20 7946 0000'],
      ],
    );
    assert.equal(externalId, ada.key);
    assert.deepEqual(
      server.requests.flatMap(({ method }) => (method === 'GET' ? [] : [method])),
      ['PUT'],
    );
  });

  test('what it says of itself is told, and which attributes its schemas lack', async () => {
    await using server = await scimServer();
    const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
    const known = ['userName', 'name.givenName', 'phoneNumbers[type eq "work"].value'];
    const lacking = ['shoeSize', 'name.rank', `${enterprise}:shoeSize`, 'urn:example:2.0:User:x'];
    const mapped = [...known, `${enterprise}:department`, ...lacking];
    const told = await traitsOf(server, mapped, ['displayName', `${teamSchema}:kind`, 'color']);
    assert.equal(told.get('PATCH')?.value, 'Yes');
    assert.equal(told.get('Updates of users')?.value, 'By PATCH, as it says');
    assert.match(told.get('Filter')?.value ?? '', /^Yes, up to [\d,]+ results$/);
    assert.equal(told.get('Paging')?.value, 'By index');
    assert.match(
      told.get('Resource types')?.value ?? '',
      /User \(\/Users, with extension:enterprise:2.0:User\)/,
    );
    assert.match(told.get('Schemas')?.value ?? '', /EnterpriseUser \(\d attributes\)/);
    const lacks = told.get('Not in its schemas');
    assert.ok(lacks?.value.startsWith(`${lacking.join(', ')}, color of groups:`), lacks?.value);
    assert.equal(lacks?.warning, true);
    assert.equal((await traitsOf(server, known)).has('Not in its schemas'), false);
  });

  test('one without discovery is said to be so, and what fails of it keeps nobody out', async () => {
    await using server = await scimServer();
    const discovery = ['/ServiceProviderConfig', '/ResourceTypes', '/Schemas'];
    const misbehave = (status: number, paths: readonly string[]) => {
      for (const path of paths) server.misbehave(({ url }) => url.endsWith(path), { status });
    };
    // Who is asked how to update a user asks once more.
    misbehave(404, [...discovery, '/ServiceProviderConfig']);
    const none = await traitsOf(server, ['shoeSize']);
    const labels = ['Discovery', 'Updates of users', 'Updates of groups'];
    assert.deepEqual([...none.keys()], labels);
    assert.match(none.get('Discovery')?.value ?? '', /does not say what it can/);
    assert.equal(none.get('Updates of users')?.value, 'By PATCH');

    misbehave(500, ['/Schemas']);
    const most = await traitsOf(server, ['shoeSize']);
    assert.match(most.get('Schemas')?.value ?? '', /status 500/);
    assert.equal(most.get('PATCH')?.value, 'Yes');
  });

  test('what a server can is said in full, with what is declared in its place', () => {
    const told = (json: object) => ({ kind: 'told', json: { ...json } }) as const;
    const said = {
      patch: { supported: false },
      bulk: { supported: true, maxOperations: 1_000, maxPayloadSize: 1_048_576 },
      filter: { supported: false },
      pagination: { cursor: true, index: true, maxPageSize: 250 },
      authenticationSchemes: [{ name: 'OAuth Bearer Token' }],
    };
    const schema = { id: 'urn:example:User', name: 'User', attributes: [{ name: 'rank' }] };
    const traits = wordsOf(
      {
        config: told(said),
        resourceTypes: { kind: 'absent' },
        schemas: told({ Resources: [schema] }),
      },
      {
        users: { updates: 'patch', declared: true },
        groups: { updates: 'put', declared: false },
        mapped: { users: ['rank'], groups: [] },
      },
    );
    assert.deepEqual(
      traits.map(({ label, value, warning }) => [label, value, warning]),
      [
        ['PATCH', 'No', false],
        ['Updates of users', 'By PATCH, as the settings declare', false],
        ['Updates of groups', 'By PUT, as it says', false],
        ['Bulk', 'Yes, up to 1,000 operations and 1,048,576 bytes a request', false],
        ['Filter', 'No: people who are there already may not be found', true],
        ['Sort', 'No', false],
        ['ETag', 'No', false],
        ['Paging', 'By index and by cursor, up to 250 a page', false],
        ['Signing in', 'OAuth Bearer Token', false],
        ['Resource types', 'It has none.', false],
        ['Schemas', 'User (1 attribute)', false],
      ],
    );
  });

  test('a group that is gone is told of, and keeps nobody from their account', async () => {
    await using server = await scimServer();
    const target = connected(server);
    const account = { ...ada, memberships: ['group:closed', 'group:staff'] };
    const failed = await refusal(target.create(account, about(...account.memberships)));
    assert.equal(failed.kind, 'rejected');
    assert.match(failed.message, /There is no group closed/);
    assert.deepEqual(failed.refused, ['group:closed']);
    assert.ok(failed.made !== null && server.users.has(failed.made));
    assert.equal(server.groups.get('staff').members.length, 1, 'the other group is had');
  });
});

suite('members of a group go together', { concurrency: 2 }, () => {
  const people = Array.from({ length: 20 }, (_, index) => ({
    ...ada,
    key: `key-${index}`,
    email: `person${index}@example.com`,
    attributes: { userName: `person${index}@example.com` },
  }));
  const changes = ({ requests }: ScimServer) =>
    requests.filter(({ method, url }) => method === 'PATCH' && url.includes('/Groups/'));
  const membersOf = ({ groups }: ScimServer) => groups.get('staff').members ?? [];
  const failures = (ended: readonly PromiseSettledResult<unknown>[]) =>
    ended.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));

  test('where many come and go at once, in few requests', async () => {
    await using server = await scimServer();
    const target = connected(server);
    const ids = await Promise.all(people.map((person) => target.create(person, staff)));
    assert.equal(membersOf(server).length, people.length);
    assert.ok(changes(server).length <= 5, `${changes(server).length} requests`);

    server.requests.length = 0;
    await Promise.all(
      ids.map(async (id) => {
        const observed = await target.read(id, staff);
        assert.ok(observed);
        await target.leave(observed, ['group:staff'], 'deactivate', call);
      }),
    );
    assert.deepEqual(membersOf(server), []);
    assert.ok(changes(server).length <= 5, `${changes(server).length} requests`);
  });

  test('as a list of values, where that is declared', async () => {
    await using server = await scimServer();
    const target = connected(server, { removals: 'list' });
    const ids = await Promise.all(people.slice(0, 3).map((one) => target.create(one, staff)));
    const [observed] = await Promise.all(ids.map((id) => target.read(id, staff)));
    assert.ok(observed);
    await target.leave(observed, ['group:staff'], 'deactivate', call);
    assert.deepEqual(
      membersOf(server)
        .map(({ value }: { value: string }) => value)
        .toSorted(),
      ids.slice(1).toSorted(),
    );
  });

  test('no more than is declared in one request', async () => {
    await using server = await scimServer();
    const target = connected(server, { membersPerRequest: '4' });
    await Promise.all(people.map((person) => target.create(person, staff)));
    assert.equal(membersOf(server).length, people.length);
    assert.ok(changes(server).length >= 5, `${changes(server).length} requests`);
  });

  test('one who is refused keeps nobody else out', async () => {
    await using server = await scimServer();
    const target = connected(server);
    const many = ({ method, url }: ScimRequest) => method === 'PATCH' && url.includes('/Groups/');
    for (let times = 0; times < 3; times += 1) server.misbehave(many, { status: 400 });
    const ended = await Promise.allSettled(people.map((person) => target.create(person, staff)));
    const refused = failures(ended);
    assert.ok(refused.length > 0 && refused.length <= 3);
    assert.equal(membersOf(server).length, people.length - refused.length);
  });

  test('a request for several that fails is one failure, and the others wait', async () => {
    await using server = await scimServer();
    const target = connected(server);
    const many = ({ method, url }: ScimRequest) => method === 'PATCH' && url.includes('/Groups/');
    for (let times = 0; times < 9; times += 1) server.misbehave(many, { status: 500 });
    const failed = failures(
      await Promise.allSettled(people.map((person) => target.create(person, staff))),
    );
    assert.equal(failed.length, people.length);
    const counted = failed.filter(({ pauseMs }) => pauseMs === null);
    assert.equal(counted.length, changes(server).length);
    assert.ok(counted.length <= 5);
  });
});

test('a filter for members that fails once is asked again, and takes nobody for no member', async () => {
  await using server = await scimServer();
  const target = connected(server);
  const id = server.addUser({ userName: 'ada@example.com', active: true });
  server.groups.get('staff').members.push({ value: id, type: 'User' });
  const held = async () => (await target.read(id, staff))?.memberships;
  assert.deepEqual(await held(), ['group:staff']);
  server.misbehave(({ url }) => url.includes('/Groups?'), { status: 500 });
  assert.equal((await refusal(held())).kind, 'transient');
  assert.deepEqual(await held(), ['group:staff']);
});

test('names are read in any case, but for those of an extension of the server’s own', () => {
  const answer = {
    USERNAME: 'ada',
    [enterpriseSchema.toUpperCase()]: { DEPARTMENT: 'Maths' },
    'urn:example:User': { Department: 'Engines', CostCenter: '7' },
  };
  assert.deepEqual(usual(answer), {
    userName: 'ada',
    [enterpriseSchema]: { department: 'Maths' },
    'urn:example:User': { Department: 'Engines', CostCenter: '7' },
  });
});

suite('a PUT never writes over what somebody else changed meanwhile', { concurrency: 2 }, () => {
  /** A Rollcall, which tells versions, written by PUT; once, right after a read of this kind, something happens. */
  async function versioned(world: World, path: string, meddle: () => Promise<unknown>) {
    const { token } = await connect(world.pool, world);
    const baseUrl = `${world.origin}/scim/v2/${world.sourceId}`;
    let meddled = false;
    const meddling: typeof fetch = async (url, init) => {
      const answer = await fetch(url, init);
      const isMeant = (init?.method ?? 'GET') === 'GET' && String(url).includes(path);
      if (isMeant && !meddled) {
        meddled = true;
        await meddle();
      }
      return answer;
    };
    const settings = { baseUrl, token, updates: 'put', groupUpdates: 'put' };
    return scim.connect(settings, { ...io, fetch: meddling });
  }

  test('of a user: who looks again writes its own', async () => {
    await using world = await testWorld();
    const id = await push(world, userNamed('Ada', { nickName: 'Augusta' }));
    const meddle = () => patch(world, id, { nickName: 'Enchantress' });
    const target = await versioned(world, '/Users/', meddle);
    const write = async () => {
      const observed = await target.read(id, call);
      assert.ok(observed);
      const account = { ...ada, email: String(observed.email), memberships: [] };
      await target.update(observed, account, difference(account, observed, []), call);
    };
    const { kind, message } = await refusal(write());
    assert.equal(kind, 'transient');
    assert.match(message, /changed there meanwhile/);
    await write();
    const { nickName, displayName } = (await world.scim('GET', `/Users/${id}`)).body;
    assert.deepEqual([nickName, displayName], ['Enchantress', 'Ada Lovelace']);
  });

  test('of a group: who joined between the two stays', async () => {
    await using world = await testWorld();
    const [one, other] = [await push(world, userNamed('Ada')), await push(world, userNamed('Bob'))];
    const schemas = ['urn:ietf:params:scim:schemas:core:2.0:Group'];
    const made = await world.scim('POST', '/Groups', { schemas, displayName: 'Chess' });
    const path = `/Groups/${made.body.id}`;
    const joins = { op: 'add', path: 'members', value: [{ value: other }] };
    const target = await versioned(world, path, () => world.scim('PATCH', path, patchOf(joins)));
    const observed = await target.read(one, call);
    assert.ok(observed);
    const change = { claim: false, cancelErasure: false, attributes: {}, revoke: [] };
    const grant = [`group:${made.body.id}`];
    await target.update(observed, { ...ada, memberships: grant }, { ...change, grant }, call);
    const { members } = (await world.scim('GET', path)).body;
    assert.deepEqual(
      members.map(({ value }: { value: string }) => value).toSorted(),
      [one, other].toSorted(),
    );
  });
});

test('a server that wants active as a text gets it, and is understood', async () => {
  await using server = await scimServer();
  const target = connected(server, { active: 'string' });
  // This one wants the boolean, and says what it got.
  const failed = await refusal(target.create({ ...ada, memberships: [] }, call));
  assert.match(failed.message, /'active' expected value type 'boolean' but found type 'string'/);
  assert.equal(isActive({ active: 'False' }), false);
  assert.equal(isActive({ active: 'True' }), true);
});

test('an OAuth client gets a token, and another when that is revoked', async () => {
  await using server = await scimServer();
  let given = 0;
  const tokens = createServer((request, response) => {
    let form = '';
    request.on('data', (chunk) => {
      form += chunk;
    });
    request.on('end', () => {
      const basic = `Basic ${Buffer.from('rollcall:a%20secret').toString('base64')}`;
      if (
        request.headers.authorization !== basic ||
        !form.includes('grant_type=client_credentials')
      )
        return response.writeHead(401).end('{}');
      given += 1;
      response.end(
        JSON.stringify({ access_token: server.token, token_type: 'Bearer', expires_in: 3600 }),
      );
    });
  }).listen(0, '127.0.0.1');
  await once(tokens, 'listening');
  try {
    const tokenUrl = `http://127.0.0.1:${(tokens.address() as AddressInfo).port}/token`;
    const client = { token: '', tokenUrl, clientId: 'rollcall', clientSecret: 'a secret' };
    const target = connected(server, client);
    await Promise.all([target.test(call), target.find(ada, ['email'], call)]);
    assert.equal(given, 1, 'one token does for both');
    server.misbehave(() => true, { status: 401 });
    assert.deepEqual(await target.find(ada, ['email'], call), []);
    assert.equal(given, 2);
    const wrong = connected(server, { ...client, clientSecret: 'mistyped' });
    const failed = await refusal(wrong.test(call));
    assert.deepEqual([failed.kind, failed.code], ['misconfigured', 'credentials']);
  } finally {
    tokens.close();
  }
});

test('a policy cannot map to what has no place, or has one already', () => {
  for (const name of ['name[', 'id', 'emails', 'groups', 'phoneNumbers[type eq work].value', ''])
    assert.match(scim.otherAttributes.check(name) ?? '', /^must be a path/, name);
  for (const name of ['title', 'name.givenName', ...Object.keys(attributes)])
    assert.equal(scim.otherAttributes.check(name), null, name);
});
