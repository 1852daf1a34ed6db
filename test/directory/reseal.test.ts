/** Changing the key that stored secrets are sealed with. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resealAll } from '../../src/directory/reseal.ts';
import { createTenant } from '../../src/directory/tenants.ts';
import { changeNoticeSettings } from '../../src/notices/settings.ts';
import { settingsOf } from '../../src/provisioning/connect.ts';
import { destinationsOf } from '../../src/store/destinations.ts';
import { secretBox } from '../../src/store/secret-box.ts';
import { testDatabase } from '../support/database.ts';

const [old, fresh, lost] = [1, 2, 3].map((byte) => Buffer.alloc(32, byte)) as [
  Buffer,
  Buffer,
  Buffer,
];

test('whatever an old key sealed is sealed with the new one, once, and opens without the old one', async () => {
  await using database = await testDatabase();
  const { pool } = database;
  const made = async (key: Buffer, shop: string) =>
    createTenant(pool, secretBox(key), {
      name: shop,
      shop: { shop: `${shop}.myshopify.com`, accessToken: `shpat_${shop}` },
      switches: 'off',
    });
  const { tenantId } = await made(old, 'ada');
  await made(fresh, 'grace');
  const strangers = await made(lost, 'eve');
  await changeNoticeSettings({ pool, secrets: secretBox(old) }, tenantId, {
    webhook: { url: 'https://example.com/hook', secret: 'new' },
    recipients: [],
    actor: 'test',
    requestId: null,
  });

  const both = secretBox(fresh, [old]);
  assert.deepEqual(await resealAll(pool, both), {
    resealed: 2,
    unchanged: 1,
    unreadable: [
      { table: 'destinations', tenantId: strangers.tenantId, id: strangers.destinationId },
    ],
  });
  assert.equal((await resealAll(pool, both)).resealed, 0);
  const alone = secretBox(fresh);
  const [shop] = await destinationsOf(pool, tenantId);
  assert.ok(shop);
  assert.equal(settingsOf(shop, alone).accessToken, 'shpat_ada');
  assert.equal((await resealAll(pool, alone)).unreadable.length, 1);
});
