/** Paging by cursor (RFC 9865). */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createTenant } from '../../src/directory/tenants.ts';
import {
  type Answer,
  type Connection,
  connect,
  scim,
  testSecrets,
  testWorld,
  userNamed,
  type World,
} from '../support/world.ts';

const searchRequest = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';
const total = 7;

let world: World;
/** Hours that the server's clock is ahead. */
let ahead = 0;
before(async () => {
  world = await testWorld({ now: () => Date.now() + ahead * 3_600_000 });
  for (let index = 0; index < total; index += 1) {
    const more = { displayName: `Same ${index % 2}`, title: index === 3 ? 'Countess' : undefined };
    await world.scim('POST', '/Users', userNamed(`User${index} Hopper`, more));
  }
});
after(() => world.close());

type Query = Readonly<Record<string, string>>;

const asked = (query: Query, path = '/Users'): Promise<Answer> =>
  world.scim('GET', `${path}?${new URLSearchParams({ ...query })}`);

const namesOf = ({ body }: Answer): readonly string[] =>
  body.Resources.map(
    ({ userName, displayName }: Record<string, string>) => userName ?? displayName,
  );

/** All pages of a query; `between` is called after each. */
async function pagesOf(query: Query, between?: () => Promise<unknown>): Promise<readonly Answer[]> {
  const pages: Answer[] = [];
  for (let cursor: string | undefined = ''; cursor !== undefined; ) {
    const page: Answer = await asked({ ...query, cursor });
    assert.equal(page.status, 200, JSON.stringify(page.body));
    pages.push(page);
    cursor = page.body.nextCursor;
    await between?.();
  }
  return pages;
}

async function refused(query: Query, scimType: string): Promise<void> {
  const { status, body } = await asked(query);
  assert.deepEqual([status, body.scimType], [400, scimType], JSON.stringify(query));
}

test('an empty cursor begins, nextCursor stands on all pages but the last (RFC 9865 §2)', async () => {
  const pages = await pagesOf({ count: '3' });
  assert.deepEqual(
    pages.map(({ body }) => [body.itemsPerPage, body.totalResults, 'nextCursor' in body]),
    [
      [3, total, true],
      [3, total, true],
      [1, total, false],
    ],
  );
  for (const { body } of pages) {
    assert.equal('startIndex' in body || 'previousCursor' in body, false);
    if (body.nextCursor !== undefined) assert.match(body.nextCursor, /^[\w.~-]+$/);
  }
  assert.equal(new Set(pages.flatMap(namesOf)).size, total);
  const bare = await world.scim('GET', '/Users?cursor&count=3');
  assert.deepEqual(namesOf(bare), namesOf(await asked({ cursor: '', count: '3' })));
});

test('without a cursor a list is paged by index (RFC 9865 §2.4)', async () => {
  const { body } = await asked({ count: '3' });
  assert.deepEqual([body.startIndex, 'nextCursor' in body], [1, false]);
});

test('a page that ends the list just so has no nextCursor', async () => {
  const { body } = await asked({ cursor: '', count: String(total) });
  assert.deepEqual([body.itemsPerPage, 'nextCursor' in body], [total, false]);
});

test('pages by cursor are sorted and filtered as one list is (RFC 9865 §2.2)', async () => {
  const orders: readonly Query[] = [
    { sortBy: 'userName', sortOrder: 'descending' },
    { sortBy: 'displayName' },
    { sortBy: 'displayName', sortOrder: 'descending' },
    { sortBy: 'title' },
    { sortBy: 'title', sortOrder: 'descending' },
    { sortBy: 'meta.created' },
    { sortBy: 'active', filter: 'userName pr and not (userName sw "user5")' },
  ];
  for (const order of orders) {
    const paged = (await pagesOf({ ...order, count: '2' })).flatMap(namesOf);
    assert.deepEqual(paged, namesOf(await asked(order)), JSON.stringify(order));
  }
});

test('no resource is skipped or doubled while others come and go', async () => {
  const before = namesOf(await asked({}));
  let added = 0;
  const made: string[] = [];
  const pages = await pagesOf({ count: '2', sortBy: 'userName' }, async () => {
    // One before all others and one after, and the last one that was added in front goes again.
    for (const name of [`AAA${added}`, `ZZZ${added}`]) {
      const { body } = await world.scim('POST', '/Users', userNamed(`${name} Visitor`));
      made.push(body.id);
    }
    added += 1;
    if (added < 4) return;
    for (const id of made.splice(0)) await world.scim('DELETE', `/Users/${id}`);
  });
  const seen = pages.flatMap(namesOf);
  assert.equal(new Set(seen).size, seen.length);
  assert.deepEqual(
    seen.filter((name) => before.includes(name)),
    before.toSorted(),
  );
  for (const id of made) await world.scim('DELETE', `/Users/${id}`);
});

test('a search pages by cursor, at the root, too (RFC 9865 §3)', async () => {
  const names: string[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const body = { schemas: [searchRequest], attributes: ['userName'], cursor, count: 4 };
    const page: Answer = await world.scim('POST', '/.search', body);
    assert.equal(page.status, 200);
    names.push(...namesOf(page));
    cursor = page.body.nextCursor ?? null;
  }
  assert.equal(new Set(names).size, total);
});

test('a count of 0 or less tells the total alone, a large one is cut (RFC 9865 §2)', async () => {
  for (const count of ['0', '-4']) {
    const { body } = await asked({ cursor: '', count });
    assert.deepEqual([body.totalResults, body.Resources, 'nextCursor' in body], [total, [], false]);
  }
  assert.equal((await asked({ cursor: '', count: '100000' })).status, 200);
});

test('a count that is none, or is not that of the first page, is invalidCount (RFC 9865 §2.1)', async () => {
  await refused({ cursor: '', count: 'many' }, 'invalidCount');
  const { nextCursor: cursor } = (await asked({ cursor: '', count: '2' })).body;
  await refused({ cursor, count: '3' }, 'invalidCount');
  assert.equal((await asked({ cursor })).body.itemsPerPage, 2);
});

test('startIndex and cursor together are refused', async () => {
  await refused({ cursor: '', startIndex: '1' }, 'invalidValue');
});

test('a cursor that was made up, or for another query, is invalidCursor (RFC 9865 §2.1, §5.2)', async () => {
  const { nextCursor: cursor } = (await asked({ cursor: '', count: '2' })).body;
  const tampered = `${cursor.slice(0, -1)}${cursor.endsWith('A') ? 'B' : 'A'}`;
  for (const wrong of [
    'x',
    'v1.',
    'v1.AAAA',
    `${cursor}x`,
    `${cursor}.x`,
    tampered,
    'v1.%00',
    'é',
    '7',
  ])
    await refused({ cursor: wrong, count: '2' }, 'invalidCursor');
  await refused({ cursor, count: '2', filter: 'userName pr' }, 'invalidCursor');
  await refused({ cursor, count: '2', sortBy: 'userName' }, 'invalidCursor');
  await refused({ cursor, count: '2', sortOrder: 'descending', sortBy: 'id' }, 'invalidCursor');
  assert.equal((await asked({ cursor, count: '2' }, '/Groups')).body.scimType, 'invalidCursor');
  assert.equal((await asked({ cursor, count: '2' }, '/')).body.scimType, 'invalidCursor');
  assert.equal((await asked({ cursor, count: '2', attributes: 'userName' })).status, 200);
  const twice = await world.scim('GET', '/Users?cursor=a&cursor=b');
  assert.equal(twice.body.scimType, 'invalidCursor');
});

test('the same filter and order written otherwise are the same query', async () => {
  const first = await asked({ cursor: '', count: '2', filter: 'userName pr', sortBy: 'userName' });
  const cursor = first.body.nextCursor;
  const { status } = await asked({ cursor, filter: ' (userName PR)', sortBy: 'USERNAME' });
  assert.equal(status, 200);
});

test('a cursor is of no use to another credential, source or tenant (RFC 9865 §5.2)', async () => {
  const { nextCursor } = (await asked({ cursor: '', count: '2' })).body;
  const path = `/Users?cursor=${nextCursor}&count=2`;
  const other = await createTenant(world.pool, testSecrets, {
    name: 'Other',
    shop: { shop: 'other.myshopify.com', origin: 'http://127.0.0.1:1', accessToken: 'x' },
    switches: 'on',
  });
  const others: readonly Connection[] = [
    await connect(world.pool, world),
    await connect(world.pool, other),
  ];
  for (const connection of others) {
    const { status, body } = await scim(world.origin, connection, { method: 'GET', path });
    assert.deepEqual([status, body.scimType], [400, 'invalidCursor']);
  }
});

test('a cursor is good for an hour (RFC 9865 §2.1, expiredCursor)', async () => {
  const { nextCursor: cursor } = (await asked({ cursor: '', count: '2' })).body;
  ahead = 0.9;
  assert.equal((await asked({ cursor, count: '2' })).status, 200);
  ahead = 1.1;
  await refused({ cursor, count: '2' }, 'expiredCursor');
  ahead = 0;
});

test('a cursor stays short, however long what is sorted by', async () => {
  const long = 'é\u{1F600}'.repeat(40_000);
  for (const title of [`${long}b`, `${long}a`])
    await world.scim('POST', '/Users', userNamed(`${title.at(-1)} Long`, { title }));
  const pages = await pagesOf({ count: '1', sortBy: 'title', sortOrder: 'descending' });
  assert.equal(new Set(pages.flatMap(namesOf)).size, total + 2);
  for (const { body } of pages) assert.ok((body.nextCursor ?? '').length < 4000);
});
