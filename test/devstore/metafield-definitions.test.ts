/** Definitions of metafields, and what they do to the metafields under them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defineScimId, makeCustomer, startStore, userErrors } from './support.ts';

const definitionCreate = `mutation ($definition: MetafieldDefinitionInput!) {
  metafieldDefinitionCreate(definition: $definition) {
    createdDefinition { id namespace key type { name } capabilities { uniqueValues { enabled eligible } } }
    userErrors { field message code }
  }
}`;

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

test('A definition adopts the metafields that were there before it', async (t) => {
  const store = await startStore(t);
  const { id: ownerId } = await makeCustomer(store, { firstName: 'Ada' });
  await store.graphql(
    'mutation ($metafields: [MetafieldsSetInput!]!) { metafieldsSet(metafields: $metafields) { userErrors { message } } }',
    { metafields: [{ ownerId, key: 'scim_id', type: 'single_line_text_field', value: 'u1' }] },
  );
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
