/** `customers(query:)`: what it finds, how it pages, and how it warns. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeCustomer, startStore, type TestStore } from './support.ts';

const customers = `query ($query: String, $first: Int = 10, $after: String, $sortKey: CustomerSortKeys = ID, $reverse: Boolean) {
  customers(query: $query, first: $first, after: $after, sortKey: $sortKey, reverse: $reverse) {
    edges { cursor node { id firstName } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`;

const people = [
  {
    firstName: 'Ada',
    lastName: 'Lovelace',
    email: 'ada@example.com',
    tags: ['maths', 'VIP'],
    addresses: [{ city: 'London', countryCode: 'GB' }],
  },
  {
    firstName: 'Grace',
    lastName: 'Hopper',
    email: 'grace.hopper@navy.example.com',
    phone: '+16135550135',
    tags: ['navy'],
  },
  { firstName: 'Alan', lastName: 'Turing', email: 'alan@example.org', tags: ['maths'] },
];

async function peopledStore(t: Parameters<typeof startStore>[0]): Promise<TestStore> {
  const store = await startStore(t);
  for (const person of people) {
    await makeCustomer(store, person);
    store.advance(24 * 60 * 60 * 1000);
  }
  return store;
}

async function found(store: TestStore, variables: object): Promise<string[]> {
  const { data } = await store.graphql(customers, variables);
  const edges = data.customers?.edges ?? [];
  return Object.values(edges).map((edge) => String(edge.node?.firstName));
}

const searches: readonly (readonly [query: string, names: readonly string[]])[] = [
  ['email:"ada@example.com"', ['Ada']],
  ['email:ada@example.com', ['Ada']],
  ['email:example.com', ['Ada', 'Grace']],
  ['email:exam', []],
  ['email:exam*', ['Ada', 'Grace', 'Alan']],
  ['phone:+16135550135', ['Grace']],
  ['phone:*', ['Grace']],
  ['tag:maths', ['Ada', 'Alan']],
  ['tag:vip,navy', ['Ada', 'Grace']],
  ['tag_not:maths', ['Grace']],
  ['first_name:ada', ['Ada']],
  ['last_name:Hop*', ['Grace']],
  ['state:DISABLED', ['Ada', 'Grace', 'Alan']],
  ['state:enabled', []],
  ['country:GB', ['Ada']],
  ["country:'United Kingdom'", ['Ada']],
  ['orders_count:>0', []],
  ['accepts_marketing:true', []],
  ['grace', ['Grace']],
  ['Hopper Grace', ['Grace']],
  ['lovelace OR turing', ['Ada', 'Alan']],
  ['tag:maths -first_name:Ada', ['Alan']],
  ['NOT tag:maths', ['Grace']],
  ['(tag:navy OR tag:vip) state:DISABLED', ['Ada', 'Grace']],
  ['-(tag:navy OR tag:vip)', ['Alan']],
  ["updated_at:'2026-10-06'", ['Grace']],
  ["updated_at:>='2026-10-06T23:00:00Z'", ['Grace', 'Alan']],
  ["updated_at:>'2026-10-06T01:00:00Z'", ['Alan']],
  ['updated_at:<2026-10-06', ['Ada']],
  ["customer_date:>'2026-10-05T08:59:59Z' customer_date:<'2026-10-05T09:00:01Z'", ['Ada']],
];

test('Each kind of term finds whom it names', async (t) => {
  const store = await peopledStore(t);
  for (const [query, names] of searches)
    assert.deepEqual(await found(store, { query }), names, query);
});

test('An id may be a number, a global id or a range', async (t) => {
  const store = await peopledStore(t);
  const { data } = await store.graphql(customers, { query: 'first_name:Grace' });
  const id = String(data.customers?.edges?.[0]?.node?.id);
  const number = id.split('/').pop();
  assert.deepEqual(await found(store, { query: `id:${number}` }), ['Grace']);
  assert.deepEqual(await found(store, { query: `id:"${id}"` }), ['Grace']);
  assert.deepEqual(await found(store, { query: `id:>${number}` }), ['Alan']);
});

test('A new customer is found by id at once and by search after the lag', async (t) => {
  const store = await startStore(t);
  const { id } = await makeCustomer(store, people[0] ?? {});
  const query = 'email:"ada@example.com"';
  assert.deepEqual(await found(store, { query }), []);
  const read =
    'query ($id: ID!) { customer(id: $id) { id } customerByIdentifier(identifier: { emailAddress: "ADA@example.com" }) { id } }';
  assert.deepEqual((await store.graphql(read, { id })).data, {
    customer: { id },
    customerByIdentifier: { id },
  });
  store.advance(999);
  assert.deepEqual(await found(store, { query }), []);
  store.advance(1);
  assert.deepEqual(await found(store, { query }), ['Ada']);
  await store.control('POST', 'search', { lagMs: 0 });
  await makeCustomer(store, people[1] ?? {});
  assert.deepEqual(await found(store, { query: 'grace' }), ['Grace']);
});

test('A field Shopify does not know is ignored with a warning, and everybody is found', async (t) => {
  const store = await peopledStore(t);
  const answer = await store.graphql(customers, { query: 'emial:"ada@example.com"' });
  assert.equal(Object.values(answer.data.customers?.edges ?? {}).length, 3);
  assert.deepEqual(answer.extensions.search, [
    {
      path: ['customers'],
      query: 'emial:"ada@example.com"',
      parsed: { field: 'emial', match_all: 'ada@example.com' },
      warnings: [
        { field: 'emial', message: 'Invalid search field for this query.', code: 'invalid_field' },
      ],
    },
  ]);
  assert.deepEqual(await found(store, { query: 'scim_id:u1 tag:navy' }), ['Grace']);
});

test('A search without mistakes is described only when asked for', async (t) => {
  const store = await peopledStore(t);
  const variables = { query: 'tag:navy updated_at:>2020' };
  const quiet = await store.graphql(customers, variables);
  assert.equal(quiet.extensions.search, undefined);
  const headers = { 'Shopify-Search-Query-Debug': '1' };
  const told = await store.graphql(customers, variables, headers);
  assert.deepEqual(told.extensions.search?.[0]?.parsed, {
    and: [
      { field: 'tag', match_all: 'navy' },
      { field: 'updated_at', range: { gt: '2020' } },
    ],
  });
  assert.deepEqual(told.extensions.search?.[0]?.warnings, []);
});

test('A cursor goes on where the page ended, in every order', async (t) => {
  const store = await peopledStore(t);
  const orders: readonly (readonly [object, readonly string[]])[] = [
    [{ sortKey: 'ID' }, ['Ada', 'Grace', 'Alan']],
    [{ sortKey: 'ID', reverse: true }, ['Alan', 'Grace', 'Ada']],
    [{ sortKey: 'NAME' }, ['Grace', 'Ada', 'Alan']],
    [{ sortKey: 'UPDATED_AT', reverse: true }, ['Alan', 'Grace', 'Ada']],
    [{ sortKey: 'CREATED_AT' }, ['Ada', 'Grace', 'Alan']],
  ];
  for (const [order, names] of orders) {
    const seen: string[] = [];
    let after: unknown = null;
    for (const last of [false, false, true]) {
      const { data } = await store.graphql(customers, { ...order, first: 1, after });
      seen.push(String(data.customers?.edges?.[0]?.node?.firstName));
      assert.equal(data.customers?.pageInfo?.hasNextPage, !last);
      after = data.customers?.pageInfo?.endCursor;
    }
    assert.deepEqual(seen, names);
  }
});

test('last and before go backwards', async (t) => {
  const store = await peopledStore(t);
  const backwards = `query ($last: Int!, $before: String) {
    customers(last: $last, before: $before) { nodes { firstName } pageInfo { hasPreviousPage startCursor } }
  }`;
  const end = await store.graphql(backwards, { last: 2 });
  assert.deepEqual(end.data.customers?.nodes, [{ firstName: 'Grace' }, { firstName: 'Alan' }]);
  assert.equal(end.data.customers?.pageInfo?.hasPreviousPage, true);
  const before = end.data.customers?.pageInfo?.startCursor;
  const start = await store.graphql(backwards, { last: 2, before });
  assert.deepEqual(start.data.customers?.nodes, [{ firstName: 'Ada' }]);
  assert.equal(start.data.customers?.pageInfo?.hasPreviousPage, false);
});

test('A page has a size, of 250 at most, and a cursor of the store’s making', async (t) => {
  const store = await startStore(t);
  const message = async (field: string) =>
    (await store.graphql(`{ ${field} { nodes { id } } }`)).errors[0]?.message;
  assert.equal(await message('customers'), 'you must provide one of first or last');
  assert.equal(await message('customers(first: 251)'), 'first cannot exceed 250. Received 251.');
  assert.equal(
    await message('customers(first: 1, after: "nonsense")'),
    'Invalid cursor for current pagination sort.',
  );
});

test('customersCount understands ids and times, and its limit', async (t) => {
  const store = await peopledStore(t);
  const { data, extensions } = await store.graphql(`{
    all: customersCount { count precision }
    some: customersCount(limit: 2) { count precision }
    recent: customersCount(query: "updated_at:>='2026-10-06'") { count }
    wrong: customersCount(query: "email:ada@example.com") { count }
  }`);
  assert.deepEqual(data, {
    all: { count: 3, precision: 'EXACT' },
    some: { count: 2, precision: 'AT_LEAST' },
    recent: { count: 2 },
    wrong: { count: 3 },
  });
  assert.deepEqual(extensions.search?.[0]?.path, ['wrong']);
});

test('nodes answers in the order of the ids, null for whom there is not', async (t) => {
  const store = await startStore(t);
  const { id } = await makeCustomer(store, { firstName: 'Ada' });
  const { data } = await store.graphql(
    'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Customer { firstName } } }',
    { ids: ['gid://shopify/Customer/999999999999999', id] },
  );
  assert.deepEqual(data.nodes, [null, { __typename: 'Customer', id, firstName: 'Ada' }]);
});
