import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { newDestinationId } from '../../src/directory/ids.ts';
import { createTenant, updateShop } from '../../src/directory/tenants.ts';
import { usualLimits } from '../../src/provisioning/drain.ts';
import { type NewNotice, raiseNotice } from '../../src/store/notices.ts';
import { checkAgreement } from '../support/checker.ts';
import { testDatabase } from '../support/database.ts';
import { changePolicy, destinationOf, linkOf, patch, push } from '../support/roll.ts';
import { secondInstance } from '../support/second-instance.ts';
import { waitFor } from '../support/wait.ts';
import {
  connect,
  request,
  scim,
  type TestStore,
  testSecrets,
  testStore,
  testWorld,
  userNamed,
  type World,
  type WorldOptions,
} from '../support/world.ts';

/** The notices of a world, oldest first. */
async function noticesOf({ pool }: Pick<World, 'pool'>): Promise<readonly (readonly string[])[]> {
  const { rows } = await pool.query('select kind, code from notices order by id');
  return rows.map(({ kind, code }) => [kind, code]);
}

const stopped = (world: World, forMs?: number) =>
  waitFor(
    'the quarantine',
    async () => (await destinationOf(world)).state === 'quarantined',
    forMs,
  );
const freed = (world: World) =>
  waitFor('the release', async () => (await destinationOf(world)).state === 'active');

const people = (world: World, count: number) =>
  Promise.all(
    Array.from({ length: count }, (_, index) => push(world, userNamed(`Person${index}`))),
  );

const probing = { limits: { ...usualLimits, probesMs: [300] } };

suite('a quarantine', { concurrency: 4 }, () => {
  test('is one notice however many people, workers and instances meet the fault', async () => {
    await using world = await testWorld();
    const other = await secondInstance(world);
    await world.store.fault({ kind: 'invalid-token', times: null });
    const ids = await people(world, 30);
    await stopped(world);
    for (const id of ids) assert.equal((await linkOf(world, id)).due, true);
    assert.deepEqual(await noticesOf(world), [['destination.quarantined', 'credentials']]);
    await other.close();
  });

  test('for another reason is a second notice, and the way out a third', async () => {
    await using world = await testWorld(probing);
    // The drain meets the one, each probe the other: in between there is no moment in which all is well.
    await world.store.fault({ kind: 'invalid-token' });
    await world.store.fault({ kind: 'status', status: 402, times: null });
    await push(world, userNamed('Ada'));
    await waitFor('the other reason', async () =>
      (await destinationOf(world)).reason?.includes('is frozen'),
    );
    await world.store.dev('DELETE', 'faults');
    await world.store.fault({ kind: 'status', status: 500, times: 2 });
    await world.settled();
    assert.deepEqual(await noticesOf(world), [
      ['destination.quarantined', 'credentials'],
      ['destination.quarantine_changed', 'shop_unavailable'],
      ['destination.recovered', 'shop_unavailable'],
    ]);
    await checkAgreement(world);
  });

  test('for a policy that cannot be read is not ended by a store that answers, but by a new policy', async () => {
    await using world = await testWorld(probing);
    const id = await push(world, userNamed('Ada'));
    await world.settled();
    await changePolicy(world, { scope: 'nosuchthing eq 1' });
    await stopped(world);
    const { rows } = await world.pool.query('select epoch from destinations');
    await waitFor('three probes', async () => {
      const probed = await world.pool.query('select probes from destinations');
      return probed.rows[0]?.probes >= 3;
    });
    const after = await world.pool.query('select epoch, reason_code from destinations');
    assert.deepEqual(after.rows, [{ ...rows[0], reason_code: 'policy_unreadable' }]);
    await changePolicy(world, { scope: null });
    await patch(world, id, { title: 'Countess' });
    await freed(world);
    await world.settled();
    assert.deepEqual(await noticesOf(world), [
      ['destination.quarantined', 'policy_unreadable'],
      ['destination.recovered', 'policy_unreadable'],
    ]);
    await checkAgreement(world);
  });

  test('is left at once with new settings, and entered again where they are no better', async () => {
    await using world = await testWorld();
    const enter = (accessToken: string) =>
      updateShop(
        world.pool,
        testSecrets,
        { tenantId: world.tenantId, destinationId: world.destinationId },
        { shop: 'test.myshopify.com', origin: world.store.origin, accessToken },
      );
    await enter('shpat_wrong');
    await push(world, userNamed('Ada'));
    await stopped(world);
    await enter('shpat_wrong_too');
    await waitFor('the second entry', async () => (await noticesOf(world)).length === 3);
    assert.deepEqual(
      (await noticesOf(world)).map(([kind]) => kind),
      ['destination.quarantined', 'destination.recovered', 'destination.quarantined'],
    );
  });

  test('of four weeks is the end of the probes, with a notice', async () => {
    await using world = await testWorld(probing);
    await world.store.fault({ kind: 'invalid-token', times: null });
    const id = await push(world, userNamed('Ada'));
    await stopped(world);
    await world.pool.query(
      "update destinations set quarantined_at = now() - interval '28 days 1 second'",
    );
    await waitFor('it to be off', async () => (await destinationOf(world)).state === 'paused');
    const { rows } = await world.pool.query('select probe_at, reason_code from destinations');
    assert.deepEqual(rows, [{ probe_at: null, reason_code: 'credentials' }]);
    assert.match(
      (await destinationOf(world)).reason ?? '',
      /28 days.*switch it on again\. .*token/,
    );
    assert.equal((await linkOf(world, id)).due, true);
    assert.deepEqual((await noticesOf(world)).at(-1), ['destination.off', 'credentials']);
  });

  test('of one destination is no concern of another tenant’s, nor of another of the same', async () => {
    await using world = await testWorld();
    await using stranger = await testWorld();
    const { pool } = world;
    await pool.query(
      `insert into destinations (tenant_id, id, connector, name, settings, secrets, policy)
       select tenant_id, 'locked', connector, name, settings, 'v1.unreadable', policy from destinations`,
    );
    await people(world, 5);
    await people(stranger, 5);
    await waitFor('the quarantine of one', async () => {
      const { rows } = await pool.query('select state, reason_code from destinations order by id');
      return rows.some(({ reason_code }) => reason_code === 'settings_unreadable');
    });
    await waitFor('the other destination', async () => {
      const { rows } = await pool.query(
        'select count(*) as due from links where destination_id = $1 and wanted > done',
        [world.destinationId],
      );
      return rows[0]?.due === 0;
    });
    await stranger.settled();
    assert.equal((await world.store.customers()).length, 5);
    assert.equal((await destinationOf(world)).state, 'active');
    assert.deepEqual(await noticesOf(stranger), []);
  });
});

suite('a token that is revoked, beside another destination and another tenant', {
  concurrency: 2,
}, () => {
  /** A world with a second shop, and a second tenant with a shop of its own. */
  async function three(options: WorldOptions) {
    const world = await testWorld(options);
    const [second, foreign] = await Promise.all([testStore(), testStore()]);
    const { pool, tenantId } = world;
    const id = newDestinationId();
    await pool.query(
      `insert into destinations (tenant_id, id, connector, name, settings, policy, state)
       select tenant_id, $1, connector, 'Second shop', settings, policy, state from destinations`,
      [id],
    );
    await updateShop(pool, testSecrets, { tenantId, destinationId: id }, shopAt('second', second));
    const shop = shopAt('foreign', foreign);
    const tenant = { name: 'Other', shop, switches: 'on' } as const;
    const stranger = await connect(pool, await createTenant(pool, testSecrets, tenant));
    return {
      ...{ world, second, foreign },
      /** Pushes somebody of the name at both tenants. */
      pushBoth: async (name: string) => {
        await push(world, userNamed(name));
        const pushed = { method: 'POST', path: '/Users', body: userNamed(name) };
        assert.equal((await scim(world.origin, stranger, pushed)).status, 201);
      },
      [Symbol.asyncDispose]: async () => {
        await world.close();
        await Promise.all([second.close(), foreign.close()]);
      },
    };
  }

  const shopAt = (name: string, { origin, accessToken }: TestStore) => ({
    shop: `${name}.myshopify.com`,
    origin,
    accessToken,
  });

  for (const [way, options] of [
    ['a probe', probing],
    ['an administrator', {}],
  ] as const) {
    test(`stops that one with a notice; mended, ${way} has it go on with what waited`, async () => {
      await using it = await three(options);
      const { world, second, foreign } = it;
      await it.pushBoth('Ada');
      await world.settled();
      await world.store.fault({ kind: 'invalid-token', times: null });
      await it.pushBoth('Grace');
      await stopped(world);
      for (const store of [second, foreign])
        await waitFor('the others to go on', () => store.customer('grace.lovelace@example.com'));
      const { rows } = await world.pool.query(
        `select name, reason_code, reason from destinations where state <> 'active'`,
      );
      assert.equal(rows.length, 1);
      assert.equal(rows[0].reason_code, 'credentials');
      assert.match(rows[0].reason, /^test\.myshopify\.com refuses the access token/);
      await world.store.dev('DELETE', 'faults');
      if (way === 'an administrator') {
        const url = `${world.origin}/api/tenants/${world.tenantId}/destinations/${world.destinationId}/activate`;
        const headers = { 'content-type': 'application/json' };
        assert.equal((await request(url, { method: 'POST', body: {}, headers })).status, 200);
      }
      await world.settled();
      assert.equal((await world.store.customers()).length, 2, 'what waited is done');
      const notices = await world.pool.query(
        'select tenant_id as tenant, destination_id as destination, kind from notices order by id',
      );
      const of = { tenant: world.tenantId, destination: world.destinationId };
      assert.deepEqual(notices.rows, [
        { ...of, kind: 'destination.quarantined' },
        { ...of, kind: 'destination.recovered' },
      ]);
    });
  }
});

suite('a storm', { concurrency: 4 }, () => {
  test('stops the destination, and is over when the store answers', async () => {
    await using world = await testWorld(probing);
    await world.store.fault({
      kind: 'status',
      status: 500,
      times: null,
      match: { operation: 'CustomerSet' },
    });
    await people(world, 30);
    await stopped(world, 60_000);
    assert.match(
      (await destinationOf(world)).reason ?? '',
      /^\d+ of the last \d+ attempts failed\./,
    );
    assert.deepEqual((await noticesOf(world))[0], ['destination.quarantined', 'failing']);
    await world.store.dev('DELETE', 'faults');
    await world.settled();
    assert.equal((await noticesOf(world)).at(-1)?.[0], 'destination.recovered');
    await checkAgreement(world);
  });

  test('is none where the store only asks to wait', async () => {
    await using world = await testWorld();
    await world.store.fault({ kind: 'throttle', times: 6 });
    await people(world, 30);
    await world.settled(60_000);
    assert.deepEqual(await noticesOf(world), []);
    const { rows } = await world.pool.query('select recent from destinations');
    assert.doesNotMatch(rows[0]?.recent, /x/);
  });
});

test('a notice with a key is raised once for a tenant, without one every time', async () => {
  await using database = await testDatabase();
  const { pool } = database;
  await pool.query("insert into tenants (tenant_id, name) values ('one', 'One'), ('two', 'Two')");
  const notice: NewNotice = {
    kind: 'guard.tripped',
    destinationId: 'd',
    code: null,
    message: 'held',
    detail: { count: 12 },
  };
  const raised = await Promise.all(
    ['one', 'one', 'two'].map((tenant) => raiseNotice(pool, tenant, { ...notice, once: 'day 1' })),
  );
  assert.equal(raised.filter((id) => id !== null).length, 2);
  for (let time = 0; time < 2; time += 1) assert.ok(await raiseNotice(pool, 'one', notice));
  const { rows } = await pool.query(
    'select tenant_id as tenant, count(*) as count from notice_deliveries group by 1 order by 1',
  );
  assert.deepEqual(rows, [
    { tenant: 'one', count: 3 },
    { tenant: 'two', count: 1 },
  ]);
});
