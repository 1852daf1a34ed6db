/** Bulk queries: every customer, exported in the background. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inStatus, resultLines, runQuery, startedId } from './bulk-support.ts';
import { placeOrder, sellCourses } from './order-support.ts';
import { makeCustomer, startStore, type TestStore, userErrors } from './support.ts';

/** Runs the query to its end. */
async function exported(store: TestStore, query: string) {
  const id = startedId(await runQuery(store, query));
  return inStatus(store, id, 'COMPLETED');
}

test('Every customer is a line, whatever pages the store takes them in', async (t) => {
  const store = await startStore(t);
  await store.control(
    'POST',
    'customers',
    Array.from({ length: 120 }, (_, index) => ({ firstName: `Ada ${index}`, tags: ['x'] })),
  );
  const operation = await exported(
    store,
    '{ people: customers { edges { node { id firstName defaultEmailAddress { emailAddress } } } } }',
  );
  assert.equal(operation.type, 'QUERY');
  assert.equal(operation.objectCount, '120');
  const lines = await resultLines(operation.url);
  assert.deepEqual(Object.keys(lines[0] ?? {}), ['id', 'firstName', 'defaultEmailAddress']);
  assert.deepEqual(
    lines.map(({ firstName }) => String(firstName)),
    Array.from({ length: 120 }, (_, index) => `Ada ${index}`),
  );
});

test('Nodes of nested connections are lines of their own that name their parent', async (t) => {
  const store = await startStore(t);
  const { id } = await makeCustomer(store, {
    firstName: 'Ada',
    addresses: [{ city: 'Ottawa' }, { city: 'London' }],
  });
  await makeCustomer(store, { firstName: 'Grace' });
  const operation = await exported(
    store,
    `query { customers(query: "", reverse: true) { edges { node { ...Person } } } }
     fragment Person on Customer { id firstName addressesV2 { edges { node { city } } } }`,
  );
  assert.equal(operation.objectCount, '4');
  assert.equal(operation.rootObjectCount, '2');
  const [grace, ada, ...cities] = await resultLines(operation.url);
  assert.equal(grace?.firstName, 'Grace');
  assert.deepEqual(ada, { id, firstName: 'Ada' });
  assert.deepEqual(cities, [
    { city: 'Ottawa', __parentId: id },
    { city: 'London', __parentId: id },
  ]);
});

test('A search is exported as it is searched, and nobody found is no file', async (t) => {
  const store = await startStore(t);
  await store.control('POST', 'search', { lagMs: 0 });
  await makeCustomer(store, { firstName: 'Ada', tags: ['vip'] });
  await makeCustomer(store, { firstName: 'Grace' });
  const found = await exported(
    store,
    '{ customers(query: "tag:vip") { edges { node { firstName } } } }',
  );
  assert.deepEqual(await resultLines(found.url), [{ firstName: 'Ada' }]);
  const nobody = await exported(
    store,
    '{ customers(query: "tag:gone") { edges { node { id } } } }',
  );
  assert.equal(nobody.objectCount, '0');
  assert.equal(nobody.url, null);
  assert.equal(nobody.fileSize, null);
});

test('Orders are exported with their lines, and products with their variants', async (t) => {
  const store = await startStore(t);
  await sellCourses(store);
  const order = await placeOrder(store, { lines: [{ sku: 'WELD-101' }, { sku: 'HELMET' }] });
  const orders = await exported(
    store,
    '{ orders { edges { node { id name lineItems { edges { node { sku } } } } } } }',
  );
  assert.deepEqual(await resultLines(orders.url), [
    { id: order.id, name: '#1001' },
    { sku: 'WELD-101', __parentId: order.id },
    { sku: 'HELMET', __parentId: order.id },
  ]);
  const products = await exported(
    store,
    '{ products { edges { node { id variants { edges { node { sku } } } } } } }',
  );
  assert.equal(products.objectCount, '7');
});

test('A field the store does not know fails the export', async (t) => {
  const store = await startStore(t);
  await makeCustomer(store, { firstName: 'Ada' });
  const query =
    '{ customers { edges { node { id storeCreditAccounts { edges { node { id } } } } } } }';
  const operation = await inStatus(store, startedId(await runQuery(store, query)), 'FAILED');
  assert.equal(operation.errorCode, 'INTERNAL_SERVER_ERROR');
  const { errors } = await runQuery(store, '{ collections { edges { node { id } } } }');
  assert.equal(errors[0]?.extensions?.code, 'NOT_IMPLEMENTED');
});

test('What may not be exported is refused in Shopify’s words', async (t) => {
  const store = await startStore(t);
  const messages = async (query: string) => {
    const errors = Object.values(userErrors(await runQuery(store, query)) ?? {});
    for (const { field, code } of errors) assert.deepEqual([field, code], [['query'], 'INVALID']);
    return errors.map(({ message }) => String(message));
  };
  assert.deepEqual(await messages('{ shop { id } }'), [
    'Bulk queries must contain at least one connection.',
  ]);
  assert.deepEqual(await messages('{ node(id: "gid://shopify/Customer/1") { id } }'), [
    'Bulk queries cannot contain a top level `node` field.',
    'Bulk queries must contain at least one connection.',
  ]);
  assert.deepEqual(await messages('{ customers { nodes { id } } }'), [
    "All connection fields in a bulk query must select their contents using 'edges' > 'node', e.g: 'customers { edges { node {'. Selecting via 'nodes' is not supported. Invalid connection fields: 'customers'.",
  ]);
  assert.deepEqual(
    await messages(`{ collections { edges { node { id products { edges { node { id
      variants { edges { node { id } } } } } } } } } }`),
    ['Bulk queries cannot contain connections with a nesting depth greater than 2.'],
  );
  assert.deepEqual(
    await messages(`{ products { edges { node { id variants { edges { node { id } } }
      metafields { edges { node { id } } } collections { edges { node { id } } }
      media { edges { node { id } } } sellingPlanGroups { edges { node { id } } } } } } }`),
    ['Bulk queries cannot contain more than 5 connections.'],
  );
  assert.deepEqual(
    await messages(
      '{ customers { edges { node { key: id metafields { edges { node { id } } } } } } }',
    ),
    [
      "The parent 'node' field for a nested connection must select the 'id' field without an alias and must be of 'ID' return type. Connection fields without 'id': customers.",
    ],
  );
  assert.deepEqual(
    await messages(
      '{ orders { edges { node { id fulfillments { id fulfillmentLineItems { edges { node { id } } } } } } } }',
    ),
    ['Queries that contain a connection field within a list field are not currently supported.'],
  );
  assert.deepEqual(
    await messages('mutation { customerDelete(input: { id: "x" }) { deletedCustomerId } }'),
    ['Invalid operation type. Only `query` operations are supported.'],
  );
  const [syntax] = await messages('{ customers {');
  assert.match(String(syntax), /^Invalid bulk query: syntax error, unexpected end of file/);
});
