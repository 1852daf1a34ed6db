/** The admin API: bearer tokens and client secrets. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import {
  type Admin,
  activityOf,
  assertProblem,
  connected,
  type Made,
  newTenant,
  publicUrl,
  startAdmin,
} from '../support/admin.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { scim, userNamed } from '../support/world.ts';

let database: TestDatabase;
let admin: Admin;
let tenant: Made;
before(async () => {
  database = await testDatabase();
  admin = await startAdmin({ pool: database.pool });
});
after(async () => {
  await admin[Symbol.asyncDispose]();
  await database.close();
});
beforeEach(async () => {
  tenant = await newTenant(database.pool);
});

test('shows a new token once, and afterwards by its prefix', async () => {
  const made = await admin.send('POST', `${tenant.path}/tokens`, {});
  assert.equal(made.status, 201);
  assert.match(made.body.authorization, /^Bearer rc_[\w-]{43}$/);
  assert.equal(made.body.authorization, `Bearer ${made.body.token}`);
  assert.equal(made.body.expiresAt, null);

  const listed = await admin.send('GET', `${tenant.path}/tokens`);
  assert.equal(listed.body.mostLive, 2);
  assert.equal(listed.body.tokens.length, 1);
  const [{ id, prefix, state, createdAt, lastUsedAt }] = listed.body.tokens;
  assert.deepEqual(
    { id, prefix, state, lastUsedAt },
    { id: made.body.id, prefix: made.body.token.slice(0, 10), state: 'live', lastUsedAt: null },
  );
  assert.match(createdAt, /^\d{4}-/);
  assert.ok(!JSON.stringify(listed.body).includes(made.body.token));
  assert.ok(!admin.log.join('').includes(made.body.token));
});

test('makes tokens that work, and that expire when they were told to', async () => {
  await admin.send('PATCH', tenant.path, { provisioningEnabled: true });
  const earliest = Date.now() + 90 * 86_400_000;
  const { body } = await admin.send('POST', `${tenant.path}/tokens`, { expiresInDays: 90 });
  const expiresAt = Date.parse(body.expiresAt);
  assert.ok(expiresAt >= earliest && expiresAt <= Date.now() + 90 * 86_400_000);
  const { sourceId } = tenant;
  const users = await scim(
    admin.origin,
    { sourceId, token: body.token },
    { method: 'GET', path: '/Users' },
  );
  assert.equal(users.status, 200);
  const [token] = (await admin.send('GET', `${tenant.path}/tokens`)).body.tokens;
  assert.notEqual(token.lastUsedAt, null);
});

test('refuses an expiry that is no number of days', async () => {
  for (const expiresInDays of [0, 1.5, '90', 100_000]) {
    const answer = await admin.send('POST', `${tenant.path}/tokens`, { expiresInDays });
    assertProblem(
      answer,
      400,
      'invalid-input',
      /^expiresInDays must be a whole number of days from 1 to 3650/,
    );
  }
});

test('keeps two tokens live at most and says what to do about a third', async () => {
  const [first] = [
    await admin.send('POST', `${tenant.path}/tokens`, {}),
    await admin.send('POST', `${tenant.path}/tokens`, {}),
  ];
  assertProblem(
    await admin.send('POST', `${tenant.path}/tokens`, {}),
    409,
    'too-many-tokens',
    /revoke the one/,
  );
  await admin.send('DELETE', `${tenant.path}/tokens/${first.body.id}`);
  assert.equal((await admin.send('POST', `${tenant.path}/tokens`, {})).status, 201);
});

test('revokes a token once, at once, and writes both ends of its life down', async () => {
  const { body } = await admin.send('POST', `${tenant.path}/tokens`, {});
  const revoked = await admin.send('DELETE', `${tenant.path}/tokens/${body.id}`);
  assert.equal(revoked.status, 204);
  assertProblem(
    await admin.send('DELETE', `${tenant.path}/tokens/${body.id}`),
    404,
    'not-found',
    /no token/,
  );
  const [token] = (await admin.send('GET', `${tenant.path}/tokens`)).body.tokens;
  assert.equal(token.state, 'revoked');
  const lines = await activityOf(tenant, admin);
  assert.deepEqual(
    lines.map(({ kind, actor }) => [kind, actor]),
    [
      ['token.revoke', 'admin'],
      ['token.create', 'admin'],
    ],
  );
  assert.ok(!JSON.stringify(lines).includes(body.token));
  const answer = await scim(
    admin.origin,
    { sourceId: tenant.sourceId, token: body.token },
    { method: 'GET', path: '/Users' },
  );
  assert.equal(answer.status, 401);
});

test('a client secret is shown once, with all that goes with it, and known by its prefix afterwards', async () => {
  const { sourceId, path } = tenant;
  const made = await admin.send('POST', `${path}/secrets`, { expiresInDays: 90 });
  assert.equal(made.status, 201);
  assert.match(made.body.secret, /^rcs_[\w-]{43}$/);
  assert.equal(made.body.clientId, sourceId);
  assert.equal(made.body.tokenUrl, `${publicUrl}/oauth/${sourceId}/token`);
  assert.equal(made.body.token, undefined);

  const listed = await admin.send('GET', `${path}/secrets`);
  assert.equal(listed.body.mostLive, 2);
  const [{ id, kind, prefix, state, expiresAt }] = listed.body.secrets;
  assert.deepEqual(
    { id, kind, prefix, state, expiresAt },
    {
      id: made.body.id,
      kind: 'client_secret',
      prefix: made.body.secret.slice(0, 10),
      state: 'live',
      expiresAt: made.body.expiresAt,
    },
  );
  assert.deepEqual((await admin.send('GET', `${path}/tokens`)).body.tokens, []);
  const lines = await activityOf(tenant, admin);
  assert.deepEqual(
    lines.map(({ summary }) => summary),
    ['A client secret was made'],
  );
  const told = JSON.stringify([listed.body, lines]) + admin.log.join('');
  assert.ok(!told.includes(made.body.secret));
});

test('two secrets are live at most, beside two tokens', async () => {
  const make = (what: string) => admin.send('POST', `${tenant.path}/${what}`, {});
  for (const what of ['tokens', 'secrets', 'tokens', 'secrets'])
    assert.equal((await make(what)).status, 201);
  assertProblem(
    await make('secrets'),
    409,
    'too-many-tokens',
    /2 live client secrets already: revoke the one/,
  );
});

test('a secret is revoked among secrets, a token among tokens', async () => {
  const { body: secret } = await admin.send('POST', `${tenant.path}/secrets`, {});
  assertProblem(
    await admin.send('DELETE', `${tenant.path}/tokens/${secret.id}`),
    404,
    'not-found',
    /no token/,
  );
  assert.equal((await admin.send('DELETE', `${tenant.path}/secrets/${secret.id}`)).status, 204);
  assertProblem(
    await admin.send('DELETE', `${tenant.path}/secrets/${secret.id}`),
    404,
    'not-found',
    /no client secret/,
  );
});

test('a token bound to a user names them, and two of each user are live beside the others', async () => {
  const connection = await connected(admin, tenant);
  const make = (userName: string) => admin.send('POST', `${tenant.path}/tokens`, { userName });
  assertProblem(
    await make('nobody'),
    400,
    'invalid-input',
    /^userName names no user of this connection\.$/,
  );
  const path = '/Users';
  await scim(admin.origin, connection, { method: 'POST', path, body: userNamed('Ada') });
  const userName = 'ada.lovelace@example.com';
  assert.equal((await make(userName.toUpperCase())).status, 201);
  assert.equal((await make(userName)).status, 201);
  assert.equal((await make(userName)).status, 409);
  const { tokens } = (await admin.send('GET', `${tenant.path}/tokens`)).body;
  assert.deepEqual(
    tokens.map((token: { userName: string | null }) => token.userName),
    [userName, userName, null],
  );
  assert.equal((await admin.send('POST', `${tenant.path}/tokens`, {})).status, 201);
});
