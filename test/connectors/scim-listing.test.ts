/** All users of SCIM servers that page as they like. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { suite, test } from 'node:test';
import { scim } from '../../src/connectors/scim.ts';
import type { Observed } from '../../src/provisioning/connector.ts';
import { scimServer, connected as toScimmy } from '../support/scim-server.ts';
import { call, io, refusal } from '../support/shop.ts';

type Query = URLSearchParams;
type Listing = Pick<ReturnType<typeof scim.connect>, 'list'>;
/** What is answered to a list of users: a status, or what stands in the answer. */
type Answering = (query: Query, users: string[]) => number | object;

/** How a server answers. */
interface Ways {
  readonly config?: object;
  readonly answer?: Answering;
}

/** A server of so many users, `u1` and so on, that answers as it is told. */
async function pagingServer(count: number, { config, answer = byIndex(100) }: Ways = {}) {
  const users = Array.from({ length: count }, (_, index) => `u${index + 1}`);
  const queries: Query[] = [];
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
    const answered = () => {
      if (pathname !== '/Users') return config ?? 404;
      queries.push(searchParams);
      return answer(searchParams, users);
    };
    const body = answered();
    if (typeof body === 'number')
      response
        .writeHead(body, { 'retry-after': '7' })
        .end(JSON.stringify({ status: String(body), detail: 'so it is' }));
    else response.end(JSON.stringify(body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    users,
    queries,
    target: scim.connect({ baseUrl: `http://127.0.0.1:${port}`, token: 'a token' }, io),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const resourcesOf = (users: readonly string[]) =>
  users.map((id) => ({ id, userName: `${id}@example.com` }));

/** Pages by index, of at most so many; `more` stands in each answer. */
function byIndex(most: number, more: object = {}): Answering {
  return (query, users) => {
    const from = Number(query.get('startIndex')) - 1;
    const page = users.slice(from, from + Math.min(most, Number(query.get('count') ?? most)));
    return { totalResults: users.length, Resources: resourcesOf(page), ...more };
  };
}

const cursors = { pagination: { cursor: true, index: true, maxPageSize: 30 } };

/** Pages by cursor. */
const byCursor: Answering = (query, users) => {
  const cursor = query.get('cursor');
  if (cursor === null) return 400;
  const from = cursor === '' ? 0 : Number(cursor.slice(1));
  const to = from + Number(query.get('count'));
  const next = to < users.length ? { nextCursor: `c${to}` } : {};
  return { totalResults: users.length, Resources: resourcesOf(users.slice(from, to)), ...next };
};

/** Whoever is listed, in order, and where each page ended. */
async function listed(target: Listing, after: string | null = null) {
  const accounts: Observed[] = [];
  const cursors: (string | null)[] = [];
  const abouts: (number | null)[] = [];
  for await (const page of target.list(after, call)) {
    accounts.push(...page.accounts);
    cursors.push(page.next);
    abouts.push(page.about);
    assert.ok(cursors.length < 100, 'the pages do not end');
  }
  return { ids: accounts.map(({ remoteId }) => remoteId), cursors, abouts };
}

suite('all users of a SCIM server are listed', { concurrency: 2 }, () => {
  for (const [says, count, ways, most] of [
    ['page by page', 250, {}, 5],
    ['where nobody is', 0, {}, 1],
    ['where it gives less than it was asked for', 95, { answer: byIndex(20) }, 6],
    ['where it says how much it gives', 95, { config: { filter: { maxResults: 40 } } }, 4],
    ['where it takes a page for all', 95, { answer: byIndex(20, { totalResults: 20 }) }, 6],
    [
      'where it does not say how many there are',
      95,
      { answer: byIndex(20, { totalResults: undefined }) },
      6,
    ],
    ['by cursor', 95, { config: cursors, answer: byCursor }, 4],
    [
      'by index, where it says it has cursors and refuses them',
      95,
      {
        config: cursors,
        answer: (query: Query, users: string[]) =>
          query.has('cursor') ? 400 : byIndex(30)(query, users),
      },
      6,
    ],
    [
      'by index, where it says it has cursors and gives none',
      95,
      {
        config: cursors,
        answer: (query: Query, users: string[]) =>
          byIndex(30)(
            query.has('startIndex') ? query : new URLSearchParams({ startIndex: '1' }),
            users,
          ),
      },
      5,
    ],
    [
      'where it takes no number of users',
      95,
      {
        answer: (query: Query, users: string[]) =>
          query.has('count') ? 400 : byIndex(50)(query, users),
      },
      4,
    ],
    [
      'where it refuses an index after the last',
      95,
      {
        answer: (query: Query, users: string[]) =>
          Number(query.get('startIndex')) > users.length ? 400 : byIndex(50)(query, users),
      },
      3,
    ],
    [
      'where it ignores the index and gives everybody',
      95,
      { answer: (_: Query, users: string[]) => ({ Resources: resourcesOf(users) }) },
      2,
    ],
    [
      'where its cursors never end',
      20,
      {
        config: cursors,
        answer: (query: Query, users: string[]) => ({
          Resources: resourcesOf(users),
          nextCursor: `${query.get('cursor')}1`,
        }),
      },
      13,
    ],
  ] as const)
    test(says, async () => {
      await using server = await pagingServer(count, ways);
      const { ids } = await listed(server.target);
      assert.deepEqual([...new Set(ids)], server.users);
      assert.ok(server.queries.length <= most, `${server.queries.length} requests`);
    });

  test('and about how many there are is told at the begin', async () => {
    await using server = await pagingServer(250);
    assert.deepEqual((await listed(server.target)).abouts, [250, null, null, null]);
  });

  test('from where a page ended that was kept', async () => {
    for (const ways of [{ answer: byIndex(30) }, { config: cursors, answer: byCursor }]) {
      await using server = await pagingServer(95, ways);
      const { cursors: ends } = await listed(server.target);
      const { ids } = await listed(server.target, ends[1] ?? null);
      assert.deepEqual(ids, server.users.slice(60));
    }
  });

  test('anew, where a cursor is not good any more', async () => {
    const answer: Answering = (query, users) =>
      query.get('cursor') === 'old' ? 400 : byCursor(query, users);
    await using server = await pagingServer(95, { config: cursors, answer });
    const after = JSON.stringify({ at: { cursor: 'old' }, count: 30, total: 95 });
    assert.deepEqual((await listed(server.target, after)).ids, server.users);
  });

  test('anew, once, where a cursor is refused in the middle', async () => {
    for (const times of [1, 2]) {
      let left = times;
      const answer: Answering = (query, users) => {
        if (query.get('cursor') !== 'c60' || left === 0) return byCursor(query, users);
        left -= 1;
        return 400;
      };
      await using server = await pagingServer(95, { config: cursors, answer });
      const reading = listed(server.target);
      if (times === 2) assert.equal((await refusal(reading)).kind, 'rejected');
      else assert.deepEqual((await reading).ids, [...server.users.slice(0, 60), ...server.users]);
      const begins = server.queries.filter((query) => query.get('cursor') === '');
      assert.equal(begins.length, 2);
    }
  });

  test('and one that asks to wait is waited for, and goes on where it was', async () => {
    let throttled = true;
    const answer: Answering = (query, users) =>
      throttled && query.get('startIndex') === '51' ? 429 : byIndex(50)(query, users);
    await using server = await pagingServer(95, { answer });
    const pages = server.target.list(null, call)[Symbol.asyncIterator]();
    const page = await pages?.next();
    const failed = await refusal(Promise.resolve(pages?.next()));
    assert.deepEqual([failed.kind, failed.pauseMs], ['transient', 7_000]);
    throttled = false;
    const { ids } = await listed(server.target, page?.value?.next ?? null);
    assert.deepEqual(ids, server.users.slice(50));
  });

  test('and who comes and goes meanwhile ends nothing', async () => {
    const answer: Answering = (query, users) => {
      const page = byIndex(30)(query, users);
      users.shift();
      users.push(`late${users.length}-${query.get('startIndex')}`);
      return page;
    };
    await using server = await pagingServer(95, { answer });
    const { ids } = await listed(server.target);
    assert.ok(new Set(ids).size >= 90, `${new Set(ids).size} people`);
  });
});

suite('several users of a SCIM server are read at once', { concurrency: 2 }, () => {
  test('with what they show of their groups, in few requests', async () => {
    await using server = await scimServer();
    const ids = Array.from({ length: 60 }, (_, n) =>
      server.addUser({ userName: `u${n}@example.com` }),
    );
    Object.assign(server.users.get(ids[0] ?? ''), { groups: [{ value: 'staff' }] });
    const target = toScimmy(server);
    const seen = await target.readMany?.([...ids, 'nobody'], call);
    assert.deepEqual([...(seen?.keys() ?? [])].toSorted(), ids.toSorted());
    assert.equal(server.requests.length, 3);
    assert.ok(server.requests.every(({ url }) => url.length < 2_000));
    assert.deepEqual(seen?.get(ids[0] ?? '')?.memberships, ['group:staff']);
    assert.deepEqual(seen?.get(ids[1] ?? '')?.told, []);
  });

  test('never more than it takes, and none where it takes no such filter or ignores it', async () => {
    const wanted = (query: Query) =>
      [...(query.get('filter') ?? '').matchAll(/"(\w+)"/g)].map(([, id = '']) => id);
    const few: Answering = (query) => {
      const ids = wanted(query);
      return { totalResults: ids.length, Resources: resourcesOf(ids.slice(0, 10)) };
    };
    for (const [answer, firstTime, nextTime] of [
      [few, 10, 20],
      [() => 400, 0, 0],
      [byIndex(25), 0, 0],
    ] as const) {
      await using server = await pagingServer(100, { answer });
      const twenty = server.users.slice(50, 70);
      const first = await server.target.readMany(twenty, call);
      assert.equal(first?.size, firstTime);
      const next = await server.target.readMany(twenty, call);
      assert.equal(next?.size, nextTime);
    }
  });
});

suite('several people are looked for at once at a SCIM server', { concurrency: 2 }, () => {
  const person = (name: string) => ({
    key: `key-of-${name}`,
    email: `${name}@example.com`,
    attributes: { userName: `${name}@example.com` },
  });
  const people = (count: number) => Array.from({ length: count }, (_, n) => person(`p${n}`));

  test('and whoever is not there is known by few requests', async () => {
    await using server = await scimServer();
    const many = people(60);
    const there = [
      { userName: 'p7@example.com', emails: [] },
      { userName: 'other', emails: [{ value: 'p30@example.com' }] },
      { userName: 'third', externalId: 'key-of-p59', emails: [] },
    ];
    for (const user of there) server.addUser(user);
    const absent = await toScimmy(server).absent?.(many, ['key', 'email'], call);
    const found = many.filter((one) => absent?.has(one) === false);
    assert.deepEqual(found, [many[7], many[30], many[59]]);
    assert.ok(server.requests.length <= 10, `${server.requests.length} requests`);
    assert.ok(server.requests.every(({ url }) => url.length < 2_000));
  });

  test('and nobody is absent where it takes no such filter, ignores it, or tells a part of what it finds', async () => {
    const part: Answering = () => ({ totalResults: 3, Resources: resourcesOf(['p1']) });
    const firstTerm: Answering = (query, users) =>
      query.get('filter')?.includes(' or ') ? { Resources: [] } : byIndex(1)(query, users);
    for (const [answer, atFirst, then] of [
      [() => 400, 1, 0],
      [byIndex(25), 1, 0],
      [part, 1, 1],
      [firstTerm, 3, 0],
    ] as const) {
      await using server = await pagingServer(100, { answer });
      for (const requests of [atFirst, then]) {
        server.queries.length = 0;
        const absent = await server.target.absent(people(5), ['key', 'email'], call);
        assert.equal(absent.size, 0);
        assert.equal(server.queries.length, requests);
      }
    }
  });
});
