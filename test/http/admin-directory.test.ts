/** The directory: people and groups of our own, applications, and policies that assign a group to one. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createTenant } from '../../src/directory/tenants.ts';
import { waitFor } from '../support/wait.ts';
import {
  type Answer,
  connect,
  request,
  testSecrets,
  testWorld,
  userNamed,
  type World,
} from '../support/world.ts';

type Ask = (method: string, path: string, body?: object) => Promise<Answer>;

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** A tenant with a directory and nothing else, beside that of a shop, in one Rollcall. */
async function directory(world: World) {
  const shop = { shop: 'directory.myshopify.com', origin: world.store.origin, accessToken: 'none' };
  const made = await createTenant(world.pool, testSecrets, {
    name: 'Staff',
    shop,
    switches: 'off',
  });
  const key = [made.tenantId, made.destinationId];
  await world.pool.query('delete from destinations where tenant_id = $1 and id = $2', key);
  const ask: Ask = (method, path, body) =>
    request(`${world.origin}/api/tenants/${made.tenantId}${path}`, {
      method,
      body,
      headers: { 'content-type': 'application/json' },
    });
  const user = async (name: string) => {
    const { status, body } = await ask('POST', '/directory/Users', userNamed(name));
    assert.equal(status, 201, JSON.stringify(body));
    return String(body.id);
  };
  const group = async (displayName: string, members: readonly string[] = []) => {
    const schemas = ['urn:ietf:params:scim:schemas:core:2.0:Group'];
    const value = members.map((id) => ({ value: id }));
    const made = await ask('POST', '/directory/Groups', { schemas, displayName, members: value });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    return String(made.body.id);
  };
  const patch = (path: string, ...Operations: readonly object[]) =>
    ask('PATCH', `/directory${path}`, {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations,
    });
  return { ...made, ask, user, group, patch };
}

/** The application *SCIM Server (Destination)* that is the SCIM connection of the shop's tenant. */
async function application(world: World, { ask }: { readonly ask: Ask }) {
  const { token } = await connect(world.pool, world);
  const { status, body } = await ask('POST', '/destinations', {
    connector: 'scim',
    name: 'The shop',
    settings: { baseUrl: `${world.origin}/scim/v2/${world.sourceId}`, token },
    state: 'active',
    scope: 'policies',
  });
  assert.equal(status, 201, JSON.stringify(body));
  const id = String(body.id);
  // Leaving is not made to wait in a test.
  const policy = { ...body.policy, settleMs: 0 };
  const changed = await ask('PUT', `/destinations/${id}/policy`, { policy });
  assert.equal(changed.status, 200, JSON.stringify(changed.body));
  return id;
}

const ada = 'ada.lovelace@example.com';

suite('the directory', { concurrency: 2 }, () => {
  test('is SCIM behind the guard of the admin API, and nobody else’s', async () => {
    await using world = await testWorld();
    const { ask, user, tenantId } = await directory(world);
    const id = await user('Ada');
    const filter = encodeURIComponent('userName sw "ada"');
    const found = await ask('GET', `/directory/Users?filter=${filter}`);
    assert.deepEqual(
      found.body.Resources.map((one: { id: string }) => one.id),
      [id],
    );
    const taken = await ask('POST', '/directory/Users', userNamed('Ada'));
    assert.deepEqual([taken.status, taken.body.scimType], [409, 'uniqueness']);
    assert.match(
      found.body.Resources[0].meta.location,
      new RegExp(`/api/tenants/${tenantId}/directory/Users/`),
    );
    const other = `${world.origin}/api/tenants/${world.tenantId}/directory/Users/${id}`;
    assert.equal((await request(other, { method: 'GET' })).status, 404);
    const nobody = `${world.origin}/api/tenants/nobody/directory/Users`;
    assert.equal((await request(nobody, { method: 'GET' })).status, 404);
  });

  test('finds users by the beginnings of their words, in the order of their userNames', async () => {
    await using world = await testWorld();
    const { ask, user, group, tenantId } = await directory(world);
    const [, ada] = [await user('Grace'), await user('Ada'), await user('Adèle')];
    await group('Engineers', [ada]);
    const search = async (query: string) => {
      const { status, body } = await ask('GET', `/directory/search?${query}`);
      assert.equal(status, 200, JSON.stringify(body));
      return body;
    };
    const names = async (query: string) =>
      (await search(query)).Resources.map(
        ({ name }: { name: { givenName: string } }) => name.givenName,
      );
    assert.deepEqual(await names('query=ad'), ['Ada', 'Adèle']);
    assert.deepEqual(await names('query=LOVE+ade'), ['Adèle']);
    assert.deepEqual(await names('query=love&startIndex=2&count=1'), ['Adèle']);
    assert.deepEqual(await names('query=ovelace'), []);
    assert.deepEqual(await names('query=..'), []);
    const found = await search('query=love&count=2');
    assert.deepEqual([found.totalResults, found.more, found.itemsPerPage], [3, false, 2]);
    const [first] = found.Resources;
    const { groups, ...whole } = (await ask('GET', `/directory/Users/${ada}`)).body;
    assert.equal(groups.length, 1);
    assert.deepEqual({ ...first, meta: { ...first.meta, version: whole.meta.version } }, whole);

    for (const query of ['', 'query=a&startIndex=0', 'query=a&count=501', 'query=a&filter=b'])
      assert.equal((await ask('GET', `/directory/search?${query}`)).status, 400, query);
    const stranger = `${world.origin}/api/tenants/${world.tenantId}/directory/search?query=love`;
    assert.equal((await request(stranger, { method: 'GET' })).body.totalResults, 0);

    // Of 40,000 more the last 2,500 in the order are called `late`, the last 35,000 `elder`, every tenth `tenth`.
    await world.pool.query(
      `insert into resources (tenant_id, source_id, type, id, user_name, words, data, created_at, last_modified)
       select $1, (select id from sources where tenant_id = $1 and kind = 'local'), 'User', gen_random_uuid(),
              'user' || lpad(n::text, 5, '0'), array_to_tsvector(array_remove(array[$1 || '/user',
                case when n > 37500 then $1 || '/late' end, case when n > 5000 then $1 || '/elder' end,
                case when n % 10 = 0 then $1 || '/tenth' end], null)),
              jsonb_build_object('userName', 'user' || n), now(), now() from generate_series(1, 40000) n`,
      [tenantId],
    );
    for (const [query, ...expected] of [
      ['query=user', 1, 2],
      ['query=late', 37501, 37502],
      ['query=elder', 5001, 5002],
      ['query=late&startIndex=1951', 39451, 39452],
      ['query=tenth', 10, 20],
      ['query=tenth&startIndex=1951', 19510, 19520],
    ] as const) {
      const { Resources, ...head } = await search(`${query}&count=2`);
      assert.deepEqual([head.totalResults, head.more], [2000, true], query);
      assert.deepEqual(
        Resources.map(({ userName }: { userName: string }) => userName),
        expected.map((n) => `user${n}`),
        query,
      );
    }
  });

  test('gives back whom it deleted, with their groups', async () => {
    await using world = await testWorld();
    const { ask, user, group } = await directory(world);
    const id = await user('Ada');
    const staff = await group('Staff', [id]);
    assert.equal((await ask('DELETE', `/directory/Users/${id}`)).status, 204);
    assert.equal((await ask('GET', `/directory/Users/${id}`)).status, 404);
    const { deleted } = (await ask('GET', '/directory/deleted-users')).body;
    assert.deepEqual(
      deleted.map((one: { userName: string; deletedBy: string }) => [one.userName, one.deletedBy]),
      [[ada, 'admin']],
    );
    const back = await ask('POST', `/directory/deleted-users/${id}/restore`, {});
    assert.equal(back.status, 200, JSON.stringify(back.body));
    const { members } = (await ask('GET', `/directory/Groups/${staff}`)).body;
    assert.deepEqual(
      members.map((one: { value: string }) => one.value),
      [back.body.id],
    );
    assert.deepEqual((await ask('GET', '/directory/deleted-users')).body.deleted, []);
    assert.equal((await ask('POST', `/directory/deleted-users/${id}/restore`, {})).status, 404);
    assert.equal((await ask('POST', '/directory/deleted-users/nobody/restore', {})).status, 404);
  });

  test('keeps whom several requests delete at once, and goes on with a restoring that was cut short', async () => {
    await using world = await testWorld();
    const { ask, user, group, tenantId } = await directory(world);
    const id = await user('Ada');
    const staff = await group('Staff', [id]);
    const answers = await Promise.all(
      [1, 2, 3, 4].map(() => ask('DELETE', `/directory/Users/${id}`)),
    );
    assert.deepEqual(answers.map(({ status }) => status).sort(), [204, 404, 404, 404]);
    const listed = async () => (await ask('GET', '/directory/deleted-users')).body.deleted.length;
    assert.equal(await listed(), 1);
    const back = await ask('POST', `/directory/deleted-users/${id}/restore`, {});
    // As if it had ended between the user and their groups.
    await ask('PATCH', `/directory/Groups/${staff}`, {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'remove', path: 'members' }],
    });
    await world.pool.query(
      `insert into deleted_users (tenant_id, id, user_name, data, groups, deleted_at, deleted_by, restored_as)
       values ($1, $2, 'ada', '{}', $3, now(), 'admin', $4)`,
      [tenantId, id, [staff], back.body.id],
    );
    const again = await ask('POST', `/directory/deleted-users/${id}/restore`, {});
    assert.deepEqual([again.status, again.body.id], [200, back.body.id]);
    assert.equal((await ask('GET', `/directory/Groups/${staff}`)).body.members.length, 1);
    assert.equal(await listed(), 0);
  });
});

/** Sends a file, and gives what is told of it. */
async function sendFile(ask: Ask, csv: string, how: 'preview' | 'import') {
  const { status, body } = await ask('POST', '/directory/users-import', { csv, how });
  assert.equal(status, 200, JSON.stringify(body));
  const events = String(body)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const lines = events.filter(({ type }) => type === 'line');
  return { counts: events.at(-1).counts, lines };
}

suite('a file of users', { concurrency: 2 }, () => {
  const csv = [
    'userName,givenName,familyName,department,active,groups',
    'ada@example.com,Ada,Lovelace,Engineering,,Staff;Analysts',
    'grace@example.com,Grace,Hopper,"Navy, retired",false,Staff',
    'ada@example.com,Ada,Again,,,',
    'alan@example.com,Alan,Turing,,perhaps,',
  ].join('\r\n');

  test('is previewed without a change, taken in, and the second time changes nothing', async () => {
    await using world = await testWorld();
    const { ask } = await directory(world);
    const expected = { create: 2, update: 0, nothing: 0, refused: 2 };
    const preview = await sendFile(ask, csv, 'preview');
    assert.deepEqual(preview.counts, expected);
    assert.deepEqual(
      preview.lines.map(({ line, effect }) => [line, effect]),
      [
        [2, 'create'],
        [3, 'create'],
        [4, 'refused'],
        [5, 'refused'],
      ],
    );
    assert.equal((await ask('GET', '/directory/Users')).body.totalResults, 0);
    assert.deepEqual((await sendFile(ask, csv, 'import')).counts, expected);
    const again = await sendFile(ask, csv, 'import');
    assert.deepEqual(again.counts, { create: 0, update: 0, nothing: 2, refused: 2 });
    const { Resources } = (await ask('GET', '/directory/Users?sortBy=userName')).body;
    assert.deepEqual(
      Resources.map((user: Record<string, never>) => [user.userName, user.active]),
      [
        ['ada@example.com', true],
        ['grace@example.com', false],
      ],
    );
    assert.deepEqual(
      Resources[0].groups.map(({ display }: { display: string }) => display).sort(),
      ['Analysts', 'Staff'],
    );
  });

  test('changes what it names and nothing else, and the file that is given out can be sent back', async () => {
    await using world = await testWorld();
    const { ask } = await directory(world);
    await sendFile(ask, csv, 'import');
    const some = 'userName,department,groups\nADA@example.com,=Research,Analysts\n';
    assert.deepEqual((await sendFile(ask, some, 'import')).counts.update, 1);
    const file = String((await ask('GET', '/directory/users.csv')).body);
    assert.match(
      file,
      /ada@example\.com,ada@example\.com,Ada,Lovelace,,,,'=Research,,,,,,,,,,,,,,,true,Analysts/,
    );
    assert.match(file, /"Navy, retired",,,,,,,,,,,,,,,false,Staff/);
    assert.deepEqual((await sendFile(ask, file, 'import')).counts, {
      ...{ create: 0, update: 0, nothing: 2, refused: 0 },
    });
  });

  test('has everything that the page of a user has, and given back changes nothing', async () => {
    await using world = await testWorld();
    const { ask } = await directory(world);
    const { sourceId } = (await ask('GET', '/directory/sign-in-settings')).body;
    const attribute = (name: string, type: string, more: object = {}) => ({
      ...{ name, type, multiValued: false, mutability: 'readWrite', returned: 'default', ...more },
    });
    const urn = 'urn:example:2.0:Staff';
    const defined = await ask('PUT', `/sources/${sourceId}/schemas/${urn}`, {
      ...{ id: urn, name: 'Staff', resourceType: 'User' },
      attributes: [
        attribute('badge', 'integer'),
        attribute('remote', 'boolean'),
        attribute('skills', 'string', { multiValued: true }),
        attribute('desk', 'complex', { subAttributes: [attribute('floor', 'string')] }),
      ],
    });
    assert.equal(defined.status, 201, JSON.stringify(defined.body));
    const columns = [
      ...['userName', 'nickName', 'title', 'division', 'organization', 'costCenter'],
      ...['employeeNumber', 'manager', 'phone', 'mobile', 'streetAddress', 'locality', 'region'],
      ...['postalCode', 'country', 'preferredLanguage', 'timezone'],
      ...['badge', `${urn}:remote`, 'skills', 'desk'],
    ];
    const ada = [
      ...['ada@example.com', 'Countess', 'Analyst', 'Engines', 'Analytical', '42'],
      ...[
        '1815',
        'Grace@example.com',
        '+44 20 7946 0000',
        '+44 7700 900000',
        "'-1 St James",
        'London',
      ],
      ...['England', 'SW1Y', 'GB', 'en-GB', 'Europe/London'],
      ...['7', 'yes', 'chess;a\\;b', '"{""floor"":""2nd""}"'],
    ];
    const grace = ['grace@example.com', ...Array(columns.length - 1).fill('')];
    const csv = [columns, ada, grace].map((line) => line.join(',')).join('\n');
    for (const how of ['preview', 'import'] as const)
      assert.deepEqual(
        (await sendFile(ask, csv, how)).counts,
        { create: 2, update: 0, nothing: 0, refused: 0 },
        'also of a manager in a later line',
      );
    const list = (await ask('GET', '/directory/Users?sortBy=userName')).body.Resources;
    const [made, boss] = list;
    assert.deepEqual(made[urn], {
      badge: 7,
      remote: true,
      skills: ['chess', 'a;b'],
      desk: { floor: '2nd' },
    });
    assert.equal(made[enterprise].manager.value, boss.id);
    assert.deepEqual(made.addresses, [
      {
        ...{ type: 'work', streetAddress: '-1 St James', locality: 'London', region: 'England' },
        ...{ postalCode: 'SW1Y', country: 'GB' },
      },
    ]);
    // What the file does not show stays as it is, and a manager who is gone is no fault.
    const more = [
      { op: 'add', path: 'emails', value: [{ type: 'home', value: 'ada@home.example' }] },
      { op: 'add', path: 'phoneNumbers', value: [{ type: 'fax', value: '+44 20 7946 0001' }] },
      { op: 'replace', path: 'displayName', value: "'=Ada " },
    ];
    const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp'];
    await ask('PATCH', `/directory/Users/${made.id}`, { schemas, Operations: more });
    await ask('DELETE', `/directory/Users/${boss.id}`);
    const before = (await ask('GET', `/directory/Users/${made.id}`)).body;
    const file = String((await ask('GET', '/directory/users.csv')).body);
    const again = await sendFile(ask, file, 'import');
    assert.deepEqual([again.counts.nothing, again.lines], [1, []]);
    assert.deepEqual((await ask('GET', `/directory/Users/${made.id}`)).body, before);

    const less =
      'userName,email,phone,streetAddress,locality,region,postalCode,country,skills,manager\nada@example.com,ada@new.example,,,,,,,,';
    assert.equal((await sendFile(ask, less, 'import')).counts.update, 1);
    const { emails, phoneNumbers, addresses, ...after } = (
      await ask('GET', `/directory/Users/${made.id}`)
    ).body;
    const values = (all: readonly { value: string }[]) => all.map(({ value }) => value);
    assert.deepEqual(values(emails), ['ada@new.example', 'ada@home.example']);
    assert.deepEqual(values(phoneNumbers).toSorted(), ['+44 20 7946 0001', '+44 7700 900000']);
    assert.equal(addresses, undefined);
    assert.equal(after[urn].skills, undefined);
    assert.equal(after[enterprise].manager, undefined);
  });

  test('says in which line and column what cannot be is, before anything is written', async () => {
    await using world = await testWorld();
    const { ask } = await directory(world);
    const long = 'x'.repeat(5_000);
    const csv = [
      'userName,email,manager,active',
      `ada@example.com,${long},,`,
      'bob@example.com,,nobody@example.com,',
      'cay@example.com,,,perhaps',
      'dee@example.com,,ada@example.com,',
    ].join('\n');
    const { lines } = await sendFile(ask, csv, 'preview');
    assert.deepEqual(
      lines.map(({ line, effect }) => [line, effect]),
      [...[2, 3, 4].map((line) => [line, 'refused']), [5, 'create']],
    );
    const [email, manager, active] = lines.map(({ detail }) => detail);
    assert.match(email, /^email: has 5000 characters/);
    assert.match(manager, /^manager: there is no user nobody@example.com/);
    assert.match(active, /^active: "perhaps" must be true or false/);
    const imported = await sendFile(ask, csv, 'import');
    assert.deepEqual(imported.counts, { create: 0, update: 0, nothing: 0, refused: 4 });
    assert.match(
      imported.lines.at(-1).detail,
      /^manager: there is no user ada@example.com.*All else/,
    );
    assert.equal((await ask('GET', '/directory/Users')).body.totalResults, 1);
  });

  test('keeps people in groups whose names have a semicolon', async () => {
    await using world = await testWorld();
    const { ask, user, group } = await directory(world);
    const id = await user('Ada');
    for (const name of ['Review; EMEA', 'a\\b', 'Plain']) await group(name, [id]);
    const file = String((await ask('GET', '/directory/users.csv')).body);
    const { counts, lines } = await sendFile(ask, file, 'preview');
    assert.deepEqual([counts.nothing, lines], [1, []]);
  });

  test('of very many lines is refused, and lets others have their turn meanwhile', async () => {
    await using world = await testWorld();
    const { ask } = await directory(world);
    const csv = `userName\n${'a\n'.repeat(1_000_000)}`;
    const refused = ask('POST', '/directory/users-import', { csv, how: 'preview' });
    const second = await ask('POST', '/directory/users-import', { csv, how: 'preview' });
    assert.ok([400, 409].includes(second.status));
    const { status, body } = await refused;
    assert.ok([400, 409].includes(status));
    assert.match(`${body.detail} ${second.body.detail}`, /more than 100000 users/);
    assert.equal((await sendFile(ask, 'userName\nada', 'import')).counts.create, 1);
  });

  test('that cannot be read is refused as a whole, with what is wrong', async () => {
    await using world = await testWorld();
    const { ask } = await directory(world);
    for (const [bad, words] of [
      ['', /no lines/],
      ['givenName\nAda', /no column userName/],
      ['userName,shoeSize\nada,7', /"shoeSize".*not known/],
      ['userName,title\nada,"open', /comma-separated/],
    ] as const) {
      const { status, body } = await ask('POST', '/directory/users-import', {
        ...{ csv: bad, how: 'import' },
      });
      assert.equal(status, 400, bad);
      assert.match(body.detail, words);
    }
  });
});

suite('an App Login Policy', { concurrency: 2 }, () => {
  test('makes the members of its group customers of the shop; who leaves is deactivated, who returns is the same', async () => {
    await using world = await testWorld();
    const its = await directory(world);
    const app = await application(world, its);
    const id = await its.user('Ada');
    await its.user('Grace Hopper');
    const customers = await its.group('Customers');
    const made = await its.ask('POST', '/app-policies', {
      name: 'Customers to the shop',
      destinationId: app,
      groupId: customers,
    });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    assert.equal(await world.store.customer(ada), undefined);

    const join = { op: 'add', path: 'members', value: [{ value: id }] };
    assert.equal((await its.patch(`/Groups/${customers}`, join)).status, 204);
    await waitFor('the customer', () => world.store.customer(ada));
    const first = await world.store.customer(ada);
    assert.equal(await world.store.customer('grace.hopper@example.com'), undefined);

    await its.patch(`/Groups/${customers}`, { op: 'remove', path: `members[value eq "${id}"]` });
    const inactive = async () =>
      (await world.store.customer(ada))?.tags.some((tag) => /inactive/i.test(tag));
    await waitFor('the customer to be deactivated', inactive);
    await its.patch(`/Groups/${customers}`, join);
    await waitFor('the customer to be back', async () => !(await inactive()));
    assert.equal((await world.store.customer(ada))?.id, first?.id);
  });

  test('is one of several: who has the application by another one keeps it', async () => {
    await using world = await testWorld();
    const its = await directory(world);
    const app = await application(world, its);
    const id = await its.user('Ada');
    const policies: string[] = [];
    for (const name of ['Customers', 'Partners']) {
      const groupId = await its.group(name, [id]);
      const made = await its.ask('POST', '/app-policies', { name, destinationId: app, groupId });
      assert.equal(made.status, 201, JSON.stringify(made.body));
      policies.push(made.body.id);
      const again = await its.ask('POST', '/app-policies', { name, destinationId: app, groupId });
      assert.equal(again.status, 409);
    }
    await waitFor('the customer', () => world.store.customer(ada));
    await world.settled(); // that she is there is written down a moment later
    const covered = async () => {
      const { body } = await its.ask('GET', `/destinations/${app}`);
      return body.policy.groups.map((group: { name: string }) => group.name);
    };
    assert.deepEqual(await covered(), ['Customers', 'Partners']);
    const { status, body } = await its.ask('DELETE', `/app-policies/${policies[0]}`);
    assert.equal(status, 200, JSON.stringify(body));
    assert.deepEqual([await covered(), body.effect.leave], [['Partners'], 0]);
    const last = await its.ask('DELETE', `/app-policies/${policies[1]}`);
    assert.deepEqual([await covered(), last.body.effect.leave], [[], 1]);
    assert.equal((await its.ask('DELETE', `/app-policies/${policies[1]}`)).status, 404);
  });

  test('is not undone by others that are made at once, nor by a policy of the application that is out of date', async () => {
    await using world = await testWorld();
    const its = await directory(world);
    const app = await application(world, its);
    const stale = (await its.ask('GET', `/destinations/${app}`)).body.policy;
    const names = ['A', 'B', 'C', 'D'];
    const groups = await Promise.all(names.map((name) => its.group(name)));
    const made = await Promise.all(
      groups.map((groupId, index) =>
        its.ask('POST', '/app-policies', { name: names[index] ?? '', destinationId: app, groupId }),
      ),
    );
    assert.deepEqual(
      made.map(({ status }) => status),
      [201, 201, 201, 201],
    );
    const scope = async () =>
      (await its.ask('GET', `/destinations/${app}`)).body.policy.groups
        .map((group: { name: string }) => group.name)
        .sort();
    assert.deepEqual(await scope(), names);
    for (const policy of [stale, { ...stale, groups: null }]) {
      const refused = await its.ask('PUT', `/destinations/${app}/policy`, { policy });
      assert.equal(refused.status, 409);
      assert.match(refused.body.detail, /App Login Policies/);
    }
    assert.deepEqual(await scope(), names);
    const removed = await Promise.all(
      made.slice(0, 3).map(({ body }) => its.ask('DELETE', `/app-policies/${body.id}`)),
    );
    assert.deepEqual(
      removed.map(({ status }) => status),
      [200, 200, 200],
    );
    assert.deepEqual(await scope(), ['D']);
  });

  test('keeps its group from being deleted', async () => {
    await using world = await testWorld();
    const its = await directory(world);
    const app = await application(world, its);
    const groupId = await its.group('Customers');
    const body = { name: 'Customers to the shop', destinationId: app, groupId };
    const { id } = (await its.ask('POST', '/app-policies', body)).body;
    const kept = await its.ask('DELETE', `/directory/Groups/${groupId}`);
    assert.equal(kept.status, 409);
    assert.match(kept.body.detail, /“Customers to the shop”/);
    assert.equal((await its.ask('DELETE', `/app-policies/${id}`)).status, 200);
    assert.equal((await its.ask('DELETE', `/directory/Groups/${groupId}`)).status, 204);
  });
});
