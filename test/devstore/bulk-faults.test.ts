/** Bulk operations that fail the way they may, on demand. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  customerCreate,
  inStatus,
  makeTarget,
  parameter,
  people,
  resultLines,
  runMutation,
  runQuery,
  startedId,
  upload,
  uploadVariables,
} from './bulk-support.ts';
import { startStore, type TestStore, userErrors, waitFor } from './support.ts';

const total = async (store: TestStore) => (await store.control('GET', 'customers')).total;

const start = async (store: TestStore, lines: readonly object[]) =>
  startedId(await runMutation(store, customerCreate, await uploadVariables(store, lines)));

test('bulk-fail fails midway and leaves what was done, and its results', async (t) => {
  const store = await startStore(t);
  await store.control('POST', 'faults', { kind: 'bulk-fail', errorCode: 'TIMEOUT' });
  const operation = await inStatus(store, await start(store, people(100)), 'FAILED');
  assert.equal(operation.errorCode, 'TIMEOUT');
  assert.equal(operation.objectCount, '50');
  assert.equal(operation.completedAt, null);
  assert.equal(operation.url, null);
  const lines = await resultLines(operation.partialDataUrl);
  assert.equal(lines.length, 50);
  assert.equal(await total(store), 50);
  for (const { data, __lineNumber } of lines)
    assert.equal(data?.customerCreate?.customer?.email, `person${__lineNumber}@example.com`);
});

test('bulk-fail before the first line leaves no result at all', async (t) => {
  const store = await startStore(t);
  await store.control('POST', 'faults', { kind: 'bulk-fail', afterLines: 0 });
  const operation = await inStatus(store, await start(store, people(10)), 'FAILED');
  assert.equal(operation.errorCode, 'INTERNAL_SERVER_ERROR');
  assert.equal(operation.partialDataUrl, null);
  assert.equal(await total(store), 0);
});

test('bulk-cancel is staff who cancel: what was done stays, its results do not', async (t) => {
  const store = await startStore(t);
  await store.control('POST', 'faults', { kind: 'bulk-cancel', afterLines: 20 });
  const operation = await inStatus(store, await start(store, people(100)), 'CANCELED');
  assert.equal(operation.objectCount, '20');
  assert.equal(operation.url, null);
  assert.equal(operation.partialDataUrl, null);
  assert.equal(await total(store), 20);
});

test('bulk-expire does everything and has nothing to show for it', async (t) => {
  const store = await startStore(t);
  await store.control('POST', 'faults', { kind: 'bulk-expire' });
  const operation = await inStatus(store, await start(store, people(30)), 'EXPIRED');
  assert.equal(operation.url, null);
  assert.equal(await total(store), 30);
});

test('bulk-line-error refuses lines by chance, the same ones for the same seed', async (t) => {
  const store = await startStore(t);
  const error = { field: ['email'], message: 'Email is invalid' };
  const refused = async (seed: number) => {
    await store.control('POST', 'reset');
    await store.control('POST', 'faults', {
      kind: 'bulk-line-error',
      match: { operation: 'customerCreate' },
      times: null,
      probability: 0.2,
      seed,
      error,
    });
    const { url } = await inStatus(store, await start(store, people(100)), 'COMPLETED');
    const lines = (await resultLines(url)).filter(({ data }) => !data?.customerCreate?.customer);
    for (const { data } of lines) assert.deepEqual(data?.customerCreate?.userErrors, [error]);
    assert.equal(await total(store), 100 - lines.length);
    return lines.length;
  };
  const first = await refused(7);
  assert.ok(first > 5 && first < 50, `${first} lines were refused`);
  assert.equal(await refused(7), first);
});

test('A fault strikes the operation it names: this mutation, that query', async (t) => {
  const store = await startStore(t);
  await store.control('POST', 'faults', { kind: 'bulk-fail', match: { operation: 'customers' } });
  await inStatus(store, await start(store, people(3)), 'COMPLETED');
  const query = '{ customers { edges { node { id } } } }';
  const failed = await inStatus(store, startedId(await runQuery(store, query)), 'FAILED');
  assert.equal((await resultLines(failed.partialDataUrl)).length, 3);
  await inStatus(store, startedId(await runQuery(store, query)), 'COMPLETED');
});

test('An upload is answered with a status, hangs, is cut before or after it is taken in', async (t) => {
  const store = await startStore(t);
  const fault = (kind: string, more: object = {}) =>
    store.control('POST', 'faults', { kind, match: { transfer: 'upload' }, ...more });
  const target = await makeTarget(store);
  const content = `${JSON.stringify(people(1)[0])}\n`;
  const isThere = async () => {
    const answer = await runMutation(store, customerCreate, parameter(target, 'key'));
    return String(userErrors(answer)?.[0]?.code) !== 'NO_SUCH_FILE';
  };
  await fault('status', { status: 503 });
  assert.equal((await upload(target, content)).status, 503);
  await fault('hang', { delayMs: 50 });
  await assert.rejects(upload(target, content));
  await fault('cut-before');
  await assert.rejects(upload(target, content));
  assert.equal(await isThere(), false);
  await fault('cut-after');
  await assert.rejects(upload(target, content));
  assert.equal(await isThere(), true);
});

test('A download is answered with a status or cut in the middle', async (t) => {
  const store = await startStore(t);
  const { url } = await inStatus(store, await start(store, people(100)), 'COMPLETED');
  const match = { transfer: 'download' };
  await store.control('POST', 'faults', { kind: 'status', status: 404, match });
  assert.equal((await fetch(String(url))).status, 404);
  await store.control('POST', 'faults', { kind: 'cut-after', match });
  const response = await fetch(String(url));
  assert.equal(response.status, 200);
  await assert.rejects(response.text());
  assert.equal((await resultLines(url)).length, 100);
});

test('Uploads and downloads are counted, but not as requests of the API', async (t) => {
  const store = await startStore(t);
  const id = await start(store, people(2));
  const { url, fileSize } = await inStatus(store, id, 'COMPLETED');
  const before = await store.control('GET', 'stats');
  assert.equal(before.uploads?.count, 1);
  assert.ok(Number(before.uploads?.bytes) > 100);
  await resultLines(url);
  const after = await store.control('GET', 'stats');
  assert.equal(after.requests, before.requests);
  assert.deepEqual(after.downloads, { count: 1, bytes: Number(fileSize) });
  assert.equal((await store.control('DELETE', 'stats')).uploads?.count, 0);
});

test('A rule without a transfer leaves files alone, one with it requests', async (t) => {
  const store = await startStore(t);
  await store.control('POST', 'faults', { kind: 'status' });
  await store.control('POST', 'faults', { kind: 'status', match: { transfer: 'download' } });
  const answer = await store.post('/admin/api/2026-10/graphql.json', {
    headers: { 'X-Shopify-Access-Token': 'shpat_test' },
    body: JSON.stringify({ query: '{ shop { id } }' }),
  });
  assert.equal(answer.status, 500);
  await inStatus(store, await start(store, people(1)), 'COMPLETED');
  const { faults } = await store.control('GET', 'faults');
  assert.deepEqual([faults?.[0]?.struck, faults?.[1]?.struck], [1, 0]);
});

test('Operations go at the pace they are told, and the control API says how far they are', async (t) => {
  const store = await startStore(t);
  await store.control('POST', 'bulk', { linesPerSecond: 10 });
  const id = await start(store, people(25));
  await inStatus(store, id, 'RUNNING');
  const progress = (objects: number) =>
    waitFor(async () => {
      const { linesPerSecond, operations } = await store.control('GET', 'bulk');
      assert.equal(linesPerSecond, 10);
      assert.equal(operations?.[0]?.id, id);
      assert.equal(operations?.[0]?.lines, 25);
      const done = Number(operations?.[0]?.objects);
      assert.ok(done <= objects, `${done} lines were done where ${objects} were allowed`);
      return done === objects ? done : undefined;
    });
  await progress(0);
  store.advance(1000);
  await progress(10);
  store.advance(500);
  await progress(15);
  store.advance(1000);
  await progress(25);
  store.advance(100);
  await inStatus(store, id, 'COMPLETED');
  await store.control('POST', 'bulk', { linesPerSecond: -1 }, 422);
});
