import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keepBulkOut } from '../support/bulk.ts';
import { checkAgreement, isInactive } from '../support/checker.ts';
import { patch, push } from '../support/roll.ts';
import { waitFor } from '../support/wait.ts';
import { testWorld, userNamed } from '../support/world.ts';

interface Stats {
  readonly throttled: number;
  readonly availableNow: number;
  readonly costUsed: number;
}

test('a backlog uses what the plan allows without being throttled, and leavers overtake it', async () => {
  await using world = await testWorld({ plan: 'standard' });
  await keepBulkOut(world.pool, world);
  const stats = async (): Promise<Stats> => (await world.store.dev('GET', 'stats')).body;
  const leavers = await Promise.all(
    Array.from({ length: 3 }, (_, index) => push(world, userNamed(`Leaver${index}`))),
  );
  await world.settled();

  const backlog = 200;
  await Promise.all(
    Array.from({ length: backlog }, (_, index) => push(world, userNamed(`Person${index}`))),
  );
  const made = async () => (await world.store.customers('person')).length;
  await waitFor('the bucket to be busy', async () => {
    const { availableNow } = await stats();
    return availableNow < 400 && (await made()) < backlog;
  });
  const before = { ...(await stats()), at: performance.now() };

  for (const [index, id] of leavers.entries()) {
    await patch(world, id, { active: false });
    // The backlog before them takes a minute.
    await waitFor(
      'the leaver to be deactivated',
      async () => {
        const customer = await world.store.customer(`leaver${index}.lovelace@example.com`);
        return customer && isInactive(customer);
      },
      10_000,
    );
    assert.ok((await made()) < backlog, 'the backlog was over before the leavers were');
  }

  const half = (await made()) + Math.ceil((backlog - (await made())) / 2);
  await waitFor('half of the rest', async () => (await made()) >= half);
  const after = { ...(await stats()), at: performance.now() };
  assert.equal(after.throttled - before.throttled, 0);
  // 100 points come back each second; what is spent while the bucket is kept low is what is used.
  const used = (after.costUsed - before.costUsed) / ((after.at - before.at) / 1_000);
  assert.ok(used > 75, `${Math.round(used)} of 100 points a second are used`);

  await world.store.dev('POST', 'plan', { plan: 'unlimited' });
  await world.settled();
  assert.equal((await stats()).throttled, before.throttled);
  await checkAgreement(world);
});
