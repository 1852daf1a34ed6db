/** Opening the app at its address: a token counts once, and who may frame what is shown. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createOpenShop } from '../../src/directory/install.ts';
import { createEntry, frameAncestors } from '../../src/http/app-entry.ts';
import { shopOrigins } from '../../src/shopify/shop-origin.ts';
import { idTokenOf, installations } from '../support/app.ts';
import {
  type BareWorld,
  bareWorld,
  clientId,
  clientSecret,
  testSecrets,
} from '../support/world.ts';

const shop = 'test.myshopify.com';

function entryOf({ pool, store }: BareWorld) {
  const app = { clientId, clientSecrets: [clientSecret] };
  const shopOrigin = shopOrigins('development', new Map([[shop, store.origin]]));
  const world = { pool, now: Date.now, app };
  const mode = 'development';
  const openShop = createOpenShop({ ...world, mode, secrets: testSecrets, fetch, shopOrigin });
  return createEntry({ ...world, openShop });
}

suite('the address of the app', { concurrency: 2 }, () => {
  test('lets a shop’s staff in with a good token, and installs the app', async () => {
    await using world = await bareWorld();
    const enter = entryOf(world);
    const entry = await enter({ shop, id_token: await idTokenOf(world, { user: '7' }) });
    const [installation] = await installations(world);
    const { tenantId } = installation ?? {};
    assert.deepEqual(entry, { kind: 'open', shop, tenantId, user: '7' });
  });

  test('takes a token once, also of two that come at the same moment', async () => {
    await using world = await bareWorld();
    const enter = entryOf(world);
    const query = { shop, id_token: await idTokenOf(world) };
    const kinds = (await Promise.all([enter(query), enter(query)])).map(({ kind }) => kind);
    assert.deepEqual(kinds.sort(), ['bounce', 'open']);
    assert.deepEqual(await enter(query), { kind: 'bounce', shop });
  });

  const bad: readonly (readonly [string, object])[] = [
    ['an expired token', { ageSeconds: 71 }],
    ['another shop’s token', { shop: 'other.myshopify.com' }],
    ['a forged token', { secret: 'shpss_of_somebody_else' }],
  ];
  for (const [what, options] of bad)
    test(`has ${what} come again, and makes nothing of it`, async () => {
      await using world = await bareWorld();
      const id_token = await idTokenOf(world, options);
      assert.deepEqual(await entryOf(world)({ shop, id_token }), { kind: 'bounce', shop });
      assert.deepEqual(await installations(world), []);
    });

  test('without a token, or of what is no shop, has whoever asks come again', async () => {
    await using world = await bareWorld();
    const enter = entryOf(world);
    assert.deepEqual(await enter({ shop }), { kind: 'bounce', shop });
    for (const none of [
      'shop.example.com',
      "x.myshopify.com'; script-src *",
      ['a', 'b'],
      undefined,
    ])
      assert.deepEqual(await enter({ shop: none }), { kind: 'bounce', shop: null });
  });
});

test('a page is framed by the admin of its shop, and by nobody else', () => {
  const production = shopOrigins('production');
  assert.equal(
    frameAncestors(shop, production),
    'frame-ancestors https://test.myshopify.com https://admin.shopify.com',
  );
  assert.equal(frameAncestors(null, production), "frame-ancestors 'none'");
  const development = shopOrigins('development', new Map([[shop, 'http://127.0.0.1:3001']]));
  assert.equal(
    frameAncestors(shop, development),
    'frame-ancestors http://127.0.0.1:3001 http://localhost:3001',
  );
  assert.equal(frameAncestors('other.myshopify.com', development), "frame-ancestors 'none'");
});
