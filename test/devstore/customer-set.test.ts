/** `customerSet`, row by row of what Shopify was seen to answer. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  customerSet,
  defineScimId,
  makeCustomer,
  startStore,
  type TestStore,
  userErrors,
} from './support.ts';

const customId = (value: string) => ({ customId: { key: 'scim_id', value } });

async function refusal(store: TestStore, variables: object) {
  const answer = await store.graphql(customerSet, variables);
  assert.equal(answer.data.customerSet?.customer, null);
  return userErrors(answer);
}

test('A custom id nobody has makes the customer and writes the id in the same call', async (t) => {
  const store = await startStore(t);
  await defineScimId(store);
  const { data } = await store.graphql(customerSet, {
    identifier: customId('u1'),
    input: { email: 'ada@example.com', firstName: 'Ada' },
  });
  const customer = data.customerSet?.customer;
  assert.equal(customer?.displayName, 'Ada');
  assert.equal(customer?.scimId?.value, 'u1');
  assert.equal(customer?.scimId?.type, 'id');
  assert.match(String(customer?.scimId?.namespace), /^app--\d+$/);
});

test('A custom id somebody has updates that customer and is read at once', async (t) => {
  const store = await startStore(t);
  await defineScimId(store);
  const first = await store.graphql(customerSet, {
    identifier: customId('u1'),
    input: { firstName: 'Ada' },
  });
  const second = await store.graphql(customerSet, {
    identifier: customId('u1'),
    input: { lastName: 'Lovelace' },
  });
  assert.equal(second.data.customerSet?.customer?.id, first.data.customerSet?.customer?.id);
  assert.equal(second.data.customerSet?.customer?.displayName, 'Ada Lovelace');
  assert.deepEqual(
    second.data.customerSet?.customer?.scimId,
    first.data.customerSet?.customer?.scimId,
  );
  const found = await store.graphql(
    'query ($identifier: CustomerIdentifierInput!) { customerByIdentifier(identifier: $identifier) { displayName } }',
    { identifier: customId('u1') },
  );
  assert.deepEqual(found.data, { customerByIdentifier: { displayName: 'Ada Lovelace' } });
});

test('Without a definition of type id the request itself fails, in writing and in reading', async (t) => {
  const store = await startStore(t);
  const error = {
    message: "Metafield definition of type 'id' is required when using custom ids.",
    extensions: { code: 'NOT_FOUND' },
  };
  const written = await store.graphql(customerSet, { identifier: customId('u1'), input: {} });
  assert.deepEqual(written.data, { customerSet: null });
  assert.deepEqual(written.errors, [
    { ...error, locations: [{ line: 3, column: 3 }], path: ['customerSet'] },
  ]);
  const read = await store.graphql(
    '{ customerByIdentifier(identifier: { customId: { key: "scim_id", value: "u1" } }) { id } }',
  );
  assert.equal(read.errors[0]?.message, error.message);
});

test('An unknown or deleted id is never made anew', async (t) => {
  const store = await startStore(t);
  const expected = [
    {
      field: ['input'],
      message: 'Resource matching the identifier was not found.',
      code: 'NOT_FOUND',
    },
  ];
  const unknown = { id: 'gid://shopify/Customer/999999999999999' };
  assert.deepEqual(await refusal(store, { identifier: unknown, input: {} }), expected);
  assert.deepEqual(await refusal(store, { input: { ...unknown, firstName: 'Ada' } }), expected);
  const { id } = await makeCustomer(store, { firstName: 'Ada' });
  await store.graphql(
    'mutation ($id: ID!) { customerDelete(input: { id: $id }) { deletedCustomerId } }',
    { id },
  );
  assert.deepEqual(
    await refusal(store, { identifier: { id }, input: { firstName: 'Ada' } }),
    expected,
  );
});

test('An identifier by e-mail or phone needs the same value in the input', async (t) => {
  const store = await startStore(t);
  const required = [
    {
      field: ['input'],
      message: 'The input field corresponding to the identifier is required.',
      code: 'MISSING_FIELD_REQUIRED',
    },
  ];
  const mismatch = [
    {
      field: ['input'],
      message:
        'The identifier value does not match the value of the corresponding field in the input.',
      code: 'INPUT_MISMATCH',
    },
  ];
  const email = { email: 'ada@example.com' };
  const phone = { phone: '+16135550135' };
  const input = { firstName: 'Ada' };
  assert.deepEqual(await refusal(store, { identifier: email, input }), required);
  assert.deepEqual(await refusal(store, { identifier: phone, input }), required);
  const otherEmail = { email: 'grace@example.com' };
  assert.deepEqual(await refusal(store, { identifier: email, input: otherEmail }), mismatch);
  const otherPhone = { phone: '+16135550136' };
  assert.deepEqual(await refusal(store, { identifier: phone, input: otherPhone }), mismatch);
});

test('An upsert by e-mail or phone creates first and updates then, whatever the spelling', async (t) => {
  const store = await startStore(t);
  const upsert = async (identifier: object, input: object) => {
    const answer = await store.graphql(customerSet, { identifier, input });
    assert.deepEqual(userErrors(answer), []);
    return answer.data.customerSet?.customer?.id;
  };
  const byEmail = await upsert({ email: 'ada@example.com' }, { email: 'ada@example.com' });
  assert.equal(
    await upsert({ email: 'ADA@example.com ' }, { email: 'Ada@Example.com', firstName: 'Ada' }),
    byEmail,
  );
  const byPhone = await upsert({ phone: '+16135550135' }, { phone: '+16135550135' });
  assert.equal(await upsert({ phone: '+1 613 555 0135' }, { phone: '+1 (613) 555-0135' }), byPhone);
});

test('An id in the input is not allowed beside an identifier', async (t) => {
  const store = await startStore(t);
  const { id } = await makeCustomer(store, { firstName: 'Ada' });
  assert.deepEqual(await refusal(store, { identifier: { id }, input: { id } }), [
    {
      field: ['input'],
      message: 'The id field is not allowed if identifier is provided.',
      code: 'ID_NOT_ALLOWED',
    },
  ]);
});

test('An e-mail or phone of somebody else is taken, whatever its spelling', async (t) => {
  const store = await startStore(t);
  await makeCustomer(store, { email: 'ada@example.com', phone: '+16135550135' });
  const input = { email: 'ADA@example.com', phone: '(613) 555-0135' };
  assert.deepEqual(await refusal(store, { input }), [
    { field: ['input', 'email'], message: 'Email has already been taken', code: 'TAKEN' },
    { field: ['input', 'phone'], message: 'Phone has already been taken', code: 'TAKEN' },
  ]);
});

test('A custom id for a new person does not adopt an e-mail that is taken', async (t) => {
  const store = await startStore(t);
  await defineScimId(store);
  await makeCustomer(store, { email: 'ada@example.com' });
  const variables = { identifier: customId('u1'), input: { email: 'ada@example.com' } };
  assert.deepEqual(await refusal(store, variables), [
    { field: ['input', 'email'], message: 'Email has already been taken', code: 'TAKEN' },
  ]);
  const { data } = await store.graphql(
    '{ customerByIdentifier(identifier: { customId: { key: "scim_id", value: "u1" } }) { id } }',
  );
  assert.deepEqual(data, { customerByIdentifier: null });
});

test('A malformed e-mail or phone is invalid', async (t) => {
  const store = await startStore(t);
  for (const email of ['ada', 'ada@', 'ada@example', '@example.com', 'a..b@example.com'])
    assert.deepEqual(
      await refusal(store, { input: { email } }),
      [{ field: ['input', 'email'], message: 'Email is invalid', code: 'INVALID' }],
      email,
    );
  for (const phone of ['abc', '+3912345', '12'])
    assert.deepEqual(
      await refusal(store, { input: { phone } }),
      [{ field: ['input', 'phone'], message: 'Phone is invalid', code: 'INVALID' }],
      phone,
    );
});

test('Somebody without name, e-mail and phone is refused, made or emptied', async (t) => {
  const store = await startStore(t);
  const expected = [
    {
      field: ['input'],
      message: 'A name, phone number, or email address must be present',
      code: null,
    },
  ];
  assert.deepEqual(await refusal(store, { input: { note: 'Who?', email: ' ' } }), expected);
  const { id } = await makeCustomer(store, { email: 'ada@example.com' });
  assert.deepEqual(await refusal(store, { identifier: { id }, input: { email: null } }), expected);
});

test('A null tax exemption is of an unexpected type', async (t) => {
  const store = await startStore(t);
  const input = { firstName: 'Ada', taxExempt: null };
  assert.deepEqual(await refusal(store, { input }), [
    {
      field: ['input', 'taxExempt'],
      message: 'Tax exempt is of unexpected type NilClass',
      code: 'INVALID',
    },
  ]);
});

test('Null addresses change nothing and an empty list clears them', async (t) => {
  const store = await startStore(t);
  const { id } = await makeCustomer(store, {
    firstName: 'Ada',
    addresses: [{ city: 'Ottawa', countryCode: 'CA' }],
  });
  const set = async (addresses: null | []) =>
    (await store.graphql(customerSet, { identifier: { id }, input: { addresses } })).data
      .customerSet?.customer?.defaultAddress;
  assert.equal((await set(null))?.countryCodeV2, 'CA');
  assert.equal(await set([]), null);
});

test('What is left out stays, null clears, a list replaces', async (t) => {
  const store = await startStore(t);
  const { id } = await makeCustomer(store, {
    firstName: 'Ada',
    lastName: 'Lovelace',
    note: 'First',
    phone: '+16135550135',
    locale: 'fr',
    tags: ['a', 'b'],
  });
  const { data } = await store.graphql(customerSet, {
    identifier: { id },
    input: { lastName: null, note: null, phone: null, locale: null, tags: ['c'] },
  });
  const customer = data.customerSet?.customer;
  assert.equal(customer?.firstName, 'Ada');
  assert.equal(customer?.lastName, null);
  assert.equal(customer?.note, null);
  assert.equal(customer?.locale, 'en');
  assert.equal(customer?.defaultPhoneNumber, null);
  assert.deepEqual(customer?.tags, ['c']);
});

test('An identifier with no key or with two is refused by the type itself', async (t) => {
  const store = await startStore(t);
  const sentence = (keys: number) =>
    `'CustomerSetIdentifiers' requires exactly one argument, but ${keys} were provided.`;
  const literal = await store.graphql(
    'mutation { customerSet(identifier: {}, input: { firstName: "Ada" }) { customer { id } } }',
  );
  assert.equal(literal.errors[0]?.message, sentence(0));
  const variable = await store.graphql(customerSet, {
    identifier: { id: 'gid://shopify/Customer/1', email: 'ada@example.com' },
    input: {},
  });
  assert.equal(variable.data, undefined);
  assert.equal(variable.errors[0]?.extensions?.code, 'INVALID_VARIABLE');
  assert.deepEqual(variable.errors[0]?.extensions?.problems, [
    { path: [], explanation: sentence(2) },
  ]);
});

test('The input has no metafields', async (t) => {
  const store = await startStore(t);
  const answer = await store.graphql(customerSet, { input: { metafields: [] } });
  assert.equal(
    answer.errors[0]?.message,
    'Variable $input of type CustomerSetInput! was provided invalid value for metafields (Field is not defined on CustomerSetInput)',
  );
});

test('A change that changes nothing leaves updatedAt alone', async (t) => {
  const store = await startStore(t);
  const before = await makeCustomer(store, { firstName: 'Ada', tags: ['b', 'a'] });
  store.advance(60_000);
  const set = async (input: object) =>
    (await store.graphql(customerSet, { identifier: { id: before.id }, input })).data.customerSet
      ?.customer?.updatedAt;
  assert.equal(await set({ firstName: 'Ada', tags: ['a', 'b', 'A'] }), before.updatedAt);
  assert.equal(await set({ firstName: 'Augusta' }), '2026-10-05T09:01:00Z');
});
