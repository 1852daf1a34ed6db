import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { after, before, beforeEach, describe, test } from 'node:test';
import type pg from 'pg';
import { pino } from 'pino';
import { v7 as uuidv7 } from 'uuid';
import { createTenant } from '../../src/directory/tenants.ts';
import { activityWords } from '../../src/http/admin-activity-words.ts';
import { buildApp } from '../../src/http/app.ts';
import { createBearer } from '../../src/http/bearer.ts';
import type { Respread } from '../../src/store/link-spread.ts';
import { insertSource } from '../../src/store/sources.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { waitFor } from '../support/wait.ts';
import { type Answer, request, scim, testSecrets, testWorld, userNamed } from '../support/world.ts';

const password = 'a long enough password';
const publicUrl = 'https://rollcall.example.com';

type Sent = Record<string, string>;

interface Admin extends AsyncDisposable {
  readonly origin: string;
  readonly log: readonly string[];
  readonly respreads: readonly { readonly destinationId: string; readonly what: Respread }[];
  /** Sends a request as the admin pages would, with these headers over the usual ones. */
  send(method: string, path: string, body?: unknown, headers?: Sent): Promise<Answer>;
}

interface AdminOptions {
  readonly mode?: 'development' | 'production';
  readonly adminPassword?: string | null;
  readonly now?: () => number;
  readonly pool?: pg.Pool;
}

let database: TestDatabase;

async function startAdmin({
  mode = 'development',
  adminPassword = null,
  now = Date.now,
  pool = database.pool,
}: AdminOptions = {}): Promise<Admin> {
  const log: string[] = [];
  const respreads: { readonly destinationId: string; readonly what: Respread }[] = [];
  const app = await buildApp({
    world: { pool, now, wake: () => undefined },
    engine: {
      respread: async ({ destinationId }, what) => {
        respreads.push({ destinationId, what });
      },
    },
    bearer: createBearer({ pool, now, connectorNamed: () => null }),
    log: pino({ level: 'debug' }, { write: (line) => log.push(line) }),
    publicUrl,
    mode,
    adminPassword,
    trustProxy: null,
  });
  const origin = await app.listen({ port: 0, host: '127.0.0.1' });
  return {
    origin,
    log,
    respreads,
    send: (method, path, body, headers) =>
      request(origin + path, {
        method,
        body,
        headers: { 'content-type': 'application/json', ...headers },
      }),
    [Symbol.asyncDispose]: () => app.close(),
  };
}

/** A tenant with a SCIM connection and a shop. */
async function newTenant(name = 'Analytical Engines', pool = database.pool) {
  const shop = {
    shop: `${uuidv7()}.myshopify.com`,
    origin: 'http://127.0.0.1:9',
    accessToken: 'shpat_secret',
  };
  const made = await createTenant(pool, testSecrets, { name, shop, switches: 'off' });
  return {
    ...made,
    path: `/api/tenants/${made.tenantId}/sources/${made.sourceId}`,
    shopDomain: shop.shop,
  };
}

type Made = Awaited<ReturnType<typeof newTenant>>;

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

function assertProblem(answer: Answer, status: number, kind: string, detail: RegExp): void {
  assert.equal(answer.status, status, JSON.stringify(answer.body));
  assert.equal(answer.headers.get('content-type'), 'application/problem+json');
  assert.equal(answer.headers.get('cache-control'), 'no-store');
  assert.equal(answer.body.type, `urn:problem-type:rollcall:${kind}`);
  assert.equal(answer.body.status, status);
  assert.match(answer.body.title, /^[A-Z]/);
  assert.match(answer.body.detail, detail);
  assert.equal(answer.body.instance, `urn:uuid:${answer.headers.get('x-request-id')}`);
}

interface Line {
  readonly kind: string;
  readonly actor: string | null;
  readonly requestId: string | null;
  readonly summary: string;
  readonly detail: unknown;
}

async function activityOf({ tenantId }: Made, admin: Admin): Promise<readonly Line[]> {
  const { body } = await admin.send('GET', `/api/tenants/${tenantId}/activity`);
  return body.activity;
}

/** Gives a suite its database. */
function useDatabase(): void {
  before(async () => {
    database = await testDatabase();
  });
  after(() => database.close());
}

describe('the admin API', () => {
  useDatabase();
  let admin: Admin;
  let tenant: Made;

  before(async () => {
    admin = await startAdmin();
  });
  after(() => admin[Symbol.asyncDispose]());
  beforeEach(async () => {
    tenant = await newTenant();
  });

  test('lists the tenants and the sources of each, with the base URL to copy', async () => {
    const { tenantId, sourceId, shopDomain } = tenant;
    const { status, headers, body } = await admin.send('GET', '/api/tenants');
    assert.equal(status, 200);
    assert.equal(headers.get('cache-control'), 'no-store');
    const listed = body.tenants.find(({ id }: { id: string }) => id === tenantId);
    assert.deepEqual(listed, { id: tenantId, name: 'Analytical Engines', shopDomain });

    const sources = await admin.send('GET', `/api/tenants/${tenantId}/sources`);
    assert.deepEqual(sources.body, {
      tenant: listed,
      sources: [
        {
          tenantId,
          id: sourceId,
          kind: 'scim',
          name: 'Identity provider',
          provisioningEnabled: false,
          creationEnabled: false,
          reactivateOnCreate: false,
          domains: null,
          invalidPhone: 'refuse',
          baseUrl: `${publicUrl}/scim/v2/${sourceId}`,
        },
      ],
    });
    assert.deepEqual((await admin.send('GET', tenant.path)).body, sources.body.sources[0]);
  });

  test('changes the given switches only, and writes down before and after', async () => {
    const changed = await admin.send('PATCH', tenant.path, {
      provisioningEnabled: true,
      invalidPhone: 'drop',
    });
    assert.equal(changed.status, 200);
    assert.equal(changed.body.provisioningEnabled, true);
    assert.equal(changed.body.creationEnabled, false);
    assert.equal(changed.body.invalidPhone, 'drop');
    const [line] = await activityOf(tenant, admin);
    assert.equal(line?.kind, 'source.update');
    assert.equal(line?.actor, 'admin');
    assert.equal(line?.requestId, changed.headers.get('x-request-id'));
    assert.deepEqual(line?.detail, {
      provisioningEnabled: [false, true],
      invalidPhone: ['refuse', 'drop'],
    });
    assert.match(String(line?.summary), /SCIM provisioning was switched on/);
  });

  test('writes nothing down when a switch stands where it is put', async () => {
    await admin.send('PATCH', tenant.path, { provisioningEnabled: false });
    assert.deepEqual(await activityOf(tenant, admin), []);
  });

  test('asks every destination again for whom creation had held, when it is switched on', async () => {
    const { sourceId, destinationId } = tenant;
    const already = admin.respreads.length;
    await admin.send('PATCH', tenant.path, { provisioningEnabled: true });
    await admin.send('PATCH', tenant.path, { creationEnabled: false });
    assert.equal(admin.respreads.length, already);
    await admin.send('PATCH', tenant.path, { creationEnabled: true });
    assert.deepEqual(admin.respreads.slice(already), [
      { destinationId, what: { kind: 'held', sourceId } },
    ]);
  });

  test('names every field that is wrong and its mend, and changes nothing', async () => {
    const body = {
      provisioningEnabled: true,
      creationEnabled: 'yes',
      invalidPhone: 'keep',
      colour: 'red',
    };
    const answer = await admin.send('PATCH', tenant.path, body);
    assertProblem(answer, 400, 'invalid-input', /creationEnabled must be true or false\./);
    const faults = answer.body.errors.map(
      ({ field, detail }: { field: string; detail: string }) => `${field} ${detail}`,
    );
    assert.deepEqual(faults.sort(), [
      'colour is not known here: leave it out',
      'creationEnabled must be true or false',
      'invalidPhone must be "refuse" or "drop"',
    ]);
    assert.equal((await admin.send('GET', tenant.path)).body.provisioningEnabled, false);
  });

  for (const [what, body, kind, detail] of [
    ['an empty object', {}, 'invalid-input', /at least one switch/],
    ['a list', [], 'invalid-input', /must be a JSON object/],
    ['broken JSON', '{"creationEnabled":', 'invalid-json', /not JSON/],
    ['an empty body', '', 'invalid-json', /not JSON/],
    ['a poisoned prototype', '{"__proto__":{"a":1}}', 'invalid-json', /not JSON/],
  ] as const) {
    test(`refuses ${what} as a change`, async () => {
      assertProblem(await admin.send('PATCH', tenant.path, body), 400, kind, detail);
    });
  }

  test('refuses a body above 1 MiB', async () => {
    const answer = await admin.send('PATCH', tenant.path, { invalidPhone: 'x'.repeat(1_100_000) });
    assertProblem(answer, 413, 'body-too-large', /1 MiB/);
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

  test("answers 404 for another tenant's source, whatever is asked of it", async () => {
    const other = await newTenant('Difference Engines');
    const path = `/api/tenants/${tenant.tenantId}/sources/${other.sourceId}`;
    const { body } = await admin.send('POST', `${other.path}/tokens`, {});
    for (const [method, below, sent] of [
      ['GET', '', undefined],
      ['PATCH', '', { creationEnabled: true }],
      ['GET', '/status', undefined],
      ['GET', '/tokens', undefined],
      ['POST', '/tokens', {}],
      ['DELETE', `/tokens/${body.id}`, undefined],
    ] as const) {
      assertProblem(
        await admin.send(method, path + below, sent),
        404,
        'not-found',
        /^There is no source .* of this tenant\.$/,
      );
    }
    assert.equal((await admin.send('GET', other.path)).body.creationEnabled, false);
    assert.equal((await admin.send('GET', `${other.path}/tokens`)).body.tokens[0].state, 'live');
  });

  test('answers 404 for tenants and paths there are not', async () => {
    assertProblem(
      await admin.send('GET', '/api/tenants/nobody/sources'),
      404,
      'not-found',
      /no tenant nobody/,
    );
    assertProblem(
      await admin.send('GET', '/api/tenants/nobody/activity'),
      404,
      'not-found',
      /no tenant nobody/,
    );
    assertProblem(
      await admin.send('GET', '/api/nothing'),
      404,
      'not-found',
      /no GET \/api\/nothing/,
    );
    assertProblem(await admin.send('PUT', tenant.path, {}), 404, 'not-found', /no PUT/);
    assertProblem(await admin.send('GET', '/admin/nothing'), 404, 'not-found', /begin at \/admin/);
  });

  test('tells nothing of an unforeseen failure but the id it is logged under', async () => {
    const answer = await admin.send('GET', `/api/tenants/${encodeURIComponent('\u0000')}/sources`);
    assertProblem(answer, 500, 'unexpected', /Quote the request id/);
    assert.ok(
      admin.log.some((line) => line.includes(answer.body.instance.slice('urn:uuid:'.length))),
    );
  });

  test('shows the status of a source without settings or secrets of its destinations', async () => {
    const { body } = await admin.send('GET', `${tenant.path}/status`);
    const { destinationId: id } = tenant;
    assert.deepEqual(body, {
      people: { active: 0, inactive: 0 },
      lastRequestAt: null,
      destinations: [
        {
          id,
          name: 'Shopify customers',
          connector: 'shopify',
          state: 'active',
          reason: null,
          pausedUntil: null,
          done: 0,
          waiting: 0,
          retrying: 0,
          held: 0,
          rejected: 0,
          lastSuccessAt: null,
          obstacles: [],
        },
      ],
    });
  });

  test('counts people by source, and links by where they stand', async () => {
    await pushPeople(admin, tenant);
    const { destinationId: id } = tenant;
    const stand = (name: string, sql: string) =>
      database.pool.query(
        `update links set ${sql} where tenant_id = $1 and resource_id = (select id from resources where tenant_id = $1 and user_name = $2)`,
        [tenant.tenantId, `${name}.lovelace@example.com`],
      );
    await stand('ada', `done = wanted, outcome = 'done', applied_at = '2026-11-23T10:00:00Z'`);
    await stand('grace', `done = wanted, outcome = 'held', reason = 'creation is off'`);
    await stand('alan', `done = wanted, outcome = 'rejected', reason = 'Phone is invalid'`);
    await stand('emmy', `outcome = 'failed', not_before = now() + interval '1 hour'`);
    await database.pool.query(
      `update destinations set paused_until = now() - interval '1 minute' where tenant_id = $1`,
      [tenant.tenantId],
    );

    const { body } = await admin.send('GET', `${tenant.path}/status`);
    assert.deepEqual(body.people, { active: 4, inactive: 1 });
    assert.notEqual(body.lastRequestAt, null);
    const [{ name: _name, connector: _connector, ...store }] = body.destinations;
    assert.deepEqual(store, {
      id,
      state: 'active',
      reason: null,
      pausedUntil: null,
      done: 1,
      waiting: 2,
      retrying: 1,
      held: 1,
      rejected: 1,
      lastSuccessAt: '2026-11-23T10:00:00.000Z',
      obstacles: [
        { outcome: 'held', reason: 'creation is off', count: 1 },
        { outcome: 'rejected', reason: 'Phone is invalid', count: 1 },
      ],
    });

    const bystander = { ...tenant, sourceId: `${tenant.tenantId}-bystander` };
    await insertSource(database.pool, {
      ...bystander,
      id: bystander.sourceId,
      kind: 'scim',
      name: 'Bystander',
      provisioningEnabled: true,
      creationEnabled: true,
    });
    const other = await admin.send(
      'GET',
      `/api/tenants/${tenant.tenantId}/sources/${bystander.sourceId}/status`,
    );
    assert.deepEqual(other.body.people, { active: 0, inactive: 0 });
    assert.equal(other.body.destinations[0].waiting, 0);
  });

  test('tells activity in words, newest first, of one source where asked', async () => {
    await pushPeople(admin, tenant);
    const path = `/api/tenants/${tenant.tenantId}/activity`;
    const { body } = await admin.send('GET', `${path}?limit=2&source=${tenant.sourceId}`);
    assert.deepEqual(
      body.activity.map(({ summary }: { summary: string }) => summary),
      ['Hedy Lovelace was deactivated by the identity provider', 'Hedy Lovelace was received'],
    );
    assert.deepEqual((await admin.send('GET', `${path}?source=another`)).body.activity, []);
    assertProblem(
      await admin.send('GET', `${path}?limit=1000`),
      400,
      'invalid-input',
      /^limit must be a whole number from 1 to 200\./,
    );
    assertProblem(
      await admin.send('GET', `${path}?page=2`),
      400,
      'invalid-input',
      /^page is not known here/,
    );
  });
});

/** Five people, the last one inactive. */
async function pushPeople(admin: Admin, tenant: Made): Promise<void> {
  await admin.send('PATCH', tenant.path, { provisioningEnabled: true });
  const { body } = await admin.send('POST', `${tenant.path}/tokens`, {});
  const connection = { sourceId: tenant.sourceId, token: body.token };
  for (const name of ['Ada', 'Grace', 'Alan', 'Emmy', 'Hedy']) {
    const made = await scim(admin.origin, connection, {
      method: 'POST',
      path: '/Users',
      body: userNamed(name),
    });
    assert.equal(made.status, 201);
    if (name !== 'Hedy') continue;
    const patch = {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'replace', path: 'active', value: false }],
    };
    await scim(admin.origin, connection, {
      method: 'PATCH',
      path: `/Users/${made.body.id}`,
      body: patch,
    });
  }
}

test('people held because creation is off become customers when it is switched on', async () => {
  await using world = await testWorld({ switches: 'off' });
  const path = `${world.origin}/api/tenants/${world.tenantId}/sources/${world.sourceId}`;
  const send = (method: string, below: string, body?: unknown) =>
    request(path + below, { method, body, headers: { 'content-type': 'application/json' } });
  await send('PATCH', '', { provisioningEnabled: true });
  assert.equal((await world.scim('POST', '/Users', userNamed('Ada'))).status, 201);
  await waitFor('the link to be held', async () => {
    const [store] = (await send('GET', '/status')).body.destinations;
    return store.held === 1 && store.obstacles[0]?.reason === 'creation is off';
  });
  assert.equal(await world.store.customer('ada.lovelace@example.com'), undefined);
  await send('PATCH', '', { creationEnabled: true });
  await waitFor('the customer', () => world.store.customer('ada.lovelace@example.com'));
  await waitFor(
    'the status to say so',
    async () => (await send('GET', '/status')).body.destinations[0].done === 1,
  );
});

test('the log goes on naming who was deleted, also when somebody new has the account', async () => {
  await using world = await testWorld();
  const ada = await world.scim('POST', '/Users', userNamed('Ada'));
  await world.settled();
  await world.scim('DELETE', `/Users/${ada.body.id}`);
  await world.settled();
  await world.scim('POST', '/Users', userNamed('Ada'));
  await world.settled();
  const log = await request(`${world.origin}/api/tenants/${world.tenantId}/activity`, {
    method: 'GET',
  });
  const summaries: string[] = log.body.activity.map((line: { summary: string }) => line.summary);
  assert.ok(summaries.some((summary) => summary.includes('left Shopify customers')));
  assert.deepEqual(
    summaries.filter((summary) => summary.includes('no longer known')),
    [],
  );
});

describe('who may use the admin in development', () => {
  useDatabase();
  let admin: Admin;
  let tenant: Made;

  before(async () => {
    admin = await startAdmin();
    tenant = await newTenant();
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
    await using guarded = await startAdmin({ adminPassword: password });
    assertProblem(
      await guarded.send('GET', '/api/tenants'),
      401,
      'sign-in-needed',
      /Sign in as admin/,
    );
  });
});

describe('who may use the admin in production', () => {
  useDatabase();
  const basic = (user: string, word: string) => ({
    authorization: `Basic ${Buffer.from(`${user}:${word}`).toString('base64')}`,
  });
  const signedIn = basic('admin', password);

  test('nobody, where no password is set, and the answer names the setting', async () => {
    await using admin = await startAdmin({ mode: 'production' });
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
    await using admin = await startAdmin({ mode: 'production', adminPassword: password });
    const answer = await getAs('rollcall.example.com', `${admin.origin}/api/tenants`, signedIn);
    assert.equal(answer.status, 200);
    const tenant = await newTenant();
    const change = (origin: string) =>
      admin.send('PATCH', tenant.path, { creationEnabled: true }, { ...signedIn, origin });
    assert.equal((await change(publicUrl)).status, 200);
    assertProblem(await change('https://evil.example.com'), 403, 'cross-site', /other sites/);
  });

  test('nobody else, and the browser is told to ask for the password', async () => {
    await using admin = await startAdmin({ mode: 'production', adminPassword: password });
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

describe('the admin pages', () => {
  useDatabase();
  const get = (admin: Admin, path: string) => fetch(admin.origin + path, { redirect: 'manual' });

  test('lead from / to the page of the only tenant, and to the list where there are more', async () => {
    await using fresh = await testDatabase();
    await using admin = await startAdmin({ pool: fresh.pool });
    assert.equal((await get(admin, '/')).headers.get('location'), '/admin');
    assert.match(await (await get(admin, '/admin')).text(), /<title>Stores/);
    const { tenantId } = await newTenant('Analytical Engines', fresh.pool);
    const redirect = await get(admin, '/admin');
    assert.equal(redirect.status, 302);
    assert.equal(redirect.headers.get('location'), `/admin/${tenantId}/user-sync/scim`);
    await newTenant('Difference Engines', fresh.pool);
    assert.equal((await get(admin, '/admin')).status, 200);
  });

  test('take nothing from elsewhere and run nothing inline', async () => {
    await using admin = await startAdmin();
    for (const path of [
      '/admin/any/user-sync/scim',
      '/admin/assets/scim-page.js',
      '/admin/assets/style.css',
    ]) {
      const response = await get(admin, path);
      assert.equal(response.status, 200, path);
      const policy = response.headers.get('content-security-policy') ?? '';
      assert.match(policy, /default-src 'self'/);
      assert.match(policy, /frame-ancestors 'none'/);
      assert.doesNotMatch(policy, /unsafe/);
      assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
    }
    const html = await (await get(admin, '/admin/any/user-sync/scim')).text();
    assert.doesNotMatch(html, /https?:|<script>|<style|style="/);
  });

  test('keep what lies beside them to themselves', async () => {
    await using admin = await startAdmin();
    for (const path of [
      '/admin/assets/../package.json',
      '/admin/assets/%2e%2e/package.json',
      '/admin/assets/..%2fpackage.json',
      '/admin/assets/',
    ]) {
      assert.notEqual((await get(admin, path)).status, 200, path);
    }
  });
});

describe('a line of activity in words', () => {
  const ada = {
    message: null,
    detail: null,
    resourceName: 'Ada Lovelace',
    destinationName: 'Shopify',
  };
  const urn = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department';
  for (const [line, words] of [
    [
      { kind: 'User.update', detail: { active: [false, true] } },
      'Ada Lovelace was reactivated by the identity provider',
    ],
    [
      { kind: 'User.update', detail: { emails: [null, []], [urn]: ['a', 'b'] } },
      'Ada Lovelace was changed: emails, department',
    ],
    [
      { kind: 'User.delete', resourceName: null },
      'Somebody no longer known was deleted by the identity provider',
    ],
    [
      { kind: 'User.create', message: 'dropped phone: too short' },
      'Ada Lovelace was received: dropped phone: too short',
    ],
    [
      { kind: 'account.create', message: 'repeats itself' },
      'Ada Lovelace got a new account in Shopify',
    ],
    [
      { kind: 'account.hold', message: 'creation is off' },
      'Ada Lovelace is held for Shopify: creation is off',
    ],
    [
      { kind: 'account.rejected', message: 'Phone is invalid' },
      'Ada Lovelace was refused by Shopify: Phone is invalid',
    ],
    [
      { kind: 'account.leave', message: 'deleted at its source', destinationName: null },
      'Ada Lovelace left a destination that was removed: deleted at its source',
    ],
    [
      {
        kind: 'source.update',
        detail: { creationEnabled: [true, false], invalidPhone: ['refuse', 'drop'] },
      },
      'New customer creation was switched off; What happens to invalid phone numbers was set to drop',
    ],
    [{ kind: 'sweep.begin', message: 'nightly' }, 'sweep.begin: nightly'],
  ] as const) {
    test(words, () => {
      assert.equal(activityWords({ ...ada, ...line }), words);
    });
  }
});
