/** `customerCreate`, `customerUpdate`, `customerDelete`, tags, consent and erasure. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placeOrder } from './order-support.ts';
import { customerSet, makeCustomer, startStore, type TestStore, userErrors } from './support.ts';

const customerCreate = `mutation ($input: CustomerInput!) {
  customerCreate(input: $input) { customer { id email phone firstName lastName note tags } userErrors { field message } }
}`;
const customerUpdate = `mutation ($input: CustomerInput!) {
  customerUpdate(input: $input) { customer { id email phone } userErrors { field message } }
}`;
const customerDelete = `mutation ($id: ID!) {
  customerDelete(input: { id: $id }) { deletedCustomerId userErrors { field message } }
}`;

const long = (length: number) => 'x'.repeat(length);

const refusals: readonly (readonly [input: object, field: string, message: string])[] = [
  [{ email: 'ada' }, 'email', 'Email is invalid'],
  [{ email: 'taken@example.com' }, 'email', 'Email has already been taken'],
  [{ email: `${long(250)}@example.com` }, 'email', 'Email is too long (maximum is 255 characters)'],
  [{ phone: 'abc' }, 'phone', 'Phone is invalid'],
  [{ phone: '+16135550199' }, 'phone', 'Phone has already been taken'],
  [{ phone: long(256) }, 'phone', 'Phone is too long (maximum is 255 characters)'],
  [{ firstName: long(256) }, 'firstName', 'First name is too long (maximum is 255 characters)'],
  [{ lastName: long(256) }, 'lastName', 'Last name is too long (maximum is 255 characters)'],
  [{ firstName: 'Ada', locale: 'not-a-locale' }, 'locale', 'Locale is invalid'],
  [{ firstName: 'Ada', note: long(5001) }, 'note', 'Note is too long (maximum is 5000 characters)'],
  [{ firstName: 'Ada', tags: [long(256)] }, 'tags', 'Tags is too long (maximum is 255 characters)'],
  [
    { firstName: 'Ada', tags: Array.from({ length: 251 }, (_, index) => `t${index}`) },
    'tags',
    'Tags cannot be more than 250',
  ],
];

test('customerCreate says what is wrong in the words of Shopify', async (t) => {
  const store = await startStore(t);
  await makeCustomer(store, { email: 'taken@example.com', phone: '+16135550199' });
  for (const [input, field, message] of refusals) {
    const answer = await store.graphql(customerCreate, { input });
    assert.deepEqual(userErrors(answer), [{ field: [field], message }]);
    assert.equal(answer.data.customerCreate?.customer, null);
  }
});

test('Several mistakes are told at once', async (t) => {
  const store = await startStore(t);
  const input = { email: 'ada', phone: 'abc', locale: 'xx' };
  assert.deepEqual(userErrors(await store.graphql(customerCreate, { input })), [
    { field: ['email'], message: 'Email is invalid' },
    { field: ['locale'], message: 'Locale is invalid' },
    { field: ['phone'], message: 'Phone is invalid' },
  ]);
});

test('Clearing the last identity is no field’s fault; clearing an e-mail is fine while a name stays', async (t) => {
  const store = await startStore(t);
  const { id } = await makeCustomer(store, { email: 'ada@example.com' });
  assert.deepEqual(
    userErrors(await store.graphql(customerUpdate, { input: { id, email: null } })),
    [{ field: null, message: 'A name, phone number, or email address must be present' }],
  );
  const named = await store.graphql(customerUpdate, {
    input: { id, email: null, firstName: 'Ada' },
  });
  assert.deepEqual(userErrors(named), []);
  assert.equal(named.data.customerUpdate?.customer?.email, null);
  await makeCustomer(store, { email: 'ada@example.com' });
});

test('An id is for updates only, and has to be somebody’s', async (t) => {
  const store = await startStore(t);
  const id = 'gid://shopify/Customer/999999999999999';
  assert.deepEqual(
    userErrors(await store.graphql(customerCreate, { input: { id, firstName: 'Ada' } })),
    [{ field: ['id'], message: 'Cannot specify ID on creation' }],
  );
  assert.deepEqual(
    userErrors(await store.graphql(customerUpdate, { input: { id, firstName: 'Ada' } })),
    [{ field: ['id'], message: 'Customer does not exist' }],
  );
});

test('customerUpdate sends consent to its own mutation', async (t) => {
  const store = await startStore(t);
  const { id } = await makeCustomer(store, { email: 'ada@example.com' });
  const input = { id, emailMarketingConsent: { marketingState: 'SUBSCRIBED' } };
  assert.deepEqual(userErrors(await store.graphql(customerUpdate, { input })), [
    {
      field: ['emailMarketingConsent'],
      message:
        'To update emailMarketingConsent, please use the customerEmailMarketingConsentUpdate Mutation instead',
    },
  ]);
});

test('What comes in is normalised', async (t) => {
  const store = await startStore(t);
  const { data } = await store.graphql(customerCreate, {
    input: {
      email: ' Ada @Example.COM',
      phone: '+1 (613) 450-5293',
      firstName: '   ',
      lastName: '',
      note: '',
      tags: ['b', 'A, c ', 'a', ''],
    },
  });
  const { id: _, ...rest } = data.customerCreate?.customer ?? {};
  assert.deepEqual(rest, {
    email: 'ada@example.com',
    phone: '+16134505293',
    firstName: null,
    lastName: null,
    note: '',
    tags: ['A', 'b', 'c'],
  });
});

test('Digits alone are read with the country of the address, else of the shop', async (t) => {
  const store = await startStore(t);
  const phoneOf = async (input: object) =>
    (await store.graphql(customerCreate, { input })).data.customerCreate?.customer?.phone;
  assert.equal(await phoneOf({ phone: '6134505293' }), '+16134505293');
  assert.equal(
    await phoneOf({ phone: '044 668 18 00', addresses: [{ countryCode: 'CH', city: 'Zürich' }] }),
    '+41446681800',
  );
});

test('A customer of the API has no account, a verified address, no orders and may be deleted', async (t) => {
  const store = await startStore(t);
  const customer = await makeCustomer(store, { email: 'ada@example.com' });
  const { state, verifiedEmail, numberOfOrders, canDelete, locale, createdAt } = customer;
  assert.deepEqual(
    { state, verifiedEmail, numberOfOrders, canDelete, locale, createdAt },
    {
      state: 'DISABLED',
      verifiedEmail: true,
      numberOfOrders: '0',
      canDelete: true,
      locale: 'en',
      createdAt: '2026-10-05T09:00:00Z',
    },
  );
});

test('A customer with orders is not deleted, one without is, and then is nobody', async (t) => {
  const store = await startStore(t);
  const { id } = await makeCustomer(store, { email: 'ada@example.com' });
  const order = await placeOrder(store, { customerId: id });
  const kept = await store.graphql(customerDelete, { id });
  assert.deepEqual(kept.data.customerDelete, {
    deletedCustomerId: null,
    userErrors: [
      {
        field: ['id'],
        message: 'Customer can\u2019t be deleted because they have associated orders',
      },
    ],
  });
  await store.control('DELETE', `orders/${order.number}?force=true`);
  const gone = await store.graphql(customerDelete, { id });
  assert.deepEqual(gone.data.customerDelete, { deletedCustomerId: id, userErrors: [] });
  const again = await store.graphql(customerDelete, { id });
  assert.deepEqual(userErrors(again), [{ field: ['id'], message: "Customer can't be found" }]);
  const read = await store.graphql('query ($id: ID!) { customer(id: $id) { id } }', { id });
  assert.deepEqual(read.data, { customer: null });
  await makeCustomer(store, { email: 'ada@example.com' });
});

test('Tags are added and removed whatever their case, and the first casing stays', async (t) => {
  const store = await startStore(t);
  const { id } = await makeCustomer(store, { firstName: 'Ada', tags: ['Staff'] });
  const retag = async (field: 'tagsAdd' | 'tagsRemove', tags: readonly string[]) => {
    const answer = await store.graphql(
      `mutation ($id: ID!, $tags: [String!]!) {
        ${field}(id: $id, tags: $tags) { node { ... on Customer { tags } } userErrors { field message } }
      }`,
      { id, tags },
    );
    assert.deepEqual(userErrors(answer), []);
    return answer.data[field]?.node?.tags;
  };
  assert.deepEqual(await retag('tagsAdd', ['staff', 'b, A']), ['A', 'b', 'Staff']);
  assert.deepEqual(await retag('tagsRemove', ['STAFF', 'B', 'never there']), ['A']);
});

test('Tags of nobody, or too many of them, are refused', async (t) => {
  const store = await startStore(t);
  const { id } = await makeCustomer(store, { firstName: 'Ada' });
  const add = async (variables: object) =>
    userErrors(
      await store.graphql(
        'mutation ($id: ID!, $tags: [String!]!) { tagsAdd(id: $id, tags: $tags) { node { id } userErrors { field message } } }',
        variables,
      ),
    );
  assert.deepEqual(await add({ id: 'gid://shopify/Customer/999999999999999', tags: ['vip'] }), [
    { field: ['id'], message: 'Customer does not exist' },
  ]);
  const tags = Array.from({ length: 251 }, (_, index) => `t${index}`);
  assert.deepEqual(await add({ id, tags }), [
    { field: ['tags'], message: 'Tags cannot be more than 250' },
  ]);
});

const consentUpdate = `mutation ($input: CustomerEmailMarketingConsentUpdateInput!) {
  customerEmailMarketingConsentUpdate(input: $input) {
    customer { defaultEmailAddress { marketingState marketingOptInLevel marketingUpdatedAt } }
    userErrors { field message code }
  }
}`;

async function consent(store: TestStore, customerId: unknown, emailMarketingConsent: object) {
  return store.graphql(consentUpdate, { input: { customerId, emailMarketingConsent } });
}

test('Consent is written, and refused when it is from the future or unconfirmed', async (t) => {
  const store = await startStore(t);
  const { id } = await makeCustomer(store, { email: 'ada@example.com' });
  const given = { marketingState: 'SUBSCRIBED', marketingOptInLevel: 'SINGLE_OPT_IN' };
  const subscribed = await consent(store, id, {
    ...given,
    consentUpdatedAt: '2026-10-01T00:00:00Z',
  });
  assert.deepEqual(subscribed.data.customerEmailMarketingConsentUpdate, {
    customer: {
      defaultEmailAddress: { ...given, marketingUpdatedAt: '2026-10-01T00:00:00Z' },
    },
    userErrors: [],
  });
  const future = { ...given, consentUpdatedAt: '2999-01-01T00:00:00Z' };
  assert.deepEqual(userErrors(await consent(store, id, future)), [
    {
      field: ['input', 'emailMarketingConsent', 'consentUpdatedAt'],
      message: 'Consent updated at must not be in the future',
      code: 'INVALID',
    },
  ]);
  assert.deepEqual(userErrors(await consent(store, id, { ...given, marketingState: 'PENDING' })), [
    {
      field: ['input', 'emailMarketingConsent', 'marketingOptInLevel'],
      message: 'Marketing opt in level must be confirmed opt-in for pending consent state',
      code: 'INVALID',
    },
  ]);
  const nobody = 'gid://shopify/Customer/999999999999999';
  assert.deepEqual(userErrors(await consent(store, nobody, given)), [
    { field: ['input', 'customerId'], message: 'Customer not found', code: 'INVALID' },
  ]);
  const reserved = await consent(store, id, { marketingState: 'REDACTED' });
  assert.equal(reserved.errors[0]?.message, 'Cannot specify REDACTED as a marketing state input');
});

test('Erasure is requested and cancelled, and nothing else is visible', async (t) => {
  const store = await startStore(t);
  const { id } = await makeCustomer(store, { email: 'ada@example.com' });
  const erasure = (field: string, customerId: unknown) =>
    store.graphql(
      `mutation ($id: ID!) { ${field}(customerId: $id) { customerId userErrors { field message code } } }`,
      { id: customerId },
    );
  const cancelled = await erasure('customerCancelDataErasure', id);
  assert.deepEqual(userErrors(cancelled), [
    {
      field: ['customerId'],
      message: "Customer's data is not scheduled for erasure",
      code: 'NOT_BEING_ERASED',
    },
  ]);
  const requested = await erasure('customerRequestDataErasure', id);
  assert.deepEqual(requested.data.customerRequestDataErasure, { customerId: id, userErrors: [] });
  assert.deepEqual(userErrors(await erasure('customerCancelDataErasure', id)), []);
  for (const field of ['customerRequestDataErasure', 'customerCancelDataErasure'])
    assert.deepEqual(userErrors(await erasure(field, 'gid://shopify/Customer/999999999999999')), [
      { field: ['customerId'], message: 'Customer does not exist', code: 'DOES_NOT_EXIST' },
    ]);
});

test('Ids of other things and no ids at all are errors of the request', async (t) => {
  const store = await startStore(t);
  const read = (id: string) =>
    store.graphql('query ($id: ID!) { customer(id: $id) { id } }', { id });
  const wrongType = await read('gid://shopify/Product/1');
  assert.equal(wrongType.errors[0]?.message, 'Invalid id: gid://shopify/Product/1');
  assert.equal(wrongType.errors[0]?.extensions?.code, 'RESOURCE_NOT_FOUND');
  assert.equal((await read('7')).errors[0]?.message, "Invalid global id '7'");
  const set = await store.graphql(customerSet, { identifier: { id: '7' }, input: {} });
  assert.deepEqual(set.data, { customerSet: null });
});
