/** Placing orders: who the customer is, what the lines say, what the app reads of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placeOrder, readOrder, sellCourses } from './order-support.ts';
import { makeCustomer, startStore } from './support.ts';

test('An order says who bought what for whom, and how it was paid', async (t) => {
  const store = await startStore(t);
  const products = await sellCourses(store);
  const placed = await placeOrder(store, {
    email: 'Ada@Example.com ',
    firstName: 'Ada',
    paid: true,
    note: 'Please hurry',
    tags: ['b2b'],
    attributes: { source: 'fair' },
    lines: [
      { sku: 'WELD-101', quantity: 2, properties: { 'learner email': 'grace@example.com' } },
      { variantId: products[1]?.variants?.[0]?.id },
    ],
  });
  assert.equal(placed.name, '#1001');
  const order = await readOrder(store, placed.id);
  const { lineItems, customer, refunds, disputes, ...rest } = order;
  assert.deepEqual(rest, {
    id: placed.id,
    name: '#1001',
    createdAt: '2026-10-05T09:00:00Z',
    processedAt: '2026-10-05T09:00:00Z',
    updatedAt: '2026-10-05T09:00:00Z',
    cancelledAt: null,
    cancelReason: null,
    displayFinancialStatus: 'PAID',
    fullyPaid: true,
    unpaid: false,
    edited: false,
    test: false,
    confirmed: true,
    closed: false,
    email: 'ada@example.com',
    phone: null,
    note: 'Please hurry',
    tags: ['b2b'],
    customAttributes: [{ key: 'source', value: 'fair' }],
    currentTotalPriceSet: { shopMoney: { amount: '357.5', currencyCode: 'USD' } },
    originalTotalPriceSet: { shopMoney: { amount: '357.5' } },
    totalPriceSet: { shopMoney: { amount: '357.5' } },
    totalReceivedSet: { shopMoney: { amount: '357.5' } },
    totalRefundedSet: { shopMoney: { amount: '0.0' } },
  });
  assert.deepEqual([refunds, disputes], [[], []]);
  assert.equal(customer?.displayName, 'Ada');
  const [first, second] = [lineItems?.nodes?.[0], lineItems?.nodes?.[1]];
  assert.deepEqual(first, {
    id: placed.lines?.[0]?.id,
    name: 'Welding 101 - Self-paced',
    title: 'Welding 101',
    variantTitle: 'Self-paced',
    sku: 'WELD-101',
    quantity: 2,
    currentQuantity: 2,
    refundableQuantity: 2,
    isGiftCard: false,
    requiresShipping: false,
    customAttributes: [{ key: 'learner email', value: 'grace@example.com' }],
    product: { id: products[0]?.id, title: 'Welding 101' },
    variant: { id: products[0]?.variants?.[0]?.id, title: 'Self-paced', sku: 'WELD-101' },
    originalTotalSet: { shopMoney: { amount: '298.0' } },
    discountedTotalSet: { shopMoney: { amount: '298.0' } },
  });
  assert.equal(second?.name, 'First Aid');
  assert.equal(second?.variantTitle, null);
});

test('A new address makes the customer, a known one finds it, a guest is nobody', async (t) => {
  const store = await startStore(t);
  const { id } = await makeCustomer(store, { email: 'ada@example.com' });
  const known = await placeOrder(store, { email: 'ADA@example.com' });
  assert.equal(known.customer?.id, id);
  const fresh = await placeOrder(store, { email: 'grace@example.com', lastName: 'Hopper' });
  assert.equal(fresh.customer?.displayName, 'Hopper');
  const guest = await readOrder(
    store,
    (await placeOrder(store, { email: 'eve@example.com', guest: true })).id,
  );
  assert.deepEqual([guest.email, guest.customer], ['eve@example.com', null]);
  const byId = await placeOrder(store, { customerId: id });
  assert.equal(byId.email, 'ada@example.com');
  const anonymous = await placeOrder(store, {});
  assert.deepEqual([anonymous.email, anonymous.customer], [null, null]);
  assert.equal((await store.control('GET', 'customers')).total, 2);
});

test('The customer counts its orders and what it spent, and cannot be deleted for them', async (t) => {
  const store = await startStore(t);
  const { id } = await makeCustomer(store, { email: 'ada@example.com' });
  await placeOrder(store, { customerId: id, paid: true });
  const second = await placeOrder(store, { customerId: id });
  const read = async () => {
    const { data } = await store.graphql(
      `query ($id: ID!) { customer(id: $id) {
        numberOfOrders canDelete amountSpent { amount }
        lastOrder { name } orders(first: 1) { nodes { name } pageInfo { hasNextPage } }
      } }`,
      { id },
    );
    return data.customer;
  };
  assert.deepEqual(await read(), {
    numberOfOrders: '2',
    canDelete: false,
    amountSpent: { amount: '4.5' },
    lastOrder: { name: '#1002' },
    orders: { nodes: [{ name: '#1001' }], pageInfo: { hasNextPage: true } },
  });
  const remove =
    'mutation ($id: ID!) { customerDelete(input: { id: $id }) { userErrors { message } } }';
  const { data } = await store.graphql(remove, { id });
  assert.deepEqual(data.customerDelete?.userErrors, [
    { message: 'Customer can’t be deleted because they have associated orders' },
  ]);
  await store.control('DELETE', `orders/${second.number}?force=true`);
  assert.equal((await read())?.numberOfOrders, '1');
});

test('A thousand orders are placed at once, or none when one is refused', async (t) => {
  const store = await startStore(t);
  await sellCourses(store);
  const many = Array.from({ length: 1000 }, (_, index) => ({
    email: `learner${index}@example.com`,
    lines: [{ sku: 'WELD-101' }],
    paid: true,
  }));
  const { orders } = await store.control('POST', 'orders', many);
  assert.deepEqual(orders?.[999]?.name, '#2000');
  assert.equal((await store.control('GET', 'orders')).total, 1000);
  const refused = await store.control('POST', 'orders', [...many, { lines: [{ sku: 'X' }] }], 422);
  assert.deepEqual(refused.errors, [
    { field: ['lines', '0', 'sku'], message: 'No product has the variant X' },
  ]);
  assert.equal((await store.control('GET', 'orders')).total, 1000);
  assert.equal((await store.control('GET', 'customers')).total, 1000);
});

test('A mistake in an order is told by its field', async (t) => {
  const store = await startStore(t);
  const refused = async (input: object) =>
    (await store.control('POST', 'orders', input, 422)).errors?.[0]?.field;
  const lines = [{ title: 'Tea', price: 1 }];
  assert.deepEqual(await refused({ lines: [] }), ['lines']);
  assert.deepEqual(await refused({ lines: [{ quantity: 1 }] }), ['lines', '0']);
  assert.deepEqual(await refused({ lines, email: 'nobody' }), ['email']);
  assert.deepEqual(await refused({ lines, customerId: 1 }), ['customerId']);
  assert.deepEqual(await refused({ lines, processedAt: 'soon' }), ['processedAt']);
});

test('Lines are read page by page, as are those of a refund', async (t) => {
  const store = await startStore(t);
  const lines = ['a', 'b', 'c'].map((title) => ({ title, price: 1 }));
  const { id, number } = await placeOrder(store, { lines, paid: true });
  await store.control('POST', `orders/${number}/refund`, {});
  const page = async (after?: unknown) => {
    const { data } = await store.graphql(
      `query ($id: ID!, $after: String) { order(id: $id) {
        lineItems(first: 2, after: $after) { nodes { title } pageInfo { hasNextPage endCursor } }
        refunds(first: 1) { refundLineItems(first: 1) { nodes { lineItem { title } } pageInfo { hasNextPage } } }
      } }`,
      { id, ...(after ? { after } : {}) },
    );
    return data.order;
  };
  const first = await page();
  assert.deepEqual(first?.lineItems?.nodes, [{ title: 'a' }, { title: 'b' }]);
  assert.deepEqual(first?.refunds?.[0]?.refundLineItems, {
    nodes: [{ lineItem: { title: 'a' } }],
    pageInfo: { hasNextPage: true },
  });
  const second = await page(first?.lineItems?.pageInfo?.endCursor);
  assert.deepEqual(second?.lineItems?.nodes, [{ title: 'c' }]);
  assert.equal(second?.lineItems?.pageInfo?.hasNextPage, false);
});
