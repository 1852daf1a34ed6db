import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { pushMany } from '../support/bulk.ts';
import { checkAgreement } from '../support/checker.ts';
import { asked, forget, linkOf, patch, sweep, writesBy } from '../support/roll.ts';
import { waitFor } from '../support/wait.ts';
import { testWorld, type World } from '../support/world.ts';

/** Some who agree with their customers. Counted from here on. */
async function agreed(world: World, count: number): Promise<readonly string[]> {
  const ids = await pushMany(world.scim, count);
  await world.settled(60_000);
  await forget(world);
  return ids;
}

/** Edits a customer as staff would. */
async function edit(world: World, userId: string, change: object): Promise<void> {
  const { remoteId } = await linkOf(world, userId);
  const path = `customers/${encodeURIComponent(remoteId ?? '')}`;
  assert.equal((await world.store.dev('PATCH', path, change)).status, 200);
}

suite('a sweep', { concurrency: 2 }, () => {
  test('over people who agree reads their accounts many at a time, and writes nothing', async () => {
    await using world = await testWorld();
    const ids = await agreed(world, 80);
    for (const id of ids.slice(0, 5)) await patch(world, id, { active: false });
    await world.settled();
    await forget(world);
    await sweep(world);
    const requests = await asked(world);
    assert.deepEqual(writesBy(requests), {});
    assert.ok((requests.CustomersByIds ?? 0) > 0);
    const all = Object.values(requests).reduce((sum, count) => sum + count, 0);
    assert.ok(all < 25, `${all} requests: ${JSON.stringify(requests)}`);
    await checkAgreement(world);
    const { rows } = await world.pool.query(
      "select count(*)::int as count from links where outcome = 'done' and not look_again and remote_version is not null",
    );
    assert.equal(rows[0].count, 80);
  });

  test('reads by itself whoever has drifted or is gone, and puts that right', async () => {
    await using world = await testWorld();
    const ids = await agreed(world, 40);
    const [, renamed = '', gone = ''] = ids;
    await edit(world, renamed, { firstName: 'Somebody' });
    const { remoteId } = await linkOf(world, gone);
    await world.store.dev('DELETE', `customers/${encodeURIComponent(remoteId ?? '')}`);
    await forget(world);
    await sweep(world);
    const requests = await asked(world);
    assert.ok((requests.CustomerById ?? 0) < 20, JSON.stringify(requests));
    assert.equal(writesBy(requests).CustomerSet, 2, 'one is renamed, one made again');
    await checkAgreement(world);
    assert.notEqual((await linkOf(world, gone)).remoteId, remoteId);
  });

  test('does not write down as done who changed while the accounts were read', async () => {
    await using world = await testWorld();
    const ids = await agreed(world, 40);
    await world.store.fault({
      kind: 'slow',
      delayMs: 1_500,
      match: { operation: 'CustomersByIds' },
    });
    const swept = sweep(world);
    await waitFor('the accounts to be read', async () => (await asked(world)).CustomersByIds);
    for (const id of ids.slice(0, 20)) await patch(world, id, { 'name.familyName': 'Changed' });
    await swept;
    await world.settled();
    await checkAgreement(world);
    const changed = (await world.store.customers()).filter(
      ({ lastName }: { lastName: string | null }) => lastName === 'Changed',
    );
    assert.equal(changed.length, 20);
  });

  test('goes on one by one where many cannot be read at once', async () => {
    await using world = await testWorld();
    await agreed(world, 20);
    await world.store.fault({ kind: 'status', match: { operation: 'CustomersByIds' }, times: 99 });
    await sweep(world);
    assert.equal((await asked(world)).CustomerById, 20);
    await checkAgreement(world);
  });
});
