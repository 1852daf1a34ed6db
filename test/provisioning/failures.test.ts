import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { updateShop } from '../../src/directory/tenants.ts';
import { usualLimits } from '../../src/provisioning/drain.ts';
import { checkAgreement, isInactive } from '../support/checker.ts';
import {
  asked,
  changePolicy,
  destinationOf,
  existingCustomer,
  failedOnce,
  forget,
  linkOf,
  linkThat,
  looked,
  patch,
  push,
  pushCopies,
  remove,
  sweep,
  writesBy,
} from '../support/roll.ts';
import { waitFor } from '../support/wait.ts';
import { request, testSecrets, testWorld, userNamed, type World } from '../support/world.ts';

const ada = 'ada.lovelace@example.com';
const phone = '+16134505293';
const withPhone = userNamed('Ada', { phoneNumbers: [{ value: phone, type: 'mobile' }] });

/** Gives the world's shop another access token. */
async function enterToken(world: World, accessToken: string): Promise<void> {
  const { tenantId, destinationId } = world;
  const shop = { shop: 'test.myshopify.com', origin: world.store.origin, accessToken };
  await updateShop(world.pool, testSecrets, { tenantId, destinationId }, shop);
}

suite('what a person’s record must mend', { concurrency: 2 }, () => {
  test('is told with its mend, keeps nobody else, and is tried again when it changes', async () => {
    await using world = await testWorld();
    await existingCustomer(world, { email: 'grace@example.com', phone });
    const id = await push(world, withPhone);
    const others = await Promise.all(
      Array.from({ length: 10 }, (_, index) => push(world, userNamed(`Person${index}`))),
    );
    const link = await looked(world, id);
    assert.equal(link.outcome, 'rejected');
    assert.equal(
      link.reason,
      'Shopify: Phone has already been taken: another customer has it; change or remove it at the source',
    );
    for (const other of others) assert.equal((await looked(world, other)).outcome, 'done');
    const { rows } = await world.pool.query("select from activity where kind = 'account.rejected'");
    assert.equal(rows.length, 1);
    assert.equal((await destinationOf(world)).state, 'active');

    await patch(world, id, { phoneNumbers: [{ value: '+16134505294', type: 'mobile' }] });
    await linkThat(world, id, 'the mend', ({ outcome }) => outcome === 'done');
    await checkAgreement(world);
  });

  test('is not tried again by itself', async () => {
    await using world = await testWorld();
    await existingCustomer(world, { email: 'grace@example.com', phone });
    const id = await push(world, withPhone);
    await looked(world, id);
    await forget(world);
    await push(world, userNamed('Grace Hopper'));
    await world.settled();
    assert.equal((await asked(world)).CustomerSet, 1, 'Grace’s');
  });

  test('does not keep a deactivation from taking effect', async () => {
    await using world = await testWorld();
    await existingCustomer(world, { email: 'taken@example.com' });
    const id = await push(world, userNamed('Ada'));
    await looked(world, id);
    await patch(world, id, { 'emails[type eq "work"].value': 'taken@example.com', active: false });
    const { outcome, reason } = await looked(world, id);
    assert.equal(outcome, 'rejected');
    assert.match(reason ?? '', /^Shopify: Email has already been taken: another customer has it/);
    const customer = await world.store.customer(ada);
    assert.ok(customer && isInactive(customer));
  });

  test('is one person’s also where Shopify refuses the whole request', async () => {
    await using world = await testWorld();
    const id = await push(
      world,
      userNamed('Ada', { addresses: [{ country: 'AQ', locality: 'Vostok' }] }),
    );
    const link = await looked(world, id);
    assert.equal(link.outcome, 'rejected');
    assert.match(
      link.reason ?? '',
      /^Shopify refuses a value: countryCode: Expected "AQ" to be one of/,
    );
    assert.equal((await destinationOf(world)).state, 'active');
    await push(world, userNamed('Grace Hopper'));
    await waitFor('somebody else', () => world.store.customer('grace.hopper@example.com'));
  });
});

suite('a record that always fails among many', { concurrency: 2 }, () => {
  test('delays nobody, and is told by name with what is the matter', async () => {
    await using world = await testWorld();
    const post = (path: string) =>
      request(
        `${world.origin}/api/tenants/${world.tenantId}/destinations/${world.destinationId}${path}`,
        { method: 'POST', body: {}, headers: { 'content-type': 'application/json' } },
      );
    await post('/pause');
    const failing = await push(world, userNamed('Poison'));
    const refused = await push(
      world,
      userNamed('Refused', { addresses: [{ country: 'AQ', locality: 'Vostok' }] }),
    );
    const id = await push(world, userNamed('Template'));
    await pushCopies(world, { id, name: 'template', count: 299 });
    const match = { text: 'poison.lovelace@example.com' };
    await world.store.fault({ kind: 'status', status: 500, match, times: null });
    await post('/activate');
    const agree = async () => {
      const { rows } = await world.pool.query(
        `select count(*)::int as done from links where outcome = 'done' and attempts = 0 and wanted = done`,
      );
      return rows[0].done === 300;
    };
    await waitFor('everybody else', agree, 60_000);
    const { rows } = await world.pool.query('select state, paused_until, recent from destinations');
    assert.equal(rows[0].state, 'active');
    assert.equal(rows[0].paused_until, null, 'nobody had to wait for it');
    assert.doesNotMatch(rows[0].recent, /x.*x.*x/);

    const poisoned = await linkThat(world, failing, 'the failure', ({ attempts }) => attempts > 1);
    assert.equal(poisoned.outcome, 'failed');
    assert.match(poisoned.reason ?? '', /answered with status 500/);
    const { outcome, due } = await linkOf(world, refused);
    assert.deepEqual({ outcome, due }, { outcome: 'rejected', due: false });
    for (const userId of [failing, refused]) {
      const { body } = await world.scim('GET', `/Users/${userId}`);
      const lines = await world.pool.query(
        `select message from activity where resource_id = $1 and kind in ('account.transient', 'account.rejected')`,
        [userId],
      );
      assert.equal(lines.rows.length, 1, `${body.userName} is told once`);
    }
    await world.store.dev('DELETE', 'faults');
    await linkThat(world, failing, 'the mend', (link) => link.outcome === 'done');
  });
});

suite('what the destination’s owner must mend', { concurrency: 2 }, () => {
  test('stops the destination, loses nothing, and is noticed when it is mended in the store', async () => {
    const probesMs = [400];
    await using world = await testWorld({ limits: { ...usualLimits, probesMs } });
    const id = await push(world, userNamed('Ada'));
    await looked(world, id);
    await world.store.fault({ kind: 'invalid-token', times: null });
    await patch(world, id, { title: 'Countess' });
    const grace = await push(world, userNamed('Grace Hopper'));
    await waitFor(
      'the quarantine',
      async () => (await destinationOf(world)).state === 'quarantined',
    );
    const { reason } = await destinationOf(world);
    assert.match(
      reason ?? '',
      /refuses the access token: open the app in the shop again, or enter a new token/,
    );

    await forget(world);
    await waitFor(
      'a probe that fails',
      async () => (await asked(world)).CustomerMetafieldDefinitions,
    );
    assert.equal((await destinationOf(world)).state, 'quarantined');
    assert.equal((await linkOf(world, grace)).due, true);
    assert.deepEqual(writesBy(await asked(world)), {});

    await world.store.dev('DELETE', 'faults');
    await world.settled();
    assert.deepEqual(await destinationOf(world), { state: 'active', reason: null, paused: false });
    await checkAgreement(world);
  });

  test('is tried at once when new settings are entered', async () => {
    await using world = await testWorld();
    const { rows } = await world.pool.query('select settings, secrets from destinations');
    await enterToken(world, 'shpat_revoked');
    await push(world, userNamed('Ada'));
    await waitFor(
      'the quarantine',
      async () => (await destinationOf(world)).state === 'quarantined',
    );
    await world.pool.query(
      "update destinations set secrets = $1, state = 'active', epoch = epoch + 1",
      [rows[0]?.secrets],
    );
    await world.settled();
    await checkAgreement(world);
  });

  test('and hangs meanwhile does not keep other destinations from being woken', async () => {
    const limits = { ...usualLimits, probesMs: [100], requestMs: 30_000 };
    await using world = await testWorld({ limits });
    // The drain is refused, and the probe that follows hangs.
    const match = { operation: 'CustomerMetafieldDefinitions' };
    await world.store.fault({ kind: 'invalid-token', match });
    await world.store.fault({ kind: 'hang', match, times: null });
    await push(world, userNamed('Ada'));
    await waitFor(
      'the probe to hang',
      async () => (await asked(world)).CustomerMetafieldDefinitions === 2,
    );
    assert.equal((await destinationOf(world)).state, 'quarantined');
    // Another destination of the same leader, woken by the scan alone.
    await world.pool.query(
      `insert into destinations (tenant_id, id, connector, name, settings, secrets, policy)
       select tenant_id, 'second', connector, name, settings || '{"origin":"http://127.0.0.1:1"}', secrets, policy
       from destinations where id = $1`,
      [world.destinationId],
    );
    await world.pool.query(
      `insert into links (tenant_id, id, destination_id, source_id, resource_id)
       select tenant_id, gen_random_uuid(), 'second', source_id, resource_id from links`,
    );
    await waitFor(
      'the other destination to be woken',
      async () => {
        const { rows } = await world.pool.query(
          "select epoch from destinations where id = 'second'",
        );
        return rows[0]?.epoch > 0;
      },
      // Long before the probe is given up.
      20_000,
    );
  });
});

suite('nobody waits', { concurrency: 2 }, () => {
  test('for one among 300 that always fails', async () => {
    await using world = await testWorld();
    // Only one of them has an address, and Shopify fails whenever it is to be written.
    await world.store.fault({
      kind: 'status',
      match: { operation: 'CustomerAddressCreate' },
      times: null,
    });
    const address = { addresses: [{ streetAddress: '1 St James Square', country: 'GB' }] };
    const people = Array.from({ length: 300 }, (_, index) =>
      push(world, userNamed(`Person${index}`, index === 7 ? address : {})),
    );
    const poison = (await Promise.all(people))[7] ?? '';
    await waitFor('everybody else', async () => {
      const { rows } = await world.pool.query<{ id: string }>(
        'select resource_id as id from links where wanted > done',
      );
      return rows.length === 1 && rows[0]?.id === poison;
    });
    assert.deepEqual(await destinationOf(world), { state: 'active', reason: null, paused: false });
    await linkThat(world, poison, 'it to be tried again', ({ attempts }) => attempts >= 2);

    await world.store.dev('DELETE', 'faults');
    await world.pool.query(
      `update links set not_before = now() + interval '1 hour' where wanted > done`,
    );
    // A change is not kept waiting by the failures before it.
    await patch(world, poison, { nickName: 'Antidote' });
    await world.settled();
    await checkAgreement(world);
  });

  test('for a request that hangs, not even leavers', async () => {
    await using world = await testWorld({
      limits: { ...usualLimits, sliceMs: 500, finishingMs: 200, requestMs: 10_000 },
    });
    const grace = await push(world, userNamed('Grace Hopper'));
    await world.settled();
    await world.store.fault({ kind: 'hang', match: { operation: 'CustomerSet' } });
    const hanging = await push(world, userNamed('Ada'));
    await waitFor('the request to hang', async () => (await asked(world)).CustomerSet === 2);
    await waitFor('the slice to be over', async () => {
      const { rows } = await world.pool.query(
        "select from pgboss.job where name = 'drain' and state = 'active' and started_on < now() - interval '700 ms'",
      );
      return rows.length > 0;
    });
    await push(world, userNamed('Emmy Noether'));
    await patch(world, grace, { active: false });
    await waitFor('the leaver', async () => {
      const customer = await world.store.customer('grace.hopper@example.com');
      return customer && isInactive(customer);
    });
    await waitFor('somebody new', () => world.store.customer('emmy.noether@example.com'));
    const { attempts, outcome } = await linkOf(world, hanging);
    assert.deepEqual([attempts, outcome], [0, null], 'before the request is given up');
    await world.settled();
    await checkAgreement(world);
  });
});

suite('an unchanged person costs', { concurrency: 2 }, () => {
  test('no request when PUT as it was read', async () => {
    await using world = await testWorld();
    const id = await push(world, withPhone);
    await world.settled();
    await forget(world);
    const { body } = await world.scim('GET', `/Users/${id}`);
    assert.equal((await world.scim('PUT', `/Users/${id}`, body)).status, 200);
    await patch(world, id, { nickName: 'Countess' });
    await world.settled();
    assert.deepEqual(await asked(world), {});
  });

  test('one read in a sweep, and no write', async () => {
    await using world = await testWorld();
    await changePolicy(world, { memberships: ['staff'] });
    const address = {
      streetAddress: '1 St James Square\nFlat 2',
      locality: 'London',
      region: 'ENG',
      country: 'GB',
    };
    const more = { addresses: [address], preferredLanguage: 'en-GB', title: 'Countess' };
    await push(world, { ...withPhone, ...more });
    await push(world, userNamed('Grace Hopper', { preferredLanguage: 'pt-BR', active: false }));
    await remove(world, await push(world, userNamed('Emmy Noether')));
    await world.settled();
    await forget(world);
    await sweep(world);
    const operations = await asked(world);
    // Who was removed at once has an account only where a look came in between.
    const { rowCount } = await world.pool.query('select from links where remote_id is not null');
    assert.equal(operations.CustomerById, rowCount);
    assert.deepEqual(writesBy(operations), {});
    await checkAgreement(world);
  });
});

suite('what was written before a failure is remembered as ours', { concurrency: 2 }, () => {
  test('a tag is taken back when its person leaves before it was recorded', async () => {
    await using world = await testWorld();
    await changePolicy(world, { memberships: ['staff'] });
    await world.store.fault({ kind: 'cut-after', match: { operation: 'TagsAdd' } });
    const id = await push(world, userNamed('Ada'));
    await failedOnce(world, id);
    assert.deepEqual((await world.store.customer(ada))?.tags, ['staff']);
    await patch(world, id, { active: false });
    await world.settled();
    assert.deepEqual((await world.store.customer(ada))?.tags, ['scim:inactive']);
    await checkAgreement(world);
  });

  test('a value is emptied when it went before it was recorded', async () => {
    await using world = await testWorld();
    await world.store.fault({ kind: 'cut-after', match: { operation: 'MetafieldsSet' } });
    const id = await push(world, userNamed('Ada', { title: 'Countess' }));
    await failedOnce(world, id);
    await patch(world, id, { title: '' });
    await world.settled();
    await checkAgreement(world);
  });
});
