/** Metafields and their definitions. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defineScimId, makeCustomer, startStore, type TestStore, userErrors } from './support.ts';

const metafieldsSet = `mutation ($metafields: [MetafieldsSetInput!]!) {
  metafieldsSet(metafields: $metafields) {
    metafields { id namespace key type value compareDigest }
    userErrors { field message code elementIndex }
  }
}`;
const definitionCreate = `mutation ($definition: MetafieldDefinitionInput!) {
  metafieldDefinitionCreate(definition: $definition) {
    createdDefinition { id namespace key type { name } capabilities { uniqueValues { enabled eligible } } }
    userErrors { field message code }
  }
}`;

const set = (store: TestStore, ...metafields: object[]) =>
  store.graphql(metafieldsSet, { metafields });

test('A definition of type id has unique values and belongs to the app’s namespace', async (t) => {
  const store = await startStore(t);
  await defineScimId(store);
  const { data } = await store.graphql(
    `{ metafieldDefinitions(ownerType: CUSTOMER, first: 5) {
      nodes { namespace key type { name } capabilities { uniqueValues { enabled eligible } } }
    } }`,
  );
  assert.deepEqual(data.metafieldDefinitions?.nodes, [
    {
      namespace: 'app--300000000001',
      key: 'scim_id',
      type: { name: 'id' },
      capabilities: { uniqueValues: { enabled: true, eligible: true } },
    },
  ]);
});

const badDefinitions: readonly (readonly [part: object, error: object])[] = [
  [
    { namespace: 'ab' },
    {
      field: ['definition', 'namespace'],
      message: 'Namespace is too short (minimum is 3 characters)',
      code: 'TOO_SHORT',
    },
  ],
  [
    { key: 'x' },
    {
      field: ['definition', 'key'],
      message: 'Key is too short (minimum is 2 characters)',
      code: 'TOO_SHORT',
    },
  ],
  [
    { key: 'bad.key!' },
    {
      field: ['definition', 'key'],
      message: 'Key contains one or more invalid characters.',
      code: 'INVALID_CHARACTER',
    },
  ],
  [
    { name: 'N'.repeat(256) },
    {
      field: ['definition', 'name'],
      message: 'Name is too long (maximum is 255 characters)',
      code: 'TOO_LONG',
    },
  ],
  [
    { type: 'id', capabilities: { uniqueValues: { enabled: false } } },
    {
      field: ['definition'],
      message: 'Capability unique_values is required for type id but is disabled',
      code: 'CAPABILITY_REQUIRED_BUT_DISABLED',
    },
  ],
];

test('A definition is refused in the words of Shopify', async (t) => {
  const store = await startStore(t);
  const good = {
    ownerType: 'CUSTOMER',
    namespace: 'loyalty',
    key: 'tier',
    name: 'Tier',
    type: 'single_line_text_field',
  };
  for (const [part, error] of badDefinitions) {
    const answer = await store.graphql(definitionCreate, { definition: { ...good, ...part } });
    assert.deepEqual(userErrors(answer), [error]);
  }
  const unknown = await store.graphql(definitionCreate, { definition: { ...good, type: 'nope' } });
  assert.match(
    String(userErrors(unknown)?.[0]?.message),
    /^Type name nope is not a valid type\. Valid types are: antenna_gain, area,/,
  );
  await store.graphql(definitionCreate, { definition: good });
  const again = await store.graphql(definitionCreate, { definition: good });
  assert.deepEqual(userErrors(again), [
    {
      field: ['definition', 'key'],
      message: "Key is in use for Customer metafields on the 'loyalty' namespace.",
      code: 'TAKEN',
    },
  ]);
  const foreign = await store.graphql(definitionCreate, {
    definition: { ...good, namespace: 'app--999999999999' },
  });
  assert.equal(foreign.errors[0]?.extensions?.code, 'ACCESS_DENIED');
});

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

test('A definition adopts the metafields that were there before it', async (t) => {
  const store = await startStore(t);
  const { id: ownerId } = await makeCustomer(store, { firstName: 'Ada' });
  await set(store, { ownerId, key: 'scim_id', type: 'single_line_text_field', value: 'u1' });
  await defineScimId(store);
  const { data } = await store.graphql(
    `{ customerByIdentifier(identifier: { customId: { key: "scim_id", value: "u1" } }) {
      id metafields(first: 5) { nodes { type definition { name } } }
    } }`,
  );
  assert.deepEqual(data.customerByIdentifier, {
    id: ownerId,
    metafields: { nodes: [{ type: 'id', definition: { name: 'SCIM id' } }] },
  });
});
