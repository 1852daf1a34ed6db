import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { checkAgreement, isInactive, metafield } from '../support/checker.ts';
import {
  asked,
  changePolicy,
  customerById,
  existingCustomer,
  forget,
  linkOf,
  linkThat,
  looked,
  patch,
  push,
  remove,
  sweep,
  writesBy,
} from '../support/roll.ts';
import { waitFor } from '../support/wait.ts';
import { testWorld, userNamed, type World } from '../support/world.ts';

const ada = 'ada.lovelace@example.com';

/** Ada as she is in the shop already, with a tag of her own. */
const customerAda = { email: ada, firstName: 'Augusta', tags: ['loyal'] };

async function remoteIdOf(world: World, id: string): Promise<string> {
  const { remoteId } = await looked(world, id);
  assert.ok(remoteId);
  return remoteId;
}

suite('leaving', { concurrency: 2 }, () => {
  /** A world where Ada has an account with a tag of ours and one of her own. */
  async function worldWithAda(
    leave: 'keep' | 'deactivate' | 'delete' | 'erase',
    { ordered }: { readonly ordered: boolean } = { ordered: false },
  ) {
    const world = await testWorld();
    await changePolicy(world, { leave, memberships: ['staff'] });
    const { id: customerId } = await existingCustomer(world, customerAda);
    const lines = [{ title: 'Tea', price: '4.50' }];
    if (ordered) await world.store.dev('POST', 'orders', { customerId, lines });
    const id = await push(world, userNamed('Ada'));
    const remoteId = await remoteIdOf(world, id);
    return { world, id, remoteId, [Symbol.asyncDispose]: () => world.close() };
  }

  test('by keep unlinks the customer and takes back only what is ours', async () => {
    await using it = await worldWithAda('keep');
    await remove(it.world, it.id);
    await it.world.settled();
    const customer = await it.world.store.customer(ada);
    assert.deepEqual(customer?.tags, ['loyal']);
    assert.ok(customer && metafield(customer, 'link_id') === null);
  });

  test('by deactivate marks the customer and keeps the link', async () => {
    await using it = await worldWithAda('deactivate');
    await remove(it.world, it.id);
    await it.world.settled();
    assert.deepEqual((await it.world.store.customer(ada))?.tags, ['loyal', 'scim:inactive']);
    assert.equal((await linkOf(it.world, it.id)).remoteId, it.remoteId);
    await checkAgreement(it.world);
  });

  test('by delete deletes a customer without orders', async () => {
    await using it = await worldWithAda('delete');
    await remove(it.world, it.id);
    await it.world.settled();
    assert.deepEqual(await it.world.store.customers(), []);
    assert.equal((await linkOf(it.world, it.id)).remoteId, null);
  });

  test('by delete falls back for a customer with orders, and says so', async () => {
    await using it = await worldWithAda('delete', { ordered: true });
    await remove(it.world, it.id);
    await it.world.settled();
    assert.deepEqual((await it.world.store.customer(ada))?.tags, ['loyal', 'scim:inactive']);
    const said = /^deleted at its source; .*associated orders\): deactivated instead$/;
    const { rows } = await it.world.pool.query(
      `select message from activity where kind = 'account.leave'`,
    );
    assert.match(rows[0]?.message, said);
    await changePolicy(it.world, { settleMs: 1 });
    await it.world.settled();
    const { remoteId, reason } = await linkOf(it.world, it.id);
    assert.equal(remoteId, it.remoteId);
    assert.match(reason ?? '', said, 'also when all are compared');
    await checkAgreement(it.world);
  });

  for (const active of [true, false]) {
    test(`by erase asks for the erasure, and a return ${active ? '' : 'as inactive '}calls it off`, async () => {
      await using it = await worldWithAda('erase');
      const { world, remoteId } = it;
      await remove(world, it.id);
      await world.settled();
      const erased = (await customerById(world, remoteId)).body;
      assert.ok(erased.erasureRequestedAt);
      assert.deepEqual(erased.tags, ['loyal', 'scim:inactive']);
      const again = await push(world, userNamed('Ada', { active }));
      await world.settled();
      const back = (await customerById(world, remoteId)).body;
      assert.equal(back.erasureRequestedAt, null);
      assert.equal(isInactive(back), !active);
      assert.equal((await linkOf(world, again)).remoteId, remoteId);
      await checkAgreement(world);
      await forget(world);
      await sweep(world);
      assert.deepEqual(writesBy(await asked(world)), {});
    });
  }

  for (const leave of ['deactivate', 'erase', 'delete'] as const) {
    test(`by ${leave} is done once, however often it is looked at`, async () => {
      await using it = await worldWithAda(leave, { ordered: true });
      await remove(it.world, it.id);
      await it.world.settled();
      await forget(it.world);
      await sweep(it.world);
      const operations = await asked(it.world);
      assert.equal(operations.CustomerById, 1);
      assert.deepEqual(writesBy(operations), {});
    });
  }

  for (const [what, email] of [
    ['the same address', ada],
    ['another address', 'ada.king@example.com'],
  ] as const) {
    test(`and coming back with ${what} gives the same account`, async () => {
      await using it = await worldWithAda('deactivate');
      await remove(it.world, it.id);
      await it.world.settled();
      const again = await push(
        it.world,
        userNamed('Ada', { emails: [{ value: email, primary: true }] }),
      );
      assert.notEqual(again, it.id);
      assert.equal(await remoteIdOf(it.world, again), it.remoteId);
      const [back, ...others] = await it.world.store.customers();
      assert.deepEqual(others, []);
      assert.deepEqual(back?.tags, ['loyal', 'staff']);
      await checkAgreement(it.world);
    });
  }

  test('and coming back under another userName finds the account by its address', async () => {
    await using it = await worldWithAda('deactivate');
    await remove(it.world, it.id);
    const again = await push(it.world, userNamed('Ada', { userName: 'countess@example.com' }));
    await linkThat(
      it.world,
      again,
      'the account to be hers',
      (link) => link.remoteId === it.remoteId,
    );
    await it.world.settled();
    assert.equal((await it.world.store.customers()).length, 1);
    await checkAgreement(it.world);
  });
});

suite('falling out of scope', { concurrency: 2 }, () => {
  const scope = 'title eq "Countess"';
  const anHour = 3_600_000;
  const countess = () => userNamed('Ada', { title: 'Countess' });

  test('and returning before it has settled touches nothing', async () => {
    await using world = await testWorld();
    await changePolicy(world, { scope });
    const id = await push(world, countess());
    await looked(world, id);
    await forget(world);
    await patch(world, id, { title: 'Traveller' });
    const { reason } = await linkThat(
      world,
      id,
      'it to settle',
      ({ outcome }) => outcome === 'held',
    );
    assert.match(reason ?? '', /^out of scope \(.*\): leaves at .* unless it returns$/);
    await patch(world, id, { title: 'Countess' });
    await world.settled();
    assert.deepEqual(await asked(world), {});
    await checkAgreement(world);
  });

  test('counts when it has settled, and a return gives the same account', async () => {
    await using world = await testWorld();
    await changePolicy(world, { scope, settleMs: anHour });
    const id = await push(world, countess());
    const remoteId = await remoteIdOf(world, id);
    await patch(world, id, { title: 'Traveller' });
    await linkThat(world, id, 'it to settle', ({ outcome, due }) => outcome === 'held' && due);
    const before = await world.store.customer(ada);
    assert.ok(before && !isInactive(before));
    await world.pool.query(
      `update links set leaving_since = leaving_since - interval '1 hour', not_before = not_before - interval '1 hour'`,
    );
    await world.settled();
    const away = await world.store.customer(ada);
    assert.ok(away && isInactive(away));
    await patch(world, id, { title: 'Countess' });
    assert.equal(await remoteIdOf(world, id), remoteId);
    await checkAgreement(world);
  });

  test('an explicit deactivation does not wait', async () => {
    await using world = await testWorld();
    await changePolicy(world, { scope, settleMs: anHour });
    const id = await push(world, countess());
    await looked(world, id);
    await patch(world, id, { active: false });
    await world.settled();
    await checkAgreement(world);
  });

  test('a deactivation does not wait where it is what the scope looks at', async () => {
    await using world = await testWorld();
    await changePolicy(world, { scope: 'active eq true', settleMs: anHour });
    const id = await push(world, countess());
    await looked(world, id);
    await patch(world, id, { active: false });
    await world.settled();
    await checkAgreement(world);
  });

  test('a scope that cannot be read stops the destination and lets nobody go', async () => {
    await using world = await testWorld();
    const id = await push(world, userNamed('Ada'));
    await looked(world, id);
    await changePolicy(world, { scope: 'tilte eq "Countess"', settleMs: 0 });
    const reason = await waitFor('the quarantine', async () => {
      const { rows } = await world.pool.query('select state, reason from destinations');
      return rows[0]?.state === 'quarantined' && rows[0].reason;
    });
    assert.match(reason, /^The scope cannot be read: /);
    const customer = await world.store.customer(ada);
    assert.ok(customer && !isInactive(customer));
    await linkThat(world, id, 'its work to be queued', ({ due }) => due);
  });
});
