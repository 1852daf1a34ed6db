import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { suite, test } from 'node:test';
import { give } from '../../src/courses/decisions.ts';
import { offerSchema } from '../../src/courses/offer.ts';
import { rightsOf } from '../../src/courses/rights.ts';
import { indexed } from '../../src/directory/indexed.ts';
import type { JsonObject } from '../../src/model.ts';
import { putOffer } from '../../src/store/offers.ts';
import { insertUser } from '../../src/store/users.ts';
import { ledgerOf, lineOf, offering, orderOf, record, refunded } from '../support/courses.ts';
import { changePolicy, push, remove } from '../support/roll.ts';
import { waitFor } from '../support/wait.ts';
import { testWorld, userNamed, type World } from '../support/world.ts';

const bea = 'bea@example.com';
const ada = 'ada.lovelace@example.com';
const tagsOf = async (world: World, email: string) => {
  await world.settled();
  return (await world.store.customer(email))?.tags ?? [];
};
const later = (ms = 1_000) => new Date(Date.now() + ms);

suite('offers', { concurrency: 2 }, () => {
  test('two offers that give the same course for one line do not spoil the order', async () => {
    await using world = await testWorld();
    await world.store.dev('POST', 'customers', { email: bea });
    await offering(world, 'WELD', ['course-a']);
    await offering(world, 'WELD*', ['course-a', 'course-b']);
    await record(world, [orderOf(1001, bea, [lineOf('WELD')])]);
    assert.deepEqual((await tagsOf(world, bea)).toSorted(), ['course-a', 'course-b']);
  });

  test('a product that was deleted in the shop takes no course away from who bought it', async () => {
    await using world = await testWorld();
    await world.store.dev('POST', 'customers', { email: bea });
    const productId = 'gid://shopify/Product/7';
    const terms = offerSchema.parse({
      match: { product: productId },
      courses: [{ destination: world.destinationId, membership: 'course-a' }],
    }) as unknown as JsonObject;
    const { pool, tenantId } = world;
    await putOffer(pool, tenantId, { id: randomUUID(), name: 'Welding', terms, at: new Date(0) });
    await record(world, [orderOf(1001, bea, [lineOf('WELD', { productId })])]);
    assert.deepEqual(await tagsOf(world, bea), ['course-a']);
    // LineItem.product is null once the product is deleted; any later touch of the order reads it so.
    await record(world, [orderOf(1001, bea, [lineOf('WELD')], { updatedAt: later() })]);
    assert.equal((await ledgerOf(world))[0]?.state, 'standing');
    assert.deepEqual(await tagsOf(world, bea), ['course-a']);
  });

  test('one more bought by an edit does not take the course from who had it', async () => {
    await using world = await testWorld();
    await world.store.dev('POST', 'customers', { email: bea });
    await offering(world, 'WELD', ['course-a'], { quantity: 'named' });
    await record(world, [orderOf(1001, bea, [lineOf('WELD')])]);
    assert.deepEqual(await tagsOf(world, bea), ['course-a']);
    const two = lineOf('WELD', { quantity: 2, currentQuantity: 2 });
    await record(world, [orderOf(1001, bea, [two], { updatedAt: later(), edited: true })]);
    assert.deepEqual(await tagsOf(world, bea), ['course-a']);
  });

  test('all the money given back in two parts is all the money', () => {
    const terms = offerSchema.parse({
      match: { sku: 'WELD' },
      courses: [{ destination: 'd', membership: 'a' }],
      refunds: { money: 'suspend' },
    });
    const offer = {
      ...{ id: '1', version: 1, name: 'a', terms, validFrom: new Date(0), validUntil: null },
    };
    const at = new Date();
    const refunds = [8.7, 1.1].map((amount, n) => ({ id: String(n), at, amount, lines: [] }));
    const order = orderOf(1001, bea, [lineOf('WELD')], {
      ...{ total: 9.8, refunds, financialStatus: 'REFUNDED' },
    });
    const nothing = { given: () => true, named: () => null, answered: () => null };
    const [right] = rightsOf(order, { offers: [offer], deletedAt: null, ...nothing });
    assert.equal(right?.state, 'ended');
  });

  test('a pattern with many stars is no way to stop the process', () => {
    const terms = offerSchema.parse({
      match: { sku: `${'*a'.repeat(6)}*b` },
      courses: [{ destination: 'd', membership: 'a' }],
    });
    const offer = {
      ...{ id: '1', version: 1, name: 'a', terms, validFrom: new Date(0), validUntil: null },
    };
    const order = orderOf(1001, bea, [lineOf('a'.repeat(60))]);
    const nothing = { given: () => true, named: () => null, answered: () => null };
    // Of the processor: what others do on a busy machine does not count.
    const began = process.threadCpuUsage();
    rightsOf(order, { offers: [offer], deletedAt: null, ...nothing });
    const { user, system } = process.threadCpuUsage(began);
    const took = (user + system) / 1_000;
    assert.ok(took < 100, `took ${Math.round(took)} ms`);
  });
});

suite('people', { concurrency: 2 }, () => {
  test('who is deleted at the source and made again has what they bought', async () => {
    await using world = await testWorld();
    await offering(world, 'WELD', ['course-a']);
    const id = await push(world, userNamed('Ada'));
    await record(world, [orderOf(1001, ada, [lineOf('WELD')])]);
    assert.deepEqual(await tagsOf(world, ada), ['course-a']);
    await remove(world, id);
    await world.settled();
    await push(world, userNamed('Ada'));
    await record(world, [orderOf(1001, ada, [lineOf('WELD')], { updatedAt: later() })]);
    assert.deepEqual(await tagsOf(world, ada), ['course-a']);
  });

  test('a leaver does not come back because their order gets a customer', async () => {
    await using world = await testWorld();
    await offering(world, 'WELD', ['course-a']);
    const id = await push(world, userNamed('Ada'));
    const order = orderOf(1001, ada, [lineOf('WELD')]);
    await record(world, [order]);
    assert.deepEqual(await tagsOf(world, ada), ['course-a']);
    const customerId = (await world.store.customer(ada))?.id ?? '';
    await remove(world, id);
    assert.ok(!(await tagsOf(world, ada)).includes('course-a'), 'who left has lost it');
    // The guest made an account, or two customers were merged: the order is the other customer's now.
    const buyer = { ...order.buyer, customerId };
    await record(world, [{ ...order, buyer, updatedAt: later() }]);
    assert.ok(!(await tagsOf(world, ada)).includes('course-a'), 'who left is not given it again');
  });

  test('who is adopted while an order of theirs is recorded keeps it', async () => {
    await using world = await testWorld();
    const { pool } = world;
    await offering(world, 'WELD', ['course-a']);
    await offering(world, 'AID', ['course-b']);
    const second = orderOf(1002, ada, [lineOf('AID')]);
    await record(world, [
      orderOf(1001, ada, [lineOf('WELD')]),
      { ...second, financialStatus: 'PENDING', fullyPaid: false },
    ]);
    await world.settled();
    // Stops the ledger between finding who is meant and writing it down.
    const holder = await pool.connect();
    try {
      await holder.query('begin');
      await holder.query(
        `select from grants where order_id = 'gid://shopify/Order/1002' for update`,
      );
      const recording = record(world, [{ ...second, updatedAt: later() }]);
      await waitFor('the ledger to wait', async () => {
        const { rows } = await pool.query(
          `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
             and query like 'insert into grants%'`,
        );
        return rows.length > 0;
      });
      const pushing = push(world, userNamed('Ada'));
      await Promise.race([pushing, new Promise((done) => setTimeout(done, 2_000))]);
      await holder.query('rollback');
      await Promise.all([recording, pushing]);
    } finally {
      holder.release();
    }
    const { rows } = await pool.query(
      `select g.membership from grants g where not exists (select from resources r where r.id = g.resource_id)`,
    );
    assert.deepEqual(rows, [], 'rights of nobody');
    assert.deepEqual((await tagsOf(world, ada)).toSorted(), ['course-a', 'course-b']);
  });

  test('of two users written at once who both claim a buyer, both have links', async () => {
    await using world = await testWorld();
    const { pool, tenantId, sourceId } = world;
    await offering(world, 'WELD', ['course-a']);
    await record(world, [orderOf(1001, ada, [lineOf('WELD')])]);
    await world.settled();
    const note = { actor: null, requestId: null, message: null, detail: null };
    const ids = [randomUUID(), randomUUID()];
    await Promise.all(
      ids.map((id, n) => {
        const data = { userName: `user${n}`, emails: [{ value: ada, primary: true }] };
        const user = { id, data, at: new Date(), ...indexed(data) };
        return insertUser(pool, { tenantId, sourceId }, user, {
          activityId: randomUUID(),
          ...note,
        });
      }),
    );
    const { rows } = await pool.query(
      'select count(*)::int as links from links where resource_id = any($1)',
      [ids],
    );
    assert.equal(rows[0]?.links, 2);
  });

  test('a buyer gets what the offer says, and not what the policy gives everybody of a group', async () => {
    await using world = await testWorld();
    await world.store.dev('POST', 'customers', { email: bea });
    await offering(world, 'WELD', ['course-a']);
    const { body } = await world.scim('POST', '/Groups', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
      displayName: 'Staff',
    });
    await changePolicy(world, {
      groups: [{ id: body.id, name: 'Staff', source: world.sourceId }] as never,
      memberships: ['staff-handbook'],
    });
    const order = orderOf(1001, bea, [lineOf('WELD')]);
    await record(world, [order]);
    assert.deepEqual(await tagsOf(world, bea), ['course-a']);
    await record(world, [refunded(order, lineOf('WELD').id)]);
    assert.deepEqual(await tagsOf(world, bea), []);
  });

  test('what is given by hand begins also where our clock is ahead of the database', async () => {
    await using world = await testWorld();
    const { pool, tenantId, destinationId, rollcall } = world;
    const resourceId = await push(world, userNamed('Ada'));
    await world.settled();
    const now = () => Date.now() + 2_000;
    await give(
      { pool, now, wake: rollcall.engine.wake },
      {
        ...{ tenantId, destinationId, membership: 'course-a', resourceId, note: 'a gift' },
        ...{ endsAt: null, ending: 'suspend', actor: 'Max' },
      },
    );
    await world.settled();
    await waitFor('the course', async () =>
      ((await world.store.customer(ada))?.tags ?? []).includes('course-a'),
    );
  });

  test('an address that is too long holds its line, and spoils nothing', async () => {
    await using world = await testWorld();
    await offering(world, 'WELD', ['course-a']);
    const long = `${randomBytes(3_000).toString('hex')}@example.com`;
    const line = lineOf('WELD', { properties: { 'learner email': long } });
    await record(world, [orderOf(1001, bea, [line]), orderOf(1002, bea, [lineOf('WELD')])]);
    const states = (await ledgerOf(world)).map(({ state }) => state);
    assert.deepEqual(states, ['held', 'standing']);
  });
});
