/** For how long things are kept: as the operator decided, or for less where a tenant does. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { usualUpkeep } from '../../src/config.ts';
import { prune } from '../../src/provisioning/prune.ts';
import { request, testWorld, userNamed } from '../support/world.ts';

const dayMs = 86_400_000;

test('what is kept is as the operator decided, and less where the tenant wants it', async () => {
  const keepDays = { activity: 90, inbox: 7, minutes: 8 };
  await using world = await testWorld({ upkeep: { ...usualUpkeep, keepDays, graceDays: 14 } });
  const ask = (method: string, body?: object, tenantId = world.tenantId) =>
    request(`${world.origin}/api/tenants/${tenantId}/retention`, {
      ...{ method, body, headers: { 'content-type': 'application/json' } },
    });
  const most = { activityDays: 90, inboxDays: 7 };
  assert.deepEqual((await ask('GET')).body, { ...most, graceDays: 14, most });
  assert.equal((await ask('GET', undefined, 'nobody')).status, 404);

  const tooLong = await ask('PUT', { activityDays: 91, inboxDays: 0 });
  assert.equal(tooLong.status, 400);
  assert.deepEqual(
    tooLong.body.errors.map(({ field }: { field: string }) => field),
    ['activityDays', 'inboxDays'],
  );
  assert.deepEqual((await ask('GET')).body, { ...most, graceDays: 14, most });

  const less = { activityDays: 10, inboxDays: 7 };
  assert.deepEqual((await ask('PUT', less)).body, { ...less, graceDays: 14, most });
  await world.scim('POST', '/Users', userNamed('Ada'));
  await world.settled();
  const lines = async () => {
    const { rows } = await world.pool.query('select from activity where tenant_id = $1', [
      world.tenantId,
    ]);
    return rows.length;
  };
  const after = (days: number) =>
    prune(
      {
        pool: world.pool,
        now: () => Date.now() + days * dayMs,
        signal: new AbortController().signal,
      },
      keepDays,
    );
  const before = await lines();
  assert.ok(before > 1);
  await after(9);
  assert.equal(await lines(), before);
  await after(11);
  assert.equal(await lines(), 0);
});
