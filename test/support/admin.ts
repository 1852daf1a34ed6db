/** The server with its admin API, over a database of a test; the engine only notes what it is asked. */
import assert from 'node:assert/strict';
import type pg from 'pg';
import { pino } from 'pino';
import { v7 as uuidv7 } from 'uuid';
import type { SmtpConfig } from '../../src/config.ts';
import { usualUpkeep } from '../../src/config.ts';
import { connectorNamed } from '../../src/connectors/index.ts';
import { createTenant } from '../../src/directory/tenants.ts';
import { buildApp } from '../../src/http/app.ts';
import { createBearer } from '../../src/http/bearer.ts';
import { createMetrics } from '../../src/http/metrics.ts';
import { noticeWorld } from '../../src/notices/notice-world.ts';
import { createConnections } from '../../src/provisioning/connect.ts';
import { createOutbound } from '../../src/provisioning/outbound.ts';
import type { Spread } from '../../src/store/spreads.ts';
import { createShops } from '../../src/storefront/shop.ts';
import { type Answer, request, scim, testSecrets, userNamed } from './world.ts';

export const publicUrl = 'https://rollcall.example.com';

/** Headers of a request. */
export type Sent = Record<string, string>;

/** The server. */
export interface Admin extends AsyncDisposable {
  readonly origin: string;
  readonly log: readonly string[];
  readonly respreads: readonly { readonly destinationId: string; readonly what: Spread }[];
  /** Sends a request as the admin pages would, with these headers over the usual ones. */
  send(method: string, path: string, body?: unknown, headers?: Sent): Promise<Answer>;
}

/** How it is set up. */
export interface AdminOptions {
  readonly pool: pg.Pool;
  readonly mode?: 'development' | 'production';
  readonly adminPassword?: string | null;
  readonly now?: () => number;
  readonly requestsPerSecond?: number;
  readonly metricsToken?: string | null;
  readonly smtp?: SmtpConfig | null;
  readonly privateNetwork?: 'refused' | 'allowed';
}

/** Starts it. */
export async function startAdmin({
  pool,
  mode = 'development',
  adminPassword = null,
  now = Date.now,
  requestsPerSecond = 1_000,
  metricsToken = null,
  smtp = null,
  privateNetwork = 'allowed',
}: AdminOptions): Promise<Admin> {
  const log: string[] = [];
  const outbound = createOutbound({ privateNetwork });
  const respreads: { readonly destinationId: string; readonly what: Spread }[] = [];
  const app = await buildApp({
    world: { pool, now, wake: () => undefined, recognise: async () => undefined },
    engine: {
      respread: async ({ destinationId }, what) => {
        respreads.push({ destinationId, what });
      },
    },
    notices: noticeWorld({
      pool,
      log: pino({ level: 'silent' }),
      now,
      random: Math.random,
      secrets: testSecrets,
      fetch: outbound.fetch,
      publicUrl,
      privateNetwork,
      smtp,
    }),
    connect: createConnections({
      db: pool,
      fetch: outbound.fetch,
      transfer: outbound.transfer,
      now,
      log: pino({ level: 'silent' }),
      secrets: testSecrets,
      connectorNamed,
      measure: () => undefined,
    }),
    shopOf: createShops({
      ...{ db: pool, fetch: outbound.fetch, log: pino({ level: 'silent' }) },
      ...{ secrets: testSecrets, measure: () => undefined, requestMs: 10_000 },
    }),
    retention: usualUpkeep,
    bearer: createBearer({ pool, now, connectorNamed: () => null }),
    inbox: { receive: async () => false },
    log: pino({ level: 'debug' }, { write: (line) => log.push(line) }),
    secrets: testSecrets,
    publicUrl,
    mode,
    adminPassword,
    requestsPerSecond,
    trustProxy: null,
    shopifyApp: null,
    shopOrigin: () => null,
    openShop: async () => ({ kind: 'shop-unknown' }),
    watch: { metrics: createMetrics(), metricsToken, trouble: () => null },
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
    [Symbol.asyncDispose]: async () => {
      await app.close();
      await outbound.close();
    },
  };
}

/** A tenant with a SCIM connection and a shop. */
export async function newTenant(pool: pg.Pool, name = 'Analytical Engines') {
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

/** A tenant that was made. */
export type Made = Awaited<ReturnType<typeof newTenant>>;

/** Switches provisioning on and makes a token. */
export async function connected(
  admin: Admin,
  tenant: Made,
): Promise<{ readonly sourceId: string; readonly token: string }> {
  await admin.send('PATCH', tenant.path, { provisioningEnabled: true });
  const { body } = await admin.send('POST', `${tenant.path}/tokens`, {});
  return { sourceId: tenant.sourceId, token: body.token };
}

/** Five people, the last one inactive. */
export async function pushPeople(admin: Admin, tenant: Made): Promise<void> {
  const connection = await connected(admin, tenant);
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

/** Asserts a failure in the form of RFC 9457. */
export function assertProblem(answer: Answer, status: number, kind: string, detail: RegExp): void {
  assert.equal(answer.status, status, JSON.stringify(answer.body));
  assert.equal(answer.headers.get('content-type'), 'application/problem+json');
  assert.equal(answer.headers.get('cache-control'), 'no-store');
  assert.equal(answer.body.type, `urn:problem-type:rollcall:${kind}`);
  assert.equal(answer.body.status, status);
  assert.match(answer.body.title, /^[A-Z]/);
  assert.match(answer.body.detail, detail);
  assert.equal(answer.body.instance, `urn:uuid:${answer.headers.get('x-request-id')}`);
}

/** A line of activity. */
export interface Line {
  readonly kind: string;
  readonly actor: string | null;
  readonly requestId: string | null;
  readonly message: string | null;
  readonly summary: string;
  readonly detail: unknown;
}

/** The activity of a tenant, newest first. */
export async function activityOf({ tenantId }: Made, admin: Admin): Promise<readonly Line[]> {
  const { body } = await admin.send('GET', `/api/tenants/${tenantId}/activity`);
  return body.activity;
}
