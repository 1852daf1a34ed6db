/** What becomes of an order: payments, edits, refunds, cancellations, disputes, deletion. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placeOrder, readOrder, sellCourses, standing } from './order-support.ts';
import { type Json, startStore, type TestStore } from './support.ts';

const change = (store: TestStore, order: Json, action: string, body: object = {}, status = 200) =>
  store.control('POST', `orders/${order.number}/${action}`, body, status);

const oneCourse = { email: 'ada@example.com', lines: [{ sku: 'WELD-101', quantity: 2 }] };

test('An order paid later is pending, then partially paid, then paid', async (t) => {
  const store = await startStore(t);
  await sellCourses(store);
  const order = await placeOrder(store, oneCourse);
  assert.deepEqual(await standing(store, order.id), ['PENDING', false, '298.0']);
  assert.equal((await readOrder(store, order.id)).unpaid, true);
  await change(store, order, 'pay', { amount: '100.00' });
  assert.deepEqual(await standing(store, order.id), ['PARTIALLY_PAID', false, '298.0']);
  await change(store, order, 'pay');
  assert.deepEqual(await standing(store, order.id), ['PAID', true, '298.0']);
  await change(store, order, 'pay', {}, 422);
});

test('What is held on a card is captured or voided', async (t) => {
  const store = await startStore(t);
  const captured = await placeOrder(store, { authorized: true });
  assert.deepEqual(await standing(store, captured.id), ['AUTHORIZED', false, '4.5']);
  await change(store, captured, 'pay');
  assert.deepEqual(await standing(store, captured.id), ['PAID', true, '4.5']);
  const voided = await placeOrder(store, { authorized: true });
  await change(store, voided, 'void');
  assert.deepEqual(await standing(store, voided.id), ['VOIDED', false, '4.5']);
  await change(store, voided, 'void', {}, 422);
});

test('An order that costs nothing is paid', async (t) => {
  const store = await startStore(t);
  const { id } = await placeOrder(store, { lines: [{ title: 'Gift', price: 0 }] });
  assert.deepEqual(await standing(store, id), ['PAID', true, '0.0']);
});

test('A line that an edit adds is owed, and one that is paid for stays paid when others go', async (t) => {
  const store = await startStore(t);
  await sellCourses(store);
  const order = await placeOrder(store, { ...oneCourse, paid: true });
  await change(store, order, 'edit', { add: [{ sku: 'FIRST-AID' }] });
  assert.deepEqual(await standing(store, order.id), ['PARTIALLY_PAID', false, '357.5']);
  await change(store, order, 'pay');
  assert.deepEqual(await standing(store, order.id), ['PAID', true, '357.5']);
  await change(store, order, 'edit', {
    set: [{ line: 'WELD-101', quantity: 1 }],
    remove: ['FIRST-AID'],
  });
  assert.deepEqual(await standing(store, order.id), ['PAID', true, '149.0']);
  const { edited, lineItems, originalTotalPriceSet } = await readOrder(store, order.id);
  assert.equal(edited, true);
  assert.equal(originalTotalPriceSet?.shopMoney?.amount, '298.0');
  assert.deepEqual(
    [lineItems?.nodes?.[0], lineItems?.nodes?.[1]].map((line) => [
      line?.quantity,
      line?.currentQuantity,
    ]),
    [
      [2, 1],
      [1, 0],
    ],
  );
  await change(store, order, 'edit', { set: [{ line: 'WELD-101', quantity: 3 }] });
  const more = (await readOrder(store, order.id)).lineItems?.nodes?.[0];
  assert.deepEqual([more?.quantity, more?.currentQuantity], [4, 3]);
  await change(store, order, 'edit', { set: [{ line: 'WELD-101', quantity: 3 }] }, 422);
  await change(store, order, 'edit', { remove: ['HELMET'] }, 404);
});

test('A unit, the rest of a line, and money alone are refunded, until all of it is', async (t) => {
  const store = await startStore(t);
  await sellCourses(store);
  const order = await placeOrder(store, { ...oneCourse, paid: true });
  await change(store, order, 'refund', {
    lines: [{ line: 'WELD-101', quantity: 1 }],
    note: 'Ill',
    restockType: 'NO_RESTOCK',
  });
  assert.deepEqual(await standing(store, order.id), ['PARTIALLY_REFUNDED', true, '149.0']);
  await change(store, order, 'refund', { amount: '49.00' });
  assert.deepEqual(await standing(store, order.id), ['PARTIALLY_REFUNDED', true, '100.0']);
  const { refunds, lineItems, totalReceivedSet, totalRefundedSet } = await readOrder(
    store,
    order.id,
  );
  assert.equal(refunds?.[0]?.note, 'Ill');
  assert.equal(refunds?.[0]?.totalRefundedSet?.shopMoney?.amount, '149.0');
  const [unit] = [refunds?.[0]?.refundLineItems?.nodes?.[0]];
  assert.deepEqual(
    { quantity: unit?.quantity, line: unit?.lineItem?.id, restockType: unit?.restockType },
    { quantity: 1, line: lineItems?.nodes?.[0]?.id, restockType: 'NO_RESTOCK' },
  );
  assert.deepEqual(refunds?.[1]?.refundLineItems?.nodes, []);
  assert.equal(lineItems?.nodes?.[0]?.currentQuantity, 1);
  assert.equal(lineItems?.nodes?.[0]?.refundableQuantity, 1);
  assert.equal(totalReceivedSet?.shopMoney?.amount, '298.0');
  assert.equal(totalRefundedSet?.shopMoney?.amount, '198.0');
  await change(store, order, 'refund', { lines: [{ line: 'WELD-101', quantity: 2 }] }, 422);
  await change(store, order, 'refund', { amount: '100.01' }, 422);
  await change(store, order, 'refund');
  assert.deepEqual(await standing(store, order.id), ['REFUNDED', true, '0.0']);
  await change(store, order, 'refund', {}, 422);
});

test('Units nobody paid for are taken off by a refund without money', async (t) => {
  const store = await startStore(t);
  await sellCourses(store);
  const order = await placeOrder(store, oneCourse);
  await change(store, order, 'refund', { lines: [{ line: 'WELD-101', quantity: 1 }] });
  assert.deepEqual(await standing(store, order.id), ['PENDING', false, '149.0']);
  const { refunds } = await readOrder(store, order.id);
  assert.equal(refunds?.[0]?.totalRefundedSet?.shopMoney?.amount, '0.0');
  await change(store, order, 'pay');
  assert.deepEqual(await standing(store, order.id), ['PAID', true, '149.0']);
});

test('Cancelling gives the money back, keeps it, or lets go what was never paid', async (t) => {
  const store = await startStore(t);
  await sellCourses(store);
  const cancelled = async (input: object, body: object) => {
    const order = await placeOrder(store, { ...oneCourse, ...input });
    await change(store, order, 'cancel', body);
    await change(store, order, 'cancel', body, 422);
    await change(store, order, 'edit', { add: [{ sku: 'HELMET' }] }, 422);
    const read = await readOrder(store, order.id);
    assert.ok(read.cancelledAt);
    assert.equal(read.lineItems?.nodes?.[0]?.currentQuantity, 0);
    return [read.displayFinancialStatus, read.fullyPaid, read.cancelReason];
  };
  assert.deepEqual(await cancelled({ paid: true }, { reason: 'FRAUD' }), [
    'REFUNDED',
    true,
    'FRAUD',
  ]);
  assert.deepEqual(await cancelled({ paid: true }, { refund: false }), ['PAID', true, 'CUSTOMER']);
  assert.deepEqual(await cancelled({}, {}), ['VOIDED', false, 'CUSTOMER']);
  assert.deepEqual(await cancelled({ authorized: true }, {}), ['VOIDED', false, 'CUSTOMER']);
});

test('A chargeback is opened, answered and lost; the next one is another', async (t) => {
  const store = await startStore(t);
  const order = await placeOrder(store, { paid: true });
  const disputes = async () => (await readOrder(store, order.id)).disputes;
  await change(store, order, 'dispute');
  const opened = await disputes();
  assert.deepEqual(
    [opened?.[0]?.initiatedAs, opened?.[0]?.status],
    ['CHARGEBACK', 'NEEDS_RESPONSE'],
  );
  await change(store, order, 'dispute', { status: 'UNDER_REVIEW' });
  await change(store, order, 'dispute', { status: 'LOST' });
  const lost = await disputes();
  assert.deepEqual([lost?.[0]?.id, lost?.[0]?.status], [opened?.[0]?.id, 'LOST']);
  await change(store, order, 'dispute', { type: 'INQUIRY', status: 'WON' });
  assert.deepEqual(
    [(await disputes())?.[1]?.status, (await disputes())?.[1]?.initiatedAs],
    ['WON', 'INQUIRY'],
  );
  assert.deepEqual(await standing(store, order.id), ['PAID', true, '4.5']);
  const unpaid = await placeOrder(store, {});
  await change(store, unpaid, 'dispute', {}, 422);
});

test('Only a cancelled order or a test is deleted, others by force; its number is not used again', async (t) => {
  const store = await startStore(t);
  const remove = (order: Json, status: number, query = '') =>
    store.control('DELETE', `orders/${order.number}${query}`, undefined, status);
  const order = await placeOrder(store, { email: 'ada@example.com' });
  await remove(order, 409);
  await remove(order, 200, '?force=true');
  const { data } = await store.graphql(`{ order(id: "${order.id}") { id } }`);
  assert.equal(data.order, null);
  await remove(await placeOrder(store, { test: true }), 200);
  const cancelled = await placeOrder(store, {});
  await change(store, cancelled, 'cancel');
  await remove(cancelled, 200);
  assert.equal((await placeOrder(store, {})).name, '#1004');
});

test('Staff correct the address, note, tags and attributes of an order', async (t) => {
  const store = await startStore(t);
  const order = await placeOrder(store, { email: 'ada@example.com', note: 'Hurry' });
  const corrected = { email: 'Grace@example.com', tags: ['b2b', 'B2B'], attributes: { po: '7' } };
  await store.control('PATCH', `orders/${order.number}`, corrected);
  const { email, note, tags, customAttributes, customer } = await readOrder(store, order.id);
  assert.deepEqual([email, note, tags], ['grace@example.com', 'Hurry', ['b2b']]);
  assert.deepEqual(customAttributes, [{ key: 'po', value: '7' }]);
  assert.equal(customer?.id, order.customer?.id);
  await store.control('PATCH', `orders/${order.number}`, { email: 'nobody' }, 422);
});

test('Each change makes the order newer than it was, and is told in its timeline', async (t) => {
  const store = await startStore(t);
  await sellCourses(store);
  const order = await placeOrder(store, oneCourse);
  await placeOrder(store, {});
  await store.control('POST', 'search', { lagMs: 0 });
  const newest = async () => {
    const query = '{ orders(first: 1, sortKey: UPDATED_AT, reverse: true) { nodes { id } } }';
    return (await store.graphql(query)).data.orders?.nodes?.[0]?.id;
  };
  assert.notEqual(await newest(), order.id);
  // The clock of this store stands still.
  await change(store, order, 'pay');
  assert.equal(await newest(), order.id);
  store.advance(1000);
  const { updatedAt } = await change(store, order, 'edit', { add: [{ sku: 'HELMET' }] });
  assert.equal(updatedAt, '2026-10-05T09:00:01Z');
  const { timeline } = await store.control('GET', `orders/${order.number}`);
  assert.deepEqual(
    [0, 1, 2].map((index) => timeline?.[index]?.message),
    ['Order edited: +1 Helmet', 'Payment of 298.00 received', 'Order #1001 placed'],
  );
});
