/** Installing the app: what the first ID token of a shop makes, and how its access is kept. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type pg from 'pg';
import { createOpenShop } from '../../src/directory/install.ts';
import { createShopTokens, renewIdle } from '../../src/directory/shop-tokens.ts';
import { createToken } from '../../src/directory/tokens.ts';
import { DestinationError } from '../../src/provisioning/failure.ts';
import { readIdToken } from '../../src/shopify/id-token.ts';
import { shopOrigins } from '../../src/shopify/shop-origin.ts';
import { beginErasing } from '../../src/store/erase-tenant.ts';
import { idleInstallations } from '../../src/store/installations.ts';
import { newTenant } from '../support/admin.ts';
import { ask, idTokenOf, installations, openApp } from '../support/app.ts';
import { openTest, testDatabase } from '../support/database.ts';
import { webhookReceiver } from '../support/receiver.ts';
import { waitFor } from '../support/wait.ts';
import {
  type BareWorld,
  bareWorld,
  clientId,
  clientSecret,
  scim,
  testSecrets,
  testWorld,
  userNamed,
} from '../support/world.ts';

const accessTokenRequests = async ({ store }: BareWorld): Promise<number> =>
  (await store.dev('GET', 'stats')).body.byOperation.accessToken ?? 0;

/** Installs the app and switches its connection on. */
async function installed(world: BareWorld) {
  const { body } = await openApp(world);
  const { tenantId } = body;
  const { rows } = await world.pool.query<{ id: string }>(
    `update sources set provisioning_enabled = true, creation_enabled = true where tenant_id = $1 returning id`,
    [tenantId],
  );
  const sourceId = rows[0]?.id ?? '';
  const fresh = await createToken(
    world.pool,
    { tenantId, sourceId },
    { expiresAt: null, actor: 'test' },
  );
  const token = fresh?.token ?? '';
  const push = (name: string) =>
    scim(
      world.origin,
      { sourceId, token },
      { method: 'POST', path: '/Users', body: userNamed(name) },
    );
  return { tenantId, sourceId, push };
}

/** Another process that gives tokens: its own pool, its own memory. */
async function anotherProcess({ database, store }: BareWorld, now: () => number = Date.now) {
  const own = await openTest(database.url);
  const process = {
    ...{ pool: own.pool, now, secrets: testSecrets, fetch },
    app: { clientId, clientSecrets: [clientSecret] },
    shopOrigin: shopOrigins('development', new Map([['test.myshopify.com', store.origin]])),
  };
  const accessTokenOf = createShopTokens(process);
  return { process, accessTokenOf, [Symbol.asyncDispose]: () => own.close() };
}

/** An installation whose access token is over. */
async function expiring(pool: pg.Pool, tenantId: string): Promise<void> {
  await pool.query(
    `with tenant as (
       insert into tenants (tenant_id, name, shop_domain) values ($1, $1, $1 || '.myshopify.com') returning tenant_id
     )
     insert into installations (tenant_id, state, tokens, access_until)
     select tenant_id, 'installed', $2, now() from tenant`,
    [tenantId, testSecrets.seal('["access","refresh"]', `installation:${tenantId}`)],
  );
}

suite('the first ID token of a shop', { concurrency: 2 }, () => {
  test('makes a tenant whose switches are off, with the shop as its destination', async () => {
    await using world = await bareWorld();
    const { status, body } = await openApp(world, { user: '7' });
    assert.equal(status, 200);
    const { rows } = await world.pool.query(
      `select t.shop_domain, s.kind, s.provisioning_enabled, s.creation_enabled, d.connector, d.state
       from tenants t join sources s using (tenant_id) join destinations d using (tenant_id) where tenant_id = $1`,
      [body.tenantId],
    );
    assert.deepEqual(rows, [
      {
        ...{
          shop_domain: 'test.myshopify.com',
          kind: 'scim',
          connector: 'shopify',
          state: 'active',
        },
        ...{ provisioning_enabled: false, creation_enabled: false },
      },
    ]);
    const [installation] = await installations(world);
    assert.equal(installation?.state, 'installed');
    assert.ok(installation?.scopes.includes('write_customers'));
    assert.match(installation?.tokens ?? '', /^v1\./);
    const { rows: lines } = await world.pool.query('select kind, actor from activity');
    assert.deepEqual(lines, [{ kind: 'app.install', actor: 'shopify user 7' }]);
  });

  test('is exchanged once, however many requests come with it', async () => {
    await using world = await bareWorld();
    const token = await idTokenOf(world);
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => ask(world, '/session', token)),
    );
    assert.equal(new Set(answers.map(({ body }) => body.tenantId)).size, 1);
    assert.equal((await installations(world)).length, 1);
    assert.equal(await accessTokenRequests(world), 1);
  });

  test('lets Rollcall write customers there', async () => {
    await using world = await bareWorld();
    const { push } = await installed(world);
    assert.equal((await push('Ada')).status, 201);
    await world.settled();
    assert.equal((await world.store.customer('ada.lovelace@example.com'))?.firstName, 'Ada');
  });

  test('has the app’s own access go to the shop alone, whatever address its staff enters', async () => {
    await using world = await bareWorld();
    await using elsewhere = await webhookReceiver();
    const { tenantId, push } = await installed(world);
    const staff = await idTokenOf(world);
    const path = `/tenants/${tenantId}/destinations`;
    const { destinations } = (await ask(world, path, staff)).body;
    const settings = { shop: 'test.myshopify.com', origin: new URL(elsewhere.url).origin };
    const own = `${path}/${destinations[0].id}`;
    const saved = await ask(world, `${own}/settings`, staff, { method: 'PUT', body: { settings } });
    assert.equal(saved.status, 200, JSON.stringify(saved.body));
    const tried = await ask(world, `${own}/test`, staff, { method: 'POST', body: {} });
    assert.equal(tried.status, 200, JSON.stringify(tried.body));
    assert.equal((await ask(world, `/tenants/${tenantId}/shop/products`, staff)).status, 200);
    await push('Ada');
    await world.settled();
    assert.equal((await world.store.customer('ada.lovelace@example.com'))?.firstName, 'Ada');
    assert.deepEqual(elsewhere.received, []);
  });

  test('makes nothing where the shop does not take it, or does not answer', async () => {
    await using world = await bareWorld();
    const refused = await openApp(world, { ageSeconds: 65 });
    assert.equal(refused.status, 401, 'within our tolerance, and not within the shop’s');
    assert.equal(refused.headers.get('x-shopify-retry-invalid-session-request'), '1');
    await world.store.fault({ kind: 'status', status: 503, match: { operation: 'accessToken' } });
    const { status, body } = await openApp(world);
    assert.equal(status, 502);
    assert.match(body.detail, /test\.myshopify\.com answered with status 503/);
    const { rows } = await world.pool.query('select from tenants');
    assert.equal(rows.length, 0);
    assert.equal((await openApp(world)).status, 200, 'the next one does');
  });

  test('of a shop with an access token of its own leaves that as it is', async () => {
    await using world = await testWorld();
    await using another = await anotherProcess(world);
    const open = createOpenShop({ ...another.process, mode: 'production' });
    const text = await idTokenOf(world);
    const read = await readIdToken(text, another.process.app, new Date());
    assert.ok(read);
    assert.deepEqual(await open({ read, text }), { kind: 'open', tenantId: world.tenantId });
    assert.deepEqual(await installations(world), []);
    assert.equal(await accessTokenRequests(world), 0);
  });

  test('opens nothing where erasing what it had begins while the shop is asked', async () => {
    await using database = await testDatabase();
    const { pool } = database;
    const { tenantId, shopDomain: shop } = await newTenant(pool);
    await pool.query(
      `insert into installations (tenant_id, state, uninstalled_at)
       select tenant_id, 'uninstalled', now() - interval '30 days' from tenants`,
    );
    const open = createOpenShop({
      ...{ pool, now: Date.now, secrets: testSecrets, mode: 'production' },
      app: { clientId, clientSecrets: [clientSecret] },
      shopOrigin: shopOrigins('production'),
      fetch: async () => {
        await beginErasing(pool, new Date(), new Date());
        return Response.json({
          ...{ access_token: 'access', scope: 'write_customers', expires_in: 3_600 },
          ...{ refresh_token: 'refresh', refresh_token_expires_in: 86_400 },
        });
      },
    });
    const issued = { issuedAt: new Date(), expiresAt: new Date(Date.now() + 60_000) };
    const read = { shop, user: '7', id: 'token-1', ...issued };
    assert.equal((await open({ read, text: 'token' })).kind, 'failed');
    const { rows } = await pool.query(
      `select tenant_id, state, tokens, erasing_since is not null as erasing
       from tenants join installations using (tenant_id)`,
    );
    assert.deepEqual(rows, [
      { tenant_id: tenantId, state: 'uninstalled', tokens: null, erasing: true },
    ]);
  });

  test('installs the app for such a shop in development, which goes on with its people', async () => {
    await using world = await testWorld();
    assert.equal((await openApp(world)).body.tenantId, world.tenantId);
    assert.deepEqual(
      (await installations(world)).map(({ tenantId, state }) => [tenantId, state]),
      [[world.tenantId, 'installed']],
    );
  });
});

suite('the access token of an installation', { concurrency: 2 }, () => {
  test('is renewed before it expires, once, by whichever of two processes comes first', async () => {
    await using world = await bareWorld();
    const { tenantId } = await installed(world);
    const [before] = await installations(world);
    const soon = () => Date.now() + 3_400_000;
    await using one = await anotherProcess(world, soon);
    await using other = await anotherProcess(world, soon);
    const tokens = await Promise.all(
      [one, other, one, other].map(({ accessTokenOf }) => accessTokenOf(tenantId)()),
    );
    assert.equal(new Set(tokens).size, 1);
    assert.equal(await accessTokenRequests(world), 2, 'one exchange, one renewal');
    const [after] = await installations(world);
    assert.notEqual(after?.tokens, before?.tokens);
  });

  test('that the shop refuses is renewed, and the request sent again', async () => {
    await using world = await bareWorld();
    const { push } = await installed(world);
    await push('Ada');
    await world.settled();
    await world.store.dev('POST', 'app-tokens', { expire: 'access' });
    await push('Grace');
    await world.settled();
    assert.ok(await world.store.customer('grace.lovelace@example.com'));
    const { rows } = await world.pool.query('select state from destinations');
    assert.deepEqual(rows, [{ state: 'active' }]);
  });

  test('is used until it expires where the shop does not renew it just now', async () => {
    await using world = await bareWorld();
    const { tenantId } = await installed(world);
    await using another = await anotherProcess(world, () => Date.now() + 3_400_000);
    await world.store.fault({
      ...{ kind: 'status', status: 503, times: 1 },
      match: { operation: 'accessToken' },
    });
    const give = another.accessTokenOf(tenantId);
    const old = await give();
    assert.notEqual(await give(), old, 'the next one renews it');
  });

  test('that expired waits for the shop to answer again, and loses nothing', async () => {
    await using world = await bareWorld();
    const { push } = await installed(world);
    await world.store.dev('POST', 'app-tokens', { expire: 'access' });
    await world.store.fault({
      ...{ kind: 'status', status: 503, times: 2 },
      match: { operation: 'accessToken' },
    });
    await push('Ada');
    await world.settled();
    assert.ok(await world.store.customer('ada.lovelace@example.com'));
    assert.equal((await installations(world))[0]?.state, 'installed');
  });

  test('cannot be renewed any more: the shop is stopped, told of, and mended by opening the app', async () => {
    await using world = await bareWorld();
    const { push } = await installed(world);
    await world.store.dev('POST', 'app-tokens', { expire: 'all' });
    await push('Ada');
    await waitFor('the app to need opening', async () => {
      const [one] = await installations(world);
      return one?.state === 'needs_reopening' && one.tokens === null;
    });
    const destination = await waitFor('the shop to be stopped', async () => {
      const { rows } = await world.pool.query(
        'select state, reason_code, reason from destinations',
      );
      return rows[0]?.state === 'quarantined' ? rows[0] : null;
    });
    assert.equal(destination.reason_code, 'needs_reopening');
    assert.match(destination.reason, /open the app in Shopify/);
    const { rows: notices } = await world.pool.query('select kind, code from notices');
    assert.deepEqual(notices, [{ kind: 'destination.quarantined', code: 'needs_reopening' }]);
    assert.equal((await openApp(world)).status, 200);
    await world.settled();
    assert.ok(await world.store.customer('ada.lovelace@example.com'));
    const { rows } = await world.pool.query('select state, reason_code from destinations');
    assert.deepEqual(rows, [{ state: 'active', reason_code: null }]);
  });

  test('that is asked of shops which do not answer leaves the database to everybody else', async () => {
    await using world = await bareWorld();
    await using own = await openTest(world.database.url);
    const silent = Promise.withResolvers<Response>();
    let calls = 0;
    const give = createShopTokens({
      ...{ pool: own.pool, now: Date.now, secrets: testSecrets },
      fetch: () => {
        calls += 1;
        return silent.promise;
      },
      app: { clientId, clientSecrets: [clientSecret] },
      shopOrigin: shopOrigins('production'),
    });
    const shops = Array.from({ length: 8 }, (_, number) => `silent${number}`);
    for (const tenantId of shops) await expiring(own.pool, tenantId);
    const asked = shops.map((tenantId) =>
      give(tenantId)().catch((error: DestinationError) => error.kind),
    );
    await waitFor('shops to be asked', async () => calls === 3);
    assert.equal((await own.pool.query('select')).rowCount, 1);
    assert.equal(calls, 3, 'the others wait without a connection');
    silent.reject(new Error('hung up'));
    assert.deepEqual([...new Set(await Promise.all(asked))], ['transient']);
  });

  test('is renewed each week also where nothing happens', async () => {
    await using world = await bareWorld();
    const { tenantId } = await installed(world);
    const [before] = await installations(world);
    const weekAgo = new Date(Date.now() - 7 * 86_400_000);
    assert.deepEqual(await idleInstallations(world.pool, weekAgo, 10), []);
    await world.pool.query(`update installations set renewed_at = now() - interval '8 days'`);
    assert.deepEqual(await idleInstallations(world.pool, weekAgo, 10), [tenantId]);
    await using another = await anotherProcess(world);
    await renewIdle(another.process, tenantId);
    const [after] = await installations(world);
    assert.notEqual(after?.tokens, before?.tokens);
    assert.deepEqual(await idleInstallations(world.pool, weekAgo, 10), []);
  });

  test('that is asked for with a wrong secret of the app is for the operator to mend: no shop is given up', async () => {
    await using world = await bareWorld();
    const { tenantId } = await installed(world);
    await using another = await anotherProcess(world);
    const app = { clientId, clientSecrets: ['shpss_mistyped'] };
    const give = createShopTokens({ ...another.process, app })(tenantId);
    await assert.rejects(give(await give()), /check ROLLCALL_SHOPIFY_CLIENT_ID/);
    const [installation] = await installations(world);
    assert.equal(installation?.state, 'installed');
    assert.notEqual(installation?.tokens, null);
  });

  test('of no installation says what to do', async () => {
    await using world = await bareWorld();
    await using another = await anotherProcess(world);
    await assert.rejects(another.accessTokenOf('nobody')(), (error: unknown) => {
      assert.ok(error instanceof DestinationError);
      assert.equal(error.code, 'uninstalled');
      return true;
    });
  });
});

test('a shop that does not answer keeps no other waiting for its access token', async () => {
  await using database = await testDatabase();
  const { pool } = database;
  const silent = Promise.withResolvers<Response>();
  const give = createShopTokens({
    ...{ pool, now: Date.now, secrets: testSecrets },
    fetch: async (input) =>
      new URL(String(input)).host === 'silent.myshopify.com'
        ? silent.promise
        : Response.json({
            ...{ access_token: 'access', scope: 'write_customers', expires_in: 3_600 },
            ...{ refresh_token: 'refresh', refresh_token_expires_in: 86_400 },
          }),
    app: { clientId, clientSecrets: [clientSecret] },
    shopOrigin: shopOrigins('production'),
  });
  await expiring(pool, 'silent');
  const hung = give('silent')().catch((error: DestinationError) => error.kind);
  const others = ['one', 'two', 'three', 'four'];
  for (const tenantId of others) await expiring(pool, tenantId);
  const given = others.map((tenantId) => give(tenantId)());
  try {
    await waitFor('the others to have new tokens', async () => {
      const { rows } = await pool.query('select from installations where access_until > now()');
      return rows.length === others.length;
    });
  } finally {
    silent.reject(new Error('hung up'));
  }
  assert.equal(await hung, 'transient');
  assert.deepEqual([...new Set(await Promise.all(given))], ['access']);
});
