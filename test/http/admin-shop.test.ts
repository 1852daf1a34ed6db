/** The admin API as a shop's staff asks it, in the app that Shopify shows them. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createTenant } from '../../src/directory/tenants.ts';
import { ask, idTokenOf } from '../support/app.ts';
import { testSecrets, testWorld } from '../support/world.ts';

suite('a shop’s staff', { concurrency: 2 }, () => {
  test('is who their ID token says, and sees the tenant of their shop', async () => {
    await using world = await testWorld();
    const token = await idTokenOf(world, { user: '7' });
    const session = await ask(world, '/session', token);
    assert.deepEqual(session.body, { kind: 'shop', tenantId: world.tenantId, user: '7' });
    const { status, body } = await ask(world, `/tenants/${world.tenantId}/sources`, token);
    assert.equal(status, 200);
    assert.equal(body.tenant.id ?? body.tenant.tenantId, world.tenantId);
  });

  test('changes what is theirs, by their own name', async () => {
    await using world = await testWorld();
    const path = `/tenants/${world.tenantId}/sources/${world.sourceId}`;
    const token = await idTokenOf(world, { user: '7' });
    const { status } = await ask(world, path, token, {
      method: 'PATCH',
      body: { provisioningEnabled: false },
    });
    assert.equal(status, 200);
    const { rows } = await world.pool.query(
      'select distinct actor from activity where tenant_id = $1 and source_id = $2 order by actor',
      [world.tenantId, world.sourceId],
    );
    assert.ok(
      rows.some(({ actor }) => actor === 'shopify user 7'),
      JSON.stringify(rows),
    );
  });

  test('finds nothing of another tenant, nor what is the operator’s', async () => {
    await using world = await testWorld();
    const other = await createTenant(world.pool, testSecrets, {
      name: 'Other',
      shop: { shop: 'other.myshopify.com', accessToken: 'shpat_other' },
      switches: 'off',
    });
    const token = await idTokenOf(world);
    const sources = `/tenants/${other.tenantId}/sources`;
    const own = await ask(world, `/tenants/${world.tenantId}/connectors`, token);
    assert.ok(own.body.connectors.length > 0);
    for (const path of [
      sources,
      `${sources}/${other.sourceId}`,
      '/tenants',
      '/connectors',
      '/openapi.json',
    ])
      assert.equal((await ask(world, path, token)).status, 404, path);
    const { status } = await ask(world, `${sources}/${other.sourceId}`, token, {
      method: 'PATCH',
      body: { provisioningEnabled: true },
    });
    assert.equal(status, 404);
    const { rows } = await world.pool.query(
      'select provisioning_enabled as enabled from sources where id = $1',
      [other.sourceId],
    );
    assert.deepEqual(rows, [{ enabled: false }]);
  });

  const bad: readonly (readonly [what: string, options: object])[] = [
    ['an expired token', { ageSeconds: 71 }],
    ['a token that is not good yet', { ageSeconds: -30 }],
    ['a token that somebody else signed', { secret: 'shpss_of_somebody_else' }],
    ['a token of what is no shop', { shop: 'shop.example.com' }],
  ];
  for (const [what, options] of bad)
    test(`is nobody with ${what}, and App Bridge is told to try again`, async () => {
      await using world = await testWorld();
      const token = await idTokenOf(world, options);
      const { status, headers, body } = await ask(world, '/session', token);
      assert.equal(status, 401);
      assert.equal(headers.get('x-shopify-retry-invalid-session-request'), '1');
      assert.equal(body.type, 'urn:problem-type:rollcall:id-token-wrong');
    });

  test('is nobody with a token that says it needs no signature, or with nonsense', async () => {
    await using world = await testWorld();
    const [, claims = ''] = (await idTokenOf(world)).split('.');
    const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'JWT' })).toString('base64url');
    for (const token of [`${none}.${claims}.`, `${none}.${claims}`, 'a.b.c', 'shpat_x'])
      assert.equal((await ask(world, '/session', token)).status, 401, token);
  });

  test('of a shop that there is none of in development is told so', async () => {
    await using world = await testWorld();
    const token = await idTokenOf(world, { shop: 'stranger.myshopify.com' });
    const { status, body } = await ask(world, '/session', token);
    assert.equal(status, 403);
    assert.equal(body.type, 'urn:problem-type:rollcall:shop-unknown');
  });
});
