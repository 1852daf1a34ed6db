/** The store as a process: it starts with one line, survives a kill and ends when it should. */
import assert from 'node:assert/strict';
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  customerCreate,
  findOperation,
  inStatus,
  people,
  resultLines,
  runMutation,
  startedId,
  uploadVariables,
} from './bulk-support.ts';
import { remoteStore, waitFor } from './support.ts';

const main = fileURLToPath(new URL('../../devstore/main.ts', import.meta.url));

async function environment(t: TestContext, more: Readonly<Record<string, string>> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'devstore-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return {
    PATH: process.env.PATH,
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
    DEVSTORE_PORT: '0',
    DEVSTORE_DATA: join(folder, 'data', 'store.sqlite'),
    DEVSTORE_ACCESS_TOKEN: 'shpat_test',
    DEVSTORE_CLIENT_SECRET: 'shpss_test',
    ...more,
  };
}

async function originOf(t: TestContext, child: ChildProcess): Promise<string> {
  t.after(() => child.kill('SIGKILL'));
  let said = '';
  for await (const chunk of child.stdout ?? []) {
    said += String(chunk);
    const origin = /^Development store (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(said)?.[1];
    if (origin) return origin;
  }
  throw new Error(`The store ended without being ready: ${said}`);
}

async function customers(origin: string): Promise<string> {
  return (await fetch(`${origin}/_dev/customers`)).text();
}

test('What was answered is still there after kill -9', async (t) => {
  const env = await environment(t);
  const first = spawn(process.execPath, [main], { env });
  const origin = await originOf(t, first);
  for (let index = 0; index < 20; index += 1) {
    const body = JSON.stringify({ email: `ada${index}@example.com` });
    assert.equal((await fetch(`${origin}/_dev/customers`, { method: 'POST', body })).status, 200);
  }
  first.kill('SIGKILL');
  await once(first, 'exit');
  const again = await originOf(t, spawn(process.execPath, [main], { env }));
  assert.match(await customers(again), /"total":20/);
});

test('A bulk operation goes on after kill -9 where it was; no line is done twice', async (t) => {
  const env = await environment(t, { DEVSTORE_PLAN: 'unlimited' });
  const first = spawn(process.execPath, [main], { env });
  const store = remoteStore(await originOf(t, first));
  // Slow enough to be killed before it is over, whoever else is at work.
  await store.control('POST', 'bulk', { linesPerSecond: 300 });
  const path = await uploadVariables(store, people(3000));
  const id = startedId(await runMutation(store, customerCreate, path));
  await waitFor(async () => {
    const { objectCount, status } = await findOperation(store, id);
    assert.notEqual(status, 'COMPLETED', 'The operation was over before it could be killed');
    return Number(objectCount) > 300 ? true : undefined;
  });
  first.kill('SIGKILL');
  await once(first, 'exit');

  const again = remoteStore(await originOf(t, spawn(process.execPath, [main], { env })));
  const { url, objectCount } = await inStatus(again, id, 'COMPLETED');
  assert.equal(objectCount, '3000');
  const lines = await resultLines(url);
  const numbers = new Set(lines.map(({ __lineNumber }) => Number(__lineNumber)));
  assert.equal(lines.length, 3000);
  assert.equal(numbers.size, 3000);
  for (const { data } of lines) assert.deepEqual(data?.customerCreate?.userErrors, []);
  assert.match(await customers(again.origin), /"total":3000/);
});

test('A taken port and missing settings are said in a sentence', async (t) => {
  const blocker = createServer().listen(0, '127.0.0.1');
  await once(blocker, 'listening');
  t.after(() => blocker.close());
  const address = blocker.address();
  const port = address && typeof address === 'object' ? String(address.port) : '';
  const ended = async (more: Readonly<Record<string, string>>) => {
    const child = spawn(process.execPath, [main], { env: await environment(t, more) });
    let said = '';
    child.stderr.on('data', (chunk) => {
      said += String(chunk);
    });
    const [code] = await once(child, 'close');
    assert.equal(code, 1);
    return said;
  };
  assert.equal(
    await ended({ DEVSTORE_PORT: port }),
    `Port ${port} is taken. Stop what listens there or set DEVSTORE_PORT to another port.\n`,
  );
  assert.equal(
    await ended({ DEVSTORE_PLAN: 'gold', DEVSTORE_ACCESS_TOKEN: '' }),
    'DEVSTORE_PLAN must be one of standard, advanced, plus, unlimited\nDEVSTORE_ACCESS_TOKEN must be set\n',
  );
});

test('It stops by itself on SIGTERM and when the process that forked it goes away', async (t) => {
  const told = spawn(process.execPath, [main], { env: await environment(t) });
  await originOf(t, told);
  told.kill('SIGTERM');
  assert.deepEqual(await once(told, 'exit'), [0, null]);

  const forked = fork(main, {
    env: await environment(t),
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  await originOf(t, forked);
  forked.disconnect();
  assert.deepEqual(await once(forked, 'exit'), [0, null]);
});
