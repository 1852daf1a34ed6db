/** Lists over HTTP: filters on memberships, sorting, paging by index, the root (RFC 7644 §3.4.2, §3.4.3). */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Answer, testWorld, userNamed, type World } from '../support/world.ts';

const searchRequest = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';
const groupSchema = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

let world: World;
/** Ids by name. */
const ids: Record<string, string> = {};

before(async () => {
  world = await testWorld();
  const user = async (name: string, more: object) => {
    ids[name] = (await world.scim('POST', '/Users', userNamed(`${name} Hopper`, more))).body.id;
  };
  await user('Ada', { title: 'Countess', nickName: 'b', active: false });
  await user('Bob', {
    displayName: 'bob',
    nickName: 'A',
    emails: [{ value: 'z@example.com' }, { value: 'a@example.com', primary: true }],
  });
  await user('Cyd', { displayName: 'Alice' });
  const group = async (displayName: string, members: readonly unknown[]) => {
    const body = { schemas: [groupSchema], displayName, members };
    ids[displayName] = (await world.scim('POST', '/Groups', body)).body.id;
  };
  await group('Analysts', [{ value: ids.Ada }, { value: 'Nobody' }]);
  await group('Staff', [{ value: ids.Analysts }, { value: ids.Bob }]);
  await group('Empty', []);
});
after(() => world.close());

const asked = (path: string, query: Record<string, string>): Promise<Answer> =>
  world.scim('GET', `${path}?${new URLSearchParams(query)}`);

const nameOf = (id: string) => Object.keys(ids).find((name) => ids[name] === id) ?? id;

async function listed(path: string, query: Record<string, string>): Promise<readonly string[]> {
  const { status, body } = await asked(path, query);
  assert.equal(status, 200, JSON.stringify(body));
  assert.equal(body.itemsPerPage, body.Resources.length);
  return body.Resources.map(({ id }: { id: string }) => nameOf(id));
}

const refused = async (path: string, query: Record<string, string>, scimType: string) => {
  const { status, body } = await asked(path, query);
  assert.deepEqual([status, body.scimType], [400, scimType], JSON.stringify(query));
};

test('groups are found by their members, users by their groups (RFC 7644 §3.4.2.2)', async () => {
  const groups: readonly (readonly [string, readonly string[]])[] = [
    [`members.value eq "${ids.Ada}"`, ['Analysts']],
    [`members[value eq "${ids.Ada?.toUpperCase()}"]`, ['Analysts']],
    ['members eq "nobody"', ['Analysts']],
    ['members[value eq "nobody" and type pr]', []],
    ['members.type eq "Group"', ['Staff']],
    [`members.$ref co "/Users/${ids.Bob}"`, ['Staff']],
    ['not (members pr)', ['Empty']],
    [`id eq "${ids.Staff}" and members eq "${ids.Bob}"`, ['Staff']],
    [`${groupSchema}:members.value eq "${ids.Bob}"`, ['Staff']],
  ];
  for (const [filter, expected] of groups)
    assert.deepEqual(await listed('/Groups', { filter }), expected, filter);
  const users: readonly (readonly [string, readonly string[]])[] = [
    [`groups.value eq "${ids.Staff}"`, ['Ada', 'Bob']],
    [`groups[value eq "${ids.Staff}" and type eq "direct"]`, ['Bob']],
    ['groups.display eq "analysts"', ['Ada']],
    ['not (groups pr)', ['Cyd']],
    [`groups eq "${ids.Empty}"`, []],
  ];
  for (const [filter, expected] of users)
    assert.deepEqual(await listed('/Users', { filter }), expected, filter);
});

test('a list has the groups of users and the members of groups as a read has them', async () => {
  for (const path of ['/Users', '/Groups']) {
    const { body } = await asked(path, {});
    for (const resource of body.Resources)
      assert.deepEqual(resource, (await world.scim('GET', `${path}/${resource.id}`)).body);
  }
  const { body } = await asked('/Groups', { excludedAttributes: 'members' });
  assert.ok(body.Resources.every((group: object) => !('members' in group)));
});

test('everything of meta can be asked for (RFC 7643 §3.1)', async () => {
  const { body } = await world.scim('GET', `/Users/${ids.Ada}`);
  const found = [
    `meta.location eq "${body.meta.location}"`,
    `meta.created eq "${body.meta.created}" and id eq "${ids.Ada}"`,
    `meta[resourceType eq "User" and location eq "${body.meta.location}"]`,
    `meta pr and meta.version eq "W/\\"1\\"" and userName sw "ada"`,
  ];
  for (const filter of found) assert.deepEqual(await listed('/Users', { filter }), ['Ada'], filter);
  const none = [`id eq "${ids.Ada?.toUpperCase()}"`, 'meta.resourceType eq "user"'];
  for (const filter of none) assert.deepEqual(await listed('/Users', { filter }), [], filter);
});

test('users without the attribute come last ascending and first descending (RFC 7644 §3.4.2.3)', async () => {
  const orders: readonly (readonly [Record<string, string>, readonly string[]])[] = [
    [{ sortBy: 'userName' }, ['Ada', 'Bob', 'Cyd']],
    [{ sortBy: 'USERNAME', sortOrder: 'descending' }, ['Cyd', 'Bob', 'Ada']],
    // Case does not count, and the primary address does.
    [{ sortBy: 'displayName' }, ['Cyd', 'Bob', 'Ada']],
    [{ sortBy: 'displayName', sortOrder: 'descending' }, ['Ada', 'Bob', 'Cyd']],
    [{ sortBy: 'nickName', sortOrder: 'ascending' }, ['Bob', 'Ada', 'Cyd']],
    [{ sortBy: 'emails' }, ['Bob', 'Ada', 'Cyd']],
    [{ sortBy: 'emails.value', sortOrder: 'descending' }, ['Cyd', 'Ada', 'Bob']],
    [{ sortBy: 'active' }, ['Ada', 'Bob', 'Cyd']],
    [{ sortBy: 'name.givenName', sortOrder: 'descending' }, ['Cyd', 'Bob', 'Ada']],
    [{ sortBy: `${enterprise}:department` }, ['Ada', 'Bob', 'Cyd']],
    [{ sortBy: 'meta.created', sortOrder: 'descending' }, ['Cyd', 'Bob', 'Ada']],
    [{ sortBy: 'groups.display' }, ['Ada', 'Bob', 'Cyd']],
    // An attribute that no schema defines has no value.
    [{ sortBy: 'shoeSize' }, ['Ada', 'Bob', 'Cyd']],
    [{ sortBy: 'userName', count: '1', startIndex: '2' }, ['Bob']],
  ];
  for (const [query, expected] of orders)
    assert.deepEqual(await listed('/Users', query), expected, JSON.stringify(query));
});

test('an order that cannot be meant is refused as invalidValue', async () => {
  const wrong = [
    { sortBy: 'name' },
    { sortBy: 'addresses' },
    { sortBy: 'user name' },
    { sortBy: 'emails[type eq "work"].value' },
    { sortBy: 'userName', sortOrder: 'upwards' },
  ];
  for (const query of wrong) await refused('/Users', query, 'invalidValue');
});

test('a page says where it stands, and totalResults is the same on all (RFC 7644 §3.4.2.4)', async () => {
  for (const startIndex of [1, 2, 3, 4, 100]) {
    const { body } = await asked('/Users', { startIndex: String(startIndex), count: '2' });
    const rest = Math.max(0, 4 - startIndex);
    assert.deepEqual(
      [body.totalResults, body.startIndex, body.itemsPerPage],
      [3, startIndex, Math.min(2, rest)],
    );
    assert.deepEqual(Object.keys(body), [
      ...['schemas', 'totalResults', 'itemsPerPage', 'startIndex', 'Resources'],
    ]);
  }
});

test('the root lists users and groups, each by its own schemas (RFC 7644 §3.4.2.1)', async () => {
  const all = ['Ada', 'Bob', 'Cyd', 'Analysts', 'Staff', 'Empty'];
  assert.deepEqual(await listed('/', {}), all);
  assert.deepEqual(await listed('/', { sortBy: 'displayName' }), [
    ...['Cyd', 'Analysts', 'Bob', 'Empty', 'Staff', 'Ada'],
  ]);
  const found: readonly (readonly [string, readonly string[]])[] = [
    ['meta.resourceType eq "Group"', ['Analysts', 'Staff', 'Empty']],
    ['(meta.resourceType eq "User") or (meta.resourceType eq "Group")', all],
    ['userName pr', ['Ada', 'Bob', 'Cyd']],
    ['not (userName pr)', ['Analysts', 'Staff', 'Empty']],
    ['members pr', ['Analysts', 'Staff']],
    ['displayName eq "ALICE" or members eq "nobody"', ['Cyd', 'Analysts']],
    ['title pr or externalId sw "ext-bob"', ['Ada', 'Bob']],
  ];
  for (const [filter, expected] of found)
    assert.deepEqual(await listed('/', { filter }), expected, filter);
  const { body } = await asked('/', { attributes: 'userName,displayName', filter: 'id pr' });
  for (const resource of body.Resources) {
    const extra = Object.keys(resource).filter(
      (key) => !['schemas', 'id', 'userName', 'displayName'].includes(key),
    );
    assert.deepEqual(extra, []);
  }
});

test('a search of the root and of each type takes what a list takes (RFC 7644 §3.4.3)', async () => {
  const body = {
    schemas: [searchRequest],
    attributes: ['displayName', 'userName'],
    filter: 'displayName sw "a"',
    sortBy: 'displayName',
    sortOrder: 'descending',
    startIndex: 1,
    count: 10,
  };
  const answers: readonly (readonly [string, readonly string[]])[] = [
    ['/.search', ['Analysts', 'Cyd']],
    ['/Users/.search', ['Cyd']],
    ['/Groups/.search', ['Analysts']],
  ];
  for (const [path, expected] of answers) {
    const answer = await world.scim('POST', path, body);
    assert.equal(answer.status, 200);
    assert.equal(answer.body.totalResults, expected.length);
    const found = answer.body.Resources.map(({ id }: { id: string }) => nameOf(id));
    assert.deepEqual(found, expected);
    assert.ok(answer.headers.get('location')?.endsWith(path));
  }
  for (const wrong of [{}, { schemas: [groupSchema] }, [], 'text']) {
    const answer = await world.scim('POST', '/.search', wrong);
    assert.deepEqual([answer.status, answer.body.scimType], [400, 'invalidSyntax']);
  }
});

test('a strict source refuses names that no schema has (interoperability profile)', async () => {
  await world.pool.query('update sources set strict_interop = true');
  try {
    await strictly();
  } finally {
    await world.pool.query('update sources set strict_interop = false');
  }
});

async function strictly(): Promise<void> {
  // What is known of a credential is asked again within a second.
  for (let status = 200; status === 200; )
    status = (await asked('/Users', { filter: 'shoeSize pr' })).status;
  await refused('/Users', { filter: 'userName pr or not (name.shoe eq "x")' }, 'invalidFilter');
  await refused('/Users', { filter: 'members pr' }, 'invalidFilter');
  await refused('/Users', { sortBy: 'shoeSize' }, 'invalidValue');
  assert.deepEqual(await listed('/', { filter: 'members eq "nobody"' }), ['Analysts']);
  await refused('/', { filter: 'shoeSize pr' }, 'invalidFilter');
}

test('a page ends early rather than hold more than some megabytes', async () => {
  const big = Array.from({ length: 12 }, (_, index) => `big${String(index).padStart(2, '0')}`);
  await world.pool.query(
    `insert into resources (tenant_id, source_id, id, type, user_name, data, created_at, last_modified)
     select $1, $2, gen_random_uuid(), 'User', name,
       jsonb_build_object('userName', name, 'title', repeat('x', 1000000)), now(), now()
     from unnest($3::text[]) name`,
    [world.tenantId, world.sourceId, big],
  );
  const query = { filter: 'userName sw "big"', sortBy: 'userName', attributes: 'userName,title' };
  const found: string[] = [];
  for (let pages = 1; found.length < 12; pages += 1) {
    const startIndex = String(found.length + 1);
    const { body } = await asked('/Users', { ...query, startIndex, count: '12' });
    assert.ok(body.itemsPerPage > 0 && body.itemsPerPage <= 9, String(body.itemsPerPage));
    assert.equal(body.totalResults, 12);
    found.push(...body.Resources.map(({ userName }: { userName: string }) => userName));
    assert.ok(pages < 4);
  }
  assert.deepEqual(found, big);
  await world.pool.query("delete from resources where user_name like 'big%'");
});

test('a group with more members than are held is listed with all of them', async () => {
  await world.pool.query(
    `insert into members (tenant_id, source_id, group_id, key, value)
     select $1, $2, $3, 'member' || lpad(n::text, 6, '0'), 'Member' || lpad(n::text, 6, '0')
     from generate_series(1, 2500) n`,
    [world.tenantId, world.sourceId, ids.Empty],
  );
  const { body } = await asked('/Groups', { sortBy: 'displayName' });
  const [analysts, empty, staff] = body.Resources;
  assert.deepEqual([analysts.members.length, staff.members.length], [2, 2]);
  const values = empty.members.map(({ value }: { value: string }) => value);
  assert.equal(new Set(values).size, 2500);
  assert.deepEqual([values[0], values[2499]], ['Member000001', 'Member002500']);
  const { body: part } = await asked('/Groups', {
    attributes: 'members.value',
    filter: 'displayName eq "empty"',
  });
  assert.equal(part.Resources[0].members.length, 2500);
  assert.deepEqual(part.Resources[0].members[7], { value: 'Member000008' });
});

test('a page whose users are in very many groups ends early, and the next goes on after it', async () => {
  await using crowded = await testWorld();
  const { pool, tenantId, sourceId } = crowded;
  await pool.query("update destinations set state = 'paused'");
  for (let index = 0; index < 120; index += 1)
    await crowded.scim('POST', '/Users', userNamed(`Member${index} Ofmany`));
  await pool.query(
    `with made as (
       insert into resources (tenant_id, source_id, type, id, display_name, data, created_at, last_modified)
       select $1, $2, 'Group', gen_random_uuid(), 'g' || n,
              jsonb_build_object('schemas', '[]'::jsonb, 'displayName', 'g' || n), now(), now()
       from generate_series(1, 450) n returning id
     )
     insert into members (tenant_id, source_id, group_id, key, value, member_id)
     select $1, $2, made.id, u.id::text, u.id::text, u.id from made, resources u
     where u.tenant_id = $1 and u.source_id = $2 and u.type = 'User'`,
    [tenantId, sourceId],
  );
  const seen: string[] = [];
  for (let startIndex = 1; ; startIndex = seen.length + 1) {
    const { body } = await crowded.scim('GET', `/Users?count=120&startIndex=${startIndex}`);
    assert.equal(body.totalResults, 120);
    assert.ok(body.itemsPerPage > 0 && body.itemsPerPage <= 50, String(body.itemsPerPage));
    for (const { id, groups } of body.Resources) {
      assert.equal(groups.length, 450);
      seen.push(id);
    }
    if (seen.length === 120) break;
  }
  assert.equal(new Set(seen).size, 120);
  const all = await crowded.scim('GET', '/Users?count=120&excludedAttributes=groups');
  assert.equal(all.body.itemsPerPage, 120);
});
