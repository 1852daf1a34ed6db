/** For how long things are kept, as the admin API tells it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { usualUpkeep } from '../../src/config.ts';
import { request, testWorld } from '../support/world.ts';

test('the retention is what the operator decided', async () => {
  const keepDays = { activity: 90, inbox: 7, minutes: 8 };
  await using world = await testWorld({ upkeep: { ...usualUpkeep, keepDays, graceDays: 14 } });
  const of = (tenantId: string) =>
    request(`${world.origin}/api/tenants/${tenantId}/retention`, { method: 'GET' });
  const { status, body } = await of(world.tenantId);
  assert.equal(status, 200);
  assert.deepEqual(body, { activityDays: 90, inboxDays: 7, graceDays: 14 });
  assert.equal((await of('nobody')).status, 404);
});
