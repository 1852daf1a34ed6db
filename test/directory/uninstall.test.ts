/** Uninstalling the app: nothing is done any more, nothing is lost for a time, and then everything is erased. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createToken } from '../../src/directory/tokens.ts';
import { destinationsOf, updatePolicy, updateSettings } from '../../src/store/destinations.ts';
import { tablesOfTenants } from '../../src/store/erase-tenant.ts';
import { ask, idTokenOf, installations, openApp } from '../support/app.ts';
import { waitFor } from '../support/wait.ts';
import { inboxOf, sendWebhook, toldAll } from '../support/webhooks.ts';
import { type BareWorld, bareWorld, scim, testWorld, userNamed } from '../support/world.ts';

/** Installs the app, switches its connection on, and pushes as its identity provider. */
async function installed(world: BareWorld) {
  const { body } = await openApp(world);
  const { tenantId } = body;
  const { rows } = await world.pool.query<{ id: string }>(
    `update sources set provisioning_enabled = true, creation_enabled = true where tenant_id = $1 returning id`,
    [tenantId],
  );
  const sourceId = rows[0]?.id ?? '';
  const wish = { expiresAt: null, actor: 'test' };
  const fresh = await createToken(world.pool, { tenantId, sourceId }, wish);
  const token = fresh?.token ?? '';
  const push = (name: string) =>
    scim(
      world.origin,
      { sourceId, token },
      { method: 'POST', path: '/Users', body: userNamed(name) },
    );
  return { tenantId, sourceId, push };
}

const uninstalled = async (world: BareWorld): Promise<void> => {
  await world.store.dev('POST', 'app/uninstall');
  await waitFor('the uninstallation to be known', async () =>
    (await installations(world)).every(({ state }) => state === 'uninstalled'),
  );
};

const destinations = async ({ pool }: BareWorld) =>
  (await pool.query('select state, reason_code as code, secrets from destinations order by id'))
    .rows;

/** Opens the app as somebody does who has just installed it again. */
async function reinstalled(world: BareWorld) {
  // An ID token counts in whole seconds: one of the second in which the app left is of before.
  return waitFor('the app to open', async () => {
    const { body } = await world.store.dev('POST', 'app/install');
    const answer = await ask(world, '/session', body.idToken);
    return answer.status === 200 && answer;
  });
}

/** Rows of each table that has any of a tenant. */
async function rowsOf({ pool }: BareWorld, tenantId: string): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of [...(await tablesOfTenants(pool)), 'tenants']) {
    const { rows } = await pool.query(
      `select count(*)::int as count from ${table} where tenant_id = $1`,
      [tenantId],
    );
    if (rows[0].count > 0) counts[table] = rows[0].count;
  }
  return counts;
}

suite('a shop that uninstalls the app', { concurrency: 2 }, () => {
  test('is left alone at once, its tokens are erased, and its roll stays', async () => {
    await using world = await bareWorld({ webhooks: 'on' });
    const { push } = await installed(world);
    await push('Ada');
    await toldAll(world);
    const old = await idTokenOf(world);
    await uninstalled(world);
    assert.deepEqual(await destinations(world), [
      { state: 'paused', code: 'uninstalled', secrets: null },
    ]);
    const [installation] = await installations(world);
    assert.equal(installation?.tokens, null);
    const { rows } = await world.pool.query('select user_name from resources');
    assert.deepEqual(rows, [{ user_name: 'ada.lovelace@example.com' }]);
    const { rows: notices } = await world.pool.query('select kind from notices');
    assert.deepEqual(notices, [{ kind: 'app.uninstalled' }]);
    const refused = await ask(world, '/session', old);
    assert.equal(refused.status, 401, 'a token of before the app left');
  });

  test('and installs it again finds everything, also what was pushed meanwhile', async () => {
    await using world = await bareWorld({ webhooks: 'on' });
    const { tenantId, push } = await installed(world);
    await push('Ada');
    await toldAll(world);
    await uninstalled(world);
    assert.equal((await push('Grace')).status, 201);
    assert.equal((await reinstalled(world)).body.tenantId, tenantId);
    await world.settled();
    const customers = await world.store.customers();
    assert.deepEqual(customers.map(({ firstName }) => firstName).sort(), ['Ada', 'Grace']);
    assert.equal(customers.length, 2, 'nobody became a second customer');
    assert.deepEqual(
      (await destinations(world)).map(({ state, code }) => [state, code]),
      [['active', null]],
    );
  });

  test('keeps paused what somebody had paused before', async () => {
    await using world = await bareWorld({ webhooks: 'on' });
    const { tenantId } = await installed(world);
    const { rows } = await world.pool.query<{ id: string }>('select id from destinations');
    const path = `/tenants/${tenantId}/destinations/${rows[0]?.id}/pause`;
    const paused = await ask(world, path, await idTokenOf(world), { method: 'POST', body: {} });
    assert.equal(paused.status, 200, JSON.stringify(paused.body));
    await uninstalled(world);
    await reinstalled(world);
    assert.deepEqual(
      (await destinations(world)).map(({ state }) => state),
      ['paused'],
    );
  });

  test('and whose settings and policy are changed meanwhile is worked on again all the same', async () => {
    await using world = await bareWorld({ webhooks: 'on' });
    const { tenantId } = await installed(world);
    await uninstalled(world);
    const [shop] = await destinationsOf(world.pool, tenantId);
    assert.ok(shop);
    const key = { tenantId, destinationId: shop.id };
    await updateSettings(world.pool, key, shop.settings, shop.secrets);
    await updatePolicy(world.pool, key, shop.policy);
    await reinstalled(world);
    assert.deepEqual(
      (await destinations(world)).map(({ state, code }) => [state, code]),
      [['active', null]],
    );
  });

  test('with an access token of its own is stopped as well, and comes back by opening the app', async () => {
    await using world = await testWorld({ webhooks: 'on' });
    await uninstalledByToken(world);
    assert.deepEqual(await destinations(world), [
      { state: 'paused', code: 'uninstalled', secrets: null },
    ]);
    assert.equal((await reinstalled(world)).body.tenantId, world.tenantId);
    await world.scim('POST', '/Users', userNamed('Ada'));
    await world.settled();
    assert.ok(await world.store.customer('ada.lovelace@example.com'));
  });

  test('is not stopped by what is told late, after it has installed the app again', async () => {
    await using world = await bareWorld({ webhooks: 'on' });
    await installed(world);
    const { status } = await sendWebhook(world.origin, {
      topic: 'app/uninstalled',
      body: '{}',
      headers: { 'x-shopify-triggered-at': new Date(Date.now() - 3_600_000).toISOString() },
    });
    assert.equal(status, 200);
    await toldAll(world);
    assert.equal((await installations(world))[0]?.state, 'installed');
  });

  test('is erased when the time of grace is over: no row is left, and a proof is', async () => {
    await using world = await bareWorld({ webhooks: 'on' });
    const { tenantId, push } = await installed(world);
    await push('Ada');
    await toldAll(world);
    await uninstalled(world);
    await world.pool.query(`update installations set uninstalled_at = now() - interval '29 days'`);
    assert.ok(Object.keys(await rowsOf(world, tenantId)).length > 8);
    await world.pool.query(`update installations set uninstalled_at = now() - interval '31 days'`);
    await waitFor('the tenant to be erased', async () => {
      const { rows } = await world.pool.query('select from tenants');
      return rows.length === 0;
    });
    assert.deepEqual(await rowsOf(world, tenantId), {});
    const { rows } = await world.pool.query('select what, shop_domain, counts from erasures');
    assert.equal(rows.length, 1);
    assert.deepEqual([rows[0].what, rows[0].shop_domain], ['shop', 'test.myshopify.com']);
    assert.equal(rows[0].counts.resources, 1);
    assert.equal((await push('Grace')).status, 401, 'its identity provider is nobody any more');
    assert.notEqual((await openApp(world)).body.tenantId, tenantId, 'who comes now begins anew');
  });

  test('and asks for everything to be erased still finds it when it comes back in time', async () => {
    await using world = await bareWorld({ webhooks: 'on' });
    const { tenantId } = await installed(world);
    await uninstalled(world);
    await world.pool.query(`update installations set uninstalled_at = now() - interval '2 days'`);
    await world.store.dev('POST', 'app/compliance', { topic: 'shop/redact' });
    await toldAll(world);
    const { rows } = await world.pool.query(
      `select erase_by > now() + interval '27 days' and erase_by < now() + interval '29 days' as due from installations`,
    );
    assert.deepEqual(rows, [{ due: true }]);
    assert.equal((await reinstalled(world)).body.tenantId, tenantId);
    const { rows: after } = await world.pool.query('select erase_by from installations');
    assert.deepEqual(after, [{ erase_by: null }]);
  });

  test('is erased in time after it asked for that, however long the grace is', async () => {
    await using world = await bareWorld({ webhooks: 'on' });
    const { tenantId } = await installed(world);
    await uninstalled(world);
    await world.pool.query(`update installations set uninstalled_at = now() - interval '2 days'`);
    await sendWebhook(world.origin, { topic: 'shop/redact', body: '{}', id: 'request-1' });
    await toldAll(world);
    const { rows: asked } = await world.pool.query(
      `delete from inbox where topic = 'shop/redact' returning received_at`,
    );
    await world.pool.query('update installations set erase_by = now()');
    await waitFor('the tenant to be erased', async () => {
      const { rows } = await world.pool.query('select from tenants');
      return rows.length === 0;
    });
    assert.deepEqual(await rowsOf(world, tenantId), {});
    const { rows } = await world.pool.query('select webhook_id, asked_at from erasures');
    assert.deepEqual(rows, [{ webhook_id: 'request-1', asked_at: asked[0].received_at }]);
    const again = await sendWebhook(world.origin, { topic: 'shop/redact', body: '{}' });
    assert.equal(again.status, 200, 'asked once more: there is nothing of it');
  });

  test('is not erased where it has the app: a request that is forged, or late', async () => {
    await using world = await bareWorld({ webhooks: 'on' });
    await installed(world);
    const sent = { topic: 'shop/redact', body: '{}' };
    assert.equal(
      (await sendWebhook(world.origin, { ...sent, secret: 'shpss_forged' })).status,
      401,
    );
    assert.deepEqual(await inboxOf(world), []);
    assert.equal((await sendWebhook(world.origin, sent)).status, 200);
    await toldAll(world);
    assert.equal((await installations(world))[0]?.state, 'installed');
    const { rows } = await world.pool.query('select erase_by from installations');
    assert.deepEqual(rows, [{ erase_by: null }]);
  });
});

async function uninstalledByToken(world: BareWorld): Promise<void> {
  await world.store.dev('POST', 'app/uninstall');
  await waitFor('the uninstallation to be known', async () => (await installations(world))[0]);
}

suite('what the app may do in a shop', () => {
  test('is known when the shop changes it', async () => {
    await using world = await bareWorld({ webhooks: 'on' });
    await installed(world);
    await world.store.dev('POST', 'scopes', { read_all_orders: true });
    await toldAll(world);
    assert.ok((await installations(world))[0]?.scopes.includes('read_all_orders'));
    const { rows } = await world.pool.query(`select actor from activity where kind = 'app.scopes'`);
    assert.deepEqual(rows, [{ actor: 'shopify' }]);
  });

  test('is tried at once where the shop was stopped for want of it', async () => {
    await using world = await bareWorld({ webhooks: 'on' });
    await installed(world);
    await world.pool.query(
      `update destinations set state = 'quarantined', reason_code = 'permissions', quarantined_at = now(),
              probe_at = now() + interval '1 day'`,
    );
    await world.store.dev('POST', 'scopes', { read_all_orders: true });
    await waitFor('the shop to be worked on again', async () =>
      (await destinations(world)).every(({ state }) => state === 'active'),
    );
  });
});
