/** Listing and searching orders, and which of them the app sees. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { orderFields, placeOrder, sellCourses } from './order-support.ts';
import { makeCustomer, startStore, type TestStore } from './support.ts';

const day = 86_400_000;

async function found(store: TestStore, query: string): Promise<string[]> {
  const { data, extensions } = await store.graphql(
    'query ($query: String) { orders(first: 50, query: $query, sortKey: ID) { nodes { name } } }',
    { query },
  );
  assert.equal(extensions.search, undefined, query);
  return Object.values(data.orders?.nodes ?? {}).map(({ name }) => String(name));
}

test('Orders are found by every field the sweep and a person ask for', async (t) => {
  const store = await startStore(t);
  await store.control('POST', 'search', { lagMs: 0 });
  await sellCourses(store);
  const ada = await makeCustomer(store, { email: 'ada@example.com' });
  const first = await placeOrder(store, {
    customerId: ada.id,
    lines: [{ sku: 'WELD-101' }],
    tags: ['b2b'],
    processedAt: '2026-09-01T08:00:00Z',
  });
  store.advance(60_000);
  await placeOrder(store, { email: 'grace@other.example', paid: true, test: true });
  store.advance(60_000);
  await store.control('POST', `orders/${first.number}/cancel`, {});
  const expected: readonly (readonly [query: string, names: readonly string[]])[] = [
    ['', ['#1001', '#1002']],
    ["updated_at:>='2026-10-05T09:02:00Z'", ['#1001']],
    ["updated_at:<'2026-10-05T09:02:00Z'", ['#1002']],
    ["created_at:>='2026-10-05T09:01:00Z'", ['#1002']],
    ["processed_at:<'2026-10-01'", ['#1001']],
    ['processed_at:2026-10-05', ['#1002']],
    ['financial_status:paid', ['#1002']],
    ['financial_status:voided,paid', ['#1001', '#1002']],
    ['name:#1001', ['#1001']],
    ['name:1002', ['#1002']],
    ['email:"grace@other.example"', ['#1002']],
    ['email:example.com', ['#1001']],
    [`id:${first.number}`, ['#1001']],
    [`id:>${first.number}`, ['#1002']],
    [`customer_id:${String(ada.id).split('/').pop()}`, ['#1001']],
    ['sku:WELD-101', ['#1001']],
    ['tag:B2B', ['#1001']],
    ['tag_not:b2b', ['#1002']],
    ['test:true', ['#1002']],
    ['status:cancelled', ['#1001']],
    ['status:open', ['#1002']],
    ['status:any', ['#1001', '#1002']],
    ['welding', ['#1001']],
    ["updated_at:>='2026-10-05T09:00:00Z' financial_status:paid", ['#1002']],
  ];
  for (const [query, names] of expected) assert.deepEqual(await found(store, query), names, query);
  const count = async (query: string) => {
    const { data } = await store.graphql(
      'query ($query: String) { ordersCount(query: $query) { count precision } }',
      { query },
    );
    return data.ordersCount;
  };
  assert.deepEqual(await count(''), { count: 2, precision: 'EXACT' });
  assert.deepEqual(await count('financial_status:paid'), { count: 1, precision: 'EXACT' });
});

test('A field nobody knows finds everything, with a warning', async (t) => {
  const store = await startStore(t);
  await store.control('POST', 'search', { lagMs: 0 });
  await placeOrder(store, {});
  const query = '{ orders(first: 5, query: "colour:red") { nodes { name } } }';
  const { data, extensions } = await store.graphql(query);
  assert.equal(data.orders?.nodes?.[0]?.name, '#1001');
  assert.equal(extensions.search?.[0]?.warnings?.[0]?.field, 'colour');
});

test('A new order is listed at once, and searched for after a while', async (t) => {
  const store = await startStore(t);
  await placeOrder(store, { paid: true });
  assert.deepEqual(await found(store, ''), ['#1001']);
  assert.deepEqual(await found(store, 'financial_status:paid'), []);
  store.advance(1000);
  assert.deepEqual(await found(store, 'financial_status:paid'), ['#1001']);
});

test('Pages follow each sort key to the end, also where many orders have the same value', async (t) => {
  const store = await startStore(t);
  for (const [at, price] of [
    ['2026-09-03T00:00:00Z', 3],
    ['2026-09-01T00:00:00Z', 3],
    ['2026-09-02T00:00:00Z', 1],
    ['2026-09-01T00:00:00Z', 2],
  ] as const)
    await placeOrder(store, { processedAt: at, lines: [{ title: 'Tea', price }] });
  const walk = async (sortKey: string, reverse = false) => {
    const names: string[] = [];
    for (let after: unknown = null; ; ) {
      const { data } = await store.graphql(
        `query ($after: String, $reverse: Boolean) {
          orders(first: 3, after: $after, sortKey: ${sortKey}, reverse: $reverse) {
            nodes { name } pageInfo { hasNextPage endCursor }
          }
        }`,
        { after, reverse },
      );
      names.push(...Object.values(data.orders?.nodes ?? {}).map(({ name }) => String(name)));
      if (!data.orders?.pageInfo?.hasNextPage) return names.join(' ');
      after = data.orders.pageInfo.endCursor;
    }
  };
  assert.equal(await walk('PROCESSED_AT'), '#1002 #1004 #1003 #1001');
  assert.equal(await walk('PROCESSED_AT', true), '#1001 #1003 #1004 #1002');
  assert.equal(await walk('UPDATED_AT'), '#1001 #1002 #1003 #1004');
  assert.equal(await walk('CURRENT_TOTAL_PRICE'), '#1003 #1004 #1001 #1002');
});

test('An order older than 60 days is not there for an app that may not read all', async (t) => {
  const store = await startStore(t);
  const old = await placeOrder(store, { email: 'ada@example.com', paid: true });
  store.advance(61 * day);
  const recent = await placeOrder(store, {
    email: 'ada@example.com',
    // Imported: it was bought long ago, and is new to the store.
    processedAt: '2026-01-01T00:00:00Z',
  });
  const seen = async () => {
    const { data } = await store.graphql(
      `query ($old: ID!, $recent: ID!) {
        order(id: $old) { id }
        nodes(ids: [$old, $recent]) { id }
        orders(first: 5) { nodes { id } }
        ordersCount { count }
        customers(first: 1) { nodes { numberOfOrders orders(first: 5) { nodes { id } } } }
      }`,
      { old: old.id, recent: recent.id },
    );
    return data;
  };
  const [oldest, newest] = [{ id: old.id }, { id: recent.id }];
  assert.deepEqual(await seen(), {
    order: null,
    nodes: [null, newest],
    orders: { nodes: [newest] },
    ordersCount: { count: 1 },
    customers: { nodes: [{ numberOfOrders: '2', orders: { nodes: [newest] } }] },
  });
  await store.control('POST', 'scopes', { read_all_orders: true });
  const all = await seen();
  assert.deepEqual(all.order, oldest);
  assert.deepEqual(all.nodes, [oldest, newest]);
  assert.deepEqual(all.ordersCount, { count: 2 });
});

test('Without the scope for orders or products they are denied, and the rest is not', async (t) => {
  const store = await startStore(t);
  const products = await sellCourses(store);
  const order = await placeOrder(store, { lines: [{ sku: 'HELMET' }] });
  const ask = (query: string) => store.graphql(query);
  const code = async (query: string) => (await ask(query)).errors?.[0]?.extensions?.code;

  await store.control('POST', 'scopes', { read_products: false });
  const { data, errors } = await ask(
    `{ order(id: "${order.id}") { name lineItems(first: 1) { nodes { sku product { id } } } } }`,
  );
  assert.equal(data.order?.lineItems?.nodes?.[0]?.sku, 'HELMET');
  assert.equal(data.order?.lineItems?.nodes?.[0]?.product, null);
  assert.equal(
    errors[0]?.message,
    'Access denied for product field. Required access: `read_products` access scope.',
  );
  for (const query of [
    '{ products(first: 1) { nodes { id } } }',
    `{ nodes(ids: ["${products[0]?.id}"]) { id } }`,
  ])
    assert.equal(await code(query), 'ACCESS_DENIED', query);

  await store.control('POST', 'scopes', { read_products: true, read_orders: false });
  for (const query of [
    '{ orders(first: 1) { nodes { id } } }',
    '{ ordersCount { count } }',
    `{ order(id: "${order.id}") { id } }`,
    `{ node(id: "${order.id}") { id } }`,
  ])
    assert.equal(await code(query), 'ACCESS_DENIED', query);
  assert.equal(await code('{ products(first: 1) { nodes { id } } }'), undefined);
  const { data: app } = await ask('{ currentAppInstallation { accessScopes { handle } } }');
  const handles = Object.values(app.currentAppInstallation?.accessScopes ?? {}).map(
    ({ handle }) => handle,
  );
  assert.equal(handles.includes('read_orders' as never), false);
});

const wholeOrder = `{ order(id: "gid://shopify/Order/1") {
  customAttributes { key }
  customer { defaultEmailAddress { emailAddress } scimId: metafield(key: "scim_id") { value } }
  purchasingEntity {
    ... on PurchasingCompany { company { id } contact { customer { id } } location { id } }
  }
  lineItems(first: 50) {
    nodes {
      customAttributes { key }
      product { course: metafield(key: "course_id") { value } }
      variant { course: metafield(key: "course_id") { value } }
      sellingPlan { name }
    }
    pageInfo { hasNextPage }
  }
  refunds(first: 20) { refundLineItems(first: 20) { nodes { quantity lineItem { id } } } }
} }`;

const courseProducts = `{ products(first: 250) { nodes {
  id course: metafield(key: "course_id") { value } variants(first: 20) { nodes { id sku } }
} } }`;

test('Orders and products cost what the model of the measured costs says', async (t) => {
  const store = await startStore(t);
  const cost = async (query: string) =>
    (await store.graphql(query)).extensions.cost?.requestedQueryCost;
  assert.equal(await cost('{ orders(first: 250) { nodes { id updatedAt } } }'), 13);
  assert.equal(await cost('{ ordersCount { count } }'), 10);
  assert.equal(await cost(wholeOrder), 74);
  assert.equal(await cost(courseProducts), 101);
  const ids = Array.from({ length: 50 }, (_, index) => `"gid://shopify/Order/${index}"`).join();
  const one = await cost(
    `{ order(id: "gid://shopify/Order/1") { ...OrderFields } } ${orderFields}`,
  );
  const many = await cost(`{ nodes(ids: [${ids}]) { ...OrderFields } } ${orderFields}`);
  assert.equal(one, many);
});
