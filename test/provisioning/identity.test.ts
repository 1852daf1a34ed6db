import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { updateSource } from '../../src/store/sources.ts';
import { checkAgreement, metafield } from '../support/checker.ts';
import {
  asked,
  existingCustomer,
  failedOnce,
  linkOf,
  linkThat,
  looked,
  patch,
  push,
  remove,
  sweep,
  writesBy,
} from '../support/roll.ts';
import { secondSource } from '../support/second-source.ts';
import { testWorld, userNamed, type World } from '../support/world.ts';

const ada = 'ada.lovelace@example.com';

/** Ada as she is in the shop already, with what only she and the merchant wrote. */
const customerAda = {
  email: ada,
  firstName: 'Augusta',
  phone: '+16134505293',
  tags: ['loyal'],
  addresses: [{ address1: '1 St James Square', city: 'London', countryCode: 'GB' }],
};

async function speakFor(world: World, domains: readonly string[] | null): Promise<void> {
  await world.pool.query('update sources set domains = $2 where id = $1', [
    world.sourceId,
    domains,
  ]);
}

async function remoteIdOf(world: World, id: string): Promise<string> {
  const { remoteId } = await looked(world, id);
  assert.ok(remoteId);
  return remoteId;
}

suite('with creation switched off', { concurrency: 2 }, () => {
  test('somebody new is held with the reason, and made when it is switched on', async () => {
    await using world = await testWorld();
    const { pool, tenantId, destinationId, sourceId } = world;
    await updateSource(pool, tenantId, sourceId, { creationEnabled: false });
    const id = await push(world, userNamed('Ada'));
    const { outcome, reason } = await looked(world, id);
    assert.deepEqual({ outcome, reason }, { outcome: 'held', reason: 'creation is off' });
    assert.deepEqual(writesBy(await asked(world)).CustomerSet, undefined);

    await updateSource(pool, tenantId, sourceId, { creationEnabled: true });
    await world.rollcall.engine.respread({ tenantId, destinationId }, { kind: 'held', sourceId });
    await linkThat(world, id, 'the held one to be made', (link) => link.outcome === 'done');
    await checkAgreement(world);
  });

  test('an existing customer is adopted by e-mail and keeps what is its own', async () => {
    await using world = await testWorld({});
    const existing = await existingCustomer(world, customerAda);
    await updateSource(world.pool, world.tenantId, world.sourceId, { creationEnabled: false });
    const id = await push(world, userNamed('Ada'));
    assert.equal(await remoteIdOf(world, id), existing.id);
    const [customer, ...others] = await world.store.customers();
    assert.deepEqual(others, []);
    assert.equal(customer?.firstName, 'Ada');
    assert.equal(customer?.phone, '+16134505293');
    assert.deepEqual(customer?.tags, ['loyal']);
    assert.equal(customer?.defaultAddress?.address1, '1 St James Square');
    await checkAgreement(world);

    // And it is still its own when the person leaves.
    await remove(world, id);
    await world.settled();
    assert.deepEqual((await world.store.customer(ada))?.tags, ['loyal', 'scim:inactive']);
  });
});

suite('who may have an account', { concurrency: 2 }, () => {
  test('a source adopts nobody outside the domains it may speak for', async () => {
    await using world = await testWorld();
    await existingCustomer(world, customerAda);
    await speakFor(world, ['example.org']);
    const id = await push(world, userNamed('Ada'));
    const { outcome, reason } = await looked(world, id);
    assert.equal(outcome, 'held');
    assert.match(reason ?? '', /may not speak for example\.com/);
    assert.equal((await world.store.customer(ada))?.firstName, 'Augusta');

    await speakFor(world, ['example.org', 'EXAMPLE.com']);
    await sweep(world);
    assert.equal((await linkOf(world, id)).outcome, 'done');
    await checkAgreement(world);
  });

  test('the same person from a second source is held, and named who owns her', async () => {
    await using world = await testWorld();
    await world.pool.query("update sources set name = 'Contoso' where id = $1", [world.sourceId]);
    const id = await push(world, userNamed('Ada'));
    await looked(world, id);
    const fabrikam = await secondSource(world, 'Fabrikam');
    const second = await push(fabrikam, userNamed('Ada', { name: { givenName: 'Eve' } }));
    const { outcome, reason } = await looked(world, second);
    assert.equal(outcome, 'held');
    assert.match(reason ?? '', /^owned by Contoso/);
    await checkAgreement(world);

    await remove(world, id);
    await linkThat(world, second, 'the account to be free', (link) => link.outcome === 'done');
    await world.settled();
    assert.equal((await world.store.customer(ada))?.firstName, 'Eve');
    assert.equal((await world.store.customers()).length, 1);
    await checkAgreement({ ...world, scim: fabrikam.scim });
  });

  test('an address that passes from one person to another passes in any order', async () => {
    await using world = await testWorld();
    const first = await push(world, userNamed('Ada'));
    const second = await push(world, userNamed('Grace Hopper'));
    await world.settled();
    const primary = 'emails[type eq "work"].value';
    await world.store.fault({ kind: 'slow', match: { operation: 'CustomerById' }, delayMs: 400 });
    await patch(world, first, { [primary]: 'countess@example.com' });
    await patch(world, second, { [primary]: ada });
    const third = await push(world, {
      ...userNamed('Emmy Noether'),
      emails: [{ value: 'grace.hopper@example.com', primary: true }],
    });
    await world.settled();
    for (const id of [first, second, third])
      assert.equal((await linkOf(world, id)).outcome, 'done');
    await checkAgreement(world);
  });

  test('two people who ask for each other’s address are not waited for without end', async () => {
    await using world = await testWorld();
    const first = await push(world, userNamed('Ada'));
    const second = await push(world, userNamed('Grace Hopper'));
    await world.settled();
    // As after the longest wait, some 30 s.
    await world.pool.query('update links set attempts = 6');
    const change = (id: string, value: string) =>
      world.pool.query(
        `with changed as (
           update resources set data = jsonb_set(data, '{emails,0,value}', to_jsonb($2::text)) where id = $1
         )
         update links set wanted = wanted + 1, not_before = now() where resource_id = $1`,
        [id, value],
      );
    await Promise.all([change(first, 'grace.hopper@example.com'), change(second, ada)]);
    for (const id of [first, second]) {
      const link = await linkThat(world, id, 'a verdict', ({ outcome }) => outcome === 'rejected');
      assert.match(link.reason ?? '', /already been taken: another customer has it/);
    }
  });

  test('a creation nobody learned of comes before a stranger’s account', async () => {
    await using world = await testWorld();
    await world.store.fault({ kind: 'cut-after', match: { operation: 'CustomerSet' } });
    const id = await push(world, userNamed('Ada'));
    await failedOnce(world, id);
    await existingCustomer(world, { email: 'countess@example.com' });
    await patch(world, id, { 'emails[type eq "work"].value': 'countess@example.com' });
    const link = await linkThat(world, id, 'a verdict', ({ outcome }) => outcome === 'rejected');
    assert.match(link.reason ?? '', /another customer has it/);
    const made = await world.store.customer(ada);
    assert.ok(made);
    assert.equal(metafield(made, 'link_id'), link.id);
    await patch(world, id, { 'emails[type eq "work"].value': ada });
    await linkThat(world, id, 'the mend', ({ outcome }) => outcome === 'done');
    await checkAgreement(world);
  });

  test('a customer that was deleted in the store is made again at the next look', async () => {
    await using world = await testWorld();
    const id = await push(world, userNamed('Ada'));
    const gone = await remoteIdOf(world, id);
    assert.equal(
      (await world.store.dev('DELETE', `customers/${encodeURIComponent(gone)}`)).status,
      200,
    );
    await sweep(world);
    assert.notEqual(await remoteIdOf(world, id), gone);
    await checkAgreement(world);
  });
});
