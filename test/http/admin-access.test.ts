/** Who may use the admin pages and their API. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { after, before, describe, test } from 'node:test';
import {
  type Admin,
  assertProblem,
  type Made,
  newTenant,
  publicUrl,
  type Sent,
  startAdmin,
} from '../support/admin.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import type { Answer } from '../support/world.ts';

const password = 'a long enough password';

let database: TestDatabase;
before(async () => {
  database = await testDatabase();
});
after(() => database.close());

/** A GET under another host name, which `fetch` would not let us send. */
async function getAs(host: string, url: string, headers: Sent = {}): Promise<Answer> {
  const asked = httpRequest(url, { headers: { ...headers, host } });
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const text = (await response.toArray()).join('');
  const received = Object.entries(response.headers).map(
    ([name, value]) => [name, String(value)] as [string, string],
  );
  return {
    status: response.statusCode ?? 0,
    headers: new Headers(received),
    body: JSON.parse(text),
  };
}

describe('who may use the admin in development', () => {
  let admin: Admin;
  let tenant: Made;

  before(async () => {
    admin = await startAdmin({ pool: database.pool });
    tenant = await newTenant(database.pool);
  });
  after(() => admin[Symbol.asyncDispose]());

  test('any loopback name is answered', async () => {
    for (const host of [
      'localhost',
      'localhost:3000',
      '127.0.0.1:3000',
      '127.8.8.8',
      '[::1]:3000',
    ]) {
      assert.equal((await getAs(host, `${admin.origin}/api/tenants`)).status, 200, host);
    }
  });

  test('another name that points here is refused on every path of the admin', async () => {
    for (const host of [
      'evil.example.com',
      'localhost.evil.example.com',
      '127.0.0.1.evil.example.com',
      'rollcall:3000',
    ]) {
      for (const path of [
        '/',
        '/api/tenants',
        '/api/nothing',
        '/admin',
        '/admin/assets/style.css',
        '/admin/nothing',
      ]) {
        assertProblem(await getAs(host, admin.origin + path), 403, 'not-loopback', /loopback/);
      }
    }
  });

  test('a change from another site is refused and does nothing', async () => {
    for (const headers of [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'http://evil.example.com' },
      { origin: 'http://127.0.0.1:1' },
      { origin: 'null' },
    ] as Sent[]) {
      const answer = await admin.send('PATCH', tenant.path, { provisioningEnabled: true }, headers);
      assertProblem(answer, 403, 'cross-site', /not from other sites/);
    }
    assert.equal((await admin.send('GET', tenant.path)).body.provisioningEnabled, false);
  });

  test("a change from the admin's own origin is taken", async () => {
    const headers = { origin: admin.origin, 'sec-fetch-site': 'same-origin' };
    assert.equal(
      (await admin.send('PATCH', tenant.path, { reactivateOnCreate: true }, headers)).status,
      200,
    );
  });

  test('a change that is not sent as JSON is refused, as a form of another site could send it', async () => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/json-patch+json',
    ]) {
      const answer = await admin.send('PATCH', tenant.path, '{"provisioningEnabled":true}', {
        'content-type': type,
      });
      assertProblem(answer, 415, 'not-json', /Content-Type: application\/json/);
    }
    const bare = await fetch(`${admin.origin}${tenant.path}/tokens/none`, { method: 'DELETE' });
    assert.equal(bare.status, 415);
  });

  test('a password that is set is asked for in development, too', async () => {
    await using guarded = await startAdmin({ pool: database.pool, adminPassword: password });
    assertProblem(
      await guarded.send('GET', '/api/tenants'),
      401,
      'sign-in-needed',
      /Sign in as admin/,
    );
  });
});

describe('who may use the admin in production', () => {
  const basic = (user: string, word: string) => ({
    authorization: `Basic ${Buffer.from(`${user}:${word}`).toString('base64')}`,
  });
  const signedIn = basic('admin', password);

  test('nobody, where no password is set, and the answer names the setting', async () => {
    await using admin = await startAdmin({ pool: database.pool, mode: 'production' });
    for (const path of ['/', '/api/tenants', '/admin', '/admin/assets/style.css']) {
      assertProblem(
        await admin.send('GET', path, undefined, signedIn),
        404,
        'admin-off',
        /ROLLCALL_ADMIN_PASSWORD/,
      );
    }
  });

  test('whoever signs in as admin with the password, under any host name', async () => {
    await using admin = await startAdmin({
      pool: database.pool,
      mode: 'production',
      adminPassword: password,
    });
    const answer = await getAs('rollcall.example.com', `${admin.origin}/api/tenants`, signedIn);
    assert.equal(answer.status, 200);
    const tenant = await newTenant(database.pool);
    const change = (origin: string) =>
      admin.send('PATCH', tenant.path, { creationEnabled: true }, { ...signedIn, origin });
    assert.equal((await change(publicUrl)).status, 200);
    assertProblem(await change('https://evil.example.com'), 403, 'cross-site', /other sites/);
  });

  test('nobody else, and the browser is told to ask for the password', async () => {
    await using admin = await startAdmin({
      pool: database.pool,
      mode: 'production',
      adminPassword: password,
    });
    for (const headers of [
      {},
      basic('admin', 'wrong'),
      basic('root', password),
      basic('admin', ''),
      { authorization: `Bearer ${password}` },
    ]) {
      const answer = await admin.send('GET', '/api/tenants', undefined, headers as Sent);
      assertProblem(answer, 401, 'sign-in-needed', /Sign in as admin/);
      assert.equal(
        answer.headers.get('www-authenticate'),
        'Basic realm="Rollcall", charset="UTF-8"',
      );
      assert.ok(!JSON.stringify(answer.body).includes(password));
    }
    assert.ok(!admin.log.join('').includes(password));
  });

  test('whoever guesses waits a minute, even with the right password', async () => {
    let now = Date.now();
    await using admin = await startAdmin({
      pool: database.pool,
      mode: 'production',
      adminPassword: password,
      now: () => now,
    });
    const ask = (headers: Sent) => admin.send('GET', '/api/tenants', undefined, headers);
    for (let guess = 0; guess < 10; guess += 1)
      assert.equal((await ask(basic('admin', `guess ${guess}`))).status, 401);
    const refused = await ask(signedIn);
    assertProblem(refused, 429, 'too-many-attempts', /wait a minute/);
    assert.equal(refused.headers.get('retry-after'), '60');
    now += 60_000;
    assert.equal((await ask(signedIn)).status, 200);
  });
});
