/** Metafields: written under their rules, guarded by digests, deleted. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defineScimId, makeCustomer, startStore, type TestStore, userErrors } from './support.ts';

const metafieldsSet = `mutation ($metafields: [MetafieldsSetInput!]!) {
  metafieldsSet(metafields: $metafields) {
    metafields { id namespace key type value compareDigest }
    userErrors { field message code elementIndex }
  }
}`;
const set = (store: TestStore, ...metafields: object[]) =>
  store.graphql(metafieldsSet, { metafields });

test('A metafield without a definition needs a type; with one it has the definition’s', async (t) => {
  const store = await startStore(t);
  await defineScimId(store);
  const { id: ownerId } = await makeCustomer(store, { firstName: 'Ada' });
  assert.deepEqual(userErrors(await set(store, { ownerId, key: 'scim_state', value: '{}' })), [
    {
      field: ['metafields', '0', 'type'],
      message: "Type can't be blank",
      code: 'BLANK',
      elementIndex: null,
    },
  ]);
  const { data } = await set(
    store,
    { ownerId, key: 'scim_id', value: 'u1' },
    { ownerId, key: 'scim_state', type: 'json', value: '{"active":true}' },
  );
  assert.deepEqual(data.metafieldsSet?.userErrors, []);
  assert.equal(data.metafieldsSet?.metafields?.[0]?.type, 'id');
  const wrong = await set(store, { ownerId, key: 'scim_id', type: 'json', value: '1' });
  assert.equal(userErrors(wrong)?.[0]?.code, 'INVALID_TYPE');
});

const badValues: readonly (readonly [
  part: object,
  field: string,
  message: string,
  code: string,
])[] = [
  [{ key: 'x' }, 'key', 'Key is too short (minimum is 2 characters)', 'TOO_SHORT'],
  [{ key: 'k'.repeat(65) }, 'key', 'Key is too long (maximum is 64 characters)', 'TOO_LONG'],
  [
    { namespace: 'n'.repeat(256) },
    'namespace',
    'Namespace is too long (maximum is 255 characters)',
    'TOO_LONG',
  ],
  [{ type: 'number_integer', value: 'one' }, 'value', 'Value must be an integer.', 'INVALID_VALUE'],
  [{ type: 'boolean', value: 'yes' }, 'value', 'Value must be true or false.', 'INVALID_VALUE'],
  [{ type: 'color', value: 'blue' }, 'value', 'Value must be a hex color code.', 'INVALID_VALUE'],
  [
    { type: 'date_time', value: 'tomorrow' },
    'value',
    'Value must be in “YYYY-MM-DDTHH:MM:SS” format. For example: 2022-06-01T15:30:00',
    'INVALID_VALUE',
  ],
  [{ value: ' ' }, 'value', "Value can't be blank.", 'BLANK'],
];

test('A value is refused in the words of Shopify, and with it the whole list', async (t) => {
  const store = await startStore(t);
  const { id: ownerId } = await makeCustomer(store, { firstName: 'Ada' });
  const good = {
    ownerId,
    namespace: 'loyalty',
    key: 'tier',
    type: 'single_line_text_field',
    value: 'gold',
  };
  for (const [part, field, message, code] of badValues) {
    const answer = await set(store, { ...good, key: 'other' }, { ...good, ...part });
    assert.deepEqual(answer.data.metafieldsSet, {
      metafields: [],
      userErrors: [{ field: ['metafields', '1', field], message, code, elementIndex: null }],
    });
  }
  const { metafields } = await store.control(
    'GET',
    `customers/${String(ownerId).split('/').pop()}`,
  );
  assert.deepEqual(metafields, []);
});

test('At most 25 are set at a time, on customers there are', async (t) => {
  const store = await startStore(t);
  const { id: ownerId } = await makeCustomer(store, { firstName: 'Ada' });
  const many = Array.from({ length: 26 }, (_, index) => ({
    ownerId,
    key: `key${index}`,
    type: 'json',
    value: '1',
  }));
  assert.deepEqual(userErrors(await set(store, ...many)), [
    {
      field: ['metafields'],
      message: 'Exceeded the maximum metafields input limit of 25.',
      code: 'LESS_THAN_OR_EQUAL_TO',
      elementIndex: null,
    },
  ]);
  assert.deepEqual(userErrors(await set(store, ...many.slice(1))), []);
  const nobody = 'gid://shopify/Customer/999999999999999';
  const unowned = await set(store, { ownerId: nobody, key: 'key', type: 'json', value: '1' });
  assert.deepEqual(userErrors(unowned)?.[0]?.field, ['metafields', '0', 'ownerId']);
});

test('A unique value belongs to one owner; its own owner may repeat it', async (t) => {
  const store = await startStore(t);
  await defineScimId(store);
  const { id: ada } = await makeCustomer(store, { firstName: 'Ada' });
  const { id: grace } = await makeCustomer(store, { firstName: 'Grace' });
  const claim = (ownerId: unknown) => set(store, { ownerId, key: 'scim_id', value: 'u1' });
  assert.deepEqual(userErrors(await claim(ada)), []);
  assert.deepEqual(userErrors(await claim(ada)), []);
  assert.deepEqual(userErrors(await claim(grace)), [
    {
      field: ['metafields', '0', 'value'],
      message:
        'Value is already assigned to another metafield. Choose a different value to ensure it remains unique.',
      code: 'TAKEN',
      elementIndex: null,
    },
  ]);
});

test('Two owners cannot take the same unique value in one call', async (t) => {
  const store = await startStore(t);
  await defineScimId(store);
  const { id: ada } = await makeCustomer(store, { firstName: 'Ada' });
  const { id: grace } = await makeCustomer(store, { firstName: 'Grace' });
  const answer = await set(
    store,
    { ownerId: ada, key: 'scim_id', value: 'u1' },
    { ownerId: grace, key: 'scim_id', value: 'u1' },
  );
  assert.deepEqual(userErrors(answer)?.[0]?.field, ['metafields', '1', 'value']);
  assert.equal(userErrors(answer)?.[0]?.code, 'TAKEN');
});

test('compareDigest guards a value: null means not there yet', async (t) => {
  const store = await startStore(t);
  const { id: ownerId } = await makeCustomer(store, { firstName: 'Ada' });
  const write = (value: string, compareDigest?: string | null) =>
    set(store, {
      ownerId,
      key: 'scim_state',
      type: 'json',
      value,
      ...(compareDigest === undefined ? {} : { compareDigest }),
    });
  const stale = [
    {
      field: ['metafields', '0'],
      message:
        'The resource has been updated since it was loaded. Try again with an updated `compareDigest` value.',
      code: 'STALE_OBJECT',
      elementIndex: null,
    },
  ];
  const first = await write('1', null);
  assert.deepEqual(userErrors(first), []);
  const digest = String(first.data.metafieldsSet?.metafields?.[0]?.compareDigest);
  assert.deepEqual(userErrors(await write('2', null)), stale);
  assert.deepEqual(userErrors(await write('2', digest)), []);
  assert.deepEqual(userErrors(await write('3', digest)), stale);
  assert.deepEqual(userErrors(await write('3')), []);
});

test('A deleted metafield frees its value; one that is not there is null in the answer', async (t) => {
  const store = await startStore(t);
  await defineScimId(store);
  const { id: ada } = await makeCustomer(store, { firstName: 'Ada' });
  const { id: grace } = await makeCustomer(store, { firstName: 'Grace' });
  await set(store, { ownerId: ada, key: 'scim_id', value: 'u1' });
  const { data } = await store.graphql(
    `mutation ($metafields: [MetafieldIdentifierInput!]!) {
      metafieldsDelete(metafields: $metafields) { deletedMetafields { ownerId key } userErrors { message } }
    }`,
    {
      metafields: [
        { ownerId: ada, namespace: '$app', key: 'scim_id' },
        { ownerId: grace, namespace: '$app', key: 'scim_id' },
      ],
    },
  );
  assert.deepEqual(data.metafieldsDelete, {
    deletedMetafields: [{ ownerId: ada, key: 'scim_id' }, null],
    userErrors: [],
  });
  const freed = await set(store, { ownerId: grace, key: 'scim_id', value: 'u1' });
  assert.deepEqual(userErrors(freed), []);
});
