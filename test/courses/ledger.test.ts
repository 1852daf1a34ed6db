import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { destinationsOf } from '../../src/store/destinations.ts';
import { ledgerOf, lineOf, offering, orderOf, record, refunded } from '../support/courses.ts';
import { changePolicy, push, remove } from '../support/roll.ts';
import { secondSource } from '../support/second-source.ts';
import { waitFor } from '../support/wait.ts';
import { testWorld, userNamed, type World } from '../support/world.ts';

const bea = 'bea@example.com';

async function customerOf(world: World, email: string) {
  await world.store.dev('POST', 'customers', { email });
  return async () => {
    await world.settled();
    return (await world.store.customer(email))?.tags ?? [];
  };
}

suite('an order that is paid', { concurrency: 2 }, () => {
  test('gives its buyer what the offer says, and makes no second customer', async () => {
    await using world = await testWorld();
    const tags = await customerOf(world, bea);
    await offering(world, 'WELD', ['course-a', 'course-b']);
    await record(world, [orderOf(1001, 'Bea@Example.com', [lineOf('WELD'), lineOf('HELMET')])]);
    assert.deepEqual((await tags()).toSorted(), ['course-a', 'course-b']);
    const rights = await ledgerOf(world);
    assert.deepEqual(
      rights.map(({ order, membership, state, person }) => [order, membership, state, person]),
      [
        ['#1001', 'course-a', 'standing', bea],
        ['#1001', 'course-b', 'standing', bea],
      ],
    );
    assert.equal((await world.store.customers()).length, 1);
  });

  test('and refunded in part takes back just that', async () => {
    await using world = await testWorld();
    const tags = await customerOf(world, bea);
    await offering(world, 'WELD', ['course-a']);
    await offering(world, 'AID', ['course-b']);
    const order = orderOf(1001, bea, [lineOf('WELD'), lineOf('AID')]);
    await record(world, [order]);
    assert.deepEqual((await tags()).toSorted(), ['course-a', 'course-b']);
    await record(world, [refunded(order, lineOf('WELD').id)]);
    assert.deepEqual(await tags(), ['course-b']);
    await record(world, [order]);
    assert.deepEqual(await tags(), ['course-b'], 'an older read changes nothing');
  });

  test('leaves what another order still gives', async () => {
    await using world = await testWorld();
    const tags = await customerOf(world, bea);
    await offering(world, 'WELD', ['course-a']);
    const first = orderOf(1001, bea, [lineOf('WELD')]);
    await record(world, [first, orderOf(1002, bea, [lineOf('WELD')])]);
    await record(world, [refunded(first, lineOf('WELD').id)]);
    assert.deepEqual(await tags(), ['course-a']);
  });

  test('leaves what a group still gives, and the group what the order gives', async () => {
    await using world = await testWorld();
    await offering(world, 'WELD', ['course-a']);
    await changePolicy(world, {
      rules: [{ when: { filter: 'title eq "Welder"' }, memberships: ['course-a'] }],
    });
    const id = await push(world, { ...userNamed('Ada'), title: 'Welder' });
    const ada = 'ada.lovelace@example.com';
    const order = orderOf(1001, ada, [lineOf('WELD')]);
    await record(world, [order]);
    await world.settled();
    assert.deepEqual((await world.store.customer(ada))?.tags, ['course-a']);
    await record(world, [refunded(order, lineOf('WELD').id)]);
    await world.settled();
    assert.deepEqual((await world.store.customer(ada))?.tags, ['course-a']);
    await remove(world, id);
    await world.settled();
    const tags = (await world.store.customer(ada))?.tags ?? [];
    assert.ok(!tags.includes('course-a'), String(tags));
  });

  test('gives nothing while it is not paid, and takes back when it is deleted', async () => {
    await using world = await testWorld();
    const tags = await customerOf(world, bea);
    await offering(world, 'WELD', ['course-a']);
    const order = orderOf(1001, bea, [lineOf('WELD')]);
    await record(world, [{ ...order, financialStatus: 'PENDING', fullyPaid: false }]);
    assert.deepEqual(await tags(), []);
    assert.deepEqual((await ledgerOf(world))[0]?.reason, 'not paid yet (pending)');
    await record(world, [{ ...order, updatedAt: new Date() }]);
    assert.deepEqual(await tags(), ['course-a']);
    await record(world, [], [order.id]);
    assert.deepEqual(await tags(), []);
    assert.equal((await ledgerOf(world))[0]?.reason, 'the order was deleted');
  });

  test('ends by its date', async () => {
    await using world = await testWorld();
    const tags = await customerOf(world, bea);
    await offering(world, 'WELD', ['course-a'], { access: { days: 1 } });
    await record(world, [orderOf(1001, bea, [lineOf('WELD')])]);
    assert.deepEqual(await tags(), ['course-a']);
    await world.pool.query(`update grants set ends_at = now(), next_at = now()`);
    await waitForTags(tags, []);
  });

  test('begins by its date', async () => {
    await using world = await testWorld();
    const tags = await customerOf(world, bea);
    const startsAt = new Date(Date.now() + 3_600_000).toISOString();
    await offering(world, 'WELD', ['course-a'], { startsAt });
    await record(world, [orderOf(1001, bea, [lineOf('WELD')])]);
    assert.deepEqual(await tags(), []);
    await world.pool.query(`update grants set starts_at = now(), next_at = now()`);
    await waitForTags(tags, ['course-a']);
  });
});

async function waitForTags(tags: () => Promise<readonly string[]>, expected: readonly string[]) {
  await waitFor(`the tags ${expected}`, async () => `${await tags()}` === `${expected}`);
}

suite('who is meant', { concurrency: 2 }, () => {
  test('is the person of the identity provider with that address', async () => {
    await using world = await testWorld();
    await offering(world, 'WELD', ['course-a']);
    await push(world, userNamed('Ada'));
    await record(world, [orderOf(1001, 'Ada.Lovelace@example.com', [lineOf('WELD')])]);
    await world.settled();
    assert.deepEqual((await world.store.customer('ada.lovelace@example.com'))?.tags, ['course-a']);
    assert.equal((await ledgerOf(world))[0]?.person, 'ada.lovelace@example.com');
  });

  test('is whose customer bought, under any address', async () => {
    await using world = await testWorld();
    await offering(world, 'WELD', ['course-a']);
    await push(world, userNamed('Ada'));
    await world.settled();
    const customerId = (await world.store.customer('ada.lovelace@example.com'))?.id ?? '';
    const home = orderOf(1001, 'ada@home.example', [lineOf('WELD')]);
    await record(world, [{ ...home, buyer: { ...home.buyer, customerId } }]);
    assert.equal((await ledgerOf(world))[0]?.person, 'ada.lovelace@example.com');
  });

  test('is nobody of two, until somebody chooses', async () => {
    await using world = await testWorld();
    await offering(world, 'WELD', ['course-a']);
    const other = await secondSource(world, 'Contoso');
    await push(world, userNamed('Ada'));
    await push(other, userNamed('Ada'));
    await record(world, [orderOf(1001, 'ada.lovelace@example.com', [lineOf('WELD')])]);
    const [right] = await ledgerOf(world);
    assert.equal(right?.state, 'held');
    assert.match(right?.reason ?? '', /^more than one person has this address \(.*\): choose one$/);
  });

  test('is the same person when an identity provider brings them', async () => {
    await using world = await testWorld();
    const ada = 'ada.lovelace@example.com';
    const tags = await customerOf(world, ada);
    await offering(world, 'WELD', ['course-a']);
    await record(world, [orderOf(1001, ada, [lineOf('WELD')])]);
    assert.deepEqual(await tags(), ['course-a']);
    const before = (await world.store.customer(ada))?.id;
    const id = await push(world, userNamed('Ada'));
    assert.deepEqual(await tags(), ['course-a']);
    const customer = await world.store.customer(ada);
    assert.equal(customer?.id, before);
    assert.equal(customer?.firstName, 'Ada');
    const { rows } = await world.pool.query(
      'select r.id, s.kind from resources r join sources s on s.id = r.source_id',
    );
    assert.deepEqual(rows, [{ id, kind: 'scim' }]);
    assert.equal((await ledgerOf(world))[0]?.person, ada);
    await remove(world, id);
    await world.settled();
    await record(world, [orderOf(1001, ada, [lineOf('WELD')], { updatedAt: new Date() })]);
    assert.ok(!(await tags()).includes('course-a'), 'somebody who left is not brought back by it');
  });

  test('is nobody of a domain that the identity provider may not speak for', async () => {
    await using world = await testWorld();
    await world.pool.query(`update sources set domains = '{other.example}'`);
    await offering(world, 'WELD', ['course-a']);
    await record(world, [orderOf(1001, 'ada.lovelace@example.com', [lineOf('WELD')])]);
    await push(world, userNamed('Ada'));
    const { rows } =
      await world.pool.query(`select s.kind from sources s join resources r on r.source_id = s.id
      join grants g on g.resource_id = r.id`);
    assert.deepEqual(rows, [{ kind: 'storefront' }]);
  });
});

test('whatever reads came, how often and in which order, the ledger is the same', async () => {
  await using world = await testWorld();
  const [destination] = await destinationsOf(world.pool, world.tenantId);
  assert.ok(destination);
  await offering(world, 'WELD', ['course-a'], { access: { days: 30 } });
  await offering(world, 'AID', ['course-b'], { again: 'replace' });
  const histories = [1001, 1002, 1003].map((number) => {
    const buyer = number === 1003 ? 'carl@example.com' : bea;
    const paid = orderOf(number, buyer, [lineOf('WELD'), lineOf('AID')]);
    const placed = { ...paid, updatedAt: new Date(paid.updatedAt.getTime() - 1_000) };
    const pending = { ...placed, financialStatus: 'PENDING', fullyPaid: false };
    const once = refunded(paid, lineOf(number === 1002 ? 'AID' : 'WELD').id);
    return number === 1003 ? [pending, paid] : [pending, paid, once];
  });
  const reads = histories.flat();
  const last = histories.map((history) => history.at(-1) ?? assert.fail());
  const dates = async () => {
    const { rows } = await world.pool.query(
      `select order_id, line_id, state, reason, round(extract(epoch from ends_at - purchased_at)) as length
       from grants where state = 'standing' order by 1, 2`,
    );
    // A right that had ended when it was first seen is nobody's.
    const rights = (await ledgerOf(world)).map(({ person, ...right }) =>
      right.state === 'ended' ? right : { ...right, person },
    );
    return { dates: rows, rights };
  };
  const afresh = async () => {
    for (const table of ['grants', 'orders']) await world.pool.query(`delete from ${table}`);
  };
  await record(world, last);
  const expected = await dates();
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.constantFrom(...reads), { minLength: 1, maxLength: 3 }), {
        maxLength: 8,
      }),
      async (batches) => {
        await afresh();
        for (const batch of batches) await record(world, latestOf(batch));
        await record(world, last);
        assert.deepEqual(await dates(), expected);
      },
    ),
    { numRuns: 25 },
  );
});

/** One read of each order, as a look gives it. */
function latestOf<Read extends { readonly id: string }>(reads: readonly Read[]): readonly Read[] {
  return [...new Map(reads.map((read) => [read.id, read])).values()];
}
