import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { storeDelivery } from '../../src/store/inbox.ts';
import { customerChanged, inboxEmpty, inboxOf, sendWebhook } from '../support/webhooks.ts';
import { request, testWorld } from '../support/world.ts';

suite('POST /webhooks/shopify', { concurrency: 2 }, () => {
  test('stores a delivery raw before it answers', async () => {
    await using world = await testWorld();
    const body = '{ "admin_graphql_api_id":"gid://shopify/Customer/9" ,"note":"é" }';
    const { status } = await sendWebhook(world.origin, { body });
    assert.equal(status, 200);
    const [stored] = await inboxOf(world);
    assert.deepEqual([stored?.topic, stored?.body], ['customers/update', body]);
  });

  test('keeps a repeated delivery once', async () => {
    await using world = await testWorld();
    for (let times = 0; times < 3; times += 1)
      assert.equal((await sendWebhook(world.origin, { id: 'same' })).status, 200);
    await Promise.all(
      Array.from({ length: 8 }, () => sendWebhook(world.origin, { id: 'another' })),
    );
    assert.equal((await inboxOf(world)).length, 2);
  });

  test('stores what nobody works on, and says so', async () => {
    await using world = await testWorld();
    const { status } = await sendWebhook(world.origin, { topic: 'themes/publish', body: '{}' });
    assert.equal(status, 200);
    assert.deepEqual(
      (await inboxOf(world)).map(({ topic, state }) => [topic, state]),
      [['themes/publish', 'ignored']],
    );
  });

  test('refuses what is forged or of a shop that is not here, and keeps nothing', async () => {
    await using world = await testWorld();
    const refused = [
      await sendWebhook(world.origin, { secret: 'wrong' }),
      await sendWebhook(world.origin, { shop: 'other.myshopify.com' }),
      await sendWebhook(world.origin, { headers: { 'x-shopify-hmac-sha256': 'AAAA' } }),
    ];
    for (const { status, body } of refused) {
      assert.equal(status, 401);
      assert.equal(body.type, 'urn:problem-type:rollcall:not-signed');
    }
    assert.deepEqual(await inboxOf(world), []);
  });

  test('refuses what lacks a header, is too large, or no text', async () => {
    await using world = await testWorld();
    const lacking = await sendWebhook(world.origin, { headers: { 'x-shopify-webhook-id': '' } });
    assert.equal(lacking.status, 400);
    assert.match(lacking.body.detail, /x-shopify-webhook-id/);
    const large = await sendWebhook(world.origin, { body: ' '.repeat(3 * 1_048_576) });
    assert.equal(large.status, 413);
    assert.equal((await sendWebhook(world.origin, { body: '{"a":"\0"}' })).status, 400);
    assert.equal(
      (await request(`${world.origin}/webhooks/shopify`, { method: 'POST' })).status,
      400,
    );
    assert.deepEqual(await inboxOf(world), []);
  });

  test('leaves what cannot be read for dead, with its cause, and replays it', async () => {
    await using world = await testWorld();
    const api = (method: string, path: string, body?: unknown) =>
      request(`${world.origin}/api/tenants/${world.tenantId}/inbox${path}`, {
        method,
        body,
        ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' } }),
      });
    await storeDelivery(world.pool, {
      ...{ shop: 'test.myshopify.com', webhookId: '1', eventId: null, topic: 'customers/update' },
      // Nobody takes it before it is as it is to be taken.
      ...{ triggeredAt: null, body: '{"no":"id"}', state: 'waiting', waitMs: 3_600_000 },
    });
    // Nine failures are behind it: the next one is the last.
    await world.pool.query('update inbox set attempts = 9, not_before = now()');
    await sendWebhook(world.origin, { body: customerChanged('gid://shopify/Customer/1') });
    await inboxEmpty(world, 2);
    const { body } = await api('GET', '?state=dead&topic=customers/update');
    assert.equal(body.deliveries.length, 1);
    const [dead] = body.deliveries;
    assert.deepEqual([dead.attempts, dead.error], [10, 'The body has no admin_graphql_api_id.']);
    assert.equal((await api('GET', `/${dead.id}`)).body.body, '{"no":"id"}');

    const mended = customerChanged('gid://shopify/Customer/2');
    await world.pool.query('update inbox set body = $2 where id = $1', [dead.id, mended]);
    assert.deepEqual((await api('POST', '/replay', { state: 'dead' })).body, { replayed: 1 });
    await inboxEmpty(world);
    assert.deepEqual(
      (await inboxOf(world)).map(({ state, error }) => [state, error]),
      [
        ['done', null],
        ['done', null],
      ],
    );
    assert.deepEqual((await api('POST', `/${dead.id}/replay`, {})).body, { replayed: 1 });
    await inboxEmpty(world);
    assert.equal((await api('POST', '/replay', {})).status, 400);
    assert.equal((await api('GET', '?state=gone')).status, 400);
    for (const id of ['nothing', '0198b0a0-0000-7000-8000-000000000000'])
      assert.equal((await api('POST', `/${id}/replay`, {})).status, 404);
  });
});
