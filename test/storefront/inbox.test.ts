import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { processWorld } from '../support/process.ts';
import { asked, existingCustomer, forget, looked, push } from '../support/roll.ts';
import { customerChanged, inboxEmpty, inboxOf, sendWebhook, toldAll } from '../support/webhooks.ts';
import { settled, testWorld, userNamed, type World } from '../support/world.ts';

const ada = 'ada.lovelace@example.com';

/** A world that is told of changes, with Ada in it and all of that worked off. */
async function worldWithAda() {
  const world = await testWorld({ webhooks: 'on' });
  const id = await push(world, userNamed('Ada'));
  const { remoteId } = await looked(world, id);
  assert.ok(remoteId);
  await toldAll(world);
  await forget(world);
  return { world, id, remoteId, [Symbol.asyncDispose]: () => world.close() };
}

const edit = (world: World, remoteId: string, change: object) =>
  world.store.dev('PATCH', `customers/${encodeURIComponent(remoteId)}`, change);

const nameIs = async ({ store }: World, name: string): Promise<boolean> =>
  (await store.customer(ada))?.firstName === name;

suite('what the shop tells', { concurrency: 2 }, () => {
  test('of a customer has it looked at again, and put right', async () => {
    await using it = await worldWithAda();
    await edit(it.world, it.remoteId, { firstName: 'Augusta' });
    await toldAll(it.world);
    assert.ok(await nameIs(it.world, 'Ada'));
  });

  test('of customers nobody here knows is no look', async () => {
    await using it = await worldWithAda();
    await existingCustomer(it.world, { email: 'grace@example.com' });
    await toldAll(it.world);
    assert.deepEqual(await asked(it.world), {});
  });

  for (const kind of ['duplicate', 'reorder', 'delay'] as const) {
    test(`and is made to ${kind} ends the same`, async () => {
      await using it = await worldWithAda();
      await it.world.store.fault({ kind, times: 4, delayMs: 500 });
      for (const firstName of ['Augusta', 'Adele', 'Adeline'])
        await edit(it.world, it.remoteId, { firstName });
      await toldAll(it.world);
      assert.ok(await nameIs(it.world, 'Ada'));
    });
  }

  test('to a Rollcall that is killed before it works on it is worked off by the next', async () => {
    await using world = await processWorld('unlimited', 'on');
    let remoteId: string | null = null;
    {
      await using process = await world.start();
      const id = await push(world.at(process), userNamed('Ada'));
      await settled(world.pool);
      const { rows } = await world.pool.query<{ remoteId: string }>(
        'select remote_id as "remoteId" from links where resource_id = $1',
        [id],
      );
      remoteId = rows[0]?.remoteId ?? null;
      assert.ok(remoteId);
      await inboxEmpty(world, 1);
      await world.store.dev('PATCH', `customers/${encodeURIComponent(remoteId)}`, {
        firstName: 'Augusta',
      });
      // Of all topics the one that waits longest before it is worked on, and is a look in any case.
      const sent = { topic: 'customers/delete', body: customerChanged(remoteId) };
      assert.equal((await sendWebhook(process.origin, sent)).status, 200);
      await process.kill();
    }
    assert.ok((await inboxOf(world)).some(({ state }) => state === 'waiting'));
    await using _process = await world.start();
    await inboxEmpty(world);
    await settled(world.pool);
    assert.equal((await world.store.customer(ada))?.firstName, 'Ada');
  });
});
