/** The LMS as a process: it starts with one line, survives a kill and ends when it should. */
import assert from 'node:assert/strict';
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { makePerson, remoteLms, token } from './support.ts';

const main = fileURLToPath(new URL('../../devlms/main.ts', import.meta.url));

async function environment(t: TestContext, more: Readonly<Record<string, string>> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'devlms-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return {
    PATH: process.env.PATH,
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
    DEVLMS_PORT: '0',
    DEVLMS_DATA: join(folder, 'data', 'lms.sqlite'),
    DEVLMS_TOKEN: token,
    ...more,
  };
}

async function originOf(t: TestContext, child: ChildProcess): Promise<string> {
  t.after(() => child.kill('SIGKILL'));
  let said = '';
  for await (const chunk of child.stdout ?? []) {
    said += String(chunk);
    const origin = /^Development LMS (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(said)?.[1];
    if (origin) return origin;
  }
  throw new Error(`The LMS ended without being ready: ${said}`);
}

test('What was answered is still there after kill -9, and the next id is a new one', async (t) => {
  const env = await environment(t);
  const first = spawn(process.execPath, [main], { env });
  const lms = remoteLms(await originOf(t, first));
  const ids: number[] = [];
  for (let index = 0; index < 20; index += 1) {
    const userid = await makePerson(lms, `ada${index}`);
    const enrolments = [{ roleid: 5, userid, courseid: 2, timeend: 2_000_000_000 }];
    assert.equal(await lms.call('enrol_manual_enrol_users', { enrolments }), null);
    ids.push(userid);
  }
  await lms.control('POST', 'site', { debugging: true });
  first.kill('SIGKILL');
  await once(first, 'exit');

  const again = remoteLms(await originOf(t, spawn(process.execPath, [main], { env })));
  const { enrolments } = await again.control('GET', 'enrolments?course=WELD-101');
  const kept = Object.values(enrolments ?? {});
  assert.deepEqual(
    kept.map(({ user }) => Number(user?.id)),
    ids,
  );
  assert.ok(kept.every(({ timeEnd }) => Number(timeEnd) === 2_000_000_000));
  assert.equal((await again.control('GET', 'site')).debugging, true);
  assert.equal((await again.control('GET', 'courses')).courses?.[5], undefined);
  assert.equal(await makePerson(again, 'bob'), Math.max(...ids) + 1);
});

test('A taken port and missing settings are said in a sentence', async (t) => {
  const blocker = createServer().listen(0, '127.0.0.1');
  await once(blocker, 'listening');
  t.after(() => blocker.close());
  const address = blocker.address();
  const port = address && typeof address === 'object' ? String(address.port) : '';
  const ended = async (more: Readonly<Record<string, string>>) => {
    const child = spawn(process.execPath, [main], { env: await environment(t, more) });
    const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
    assert.equal(code, 1);
    return said;
  };
  assert.equal(
    await ended({ DEVLMS_PORT: port }),
    `Port ${port} is taken. Stop what listens there or set DEVLMS_PORT to another port.\n`,
  );
  assert.equal(
    await ended({ DEVLMS_PORT: 'x', DEVLMS_TOKEN: 'short' }),
    'DEVLMS_PORT must be a port number\nDEVLMS_TOKEN must be set to 32 hexadecimal digits, as the tokens of Moodle are\n',
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
