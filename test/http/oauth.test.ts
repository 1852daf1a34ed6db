/** OAuth 2.0 client credentials (RFC 6749 §4.4) over HTTP, each rule by itself. */
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { createToken, revoke } from '../../src/directory/tokens.ts';
import { updateSource } from '../../src/store/sources.ts';
import {
  type Admin,
  activityOf,
  type Made,
  newTenant,
  publicUrl,
  startAdmin,
} from '../support/admin.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { type Answer, request, scim } from '../support/world.ts';

const hourMs = 3_600_000;

let database: TestDatabase;
let admin: Admin;
let ahead: number;
let tenant: Made;
let secret: { readonly id: string; readonly token: string };

before(async () => {
  database = await testDatabase();
});
after(() => database.close());
beforeEach(async () => {
  ahead = 0;
  admin = await startAdmin({ pool: database.pool, now: () => Date.now() + ahead });
  tenant = await newTenant(database.pool);
  await updateSource(database.pool, tenant.tenantId, tenant.sourceId, {
    provisioningEnabled: true,
  });
  secret = await newSecret();
});
// Each test counts failures anew.
afterEach(() => admin[Symbol.asyncDispose]());

async function newSecret(expiresAt: Date | null = null) {
  const made = await createToken(database.pool, tenant, {
    kind: 'client_secret',
    expiresAt,
    actor: 'test',
  });
  assert.ok(made);
  return made;
}

type Form = Record<string, string> | readonly (readonly [string, string])[];

interface TokenRequest {
  readonly sourceId?: string;
  readonly form?: Form;
  readonly headers?: Record<string, string>;
}

const grant = { grant_type: 'client_credentials' };

/** Sends a token request as it is given. */
async function ask({ sourceId = tenant.sourceId, form = grant, headers = {} }: TokenRequest) {
  const pairs = Array.isArray(form) ? form : Object.entries(form);
  const body = pairs.map((pair) => pair.map(encodeURIComponent).join('=')).join('&');
  const type = { 'content-type': 'application/x-www-form-urlencoded' };
  const url = `${admin.origin}/oauth/${sourceId}/token`;
  const answer = await request(url, { method: 'POST', body, headers: { ...type, ...headers } });
  assert.equal(answer.headers.get('cache-control'), 'no-store');
  assert.equal(answer.headers.get('pragma'), 'no-cache');
  return answer;
}

const inBody = (more: Record<string, string> = {}) => ({
  form: { ...grant, client_id: tenant.sourceId, client_secret: secret.token, ...more },
});

const basic = (id: string, word: string) => ({
  authorization: `Basic ${Buffer.from(`${id}:${word}`).toString('base64')}`,
});

async function tokenFor(credentials: TokenRequest = inBody()): Promise<string> {
  const { status, body } = await ask(credentials);
  assert.equal(status, 200, JSON.stringify(body));
  return body.access_token;
}

const users = (token: string) =>
  scim(
    admin.origin,
    { sourceId: tenant.sourceId, token },
    { method: 'GET', path: '/Users?count=0' },
  );

function assertRefused({ status, headers, body }: Answer, expected: number, error: string): void {
  assert.equal(status, expected, JSON.stringify(body));
  assert.match(headers.get('content-type') ?? '', /^application\/json/);
  assert.equal(body.error, error);
  assert.match(body.error_description, /^[\x20-\x21\x23-\x5b\x5d-\x7e]{10,}$/);
  assert.equal(headers.get('www-authenticate') !== null, expected === 401);
}

test('§4.4.3: a client that sends its secret in the body gets a bearer token for an hour', async () => {
  const { status, body } = await ask(inBody());
  assert.equal(status, 200);
  const { access_token, ...rest } = body;
  assert.match(access_token, /^rca_[\w-]{43}$/);
  assert.deepEqual(rest, { token_type: 'Bearer', expires_in: 3_600 });
  assert.equal((await users(access_token)).status, 200);
});

test('§2.3.1: HTTP Basic carries id and secret form-encoded, or as they are', async () => {
  const encoded = [...secret.token].map((char) => `%${char.charCodeAt(0).toString(16)}`).join('');
  for (const word of [secret.token, encoded]) {
    const token = await tokenFor({ headers: basic(tenant.sourceId, word) });
    assert.equal((await users(token)).status, 200);
  }
  const named = { ...grant, client_id: tenant.sourceId };
  await tokenFor({ form: named, headers: basic(tenant.sourceId, secret.token) });
});

test('§2.3: two ways of authentication at once are refused, and so are two different clients', async () => {
  const headers = basic(tenant.sourceId, secret.token);
  assertRefused(await ask({ ...inBody(), headers }), 400, 'invalid_request');
  const other = { ...grant, client_id: 'another' };
  assertRefused(await ask({ form: other, headers }), 400, 'invalid_request');
});

test('§5.2: who is not known is 401 and told which way to authenticate', async () => {
  const bearer = await createToken(database.pool, tenant, { expiresAt: null, actor: 'test' });
  const wrong: readonly TokenRequest[] = [
    {},
    { form: { ...grant, client_id: tenant.sourceId } },
    inBody({ client_secret: `${secret.token}x` }),
    inBody({ client_secret: bearer?.token ?? '' }),
    inBody({ client_id: 'another' }),
    { headers: basic(tenant.sourceId, 'wrong') },
    { headers: basic(tenant.sourceId, '%zz') },
    { headers: { authorization: 'Basic ???' } },
    { headers: { authorization: `Bearer ${secret.token}` } },
    { ...inBody(), sourceId: 'nonsense' },
    { ...inBody(), sourceId: 'abcdefghjk-abcdefgh' },
  ];
  for (const credentials of wrong) {
    const answer = await ask(credentials);
    assertRefused(answer, 401, 'invalid_client');
    assert.equal(answer.headers.get('www-authenticate'), 'Basic realm="SCIM", charset="UTF-8"');
  }
});

test('§5.2: what is asked for wrongly is named', async () => {
  const { client_id, client_secret } = inBody().form;
  const known = { client_id, client_secret };
  const cases: readonly (readonly [Form, string])[] = [
    [known, 'invalid_request'],
    [{ ...known, grant_type: '' }, 'invalid_request'],
    [{ ...known, grant_type: 'password' }, 'unsupported_grant_type'],
    [{ ...known, grant_type: 'authorization_code', code: 'x' }, 'unsupported_grant_type'],
    [{ ...known, ...grant, scope: 'a"b' }, 'invalid_scope'],
    [
      [...Object.entries({ ...known, ...grant }), ['grant_type', 'client_credentials']],
      'invalid_request',
    ],
  ];
  for (const [form, error] of cases) assertRefused(await ask({ form }), 400, error);
});

test('§3.3: a scope is repeated, as the token is good for the whole connection', async () => {
  assert.equal((await ask(inBody({ scope: 'scim users' }))).body.scope, 'scim users');
});

test('§3.2: only a form of reasonable size is taken, and only by POST', async () => {
  const url = `${admin.origin}/oauth/${tenant.sourceId}/token`;
  const json = await ask({ headers: { 'content-type': 'application/json' } });
  assertRefused(json, 415, 'invalid_request');
  assertRefused(await ask(inBody({ more: 'x'.repeat(9_000) })), 413, 'invalid_request');
  const got = await request(`${url}?grant_type=client_credentials`, { method: 'GET' });
  assertRefused(got, 405, 'invalid_request');
  assert.equal(got.headers.get('allow'), 'POST');
  const latin = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: Buffer.from('grant_type=\xe9', 'latin1'),
  });
  assert.equal(latin.status, 400);
});

test('two secrets work at once, so that one can be changed for the other', async () => {
  const second = await newSecret();
  const first = await tokenFor();
  const token = await tokenFor(inBody({ client_secret: second.token }));
  await revoke(database.pool, tenant, secret.id, { kind: 'client_secret', actor: 'test' });
  ahead += 1_000;
  assert.equal((await users(first)).status, 401);
  assert.equal((await users(token)).status, 200);
  assertRefused(await ask(inBody()), 401, 'invalid_client');
});

test('a revoked secret takes its access tokens along within a second, also those in use', async () => {
  const token = await tokenFor();
  assert.equal((await users(token)).status, 200);
  await revoke(database.pool, tenant, secret.id, { kind: 'client_secret', actor: 'test' });
  ahead += 1_000;
  assert.equal((await users(token)).status, 401);
});

test('RFC 6750 §3.1: an expired access token is 401 invalid_token, no token at all has no error', async () => {
  const token = await tokenFor();
  ahead = hourMs;
  const expired = await users(token);
  assert.equal(expired.status, 401);
  assert.equal(
    expired.headers.get('www-authenticate'),
    'Bearer realm="SCIM", error="invalid_token", error_description="The token is unknown, expired or revoked"',
  );
  const none = await request(`${admin.origin}/scim/v2/${tenant.sourceId}/Users`, { method: 'GET' });
  assert.equal(none.headers.get('www-authenticate'), 'Bearer realm="SCIM"');
});

test('an access token never outlives its secret', async () => {
  const short = await newSecret(new Date(Date.now() + 600_000));
  const { body } = await ask(inBody({ client_secret: short.token }));
  assert.ok(body.expires_in > 590 && body.expires_in <= 600, String(body.expires_in));
  ahead = 600_000;
  assertRefused(await ask(inBody({ client_secret: short.token })), 401, 'invalid_client');
});

test('a client secret is no bearer token, nor is an access token a secret', async () => {
  assert.equal((await users(secret.token)).status, 401);
  const token = await tokenFor();
  assertRefused(await ask(inBody({ client_secret: token })), 401, 'invalid_client');
});

test('neither opens another connection', async () => {
  const other = await newTenant(database.pool, 'Difference Engines');
  const token = await tokenFor();
  const { sourceId } = other;
  const form = { ...inBody().form, client_id: sourceId };
  assertRefused(await ask({ sourceId, form }), 401, 'invalid_client');
  const answer = await scim(admin.origin, { sourceId, token }, { method: 'GET', path: '/Users' });
  assert.equal(answer.status, 401);
});

test('the token endpoint answers while provisioning is off, and SCIM says why it refuses', async () => {
  await updateSource(database.pool, tenant.tenantId, tenant.sourceId, {
    provisioningEnabled: false,
  });
  const answer = await users(await tokenFor());
  assert.equal(answer.status, 403);
  assert.match(answer.body.detail, /switched off/);
});

test('a storm of requests leaves a hundred tokens, the newest ones', async () => {
  const tokens: string[] = [];
  for (let round = 0; round < 11; round += 1)
    tokens.push(...(await Promise.all(Array.from({ length: 10 }, () => tokenFor()))));
  const count = async () => {
    const { rows } = await database.pool.query(
      `select count(*) as kept from tokens where tenant_id = $1 and kind = 'access'`,
      [tenant.tenantId],
    );
    return rows[0].kept;
  };
  assert.equal(await count(), 100);
  assert.equal((await users(tokens.at(-1) ?? '')).status, 200);
  const statuses = await Promise.all(tokens.slice(0, 10).map(users));
  assert.ok(statuses.every(({ status }) => status === 401));

  await database.pool.query(
    `update tokens set expires_at = now() - interval '1 minute' where tenant_id = $1 and kind = 'access'`,
    [tenant.tenantId],
  );
  await tokenFor();
  assert.equal(await count(), 1);
});

test('whoever guesses secrets waits a minute, and with the same count whoever guesses tokens', async () => {
  for (let guess = 0; guess < 15; guess += 1) {
    assert.equal((await ask(inBody({ client_secret: `rcs_${guess}` }))).status, 401);
    assert.equal((await users(`rc_${guess}`)).status, 401);
  }
  const refused = await ask(inBody());
  assertRefused(refused, 429, 'temporarily_unavailable');
  assert.equal(refused.headers.get('retry-after'), '60');
  assert.equal((await users('rc_more')).status, 429);
  ahead = 60_000;
  await tokenFor();
});

test('the use of a client shows at its secret, and no secret or token in the log or the activity', async () => {
  const token = await tokenFor();
  await users(token);
  const { secrets } = (await admin.send('GET', `${tenant.path}/secrets`)).body;
  assert.notEqual(secrets[0].lastUsedAt, null);
  const made = await scim(
    admin.origin,
    { sourceId: tenant.sourceId, token },
    {
      method: 'POST',
      path: '/Users',
      body: { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: 'ada' },
    },
  );
  assert.equal(made.status, 201);
  const lines = await activityOf(tenant, admin);
  const [line] = lines.filter(({ kind }) => kind === 'User.create');
  assert.equal(line?.actor, `secret ${secret.id}`);
  const told = JSON.stringify(lines) + admin.log.join('');
  for (const word of [secret.token, token]) assert.ok(!told.includes(word));
  const { rows } = await database.pool.query('select tokens::text as row from tokens');
  for (const { row } of rows) assert.ok(!row.includes(secret.token) && !row.includes(token));
});

test('RFC 8414 §3: metadata is found under the inserted and the appended path, and leads to a token', async () => {
  const issuer = `${publicUrl}/oauth/${tenant.sourceId}`;
  for (const path of [
    `/.well-known/oauth-authorization-server/oauth/${tenant.sourceId}`,
    `/oauth/${tenant.sourceId}/.well-known/oauth-authorization-server`,
  ]) {
    const { status, headers, body } = await request(admin.origin + path, { method: 'GET' });
    assert.equal(status, 200);
    assert.match(headers.get('content-type') ?? '', /^application\/json/);
    assert.deepEqual(body, {
      issuer,
      token_endpoint: `${issuer}/token`,
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
      grant_types_supported: ['client_credentials'],
      response_types_supported: [],
    });
  }
  const nobody = await request(
    `${admin.origin}/oauth/nobody-here1/.well-known/oauth-authorization-server`,
    {
      method: 'GET',
    },
  );
  assertRefused(nobody, 404, 'invalid_request');
});
