/** Webhooks: signed, retried, kept over a restart, and made to misbehave. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  customerCreate,
  inStatus,
  people,
  runMutation,
  startedId,
  uploadVariables,
} from './bulk-support.ts';
import { makeCustomer, secret, startStore, startTime, waitFor } from './support.ts';
import { arrived, startReceiver, webhookStore } from './webhook-support.ts';

test('A new customer is told with Shopify’s headers, signed over the raw body', async (t) => {
  const receiver = await startReceiver(t);
  const store = await webhookStore(t, receiver);
  const { id } = await makeCustomer(store, { email: 'ada@example.com', tags: ['maths'] });
  const [delivery] = await arrived(receiver, 1);
  assert.equal(delivery?.path, '/webhooks/shopify');
  const headers = delivery?.headers ?? {};
  assert.equal(headers['x-shopify-topic'], 'customers/create');
  assert.equal(headers['x-shopify-shop-domain'], 'rollcall-test.myshopify.com');
  assert.equal(headers['x-shopify-api-version'], '2026-10');
  assert.match(String(headers['x-shopify-webhook-id']), /^[\da-f-]{36}$/);
  assert.match(String(headers['x-shopify-event-id']), /^[\da-f-]{36}$/);
  assert.ok(Date.parse(String(headers['x-shopify-triggered-at'])) > startTime);
  const signature = createHmac('sha256', secret).update(String(delivery?.body)).digest('base64');
  assert.equal(headers['x-shopify-hmac-sha256'], signature);
  assert.equal(delivery?.payload.admin_graphql_api_id, id);
  assert.equal(delivery?.payload.email, 'ada@example.com');
  for (const gone of ['tags', 'orders_count', 'email_marketing_consent'])
    assert.equal(delivery?.payload[gone], undefined);
});

test('Changes and deletions are told too, by staff as by the app', async (t) => {
  const receiver = await startReceiver(t);
  const store = await webhookStore(t, receiver);
  const { number } = await store.control('POST', 'customers', { email: 'ada@example.com' });
  await arrived(receiver, 1);
  await store.control('PATCH', `customers/${number}`, { note: 'Likes maths' });
  await arrived(receiver, 2);
  await store.control('DELETE', `customers/${number}`);
  await arrived(receiver, 3);
  assert.deepEqual(
    receiver.received.map(({ headers }) => headers['x-shopify-topic']),
    ['customers/create', 'customers/update', 'customers/delete'],
  );
  assert.equal(receiver.received[2]?.payload.id, number);
});

test('Tags that come and go have topics of their own, beside customers/update', async (t) => {
  const receiver = await startReceiver(t);
  const store = await webhookStore(t, receiver);
  const { id } = await makeCustomer(store, { firstName: 'Ada', tags: ['maths', 'vip'] });
  await arrived(receiver, 2);
  await store.control('PATCH', `customers/${id}`, { tags: ['vip', 'logic'] });
  await arrived(receiver, 5);
  const told = (topic: string) =>
    receiver.received.filter(({ headers }) => headers['x-shopify-topic'] === topic);
  assert.deepEqual(
    told('customer.tags_added').map(({ payload }) => payload.tags),
    [['maths', 'vip'], ['logic']],
  );
  const [removed] = told('customer.tags_removed');
  assert.equal(removed?.path, '/webhooks/shopify');
  assert.equal(removed?.payload.customerId, id);
  assert.deepEqual(removed?.payload.tags, ['maths']);
  assert.ok(Date.parse(String(removed?.payload.occurredAt)) > startTime);
  const [update] = told('customers/update');
  assert.equal(update?.payload.tags, undefined);
  assert.equal(update?.headers['x-shopify-event-id'], removed?.headers['x-shopify-event-id']);
});

test('A merge is told as such, and as the update and the deletion it is', async (t) => {
  const receiver = await startReceiver(t);
  const store = await webhookStore(t, receiver);
  const kept = await store.control('POST', 'customers', { email: 'ada@example.com' });
  const other = await store.control('POST', 'customers', { email: 'ada@old.example' });
  await arrived(receiver, 2);
  await store.control('POST', `customers/${other.number}/merge`, { into: kept.number });
  const told = new Map(
    (await arrived(receiver, 5)).map((one) => [String(one.headers['x-shopify-topic']), one]),
  );
  assert.deepEqual(told.get('customers/merge')?.payload, {
    admin_graphql_api_customer_kept_id: kept.id,
    admin_graphql_api_customer_deleted_id: other.id,
    admin_graphql_api_job_id: null,
    status: 'completed',
    errors: [],
  });
  assert.equal(told.get('customers/merge')?.path, '/webhooks/shopify');
  assert.equal(told.get('customers/delete')?.payload.id, other.number);
  assert.equal(told.get('customers/update')?.payload.id, kept.number);
});

test('The end of a bulk operation is told, whichever end it was', async (t) => {
  const receiver = await startReceiver(t);
  const store = await webhookStore(t, receiver);
  const finished = async (path: string, status: string) => {
    const id = startedId(await runMutation(store, customerCreate, path));
    await inStatus(store, id, status);
    const told = await waitFor(() =>
      receiver.received.find(
        ({ headers, payload }) =>
          headers['x-shopify-topic'] === 'bulk_operations/finish' &&
          String(payload.admin_graphql_api_id) === id,
      ),
    );
    assert.equal(told.path, '/webhooks/shopify');
    const { admin_graphql_api_id: _, created_at: created, ...payload } = told.payload;
    assert.match(String(created), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    return payload;
  };
  const path = await uploadVariables(store, people(2));
  const { completed_at: completed, ...done } = await finished(path, 'COMPLETED');
  assert.match(String(completed), /^\d{4}-/);
  assert.deepEqual(done, { error_code: null, status: 'completed', type: 'mutation' });
  await store.control('POST', 'faults', { kind: 'bulk-fail' });
  assert.deepEqual(await finished(path, 'FAILED'), {
    completed_at: null,
    error_code: 'internal_server_error',
    status: 'failed',
    type: 'mutation',
  });
  const made = () =>
    receiver.received.filter(({ headers }) => headers['x-shopify-topic'] === 'customers/create');
  await waitFor(() => (made().length >= 2 ? true : undefined));
  assert.equal(made().length, 2);
});

test('A failure and a redirect are retried with the same id until a 2xx', async (t) => {
  const receiver = await startReceiver(t);
  const store = await webhookStore(t, receiver);
  await store.control('POST', 'webhooks', { timeScale: 0 });
  receiver.statuses.push(500, 302);
  await makeCustomer(store, { firstName: 'Ada' });
  await arrived(receiver, 3);
  const ids = new Set(receiver.received.map(({ headers }) => headers['x-shopify-webhook-id']));
  assert.equal(ids.size, 1);
  await waitFor(async () => {
    const { pending } = await store.control('GET', 'webhooks');
    return Object.keys(pending ?? {}).length === 0 ? true : undefined;
  });
});

test('After eight retries a delivery is given up', async (t) => {
  const receiver = await startReceiver(t);
  const { promise: givenUp, resolve: log } = Promise.withResolvers<string>();
  const store = await startStore(t, { webhookUrl: receiver.url, now: Date.now, log });
  await store.control('POST', 'webhooks', { timeScale: 0 });
  receiver.statuses.push(...Array.from({ length: 20 }, () => 500));
  await makeCustomer(store, { firstName: 'Ada' });
  assert.match(await givenUp, /given up after 8 retries$/);
  assert.equal(receiver.received.length, 9);
});

test('The waits between tries double and last four hours together', async (t) => {
  const receiver = await startReceiver(t);
  const store = await startStore(t, { webhookUrl: receiver.url });
  receiver.statuses.push(500);
  await makeCustomer(store, { firstName: 'Ada' });
  const delivery = await waitFor(async () => {
    const { pending } = await store.control('GET', 'webhooks');
    return Number(pending?.[0]?.attempts) === 1 ? pending?.[0] : undefined;
  });
  assert.equal(
    Math.round((Number(delivery.nextAt) - startTime) / 1000),
    Math.round((4 * 60 * 60) / 255),
  );
});

test('What was not delivered when the store stopped is delivered when it starts again', async (t) => {
  const receiver = await startReceiver(t);
  const folder = await mkdtemp(join(tmpdir(), 'devstore-'));
  t.after(() => rm(folder, { recursive: true }));
  const data = join(folder, 'store.sqlite');
  await t.test('a store whose app is away', async (inner) => {
    const store = await startStore(inner, {
      data,
      webhookUrl: 'http://127.0.0.1:9',
      now: Date.now,
    });
    await store.control('POST', 'webhooks', { timeScale: 0.001 });
    await makeCustomer(store, { firstName: 'Ada' });
  });
  await startStore(t, { data, webhookUrl: receiver.url, now: Date.now });
  const [delivery] = await arrived(receiver, 1);
  assert.equal(delivery?.payload.first_name, 'Ada');
});

test('Deliveries are duplicated, dropped, delayed and overtaken on demand', async (t) => {
  const receiver = await startReceiver(t);
  // Its clock stands: what is overtaken is not let go for having waited long.
  const store = await startStore(t, { webhookUrl: receiver.url });
  const fault = (kind: string, more: object = {}) =>
    store.control('POST', 'faults', { kind, match: { topic: 'customers/create' }, ...more });
  const names = () => receiver.received.map(({ payload }) => String(payload.first_name));

  await fault('duplicate');
  await makeCustomer(store, { firstName: 'Ada' });
  await arrived(receiver, 2);
  const [first, second] = receiver.received;
  assert.equal(first?.headers['x-shopify-webhook-id'], second?.headers['x-shopify-webhook-id']);

  await fault('drop');
  await makeCustomer(store, { firstName: 'Dropped' });
  await fault('reorder');
  await makeCustomer(store, { firstName: 'Overtaken' });
  await makeCustomer(store, { firstName: 'Grace' });
  await arrived(receiver, 4);
  assert.deepEqual(names(), ['Ada', 'Ada', 'Grace', 'Overtaken']);

  await fault('delay', { delayMs: 60_000 });
  await makeCustomer(store, { firstName: 'Delayed' });
  const { pending } = await waitFor(async () => {
    const view = await store.control('GET', 'webhooks');
    return Number(view.pending?.[0]?.nextAt) === startTime + 60_000 ? view : undefined;
  });
  assert.equal(pending?.[0]?.body?.first_name, 'Delayed');
  assert.equal(names().includes('Delayed'), false);
});
