/** The address mutations, and addresses inside a customer's input. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { customerSet, makeCustomer, startStore, type TestStore, userErrors } from './support.ts';

const addressFields = `id firstName lastName name address1 address2 city company zip phone
  country countryCodeV2 province provinceCode formattedArea formatted(withName: true)`;
const addressCreate = `mutation ($customerId: ID!, $address: MailingAddressInput!, $setAsDefault: Boolean) {
  customerAddressCreate(customerId: $customerId, address: $address, setAsDefault: $setAsDefault) {
    address { ${addressFields} } userErrors { field message }
  }
}`;
const addressUpdate = `mutation ($customerId: ID!, $addressId: ID!, $address: MailingAddressInput!) {
  customerAddressUpdate(customerId: $customerId, addressId: $addressId, address: $address) {
    address { ${addressFields} } userErrors { field message }
  }
}`;
const addressDelete = `mutation ($customerId: ID!, $addressId: ID!) {
  customerAddressDelete(customerId: $customerId, addressId: $addressId) {
    deletedAddressId userErrors { field message }
  }
}`;
const defaultAddress = `mutation ($customerId: ID!, $addressId: ID!) {
  customerUpdateDefaultAddress(customerId: $customerId, addressId: $addressId) {
    customer { defaultAddress { id } } userErrors { field message }
  }
}`;

const ottawa = { address1: '1 Main St', city: 'Ottawa', countryCode: 'CA', provinceCode: 'ON' };

async function create(store: TestStore, customerId: unknown, address: object) {
  return store.graphql(addressCreate, { customerId, address });
}

test('A new address is trimmed, named after its customer and knows its country and province', async (t) => {
  const store = await startStore(t);
  const { id } = await makeCustomer(store, { firstName: 'Ada', lastName: 'Lovelace' });
  const { data } = await create(store, id, {
    ...ottawa,
    address1: ' 1 Main St ',
    zip: ' K1A 0B1 ',
    phone: ' +16135550123 ',
  });
  const { id: addressId, ...address } = data.customerAddressCreate?.address ?? {};
  assert.match(
    String(addressId),
    /^gid:\/\/shopify\/MailingAddress\/\d+\?model_name=CustomerAddress$/,
  );
  assert.deepEqual(address, {
    firstName: 'Ada',
    lastName: 'Lovelace',
    name: 'Ada Lovelace',
    address1: '1 Main St',
    address2: null,
    city: 'Ottawa',
    company: null,
    zip: 'K1A 0B1',
    phone: '+16135550123',
    country: 'Canada',
    countryCodeV2: 'CA',
    province: 'Ontario',
    provinceCode: 'ON',
    formattedArea: 'Ottawa ON, Canada',
    formatted: ['Ada Lovelace', '1 Main St', 'Ottawa ON K1A 0B1', 'Canada'],
  });
});

const refusals: readonly (readonly [address: object, field: string, message: string])[] = [
  [{ countryCode: 'ZZ', provinceCode: 'ZZ' }, 'country', 'Country is invalid'],
  [{ country: 'Atlantis' }, 'country', 'Country is invalid'],
  [{ countryCode: 'US', provinceCode: 'ON' }, 'province', 'Province is invalid'],
  [
    { ...ottawa, address1: 'x'.repeat(256) },
    'address1',
    'Address1 is too long (maximum is 255 characters)',
  ],
  [{ ...ottawa, city: '<script>' }, 'city', 'City cannot contain HTML tags'],
  [{ ...ottawa, city: 'https://example.com' }, 'city', 'City cannot contain URL'],
  [{ ...ottawa, address1: '1 Main 😀' }, 'address1', 'Address1 cannot contain emojis'],
];

test('An address is refused in the words of Shopify, alone or in a customer', async (t) => {
  const store = await startStore(t);
  const { id } = await makeCustomer(store, { firstName: 'Ada' });
  for (const [address, field, message] of refusals) {
    const alone = await create(store, id, address);
    assert.deepEqual(userErrors(alone), [{ field: ['address', field], message }]);
    const inside = await store.graphql(customerSet, {
      identifier: { id },
      input: { addresses: [ottawa, address] },
    });
    assert.deepEqual(userErrors(inside)?.[0]?.field, ['input', 'addresses', '1', field]);
    assert.deepEqual(userErrors(inside)?.[0]?.message, message);
  }
});

test('The code of a country beats its name, and a country without zones has no province', async (t) => {
  const store = await startStore(t);
  const { id } = await makeCustomer(store, { firstName: 'Ada' });
  const conflict = await create(store, id, { countryCode: 'US', country: 'Canada', city: 'Paris' });
  assert.equal(conflict.data.customerAddressCreate?.address?.country, 'United States');
  const noZone = await create(store, id, { countryCode: 'SG', provinceCode: 'ON' });
  assert.equal(noZone.data.customerAddressCreate?.address?.provinceCode, null);
  assert.equal(noZone.data.customerAddressCreate?.address?.formattedArea, 'Singapore');
});

test('The same address is not taken twice; in a list it is merged', async (t) => {
  const store = await startStore(t);
  const { id } = await makeCustomer(store, { firstName: 'Ada' });
  await create(store, id, ottawa);
  assert.deepEqual(userErrors(await create(store, id, ottawa)), [
    { field: ['address'], message: 'Address already exists' },
  ]);
  await store.graphql(customerSet, {
    identifier: { id },
    input: { addresses: [ottawa, ottawa] },
  });
  const { data } = await store.graphql(
    'query ($id: ID!) { customer(id: $id) { addressesV2(first: 5) { nodes { city } pageInfo { hasNextPage } } } }',
    { id },
  );
  assert.deepEqual(data.customer?.addressesV2, {
    nodes: [{ city: 'Ottawa' }],
    pageInfo: { hasNextPage: false },
  });
});

test('A blank address passes customerSet and not customerCreate', async (t) => {
  const store = await startStore(t);
  const blank = { addresses: [{ city: ' ' }] };
  await makeCustomer(store, { firstName: 'Ada', ...blank });
  const created = await store.graphql(
    'mutation ($input: CustomerInput!) { customerCreate(input: $input) { customer { id } userErrors { field message } } }',
    { input: { firstName: 'Ada', ...blank } },
  );
  assert.deepEqual(userErrors(created), [
    { field: ['addresses', '0'], message: 'Customer address cannot be blank.' },
  ]);
});

test('The first address is the default until another is made so, and gives way when deleted', async (t) => {
  const store = await startStore(t);
  const { id: customerId } = await makeCustomer(store, { firstName: 'Ada' });
  const make = async (city: string) =>
    (await create(store, customerId, { ...ottawa, city })).data.customerAddressCreate?.address?.id;
  const [first, second] = [await make('Ottawa'), await make('Toronto')];
  const current = async () =>
    (
      await store.graphql('query ($id: ID!) { customer(id: $id) { defaultAddress { id } } }', {
        id: customerId,
      })
    ).data.customer?.defaultAddress?.id;
  assert.equal(await current(), first);
  await store.graphql(defaultAddress, { customerId, addressId: second });
  assert.equal(await current(), second);
  const deleted = await store.graphql(addressDelete, { customerId, addressId: second });
  assert.equal(deleted.data.customerAddressDelete?.deletedAddressId, second);
  assert.equal(await current(), first);
});

test('An update changes what it names and judges the province by the country that stands', async (t) => {
  const store = await startStore(t);
  const { id: customerId } = await makeCustomer(store, { firstName: 'Ada' });
  const made = await create(store, customerId, ottawa);
  const addressId = made.data.customerAddressCreate?.address?.id;
  const update = (address: object) =>
    store.graphql(addressUpdate, { customerId, addressId, address });
  const moved = await update({ city: 'Montreal', provinceCode: 'QC' });
  assert.equal(moved.data.customerAddressUpdate?.address?.formattedArea, 'Montreal QC, Canada');
  assert.equal(moved.data.customerAddressUpdate?.address?.address1, '1 Main St');
  assert.deepEqual(userErrors(await update({ provinceCode: 'NY' })), [
    { field: ['address', 'province'], message: 'Province is invalid' },
  ]);
});

test('An address nobody has fails the request; one of somebody else is a user error', async (t) => {
  const store = await startStore(t);
  const { id: adaId } = await makeCustomer(store, { firstName: 'Ada' });
  const { id: graceId } = await makeCustomer(store, { firstName: 'Grace' });
  const theirs = (await create(store, graceId, ottawa)).data.customerAddressCreate?.address?.id;
  for (const mutation of [addressUpdate, addressDelete, defaultAddress]) {
    const ask = (customerId: unknown, addressId: unknown) =>
      store.graphql(mutation, { customerId, addressId, address: { city: 'Paris' } });
    const unknown = 'gid://shopify/MailingAddress/999999999999999';
    const failed = await ask(adaId, unknown);
    assert.equal(failed.errors[0]?.message, `Invalid id: ${unknown}`);
    assert.equal(failed.errors[0]?.extensions?.code, 'RESOURCE_NOT_FOUND');
    assert.deepEqual(userErrors(await ask(adaId, theirs)), [
      { field: ['addressId'], message: 'Address does not exist' },
    ]);
    assert.deepEqual(userErrors(await ask('gid://shopify/Customer/999999999999999', theirs)), [
      { field: ['customerId'], message: 'Customer does not exist' },
    ]);
  }
});
