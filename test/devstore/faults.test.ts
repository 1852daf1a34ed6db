/** Faults on demand: each strikes as it says, and only where it should. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { customerSet, makeCustomer, startStore, type TestStore, token } from './support.ts';

const create = (store: TestStore, firstName = 'Ada') =>
  store.post('/admin/api/2026-10/graphql.json', {
    headers: { 'X-Shopify-Access-Token': token },
    body: JSON.stringify({
      query: customerSet,
      operationName: 'CustomerSet',
      variables: { input: { firstName } },
    }),
  });

const total = async (store: TestStore) => (await store.control('GET', 'customers')).total;

test('throttle answers Throttled without acting, as often as it was told', async (t) => {
  const store = await startStore(t);
  await store.control('POST', 'faults', {
    kind: 'throttle',
    match: { operation: 'CustomerSet' },
    times: 2,
  });
  for (let strike = 0; strike < 2; strike += 1) {
    const body = await (await create(store)).text();
    assert.match(body, /"code":"THROTTLED"/);
  }
  assert.equal(await total(store), 0);
  assert.equal((await create(store)).status, 200);
  assert.equal(await total(store), 1);
  assert.equal((await store.control('GET', 'faults')).faults?.[0]?.struck, 2);
});

test('status answers with it, and says when to come back where Shopify does', async (t) => {
  const store = await startStore(t);
  for (const status of [429, 502]) {
    await store.control('POST', 'faults', { kind: 'status', status });
    const response = await create(store);
    assert.equal(response.status, status);
    assert.equal(response.headers.get('Retry-After'), status === 429 ? '2.0' : null);
  }
  assert.equal(await total(store), 0);
});

test('cut-before cuts without acting and cut-after cuts once it has acted', async (t) => {
  const store = await startStore(t);
  await store.control('POST', 'faults', { kind: 'cut-before' });
  await assert.rejects(create(store));
  assert.equal(await total(store), 0);
  await store.control('POST', 'faults', { kind: 'cut-after' });
  await assert.rejects(create(store));
  assert.equal(await total(store), 1);
});

test('hang answers nothing and does nothing, for as long as the client waits', async (t) => {
  const store = await startStore(t);
  await store.control('POST', 'faults', { kind: 'hang' });
  const hanging = fetch(`${store.origin}/admin/api/2026-10/graphql.json`, {
    method: 'POST',
    headers: { 'X-Shopify-Access-Token': token },
    body: JSON.stringify({ query: customerSet, variables: { input: { firstName: 'Ada' } } }),
    signal: AbortSignal.timeout(200),
  });
  await assert.rejects(hanging, { name: 'TimeoutError' });
  assert.equal(await total(store), 0);
});

test('slow acts and answers, later', async (t) => {
  const store = await startStore(t);
  await store.control('POST', 'faults', { kind: 'slow', delayMs: 50 });
  const before = performance.now();
  assert.equal((await create(store)).status, 200);
  assert.ok(performance.now() - before >= 49);
  assert.equal(await total(store), 1);
});

test('invalid-token and access-denied refuse as Shopify does', async (t) => {
  const store = await startStore(t);
  await store.control('POST', 'faults', { kind: 'invalid-token' });
  assert.equal((await create(store)).status, 401);
  await store.control('POST', 'faults', {
    kind: 'access-denied',
    match: { operation: 'customerSet' },
  });
  const answer = await store.graphql(customerSet, { input: { firstName: 'Ada' } });
  assert.deepEqual(answer.data, { customerSet: null });
  assert.equal(answer.errors[0]?.extensions?.code, 'ACCESS_DENIED');
  assert.equal(await total(store), 0);
});

test('user-error refuses one field of a request and lets the others be', async (t) => {
  const store = await startStore(t);
  const error = { field: ['input', 'email'], message: 'Email is invalid', code: 'INVALID' };
  await store.control('POST', 'faults', {
    kind: 'user-error',
    match: { operation: 'customerSet' },
    error,
  });
  const { data } = await store.graphql(`mutation {
    customerSet(input: { firstName: "Ada" }) { customer { id } userErrors { field message code } }
    customerCreate(input: { firstName: "Grace" }) { customer { firstName } userErrors { message } }
  }`);
  assert.deepEqual(data.customerSet, { customer: null, userErrors: [error] });
  assert.deepEqual(data.customerCreate, { customer: { firstName: 'Grace' }, userErrors: [] });
});

test('A rule strikes the operation it names and no other', async (t) => {
  const store = await startStore(t);
  await store.control('POST', 'faults', { kind: 'status', match: { operation: 'tagsAdd' } });
  assert.equal((await create(store)).status, 200);
  await store.control('DELETE', 'faults');
  const { id } = await makeCustomer(store, { firstName: 'Grace' });
  const tagged = await store.graphql(
    'mutation ($id: ID!) { tagsAdd(id: $id, tags: ["x"]) { userErrors { message } } }',
    { id },
  );
  assert.deepEqual(tagged.data.tagsAdd?.userErrors, []);
});

test('The same seed strikes the same requests', async (t) => {
  const store = await startStore(t);
  const pattern = async (seed: number) => {
    await store.control('DELETE', 'faults');
    await store.control('POST', 'faults', { kind: 'status', probability: 0.5, times: null, seed });
    const statuses: number[] = [];
    for (let request = 0; request < 20; request += 1) statuses.push((await create(store)).status);
    return statuses.join(' ');
  };
  const first = await pattern(7);
  assert.equal(await pattern(7), first);
  assert.notEqual(await pattern(8), first);
  assert.match(first, /200/);
  assert.match(first, /500/);
});

test('A rule that makes no sense is refused with where it does not', async (t) => {
  const store = await startStore(t);
  const { errors } = await store.control('POST', 'faults', { kind: 'explode' }, 422);
  assert.deepEqual(errors?.[0]?.field, ['kind']);
});

test('a rule with a text strikes the requests whose variables contain it', async (t) => {
  const store = await startStore(t);
  const rule = { kind: 'status', match: { text: '"Ada"' }, times: null };
  await store.control('POST', 'faults', rule);
  assert.equal((await create(store)).status, 500);
  assert.equal((await create(store, 'Adam')).status, 200);
  assert.equal((await create(store)).status, 500);
  assert.equal(await total(store), 1);
});
