/** Staff merge two customers: what the kept one has afterwards, and who cannot be merged. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placeOrder } from './order-support.ts';
import { makeCustomer, startStore } from './support.ts';

test('The kept customer has what both had, the other is gone', async (t) => {
  const store = await startStore(t);
  const kept = await store.control('POST', 'customers', {
    email: 'ada@example.com',
    tags: ['vip'],
    addresses: [{ city: 'London', countryCode: 'GB' }],
  });
  const other = await store.control('POST', 'customers', {
    email: 'ada@old.example',
    phone: '+14155550123',
    firstName: 'Ada',
    tags: ['maths', 'VIP'],
    addresses: [{ city: 'Paris', countryCode: 'FR' }],
  });
  await placeOrder(store, { customerId: kept.id });
  const moved = await placeOrder(store, { customerId: other.id });
  const merged = await store.control('POST', `customers/${other.number}/merge`, { into: kept.id });
  assert.equal(merged.id, kept.id);
  assert.equal(merged.email, 'ada@example.com');
  assert.equal(merged.phone, '+14155550123');
  assert.equal(merged.firstName, 'Ada');
  assert.deepEqual(merged.tags, ['maths', 'vip']);
  assert.equal(merged.numberOfOrders, 2);
  const { customer } = await store.control('GET', `orders/${moved.number}`);
  assert.equal(customer?.id, kept.id);
  assert.equal(merged.defaultAddress?.city, 'London');
  assert.equal(merged.addresses?.[1]?.city, 'Paris');
  await store.control('GET', `customers/${other.number}`, undefined, 404);
  const gone = await store.graphql(`{ customer(id: "${other.id}") { id } }`);
  assert.equal(gone.data.customer, null);
  // The address that went with it is free again.
  await makeCustomer(store, { email: 'ada@old.example' });
});

test('An e-mail address only the one that goes has is kept', async (t) => {
  const store = await startStore(t);
  const kept = await store.control('POST', 'customers', { firstName: 'Ada' });
  const other = await store.control('POST', 'customers', { email: 'ada@example.com' });
  const merged = await store.control(
    'POST',
    `customers/${encodeURIComponent(`${other.id}`)}/merge`,
    {
      into: kept.number,
    },
  );
  assert.equal(merged.email, 'ada@example.com');
});

test('A company contact cannot be merged, nor a customer with itself', async (t) => {
  const store = await startStore(t);
  const ada = await store.control('POST', 'customers', { email: 'ada@example.com' });
  const eve = await store.control('POST', 'customers', { email: 'eve@example.com' });
  const company = await store.control('POST', 'companies', { name: 'Acme' });
  await store.control('POST', `companies/${company.number}/contacts`, { customer: ada.id });
  for (const [from, into] of [
    [ada, eve],
    [eve, ada],
    [eve, eve],
  ] as const)
    await store.control('POST', `customers/${from.number}/merge`, { into: into.number }, 409);
  assert.equal((await store.control('GET', 'customers')).total, 2);
});
