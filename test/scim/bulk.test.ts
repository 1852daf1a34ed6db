import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bulkResponse, readBulk } from '../../src/scim/bulk.ts';
import type { BulkOperation } from '../../src/scim/bulk-operation.ts';
import { bulkOrder } from '../../src/scim/bulk-order.ts';
import { corrections, referencesIn, resolveReferences } from '../../src/scim/bulk-reference.ts';
import { groupType, userType } from '../../src/scim/resource-types.ts';
import { refuses } from './refusal.ts';

const bulkRequest = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
const patchOp = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const root = {
  types: { User: userType, Group: groupType },
  baseUrl: 'https://example.com/scim/v2/acme-okta',
};
const id = 'b7c14771-226c-4d05-8860-134711653041';

const read = (operations: unknown, more: object = {}) =>
  readBulk({ schemas: [bulkRequest], Operations: operations, ...more }, root);
const one = (operation: unknown): BulkOperation => {
  const [first] = read([operation]).operations;
  assert.ok(first);
  return first;
};
const post = (bulkId: string, data: unknown = {}) => ({
  method: 'POST',
  path: '/Users',
  bulkId,
  data,
});

test('a bulk request is an object with its schema and an array of operations (RFC 7644 §3.7)', () => {
  for (const body of [null, [], {}, { schemas: [patchOp], Operations: [] }])
    refuses(() => readBulk(body, root), 'invalidSyntax', /BulkRequest/);
  for (const operations of [undefined, null, {}, 'POST'])
    refuses(() => read(operations), 'invalidSyntax', /array/);
  assert.deepEqual(read([]).operations, []);
  const lower = { SCHEMAS: [bulkRequest.toUpperCase()], operations: [] };
  assert.equal(readBulk(lower, root).failOnErrors, Number.POSITIVE_INFINITY);
});

test('failOnErrors is a whole number, and the first error ends a request that accepts none (RFC 7644 §3.7)', () => {
  for (const value of [-1, 1.5, '1', true, {}])
    refuses(() => read([], { failOnErrors: value }), 'invalidValue');
  assert.deepEqual(
    [0, 1, 7].map((failOnErrors) => read([], { failOnErrors }).failOnErrors),
    [1, 1, 7],
  );
});

test('more operations than announced are 413, and the detail names the limit (RFC 7644 §3.7.4)', () => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => post(`${index}`));
  assert.equal(read(many(1_000)).operations.length, 1_000);
  assert.throws(() => read(many(1_001)), { status: 413, message: /maxOperations \(1000\)/ });
});

const faulty: readonly (readonly [what: string, operation: unknown, status: number])[] = [
  ['is no object', 'POST', 400],
  ['has no method', { path: '/Users', bulkId: 'a', data: {} }, 400],
  ['has a method that bulk does not have', { method: 'GET', path: `/Users/${id}` }, 400],
  ['has no path', { method: 'POST', bulkId: 'a', data: {} }, 400],
  ['has a path that is no endpoint', { method: 'DELETE', path: `/Printers/${id}` }, 404],
  [
    'has a path of another source',
    { method: 'DELETE', path: `https://example.com/Users/${id}` },
    404,
  ],
  ['has a path with a query', { method: 'PUT', path: `/Users/${id}?attributes=id`, data: {} }, 404],
  ['is a POST to a resource', { ...post('a'), path: `/Users/${id}` }, 400],
  ['is a POST without a bulkId', { method: 'POST', path: '/Users', data: {} }, 400],
  ['is a POST with an empty bulkId', post(''), 400],
  ['is a POST without data', { method: 'POST', path: '/Users', bulkId: 'a' }, 400],
  ['is a PUT of an endpoint', { method: 'PUT', path: '/Users', data: {} }, 400],
  ['is a PATCH without data', { method: 'PATCH', path: `/Users/${id}` }, 400],
  ['is a DELETE of an endpoint', { method: 'DELETE', path: '/Users' }, 400],
  ['has a version that is no text', { method: 'DELETE', path: `/Users/${id}`, version: 1 }, 400],
];

for (const [what, operation, status] of faulty)
  test(`an operation that ${what} is refused with ${status}, and the others are not`, () => {
    const [first, second] = read([operation, post('other')]).operations;
    assert.equal(first?.fault?.status, status);
    assert.equal(second?.fault, undefined);
  });

test('a bulkId is unique: it stays with the first POST that has it (RFC 7644 §3.7)', () => {
  const [first, second] = read([post('a'), post('a')]).operations;
  assert.equal(first?.fault, undefined);
  assert.deepEqual([second?.fault?.status, second?.bulkId], [400, 'a']);
});

test('a path may be relative, with or without its slash, or whole', () => {
  for (const path of [
    `/Users/${id}`,
    `Users/${id}`,
    `/Users/${id}/`,
    `${root.baseUrl}/Users/${id}`,
  ])
    assert.deepEqual(one({ method: 'delete', path }).target, { kind: 'User', id }, path);
  for (const path of ['/Groups', 'Groups', '/Groups/'])
    assert.deepEqual(one({ ...post('a'), path }).target, { kind: 'Group', id: null }, path);
  const escaped = one({ method: 'DELETE', path: '/Groups/bulkId%3Aa' });
  assert.deepEqual(escaped.target, { kind: 'Group', id: 'bulkId:a' });
});

test('the data of a PATCH may be its operations alone (RFC 7644 §3.7.3, erratum 5050)', () => {
  const Operations = [{ op: 'remove', path: 'nickName' }];
  for (const data of [Operations, { Operations }, { schemas: [patchOp], Operations }]) {
    const operation = one({ method: 'PATCH', path: `/Users/${id}`, data });
    assert.ok(operation.fault === undefined);
    assert.deepEqual(operation.data, { schemas: [patchOp], Operations });
  }
});

test('every text "bulkId:…" in data and path is a reference (RFC 7644 §3.7.2)', () => {
  const data = {
    displayName: 'not bulkId:this',
    members: [{ value: 'bulkId:ada', type: 'User' }, { value: id }],
    [enterprise]: { manager: { value: 'bulkId:grace' } },
  };
  assert.deepEqual([...referencesIn(data)], ['ada', 'grace']);
  assert.deepEqual(
    resolveReferences(data, (name) => `id of ${name}`),
    {
      displayName: 'not bulkId:this',
      members: [{ value: 'id of ada', type: 'User' }, { value: id }],
      [enterprise]: { manager: { value: 'id of grace' } },
    },
  );
  const patch = one({ method: 'PATCH', path: '/Groups/bulkId:staff', data: { x: 'bulkId:ada' } });
  assert.ok(patch.fault === undefined);
  assert.deepEqual([...patch.references], ['staff', 'ada']);
});

test('references to what was not made are taken back, those to what got another id written anew', () => {
  const data = {
    members: [
      { value: 'bulkId:gone', type: 'User' },
      { value: 'bulkId:moved' },
      { value: 'bulkId:kept' },
    ],
    tags: ['bulkId:gone'],
    [enterprise]: { manager: { value: 'bulkId:moved' } },
  };
  const actual = new Map([
    ['moved', '22'],
    ['kept', '3'],
  ]);
  const expected = new Map([
    ['gone', '1'],
    ['moved', '2'],
    ['kept', '3'],
  ]);
  assert.deepEqual(corrections({ data, expected, actual: (name) => actual.get(name) }), [
    { op: 'remove', path: 'members', value: [{ value: '1', type: 'User' }, { value: '2' }] },
    { op: 'add', path: 'members', value: [{ value: '22' }] },
    { op: 'remove', path: 'tags', value: ['1'] },
    { op: 'remove', path: `${enterprise}:manager` },
    { op: 'add', path: `${enterprise}:manager`, value: { value: '22' } },
  ]);
});

const orderOf = (...operations: readonly unknown[]) => bulkOrder(read(operations).operations);
const refer = (...names: readonly string[]) => names.map((name) => `bulkId:${name}`);
const patch = (path: string, ...names: readonly string[]) => ({
  method: 'PATCH',
  path,
  data: { Operations: refer(...names) },
});

test('an operation waits for the POSTs it refers to, and all others keep their order', () => {
  assert.deepEqual(orderOf(post('a'), post('b'), post('c')), [0, 1, 2]);
  assert.deepEqual(orderOf(post('a', refer('c')), post('b'), post('c')), [1, 2, 0]);
  const remove = { method: 'DELETE', path: `/Users/${id}` };
  assert.deepEqual(orderOf(patch('/Groups/x', 'a'), remove, post('a')), [1, 2, 0]);
  assert.deepEqual(orderOf(patch('/Groups/bulkId:a'), post('a', refer('b')), post('b')), [2, 1, 0]);
});

test('operations on one resource keep their order, also when the first one waits', () => {
  const group = `/Groups/${id}`;
  assert.deepEqual(orderOf(patch(group, 'a'), patch(group), post('a')), [2, 0, 1]);
});

test('references in a circle begin with its first operation, and what only refers to it comes after', () => {
  assert.deepEqual(orderOf(post('a', refer('b')), post('b', refer('a'))), [0, 1]);
  const circle = [post('a', refer('b')), post('b', refer('c')), post('c', refer('a'))];
  assert.deepEqual(orderOf(patch('/Groups/x', 'b'), ...circle), [1, 3, 2, 0]);
  assert.deepEqual(orderOf(post('a', refer('a', 'b')), post('b')), [1, 0]);
});

test('whatever refers to whatever, each operation is done once, and after what it can wait for', () => {
  const graphs = fc.array(fc.uniqueArray(fc.nat(11), { maxLength: 3 }), { maxLength: 12 });
  fc.assert(
    fc.property(graphs, (graph) => {
      const order = orderOf(
        ...graph.map((names, index) => post(`${index}`, refer(...names.map(String)))),
      );
      assert.deepEqual(
        order.toSorted((a, b) => a - b),
        [...graph.keys()],
      );
      for (const [index, names] of graph.entries())
        for (const other of names.filter(
          (name) => name < graph.length && !reaches(graph, name, index),
        ))
          assert.ok(order.indexOf(other) < order.indexOf(index), `${index} before ${other}`);
    }),
  );
});

/** Whether one goes from here to there by references. */
function reaches(graph: readonly (readonly number[])[], from: number, to: number): boolean {
  const seen = new Set([from]);
  for (const at of seen) for (const next of graph[at] ?? []) seen.add(next);
  return seen.has(to);
}

test('the status of a result is a string, and a failure has its Error for response (RFC 7644 §3.7.3)', () => {
  const operation = one({ method: 'PUT', path: '/Users', data: {} });
  assert.ok(operation.fault);
  const failed = { operation, status: 400, error: operation.fault };
  const done = {
    operation: one(post('a')),
    status: 201,
    location: 'https://x/Users/1',
    version: 1,
  };
  assert.deepEqual(bulkResponse([failed, done]), {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkResponse'],
    Operations: [
      { method: 'PUT', status: '400', response: operation.fault.toBody() },
      {
        location: 'https://x/Users/1',
        method: 'POST',
        bulkId: 'a',
        version: 'W/"1"',
        status: '201',
      },
    ],
  });
});

test('a thousand operations that wait for each other are ordered in no time', () => {
  const chain = Array.from({ length: 1_000 }, (_, index) =>
    post(`${index}`, refer(`${index + 1}`)),
  );
  const circle = Array.from({ length: 1_000 }, (_, index) =>
    post(`${index}`, refer(`${(index + 1) % 1_000}`)),
  );
  const everyone = Array.from({ length: 250 }, (_, index) => `${index}`);
  const crowd = everyone.map((name) => post(name, refer(...everyone)));
  // Of the processor: others may have it meanwhile.
  const started = process.cpuUsage();
  for (const operations of [chain, circle, crowd])
    assert.equal(orderOf(...operations).length, operations.length);
  const { user, system } = process.cpuUsage(started);
  assert.ok(user + system < 2_000_000);
});
