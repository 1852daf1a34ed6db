/** What the app is told of orders, refunds, disputes and products. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placeOrder, sellCourses } from './order-support.ts';
import { startStore, waitFor } from './support.ts';
import {
  arrived,
  type Received,
  type Receiver,
  startReceiver,
  webhookStore,
} from './webhook-support.ts';

const topicOf = ({ headers }: Received): string => String(headers['x-shopify-topic']);
const eventOf = ({ headers }: Received): string => String(headers['x-shopify-event-id']);

/** The next deliveries, by topic; they must be of one event. */
async function oneEvent(receiver: Receiver, topics: readonly string[]) {
  const all = await arrived(receiver, topics.length);
  const came = all.splice(0, topics.length);
  assert.deepEqual(came.map(topicOf).sort(), [...topics].sort());
  assert.equal(new Set(came.map(eventOf)).size, 1);
  return new Map(came.map((one) => [topicOf(one), one.payload]));
}

async function world(t: Parameters<typeof startReceiver>[0], startIt = webhookStore) {
  const receiver = await startReceiver(t);
  const store = await startIt(t, receiver);
  await sellCourses(store);
  await arrived(receiver, 3);
  receiver.received.length = 0;
  const change = (number: unknown, action: string, body: object = {}) =>
    store.control('POST', `orders/${number}/${action}`, body);
  return { receiver, store, change };
}

test('A paid order of somebody new is one event of four topics', async (t) => {
  const { receiver, store } = await world(t);
  const order = await placeOrder(store, {
    email: 'ada@example.com',
    paid: true,
    tags: ['vip', 'b2b'],
    attributes: { source: 'fair' },
    lines: [{ sku: 'WELD-101', properties: { 'learner email': 'grace@example.com' } }],
  });
  const told = await oneEvent(receiver, [
    'customers/create',
    'customers/update',
    'orders/create',
    'orders/paid',
  ]);
  const payload = told.get('orders/create');
  assert.deepEqual(payload, told.get('orders/paid'));
  assert.equal(payload?.id, order.number);
  assert.equal(payload?.admin_graphql_api_id, order.id);
  assert.equal(payload?.name, '#1001');
  assert.equal(payload?.financial_status, 'paid');
  assert.equal(payload?.tags, 'b2b, vip');
  assert.deepEqual(payload?.note_attributes, [{ name: 'source', value: 'fair' }]);
  assert.equal(payload?.customer?.admin_graphql_api_id, order.customer?.id);
  assert.equal(payload?.total_price, '149.00');
  const line = payload?.line_items?.[0];
  assert.equal(line?.id, order.lines?.[0]?.number);
  assert.equal(line?.sku, 'WELD-101');
  assert.equal(line?.current_quantity, 1);
  assert.deepEqual(line?.properties, [{ name: 'learner email', value: 'grace@example.com' }]);
});

test('Each change is told as orders/updated and as what it is', async (t) => {
  const { receiver, store, change } = await world(t);
  const { number, lines } = await placeOrder(store, {
    lines: [{ sku: 'WELD-101', quantity: 2 }],
  });
  await oneEvent(receiver, ['orders/create']);
  await change(number, 'pay', { amount: '100.00' });
  await oneEvent(receiver, ['orders/updated']);
  await change(number, 'pay');
  await oneEvent(receiver, ['orders/updated', 'orders/paid']);

  await change(number, 'edit', {
    add: [{ sku: 'HELMET' }],
    set: [{ line: 'WELD-101', quantity: 1 }],
  });
  const edited = (await oneEvent(receiver, ['orders/updated', 'orders/edited'])).get(
    'orders/edited',
  );
  assert.equal(edited?.order_edit?.order_id, number);
  assert.equal(edited?.order_edit?.line_items?.additions?.[0]?.delta, 1);
  assert.deepEqual(edited?.order_edit?.line_items?.removals, [
    { id: lines?.[0]?.number, delta: 1 },
  ]);

  await change(number, 'refund', { lines: [{ line: 'WELD-101' }] });
  const refund = (await oneEvent(receiver, ['orders/updated', 'refunds/create'])).get(
    'refunds/create',
  );
  assert.equal(refund?.order_id, number);
  assert.match(String(refund?.admin_graphql_api_id), /^gid:\/\/shopify\/Refund\/\d+$/);
  assert.equal(refund?.refund_line_items?.[0]?.line_item_id, lines?.[0]?.number);
  assert.equal(refund?.refund_line_items?.[0]?.restock_type, 'return');

  await change(number, 'dispute');
  const opened = (await oneEvent(receiver, ['orders/updated', 'disputes/create'])).get(
    'disputes/create',
  );
  assert.deepEqual([opened?.order_id, opened?.status], [number, 'needs_response']);
  await change(number, 'dispute', { status: 'LOST' });
  const lost = (await oneEvent(receiver, ['orders/updated', 'disputes/update'])).get(
    'disputes/update',
  );
  assert.deepEqual([lost?.id, lost?.status], [opened?.id, 'lost']);

  await change(number, 'cancel', { refund: false, reason: 'STAFF' });
  const cancelled = (
    await oneEvent(receiver, ['orders/updated', 'orders/cancelled', 'refunds/create'])
  ).get('orders/cancelled');
  assert.equal(cancelled?.cancel_reason, 'staff');
  assert.ok(cancelled?.cancelled_at);
  await store.control('DELETE', `orders/${number}`);
  const deleted = (await oneEvent(receiver, ['orders/delete'])).get('orders/delete');
  assert.deepEqual(deleted, { id: number });
});

test('Money alone goes back without refund lines', async (t) => {
  const { receiver, store, change } = await world(t);
  const { number } = await placeOrder(store, { paid: true });
  await oneEvent(receiver, ['orders/create', 'orders/paid']);
  await change(number, 'refund', { amount: '1.00' });
  const told = await oneEvent(receiver, ['orders/updated', 'refunds/create']);
  assert.deepEqual(told.get('refunds/create')?.refund_line_items, []);
  assert.equal(told.get('refunds/create')?.transactions?.[0]?.amount, '1.00');
});

test('Products that come, change and go are told', async (t) => {
  const { receiver, store } = await world(t);
  const product = await store.control('POST', 'products', { title: 'Forging', tags: ['course'] });
  const created = (await oneEvent(receiver, ['products/create'])).get('products/create');
  assert.equal(created?.admin_graphql_api_id, product.id);
  assert.equal(created?.variants?.[0]?.product_id, product.number);
  await store.control('PATCH', `products/${product.number}`, { title: 'Forging 1' });
  const updated = (await oneEvent(receiver, ['products/update'])).get('products/update');
  assert.equal(updated?.title, 'Forging 1');
  await store.control('DELETE', `products/${product.number}`);
  const gone = (await oneEvent(receiver, ['products/delete'])).get('products/delete');
  assert.deepEqual(gone, { id: product.number });
});

test('Deliveries of orders are dropped, doubled, overtaken and retried as any other', async (t) => {
  // Its clock stands: what is overtaken is not let go for having waited long.
  const { receiver, store } = await world(t, (_, { url }) => startStore(t, { webhookUrl: url }));
  await store.control('POST', 'webhooks', { timeScale: 0 });
  const fault = (kind: string) =>
    store.control('POST', 'faults', { kind, match: { topic: 'orders/create' } });
  const names = () => receiver.received.map(({ payload }) => String(payload.name));
  await fault('duplicate');
  await placeOrder(store, {});
  await arrived(receiver, 2);
  await fault('drop');
  await placeOrder(store, {});
  await fault('reorder');
  await placeOrder(store, {});
  receiver.statuses.push(500);
  await placeOrder(store, {});
  const settled = ['#1001', '#1001', '#1004', '#1004', '#1003'].join();
  await waitFor(() => (names().join() === settled ? true : undefined));
});
