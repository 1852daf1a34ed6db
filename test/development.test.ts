/** Development mode as a newcomer starts it: Rollcall with its store and its LMS. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { developmentSecrets } from '../src/development.ts';
import { testDatabase } from './support/database.ts';
import { freePort } from './support/process.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

async function dataDirectory(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'rollcall-development-'));
  t.after(() => rm(path, { recursive: true, force: true }));
  return path;
}

test('start prints where everything is, a line each, and the LMS opens with the kept token', async (t) => {
  const database = await testDatabase();
  t.after(() => database.close());
  const dataDir = await dataDirectory(t);
  const [port, store, lms] = [await freePort(), await freePort(), await freePort()];
  const child = spawn(process.execPath, [main], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env.PATH,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      DATABASE_URL: database.url,
      PORT: String(port),
      ROLLCALL_DATA_DIR: dataDir,
      ROLLCALL_DEVSTORE_PORT: String(store),
      ROLLCALL_DEVLMS_PORT: String(lms),
    },
  });
  t.after(() => child.kill('SIGKILL'));
  let said = '';
  for await (const chunk of child.stdout) {
    said += String(chunk);
    if (/^Ready in \d+ ms$/m.test(said)) break;
  }
  const lines = said.trimEnd().split('\n');
  assert.deepEqual(
    lines.map((line) => line.replace(/:? (?:http|Bearer|\d).*$/, '')),
    ['Admin', 'SCIM base URL', 'Authorization', 'Development store', 'Development LMS', 'Ready in'],
  );
  assert.ok(lines.includes(`Development LMS: http://127.0.0.1:${lms}`));

  const { lmsToken } = await developmentSecrets(dataDir);
  const response = await fetch(`http://127.0.0.1:${lms}/webservice/rest/server.php`, {
    method: 'POST',
    body: new URLSearchParams({
      wstoken: lmsToken,
      wsfunction: 'core_course_get_courses_by_field',
      moodlewsrestformat: 'json',
    }),
  });
  const { courses } = JSON.parse(await response.text());
  assert.deepEqual(
    courses.map(({ id, fullname }: { id: number; fullname: string }) => [id, fullname]).slice(1),
    [
      [2, 'Welding 101'],
      [3, 'Welding 201'],
      [4, 'First Aid'],
      [5, 'Workplace Safety'],
    ],
  );
  child.kill('SIGTERM');
  assert.deepEqual(await once(child, 'exit'), [0, null]);
  await assert.rejects(fetch(`http://127.0.0.1:${lms}/`));
});

test('secrets of an older installation stay, and those it has not are made', async (t) => {
  const dataDir = await dataDirectory(t);
  const { lmsToken, ...older } = await developmentSecrets(dataDir);
  const file = join(dataDir, 'development.json');
  await writeFile(file, JSON.stringify(older));
  const secrets = await developmentSecrets(dataDir);
  assert.notEqual(secrets.lmsToken, lmsToken);
  assert.deepEqual({ ...secrets, lmsToken: undefined }, { ...older, lmsToken: undefined });
  assert.deepEqual(JSON.parse(await readFile(file, 'utf8')), secrets);
});
