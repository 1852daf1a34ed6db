/** What requests cost, and the bucket they are paid from, on a driven clock. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeCustomer, startStore } from './support.ts';

const core = `fragment Core on Customer {
  id displayName tags
  defaultEmailAddress { emailAddress } defaultPhoneNumber { phoneNumber } defaultAddress { city }
  scimId: metafield(key: "scim_id") { value } scimState: metafield(key: "scim_state") { value }
}`;

const prices: readonly (readonly [document: string, requested: number])[] = [
  ['{ shop { name } }', 1],
  ['{ customerByIdentifier(identifier: { emailAddress: "a@example.com" }) { id } }', 1],
  [`{ customer(id: "gid://shopify/Customer/1") { ...Core } } ${core}`, 6],
  ['{ customersCount { count } }', 10],
  ['{ a: customersCount { count } b: customersCount { count } }', 20],
  ['{ customers(first: 1) { nodes { id } } }', 3],
  ['{ customers(first: 2) { nodes { id } } }', 4],
  ['{ customers(first: 5) { nodes { id } } }', 5],
  ['{ customers(first: 10) { nodes { id } pageInfo { hasNextPage } } }', 6],
  ['{ customers(last: 50) { edges { cursor node { id } } } }', 9],
  ['{ customers(first: 100) { nodes { id } edges { node { id } } } }', 11],
  [
    'query ($n: Int = 250) { customers(first: 250) { nodes { id } } b: customers(first: $n) { nodes { id } } }',
    15,
  ],
  [`{ customers(first: 250) { edges { node { ...Core } } } } ${core}`, 68],
  [
    `{ nodes(ids: ["gid://shopify/Customer/1", "gid://shopify/Customer/2"]) { ...Core } } ${core}`,
    6,
  ],
  [
    'mutation { customerSet(input: { firstName: "A" }) { customer { id } userErrors { field } } }',
    10,
  ],
  [
    `mutation { customerSet(input: { firstName: "A" }) { customer { ...Core } userErrors { field } } } ${core}`,
    15,
  ],
  [
    'mutation { a: tagsAdd(id: "gid://shopify/Customer/1", tags: ["x"]) { node { id } } b: tagsAdd(id: "gid://shopify/Customer/1", tags: ["x"]) { node { id } } }',
    20,
  ],
  [
    'mutation { metafieldDefinitionCreate(definition: { ownerType: CUSTOMER, key: "k1", name: "K", type: "id" }) { createdDefinition { type { name } capabilities { uniqueValues { enabled } } } } }',
    13,
  ],
  [
    'mutation { companyAssignCustomerAsContact(companyId: "gid://shopify/Company/1", customerId: "gid://shopify/Customer/1") { companyContact { id } userErrors { code } } }',
    10,
  ],
  [
    'mutation { companyContactAssignRoles(companyContactId: "gid://shopify/CompanyContact/1", rolesToAssign: []) { roleAssignments { id role { id } companyLocation { id } } userErrors { code } } }',
    12,
  ],
];

test('A request costs what the measured ones did', async (t) => {
  const store = await startStore(t, { plan: 'plus' });
  for (const [document, requested] of prices) {
    const { extensions } = await store.graphql(document);
    assert.equal(extensions.cost?.requestedQueryCost, requested, document);
  }
});

test('The answer costs what it holds: few nodes little, nothing below a null', async (t) => {
  const store = await startStore(t, { plan: 'standard' });
  await makeCustomer(store, { firstName: 'Ada' });
  const cost = async (document: string) => (await store.graphql(document)).extensions.cost;
  const list = await cost(`{ customers(first: 250) { nodes { ...Core } } } ${core}`);
  assert.equal(list?.requestedQueryCost, 68);
  assert.equal(list?.actualQueryCost, 8);
  const nobody = await cost(`{ customer(id: "gid://shopify/Customer/1") { ...Core } } ${core}`);
  assert.equal(nobody?.actualQueryCost, 1);
});

test('The bucket gives back what was not used and fills with time, up to its size', async (t) => {
  const store = await startStore(t, { plan: 'standard' });
  const list = `{ customers(first: 250) { nodes { ...Core } } } ${core}`;
  const status = async () => (await store.graphql(list)).extensions.cost?.throttleStatus;
  assert.deepEqual(await status(), {
    maximumAvailable: 2000,
    currentlyAvailable: 1998,
    restoreRate: 100,
  });
  assert.equal((await status())?.currentlyAvailable, 1996);
  store.advance(10);
  assert.equal((await status())?.currentlyAvailable, 1995);
  store.advance(3_600_000);
  assert.equal((await status())?.currentlyAvailable, 1998);
});

test('An empty bucket answers Throttled with status 200 until enough has come back', async (t) => {
  const store = await startStore(t, { plan: 'standard' });
  const expensive = `{ ${Array.from({ length: 100 }, (_, index) => `c${index}: customersCount { count }`).join(' ')} }`;
  const spend = () => store.graphql(expensive);
  assert.equal((await spend()).extensions.cost?.throttleStatus?.currentlyAvailable, 1000);
  assert.equal((await spend()).extensions.cost?.throttleStatus?.currentlyAvailable, 0);
  assert.deepEqual(await spend(), {
    errors: [
      {
        message: 'Throttled',
        extensions: {
          code: 'THROTTLED',
          documentation: 'https://shopify.dev/api/usage/rate-limits',
        },
      },
    ],
    extensions: {
      cost: {
        requestedQueryCost: 1000,
        actualQueryCost: null,
        throttleStatus: { maximumAvailable: 2000, currentlyAvailable: 0, restoreRate: 100 },
      },
    },
  });
  store.advance(9_999);
  assert.equal((await spend()).errors[0]?.message, 'Throttled');
  store.advance(1);
  assert.equal((await spend()).errors, undefined);
});

test('A throttled mutation does nothing', async (t) => {
  const store = await startStore(t, { plan: 'standard' });
  const mutation = 'mutation { customerSet(input: { firstName: "Ada" }) { customer { id } } }';
  for (let spent = 0; spent < 200; spent += 1) await store.graphql(mutation);
  assert.equal((await store.graphql(mutation)).errors[0]?.message, 'Throttled');
  assert.equal((await store.control('GET', 'customers')).total, 200);
  const stats = await store.control('GET', 'stats');
  assert.equal(stats.throttled, 1);
  assert.equal(stats.costUsed, 2000);
});

test('A query above 1,000 points is never run', async (t) => {
  const store = await startStore(t, { plan: 'plus' });
  const fields = Array.from({ length: 101 }, (_, index) => `c${index}: customersCount { count }`);
  const answer = await store.graphql(`{ ${fields.join(' ')} }`);
  assert.equal(answer.data, undefined);
  assert.deepEqual(answer.errors, [
    {
      message: 'Query cost is 1010, which exceeds the single query max cost limit (1000).',
      extensions: {
        code: 'MAX_COST_EXCEEDED',
        cost: 1010,
        maxCost: 1000,
        documentation: 'https://shopify.dev/api/usage/rate-limits',
      },
    },
  ]);
});

test('Each plan has its bucket, and a change of plan fills it', async (t) => {
  const store = await startStore(t, { plan: 'standard' });
  for (const [plan, maximum, restoreRate] of [
    ['advanced', 4000, 200],
    ['plus', 20_000, 1000],
    ['standard', 2000, 100],
  ] as const) {
    await store.control('POST', 'plan', { plan });
    const stats = await store.control('GET', 'stats');
    assert.deepEqual(
      [stats.availableNow, stats.maximum, stats.restoreRate],
      [maximum, maximum, restoreRate],
    );
  }
});
