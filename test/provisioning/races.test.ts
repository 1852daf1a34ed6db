import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { pino } from 'pino';
import { startRollcall } from '../../src/rollcall.ts';
import { transaction } from '../../src/store/statement.ts';
import { checkAgreement } from '../support/checker.ts';
import { asked, changePolicy, linkOf, patch, push, sweep } from '../support/roll.ts';
import { waitFor } from '../support/wait.ts';
import { scim, settled, testSecrets, testWorld, userNamed, type World } from '../support/world.ts';

const department = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department';

/** Adds a second destination to the world's tenant, at the same store. */
async function secondDestination({ pool, tenantId, destinationId }: World): Promise<string> {
  await pool.query(
    `insert into destinations (tenant_id, id, connector, name, settings, secrets, policy, state)
     select tenant_id, 'second', connector, name, settings, secrets, policy, 'paused'
     from destinations where tenant_id = $1 and id = $2`,
    [tenantId, destinationId],
  );
  return 'second';
}

/** A drain job that waits, as the queue has it. */
async function waitingJobs({ pool }: World): Promise<number> {
  const { rows } = await pool.query<{ waiting: number }>(
    "select count(*)::int as waiting from pgboss.job where name = 'drain' and state = 'created'",
  );
  return rows[0]?.waiting ?? 0;
}

suite('waking', { concurrency: 2 }, () => {
  test('a change that commits just after its link was read is not lost', async () => {
    await using world = await testWorld();
    const id = await push(world, userNamed('Ada'));
    await world.settled();
    // The drain has read the link and projected it when it asks the store.
    await world.store.fault({ kind: 'slow', match: { operation: 'CustomerById' }, delayMs: 700 });
    await patch(world, id, { title: 'Countess' });
    await waitFor('the link to be read', async () => (await asked(world)).CustomerById);
    await patch(world, id, { title: 'Mathematician' });
    await world.settled();
    assert.equal((await asked(world)).CustomerById, 2);
    await checkAgreement(world);
  });

  test('a sweep that asks for somebody who is being worked on is not forgotten', async () => {
    await using world = await testWorld();
    const id = await push(world, userNamed('Ada'));
    await world.settled();
    const { CustomerById: before = 0, MetafieldsSet: written = 0 } = await asked(world);
    await world.store.fault({ kind: 'slow', match: { operation: 'MetafieldsSet' }, delayMs: 700 });
    await patch(world, id, { title: 'Countess' });
    await waitFor('the write', async () => ((await asked(world)).MetafieldsSet ?? 0) > written);
    // What staff change now was read already.
    const { remoteId } = await linkOf(world, id);
    const customer = `customers/${encodeURIComponent(remoteId ?? '')}`;
    assert.equal((await world.store.dev('PATCH', customer, { firstName: 'Augusta' })).status, 200);
    await sweep(world);
    assert.equal((await asked(world)).CustomerById, before + 2);
    await checkAgreement(world);
  });

  test('a policy that changes while its destination is drained holds for everybody', async () => {
    await using world = await testWorld();
    const id = await push(world, userNamed('Ada'));
    await world.settled();
    await world.store.fault({ kind: 'slow', match: { operation: 'CustomerById' }, delayMs: 700 });
    const reads = (await asked(world)).CustomerById ?? 0;
    await patch(world, id, { title: 'Countess' });
    await waitFor('the drain', async () => ((await asked(world)).CustomerById ?? 0) > reads);
    await changePolicy(world, { memberships: ['staff'] });
    await waitFor('the tag', async () => {
      const customer = await world.store.customer('ada.lovelace@example.com');
      return customer?.tags.includes('staff');
    });
    await world.settled();
    await checkAgreement(world);
  });

  test('a wake-up sent while another waits is one, and both changes arrive', async () => {
    await using world = await testWorld();
    const key = { tenantId: world.tenantId, destinationId: world.destinationId };
    await world.store.fault({ kind: 'slow', match: { operation: 'CustomerSet' }, delayMs: 700 });
    await push(world, userNamed('Ada'));
    await waitFor('the drain to be under way', async () => (await asked(world)).CustomerSet);
    await Promise.all(
      Array.from({ length: 20 }, (_, index) => push(world, userNamed(`Person${index}`))),
    );
    world.rollcall.engine.wake(key.tenantId, [key.destinationId]);
    assert.ok((await waitingJobs(world)) <= 1);
    await world.settled();
    await checkAgreement(world);
  });

  test('a wake-up that was lost with its process is made up for', async () => {
    await using world = await testWorld();
    const id = await push(world, userNamed('Ada'));
    await world.settled();
    // As if the process had died between its commit and the message.
    await world.pool.query(
      `update resources set data = data || '{"title":"Countess"}', version = version + 1 where id = $1`,
      [id],
    );
    await world.pool.query(
      'update links set wanted = wanted + 1, not_before = now() where resource_id = $1',
      [id],
    );
    await world.settled();
    await checkAgreement(world);
  });

  test('writers are not made to wait for one whose commit is outstanding', async () => {
    await using world = await testWorld();
    const [ada, grace] = [
      await push(world, userNamed('Ada')),
      await push(world, userNamed('Grace Hopper')),
    ];
    await world.settled();
    await transaction(world.pool, async (client) => {
      await client.query('update links set wanted = wanted + 1 where resource_id = $1', [ada]);
      await patch(world, grace, { title: 'Admiral' });
      await waitFor('the other one to be written', async () => {
        const customer = await world.store.customer('grace.hopper@example.com');
        return customer?.metafields.some(({ value }) => value === 'Admiral');
      });
    });
    await world.settled();
    await checkAgreement(world);
  });

  test('changes that wake two destinations in any order do not wait for each other', async () => {
    await using world = await testWorld();
    const second = await secondDestination(world);
    const ids = await Promise.all(
      Array.from({ length: 4 }, (_, index) => push(world, userNamed(`Person${index}`))),
    );
    const wake = world.rollcall.engine.wake;
    const changes = Array.from({ length: 40 }, async (_, index) => {
      await patch(world, ids[index % 4] ?? '', { title: `Title ${index}` });
      const both = [world.destinationId, second];
      wake(world.tenantId, index % 2 === 0 ? both : both.toReversed());
    });
    await Promise.all(changes);
    await waitFor('the active one to be drained', async () => {
      const { rows } = await world.pool.query(
        'select from links where destination_id = $1 and wanted > done',
        [world.destinationId],
      );
      return rows.length === 0;
    });
    await world.pool.query("delete from links where destination_id = 'second'");
    await world.pool.query("delete from destinations where id = 'second'");
    await checkAgreement(world);
  });

  test('200 changes of 20 people at once, while they are drained, converge', async () => {
    await using world = await testWorld();
    const ids = await Promise.all(
      Array.from({ length: 20 }, (_, index) => push(world, userNamed(`Person${index}`))),
    );
    await Promise.all(
      Array.from({ length: 200 }, (_, index) => {
        const id = ids[index % ids.length] ?? '';
        if (index % 3 === 0) return patch(world, id, { title: `Title ${index}` });
        if (index % 3 === 1) return patch(world, id, { [department]: `Department ${index}` });
        return patch(world, id, { active: index % 2 === 0 });
      }),
    );
    await world.settled();
    await checkAgreement(world);
  });

  test('two instances on one database share the work and double nobody', async () => {
    await using world = await testWorld();
    const other = await startRollcall({
      pool: world.pool,
      connectionOptions: world.database.connectionOptions,
      log: pino({ level: 'silent' }),
      secrets: testSecrets,
      now: Date.now,
      random: Math.random,
      publicUrl: 'http://rollcall.test',
      mode: 'development',
      adminPassword: null,
      trustProxy: null,
      privateNetwork: 'allowed',
    });
    try {
      const origins = [world.origin, await other.app.listen({ port: 0, host: '127.0.0.1' })];
      const answers = await Promise.all(
        Array.from({ length: 80 }, (_, index) => {
          const request = { method: 'POST', path: '/Users', body: userNamed(`Person${index}`) };
          return scim(origins[index % 2] ?? '', world, request);
        }),
      );
      assert.ok(answers.every(({ status }) => status === 201));
      await settled(world.pool);
      await checkAgreement(world);
      assert.equal((await world.store.customers()).length, 80);
    } finally {
      await other.close();
    }
  });
});
