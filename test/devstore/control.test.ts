/** The control API: what is behind the counter, and what staff do there. */
import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { test } from 'node:test';
import { placeOrder } from './order-support.ts';
import { customerSet, defineScimId, makeCustomer, startStore } from './support.ts';

test('Every customer is listed with everything, without lag', async (t) => {
  const store = await startStore(t);
  await defineScimId(store);
  await store.graphql(customerSet, {
    identifier: { customId: { key: 'scim_id', value: 'u1' } },
    input: {
      email: 'ada@example.com',
      firstName: 'Ada',
      tags: ['maths'],
      addresses: [{ city: 'London', countryCode: 'GB' }],
    },
  });
  const { customers, total, next } = await store.control('GET', 'customers?query=ADA');
  assert.equal(total, 1);
  assert.equal(next, null);
  const customer = customers?.[0];
  assert.match(String(customer?.id), /^gid:\/\/shopify\/Customer\/\d+$/);
  assert.equal(customer?.email, 'ada@example.com');
  assert.deepEqual(customer?.tags, ['maths']);
  assert.equal(customer?.numberOfOrders, 0);
  assert.equal(customer?.defaultAddress?.city, 'London');
  assert.deepEqual(customer?.metafields, [
    { namespace: 'app--300000000001', key: 'scim_id', type: 'id', value: 'u1' },
  ]);
});

test('A query finds by e-mail, name, tag, number and id; pages go on from the last one', async (t) => {
  const store = await startStore(t);
  for (const name of ['Ada', 'Grace', 'Alan'])
    await makeCustomer(store, {
      firstName: name,
      email: `${name}@example.com`,
      tags: [`t-${name}`],
    });
  const grace = (await store.control('GET', 'customers?query=grace')).customers?.[0];
  for (const query of ['grace@example.com', 't-gra', String(grace?.number), String(grace?.id)]) {
    const found = await store.control('GET', `customers?query=${encodeURIComponent(query)}`);
    assert.equal(found.total, 1, query);
    assert.equal(found.customers?.[0]?.firstName, 'Grace');
  }
  const first = await store.control('GET', 'customers?limit=2');
  assert.equal(first.customers?.[1]?.firstName, 'Grace');
  const second = await store.control('GET', `customers?limit=2&after=${first.next}`);
  assert.equal(second.customers?.[0]?.firstName, 'Alan');
  assert.equal(second.next, null);
  const newest = await store.control('GET', 'customers?limit=1&order=newest');
  assert.equal(newest.customers?.[0]?.firstName, 'Alan');
});

test('Staff make, change and delete customers under the store’s rules, and the timeline tells', async (t) => {
  const store = await startStore(t);
  const made = await store.control('POST', 'customers', {
    email: 'ada@example.com',
    state: 'ENABLED',
  });
  await store.graphql(customerSet, { identifier: { id: made.id }, input: { firstName: 'Ada' } });
  await store.control('PATCH', `customers/${made.number}`, { tags: ['vip'] });
  const { timeline } = await store.control('GET', `customers/${made.number}`);
  assert.deepEqual(timeline, [
    { at: '2026-10-05T09:00:00Z', actor: 'staff', message: 'Tags added: vip' },
    { at: '2026-10-05T09:00:00Z', actor: 'app', message: 'First name: – → Ada' },
    { at: '2026-10-05T09:00:00Z', actor: 'staff', message: 'Customer created' },
  ]);
  const taken = await store.control('POST', 'customers', { email: 'ADA@example.com' }, 422);
  assert.deepEqual(taken.errors, [{ field: ['email'], message: 'Email has already been taken' }]);
  const order = await placeOrder(store, { customerId: made.id });
  await store.control('DELETE', `customers/${made.number}`, undefined, 409);
  await store.control('DELETE', `orders/${order.number}?force=true`);
  await store.control('DELETE', `customers/${encodeURIComponent(String(made.id))}`);
  await store.control('GET', `customers/${made.number}`, undefined, 404);
});

test('A list of customers is made as a whole or not at all', async (t) => {
  const store = await startStore(t);
  const people = [{ email: 'ada@example.com' }, { email: 'grace@example.com' }];
  assert.deepEqual(await store.control('POST', 'customers', people), { created: 2 });
  const clash = [{ email: 'alan@example.com' }, { email: 'ada@example.com' }];
  await store.control('POST', 'customers', clash, 422);
  assert.equal((await store.control('GET', 'customers')).total, 2);
});

test('Stats count requests by operation, their cost and their errors', async (t) => {
  const store = await startStore(t);
  await makeCustomer(store, { firstName: 'Ada' });
  await store.graphql('{ shop { name } }');
  await store.graphql('{ nothing }');
  const stats = await store.control('GET', 'stats');
  assert.equal(stats.requests, 3);
  assert.deepEqual(stats.byOperation, { CustomerSet: 1, shop: 1, '(invalid)': 1 });
  assert.equal(stats.costUsed, 15);
  assert.equal(stats.errors, 1);
  assert.equal((await store.control('DELETE', 'stats')).requests, 0);
});

test('A reset empties the store, and ids go on', async (t) => {
  const store = await startStore(t);
  const before = await makeCustomer(store, { email: 'ada@example.com' });
  await defineScimId(store);
  await store.control('POST', 'reset');
  assert.equal((await store.control('GET', 'customers')).total, 0);
  const after = await makeCustomer(store, { email: 'ada@example.com' });
  assert.notEqual(after.id, before.id);
  assert.equal(after.scimId, null);
});

test('What is not there is said to be so, and a wrong body where it is wrong', async (t) => {
  const store = await startStore(t);
  await store.control('GET', 'nothing', undefined, 404);
  const { errors } = await store.control('POST', 'customers', { emial: 'ada@example.com' }, 422);
  assert.equal(errors?.[0]?.message, 'Unrecognized key: "emial"');
});

test('A name other than loopback gets neither the page nor the control API', async (t) => {
  const store = await startStore(t);
  for (const path of ['/', '/_dev/customers']) {
    const { promise, resolve } = Promise.withResolvers<number | undefined>();
    httpRequest(`${store.origin}${path}`, { headers: { Host: 'evil.example' } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).end();
    assert.equal(await promise, 403);
  }
});
