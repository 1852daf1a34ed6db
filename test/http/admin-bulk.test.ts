import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTenant } from '../../src/directory/tenants.ts';
import { activityWords } from '../../src/http/admin-activity-words.ts';
import { startAdmin } from '../support/admin.ts';
import { testDatabase } from '../support/database.ts';
import { testSecrets } from '../support/world.ts';

test('bulk that was never needed says so, and of another tenant tells nothing', async () => {
  await using database = await testDatabase();
  const shop = (name: string) => ({
    ...{ name, switches: 'on' as const },
    shop: { shop: `${name}.myshopify.com`, origin: 'http://127.0.0.1:9', accessToken: 'shpat' },
  });
  const mine = await createTenant(database.pool, testSecrets, shop('mine'));
  const theirs = await createTenant(database.pool, testSecrets, shop('theirs'));
  await using admin = await startAdmin({ pool: database.pool });
  const bulkOf = (tenantId: string, destinationId: string) =>
    admin.send('GET', `/api/tenants/${tenantId}/destinations/${destinationId}/bulk`);
  const { status, body } = await bulkOf(mine.tenantId, mine.destinationId);
  assert.equal(status, 200);
  assert.deepEqual([body.inForce, body.restingUntil, body.runs], [false, null, []]);
  assert.equal((await bulkOf(mine.tenantId, theirs.destinationId)).status, 404);
  assert.equal((await bulkOf('nobody', mine.destinationId)).status, 404);
});

const line = { message: null, resourceName: null, destinationName: 'Shop' };
const sentences = [
  [
    { kind: 'bulk.begin', detail: { lines: 300 } },
    '300 new accounts are being created in bulk in Shop',
  ],
  [
    { kind: 'bulk.finish', detail: { lines: 300, made: 300 } },
    '300 of 300 accounts were created in bulk in Shop',
  ],
  [
    { kind: 'bulk.finish', detail: { lines: 300, made: 290, returned: 10 } },
    '290 of 300 accounts were created in bulk in Shop; 10 are seen to one by one',
  ],
  [
    { kind: 'bulk.finish', detail: { lines: 300, made: 0 }, message: 'The file was refused' },
    '0 of 300 accounts were created in bulk in Shop; 300 wait for another way: The file was refused',
  ],
] as const;

test('activity tells of bulk runs in words', () => {
  for (const [given, words] of sentences) assert.equal(activityWords({ ...line, ...given }), words);
});
