/** The inbox on the command line. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createTenant } from '../src/directory/tenants.ts';
import { failDelivery, storeDelivery, takeDeliveries } from '../src/store/inbox.ts';
import { cliOf, type Rollcall } from './support/cli.ts';
import { type TestDatabase, testDatabase } from './support/database.ts';
import { testSecrets } from './support/world.ts';

let database: TestDatabase;
let rollcall: Rollcall;
before(async () => {
  database = await testDatabase();
  rollcall = cliOf(database);
});
after(() => database.close());

test('webhooks are listed and replayed from the command line', async () => {
  assert.match((await rollcall(['inbox', 'list'])).out, /No webhooks came in/);
  const shop = 'inbox.myshopify.com';
  await createTenant(database.pool, testSecrets, {
    name: 'Inbox',
    shop: { shop, accessToken: 'none' },
    switches: 'on',
  });
  for (const webhookId of ['one', 'two']) {
    const more = { eventId: null, triggeredAt: null, body: '{}', waitMs: 0 };
    const topic = 'customers/update';
    await storeDelivery(database.pool, { shop, webhookId, topic, state: 'waiting', ...more });
  }
  for (const delivery of await takeDeliveries(database.pool, 1, 60_000, []))
    await failDelivery(database.pool, delivery, 'The body has no id.', null);

  const listed = await rollcall(['inbox', 'list', '--state', 'dead']);
  assert.equal(listed.code, 0, listed.err);
  assert.match(listed.out, /customers\/update {2}The body has no id\. \(tried 1 times\)\n$/);
  const replayed = await rollcall(['inbox', 'replay', '--state', 'dead']);
  assert.equal(replayed.out, '1 webhook is worked off again.\n');
  const [id = ''] = /[0-9a-f-]{36}/.exec((await rollcall(['inbox', 'list'])).out) ?? [];
  assert.equal((await rollcall(['inbox', 'replay', id])).out, '1 webhook is worked off again.\n');

  const mistakes: readonly (readonly [readonly string[], RegExp])[] = [
    [['replay'], /Say which webhooks/],
    [['replay', 'x'], /x is no id/],
    [['replay', '0198b0a0-0000-7000-8000-000000000000'], /There is no webhook 0198b0a0/],
    [['list', '--state', 'gone'], /--state must be one of waiting, done, ignored, dead/],
  ];
  for (const [args, says] of mistakes) {
    const { code, err } = await rollcall(['inbox', ...args]);
    assert.equal(code, 1);
    assert.match(err, says);
  }
});
