import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { suite, test } from 'node:test';
import { chooseLearner, Undecidable } from '../../src/courses/decisions.ts';
import { recogniseSince } from '../../src/courses/recognise.ts';
import { indexed } from '../../src/directory/indexed.ts';
import type { JsonObject } from '../../src/model.ts';
import { insertUser } from '../../src/store/users.ts';
import { ledgerOf, lineOf, offering, orderOf, record, refunded } from '../support/courses.ts';
import { patch, push } from '../support/roll.ts';
import { waitFor } from '../support/wait.ts';
import { testWorld, userNamed, type World } from '../support/world.ts';

const ada = 'ada.lovelace@example.com';
const later = () => new Date(Date.now() + 1_000);

const waitingFor = (world: World, query: string) =>
  waitFor(`${query} to wait`, async () => {
    const { rows } = await world.pool.query(
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query ~ $1`,
      [query],
    );
    return rows.length > 0;
  });

suite('races and choices', { concurrency: 2 }, () => {
  test('a buyer whom an identity provider brings at the same moment is one person', async () => {
    await using world = await testWorld();
    const { pool, tenantId, sourceId } = world;
    await offering(world, 'WELD', ['course-a']);
    const client = await pool.connect();
    try {
      await client.query('begin');
      const data = userNamed('Ada') as JsonObject;
      const user = { id: randomUUID(), data, at: new Date(), ...indexed(data) };
      const note = { actor: null, requestId: null, message: null, detail: null };
      await insertUser(client, { tenantId, sourceId }, user, {
        activityId: randomUUID(),
        ...note,
      });
      const recording = record(world, [orderOf(1001, ada, [lineOf('WELD')])]);
      await Promise.race([recording, new Promise((done) => setTimeout(done, 1_000))]);
      await client.query('commit');
      await recording;
    } finally {
      client.release();
    }
    // Neither could see the other: the next sweep does.
    const { wake } = world.rollcall.engine;
    const since = new Date(Date.now() - 60_000);
    await recogniseSince({ pool, now: Date.now, wake }, tenantId, since);
    const { rows } = await pool.query(
      `select s.kind, count(g.id)::int as rights from resources r join sources s on s.id = r.source_id
       left join grants g on g.resource_id = r.id group by r.id, s.kind`,
    );
    assert.deepEqual(rows, [{ kind: 'scim', rights: 1 }]);
  });

  test('a refund and the adoption of its buyer do not wait for each other', async () => {
    await using world = await testWorld();
    const { pool } = world;
    await offering(world, 'WELD', ['course-a']);
    const order = orderOf(1001, ada, [lineOf('WELD')]);
    await record(world, [order]);
    await world.settled();
    const holder = await pool.connect();
    try {
      await holder.query('begin');
      await holder.query('select from links for update');
      const pushing = world.scim('POST', '/Users', userNamed('Ada'));
      await waitingFor(world, 'select from links where tenant_id');
      const recording = record(world, [refunded(order, lineOf('WELD').id)]).then(
        () => 'recorded',
        (error: Error) => error.message,
      );
      await waitingFor(world, 'pg_advisory_xact_lock');
      await holder.query('rollback');
      assert.deepEqual([(await pushing).status, await recording], [201, 'recorded']);
    } finally {
      holder.release();
    }
  });

  test('somebody who gets the address of a buyer by a change is that buyer, too', async () => {
    await using world = await testWorld();
    await offering(world, 'WELD', ['course-a']);
    await record(world, [orderOf(1001, ada, [lineOf('WELD')])]);
    const id = await push(world, {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
      userName: 'ada',
      emails: [{ value: 'a.l@example.com', primary: true }],
      active: true,
    });
    await patch(world, id, { emails: [{ value: ada, primary: true }] });
    await world.settled();
    const { rows } = await world.pool.query('select resource_id from grants');
    assert.deepEqual(rows, [{ resource_id: id }]);
  });

  test('a choice is for a right that is held, and not for one that somebody has', async () => {
    await using world = await testWorld();
    const { pool, tenantId, rollcall } = world;
    await offering(world, 'WELD', ['course-a']);
    await push(world, userNamed('Ada'));
    const grace = await push(world, userNamed('Grace'));
    await record(world, [orderOf(1001, ada, [lineOf('WELD')])]);
    await world.settled();
    assert.ok((await world.store.customer(ada))?.tags.includes('course-a'));
    const { rows } = await pool.query('select id from grants');
    const choosing = chooseLearner(
      { pool, now: Date.now, wake: rollcall.engine.wake },
      { tenantId, grantId: rows[0].id, actor: 'Max' },
      grace,
    );
    await assert.rejects(choosing, Undecidable);
    await world.settled();
    assert.equal((await ledgerOf(world))[0]?.person, ada);
  });

  test('a choice for a line that names nobody is what counts', async () => {
    await using world = await testWorld();
    const { pool, tenantId, rollcall } = world;
    await offering(world, 'WELD', ['course-a'], { quantity: 'named' });
    const grace = await push(world, userNamed('Grace'));
    const two = lineOf('WELD', { quantity: 2, currentQuantity: 2 });
    await record(world, [orderOf(1001, ada, [two])]);
    const { rows } = await pool.query('select id from grants order by seat');
    await chooseLearner(
      { pool, now: Date.now, wake: rollcall.engine.wake },
      { tenantId, grantId: rows[0].id, actor: 'Max' },
      grace,
    );
    assert.equal((await ledgerOf(world))[0]?.state, 'standing');
  });

  test('who learns stays who they are when their customer is merged into another', async () => {
    await using world = await testWorld();
    await offering(world, 'WELD', ['course-a']);
    const buyerOf = (number: number, email: string) => ({
      ...{ customerId: `gid://shopify/Customer/${number}`, email },
      ...{ firstName: 'Ada', lastName: 'L' },
    });
    const order = orderOf(1001, ada, [lineOf('WELD')], { buyer: buyerOf(1, ada) });
    await record(world, [order]);
    const buyer = buyerOf(2, 'ada@home.example');
    await record(world, [{ ...order, buyer, updatedAt: later() }]);
    assert.equal((await ledgerOf(world))[0]?.person, ada);
  });

  test('a lost dispute that began as an inquiry takes the course back', async () => {
    await using world = await testWorld();
    await offering(world, 'WELD', ['course-a']);
    const disputes = [{ id: 'd', kind: 'INQUIRY', status: 'LOST' }] as const;
    await record(world, [orderOf(1001, ada, [lineOf('WELD')], { disputes })]);
    assert.equal((await ledgerOf(world))[0]?.state, 'ended');
  });
});
