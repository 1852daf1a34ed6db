/** Bulk mutations: one mutation for each line of a file, in the background. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  cancel,
  customerCreate,
  findOperation,
  inStatus,
  makeTarget,
  parameter,
  people,
  resultLines,
  runMutation,
  startedId,
  upload,
  uploadVariables,
} from './bulk-support.ts';
import {
  defineScimId,
  makeCustomer,
  startStore,
  startTime,
  type TestStore,
  userErrors,
  waitFor,
} from './support.ts';

const day = 24 * 60 * 60 * 1000;

const total = async (store: TestStore) => (await store.control('GET', 'customers')).total;

/** Runs the mutation over the lines to its end; answers the operation and its result. */
async function run(store: TestStore, mutation: string, lines: readonly object[]) {
  const id = startedId(await runMutation(store, mutation, await uploadVariables(store, lines)));
  const operation = await inStatus(store, id, 'COMPLETED');
  return { id, operation, result: await resultLines(operation.url) };
}

test('Every line is executed, in no order, and answered with its number', async (t) => {
  const store = await startStore(t);
  const { operation, result } = await run(store, customerCreate, people(300));
  assert.equal(await total(store), 300);
  assert.equal(operation.type, 'MUTATION');
  assert.equal(operation.query, customerCreate);
  assert.equal(operation.objectCount, '300');
  assert.equal(operation.rootObjectCount, '300');
  assert.equal(operation.completedAt, '2026-10-05T09:00:00Z');
  assert.equal(operation.partialDataUrl, null);
  const numbers = result.map(({ __lineNumber }) => Number(__lineNumber));
  assert.deepEqual(
    [...numbers].sort((a, b) => a - b),
    [...Array(300).keys()],
  );
  assert.notDeepEqual(numbers, [...Array(300).keys()]);
  for (const { data, __lineNumber } of result)
    assert.equal(data?.customerCreate?.customer?.email, `person${__lineNumber}@example.com`);
});

test('The size of the result is told and is right', async (t) => {
  const store = await startStore(t);
  const { operation } = await run(store, customerCreate, people(10));
  const response = await fetch(String(operation.url));
  assert.equal(response.headers.get('Content-Type'), 'application/jsonl');
  assert.equal(String((await response.arrayBuffer()).byteLength), operation.fileSize);
});

test('A line that is refused says why and does not stop the others', async (t) => {
  const store = await startStore(t);
  await defineScimId(store);
  const link = (value: string) => [{ namespace: '$app', key: 'scim_id', type: 'id', value }];
  await makeCustomer(store, { email: 'ada@example.com' });
  await run(store, customerCreate, [{ input: { firstName: 'Grace', metafields: link('one') } }]);
  const { result } = await run(store, customerCreate, [
    { input: { email: 'ada@example.com' } },
    { input: { firstName: 'Mary', metafields: link('one') } },
    { input: { firstName: 7 } },
    {
      input: {
        firstName: 'Joan',
        metafields: link('two'),
        tags: ['a', 'b'],
        addresses: [{ city: 'Ottawa', countryCode: 'CA' }],
      },
    },
  ]);
  const line = (number: number) =>
    result.find(({ __lineNumber }) => Number(__lineNumber) === number);
  assert.deepEqual(line(0)?.data?.customerCreate, {
    customer: null,
    userErrors: [{ field: ['email'], message: 'Email has already been taken' }],
  });
  assert.deepEqual(line(1)?.data?.customerCreate?.userErrors, [
    {
      field: ['metafields', '0', 'value'],
      message:
        'Value is already assigned to another metafield. Choose a different value to ensure it remains unique.',
    },
  ]);
  assert.equal(line(2)?.data, undefined);
  assert.equal(line(2)?.errors?.[0]?.extensions?.code, 'INVALID_VARIABLE');
  assert.deepEqual(line(3)?.data?.customerCreate?.userErrors, []);
  assert.equal(await total(store), 3);
  const { customers } = await store.control('GET', 'customers?query=Joan');
  assert.deepEqual(customers?.[0]?.tags, ['a', 'b']);
  assert.equal(customers?.[0]?.defaultAddress?.city, 'Ottawa');
  assert.equal(customers?.[0]?.metafields?.[0]?.value, 'two');
});

test('A line that is no object is answered as an error, an empty one not at all', async (t) => {
  const store = await startStore(t);
  const target = await makeTarget(store);
  const [ada, grace] = people(2).map((line) => JSON.stringify(line));
  await upload(target, `${ada}\n\n[]\r\nnonsense\n${grace}`);
  const id = startedId(await runMutation(store, customerCreate, parameter(target, 'key')));
  const { url, objectCount } = await inStatus(store, id, 'COMPLETED');
  assert.equal(objectCount, '4');
  const said = new Map(
    (await resultLines(url)).map(({ __lineNumber, errors }) => [
      Number(__lineNumber),
      errors && String(errors[0]?.message),
    ]),
  );
  assert.deepEqual([...said.keys()].sort(), [0, 2, 3, 4]);
  assert.equal(said.get(0), undefined);
  assert.equal(said.get(2), 'The line is not a valid JSON object.');
  assert.equal(said.get(3), 'The line is not a valid JSON object.');
  assert.equal(await total(store), 2);
});

test('Any mutation of the store can be run: customerSet, tagsAdd, metafieldsSet', async (t) => {
  const store = await startStore(t);
  await defineScimId(store);
  const set = `mutation ($identifier: CustomerSetIdentifiers, $input: CustomerSetInput!) {
    customerSet(identifier: $identifier, input: $input) { customer { id } userErrors { message } }
  }`;
  const lines = ['one', 'two'].map((value) => ({
    identifier: { customId: { key: 'scim_id', value } },
    input: { firstName: value },
  }));
  const first = await run(store, set, lines);
  const again = await run(store, set, lines);
  const ids = ({ result }: typeof first) =>
    result.map(({ data }) => String(data?.customerSet?.customer?.id)).sort();
  assert.deepEqual(ids(again), ids(first));
  const [id = ''] = ids(first);
  await run(
    store,
    'mutation ($id: ID!) { tagsAdd(id: $id, tags: ["vip"]) { userErrors { message } } }',
    [{ id }],
  );
  await run(
    store,
    'mutation ($m: [MetafieldsSetInput!]!) { metafieldsSet(metafields: $m) { userErrors { message } } }',
    [
      {
        m: [{ ownerId: id, namespace: 'x-test', key: 'size', type: 'number_integer', value: '3' }],
      },
    ],
  );
  const customer = await store.control('GET', `customers/${id.split('/').pop()}`);
  assert.deepEqual(customer.tags, ['vip']);
  assert.equal(customer.metafields?.[1]?.value, '3');
});

test('A line that cannot be executed carries its errors and does not stop the others', async (t) => {
  const store = await startStore(t);
  const mutation = `mutation ($id: ID!) {
    tagsAdd(id: $id, tags: ["vip"]) { node { id } userErrors { message } }
  }`;
  const { id } = await makeCustomer(store, { firstName: 'Ada' });
  const { result } = await run(store, mutation, [{ id: 'gid://shopify/Order/1' }, { id }]);
  const failed = result.find(({ errors }) => errors !== undefined);
  assert.equal(failed?.errors?.[0]?.extensions?.code, 'NOT_IMPLEMENTED');
  assert.equal(failed?.data?.tagsAdd, null);
  assert.deepEqual((await store.control('GET', 'customers')).customers?.[0]?.tags, ['vip']);
});

test('What may not be run is refused in Shopify’s words', async (t) => {
  const store = await startStore(t);
  const path = await uploadVariables(store, people(1));
  const errors = async (mutation: string) => userErrors(await runMutation(store, mutation, path));
  const invalid = (message: string) => [{ field: null, message, code: 'INVALID_MUTATION' }];
  const about = (message: string) => [{ field: ['mutation'], message, code: null }];
  assert.match(
    String((await errors('mutation { not parseable'))?.[0]?.message),
    /^Failed to parse the mutation - syntax error, unexpected end of file/,
  );
  assert.deepEqual(
    await errors('{ shop { id } }'),
    invalid('Invalid operation type. Only `mutation` operations are supported.'),
  );
  assert.deepEqual(
    await errors(
      'mutation { a: tagsAdd(id: "x", tags: []) { node { id } } b: tagsAdd(id: "x", tags: []) { node { id } } }',
    ),
    about('You must specify a single top level mutation.'),
  );
  assert.deepEqual(
    await errors(
      'mutation { bulkOperationRunQuery(query: "{ shop { id } }") { userErrors { message } } }',
    ),
    about('You must use an allowed mutation name.'),
  );
  assert.deepEqual(
    await errors(
      'mutation ($input: CustomerInput!) { customerCreate(input: $input) { customer { nickname } } }',
    ),
    invalid("Failed to parse the mutation - Field 'nickname' doesn't exist on type 'Customer'"),
  );
  assert.deepEqual(
    await errors(`mutation ($input: CustomerInput!) { customerCreate(input: $input) { customer {
      metafields(first: 1) { nodes { id } } addressesV2(first: 1) { nodes { id } } } } }`),
    about('Bulk mutations cannot contain more than 1 connection.'),
  );
  const long = `${customerCreate} #${'x'.repeat(65_535)}`;
  assert.deepEqual(await errors(long), [
    {
      field: ['query'],
      message: `is too large (${long.length} bytes; maximum is 65535 bytes)`,
      code: 'INVALID_MUTATION',
    },
  ]);
  for (const [identifier, message] of [
    ['short', 'is too short (minimum is 10 characters)'],
    ['x'.repeat(256), 'is too long (maximum is 255 characters)'],
  ] as const)
    assert.deepEqual(userErrors(await runMutation(store, customerCreate, path, identifier)), [
      { field: ['clientIdentifier'], message, code: 'INVALID_MUTATION' },
    ]);
  assert.equal(await total(store), 0);
});

test('Five run at once; a sixth is told which one is in its way', async (t) => {
  const store = await startStore(t);
  await store.control('POST', 'bulk', { linesPerSecond: 0 });
  const path = await uploadVariables(store, people(1));
  const ids: string[] = [];
  for (let index = 0; index < 5; index += 1)
    ids.push(startedId(await runMutation(store, customerCreate, path)));
  assert.deepEqual(userErrors(await runMutation(store, customerCreate, path)), [
    {
      field: null,
      message: `A bulk mutation operation for this app and shop is already in progress: ${ids[0]}.`,
      code: 'OPERATION_IN_PROGRESS',
    },
  ]);
  await store.control('POST', 'bulk', { linesPerSecond: null });
  for (const id of ids) await inStatus(store, id, 'COMPLETED');
  startedId(await runMutation(store, customerCreate, path));
});

test('Only starting it costs points', async (t) => {
  const store = await startStore(t, { plan: 'standard' });
  const path = await uploadVariables(store, people(500));
  const before = Number((await store.control('GET', 'stats')).availableNow);
  const answer = await runMutation(store, customerCreate, path);
  assert.equal(answer.extensions.cost?.actualQueryCost, 10);
  const id = startedId(answer);
  await store.graphql('{ shop { id } }');
  await inStatus(store, id, 'COMPLETED');
  const polls = Number((await store.control('GET', 'stats')).byOperation?.bulkOperation);
  assert.equal(Number((await store.control('GET', 'stats')).availableNow), before - 11 - polls);
});

test('A running operation is cancelled between two lines; what it did stays', async (t) => {
  const store = await startStore(t);
  await store.control('POST', 'bulk', { linesPerSecond: 10 });
  const path = await uploadVariables(store, people(100));
  const id = startedId(await runMutation(store, customerCreate, path));
  await inStatus(store, id, 'RUNNING');
  store.advance(1000);
  await inStatus(store, id, 'RUNNING');
  const { data } = await cancel(store, id);
  assert.deepEqual(data.bulkOperationCancel, {
    bulkOperation: { id, status: 'CANCELING' },
    userErrors: [],
  });
  const operation = await inStatus(store, id, 'CANCELED');
  assert.equal(operation.url, null);
  assert.equal(operation.completedAt, null);
  assert.equal(await total(store), Number(operation.objectCount));
  assert.ok(Number(operation.objectCount) < 100);
  assert.deepEqual(userErrors(await cancel(store, id)), [
    { field: null, message: 'A bulk operation cannot be canceled when it is canceled' },
  ]);
  assert.deepEqual(userErrors(await cancel(store, 'gid://shopify/BulkOperation/1')), [
    { field: ['id'], message: 'Bulk operation does not exist' },
  ]);
});

test('A result can be fetched for seven days, and by nobody without its signature', async (t) => {
  const store = await startStore(t);
  const { id, operation } = await run(store, customerCreate, people(1));
  const url = new URL(String(operation.url));
  assert.equal((await fetch(`${url.origin}${url.pathname}?signature=0`)).status, 403);
  store.advance(7 * day - 1);
  assert.equal((await fetch(url)).status, 200);
  store.advance(1);
  assert.equal((await fetch(url)).status, 404);
  const expired = await findOperation(store, id);
  assert.equal(expired.status, 'EXPIRED');
  assert.equal(expired.url, null);
});

test('What has not ended after a day fails, with what it did until then', async (t) => {
  const store = await startStore(t);
  await store.control('POST', 'bulk', { linesPerSecond: 10 });
  const path = await uploadVariables(store, people(100));
  const id = startedId(await runMutation(store, customerCreate, path));
  await inStatus(store, id, 'RUNNING');
  store.advance(1000);
  await inProgress(store, id);
  store.advance(day);
  const operation = await inStatus(store, id, 'FAILED');
  assert.equal(operation.errorCode, 'TIMEOUT');
  assert.equal(operation.url, null);
  const lines = await resultLines(operation.partialDataUrl);
  assert.equal(String(lines.length), operation.objectCount);
});

const inProgress = (store: TestStore, id: string) =>
  waitFor(async () => Number((await findOperation(store, id)).objectCount) > 0 || undefined);

test('Operations are listed newest first and found by type, status and time', async (t) => {
  const store = await startStore(t);
  const { id: first } = await run(store, customerCreate, people(1));
  store.advance(60_000);
  await store.control('POST', 'bulk', { linesPerSecond: 0 });
  const path = await uploadVariables(store, people(1));
  const second = startedId(await runMutation(store, customerCreate, path));
  await inStatus(store, second, 'RUNNING');
  const found = async (args: string) => {
    const { data, extensions } = await store.graphql(
      `{ bulkOperations(first: 10, ${args}) { nodes { id } pageInfo { hasNextPage } } }`,
    );
    const ids = Object.values(data.bulkOperations?.nodes ?? {}).map(({ id }) => String(id));
    return { ids, search: extensions.search };
  };
  assert.deepEqual((await found('')).ids, [second, first]);
  assert.deepEqual((await found('reverse: true')).ids, [first, second]);
  assert.deepEqual((await found('sortKey: COMPLETED_AT')).ids, [first, second]);
  assert.deepEqual((await found('query: "status:running"')).ids, [second]);
  assert.deepEqual((await found('query: "status:completed operation_type:mutation"')).ids, [first]);
  assert.deepEqual((await found('query: "operation_type:query"')).ids, []);
  const since = new Date(startTime + 30_000).toISOString();
  assert.deepEqual((await found(`query: "created_at:>'${since}'"`)).ids, [second]);
  const unknown = await found('query: "colour:red"');
  assert.equal(unknown.ids.length, 2);
  assert.equal(unknown.search?.[0]?.warnings?.[0]?.code, 'invalid_field');
  const { data } = await store.graphql(
    `query ($id: ID!) { node(id: $id) { ... on BulkOperation { status } }
      currentBulkOperation(type: MUTATION) { id } bulkOperation(id: "gid://shopify/BulkOperation/1") { id } }`,
    { id: first },
  );
  assert.deepEqual(data, {
    node: { status: 'COMPLETED' },
    currentBulkOperation: { id: second },
    bulkOperation: null,
  });
});
