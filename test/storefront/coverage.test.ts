import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { cliOf, type Rollcall } from '../support/cli.ts';
import { offering } from '../support/courses.ts';
import { changePolicy, patch, push } from '../support/roll.ts';
import { buy, keepSweepOut, type Sale, sell } from '../support/sales.ts';
import { request, testWorld, userNamed, type World } from '../support/world.ts';

const key = { ROLLCALL_ENCRYPTION_KEY: '07'.repeat(32), ROLLCALL_PRIVATE_NETWORK: 'allowed' };

/** A world whose shop sells what an offer is about; nobody tells it of orders, and it does not sweep by itself. */
async function selling(terms: object = {}): Promise<{ world: World; order: Rollcall }> {
  const world = await testWorld();
  await sell(world, 'WELD');
  await sell(world, 'HELMET');
  await keepSweepOut(world);
  await offering(world, 'WELD', ['course-a'], { ...terms });
  const rollcall = cliOf(world.database, key);
  return { world, order: (args) => rollcall(['order', ...args, '--tenant', world.tenantId]) };
}

/** Each right as the admin API reports it, and the sum. */
async function reportOf({ origin, tenantId }: World) {
  const url = `${origin}/api/tenants/${tenantId}/orders/coverage`;
  const { status, body, headers } = await request(url, { method: 'GET' });
  assert.equal(status, 200, body);
  assert.equal(headers.get('content-type'), 'application/x-ndjson');
  const events = body
    .trimEnd()
    .split('\n')
    .map((line: string) => JSON.parse(line));
  const rights = events.filter(({ type }: { type: string }) => type === 'right');
  return { rights, sum: events.at(-1) };
}

const refund = (world: World, { id }: Sale) =>
  world.store.dev('POST', `orders/${id.replace(/\D/g, '')}/refund`, {});

suite('the coverage of orders', { concurrency: 2 }, () => {
  test('is complete once all that is paid for is there, and tells each right', async () => {
    const { world, order } = await selling();
    await using _ = world;
    await buy(world, 'ada@example.com', ['WELD', 'HELMET']);
    await buy(world, 'bea@example.com', ['WELD'], { paid: false });
    const back = await buy(world, 'cai@example.com', ['WELD']);
    await refund(world, back);
    await world.store.dev('POST', 'customers', { email: 'dot@example.com', tags: ['course-a'] });
    await buy(world, 'dot@example.com', ['WELD']);
    const swept = await order(['sweep']);
    assert.match(swept.out, /^4 orders that changed since /, swept.err);
    await world.settled();

    const { rights, sum } = await reportOf(world);
    type Seen = Record<'learner' | 'state' | 'right' | 'link' | 'reason', string | null>;
    assert.deepEqual(
      rights
        .map(({ learner, state, right, link, reason }: Seen) => [
          learner,
          state,
          right,
          link,
          reason,
        ])
        .toSorted(),
      [
        ['ada@example.com', 'enrolled', 'standing', 'done', null],
        ['bea@example.com', 'not due', 'waiting', 'none', 'not paid yet (pending)'],
        ['cai@example.com', 'not due', 'ended', 'none', 'the line was refunded'],
        ['dot@example.com', 'enrolled', 'standing', 'done', null],
      ],
    );
    assert.deepEqual([sum.orders, sum.complete, sum.counts.enrolled], [4, true, 2]);
    const told = await order(['coverage']);
    assert.deepEqual([told.code, told.err], [0, 'read 4 orders\n']);
    assert.match(told.out, /^4 orders read: 2 enrolled, 2 not due/);
    assert.match((await order(['coverage', '--all'])).out, /ada@example\.com .* enrolled \(right/);
    assert.equal(
      (await order(['coverage', '--since', '2999-01-01'])).code,
      1,
      'ends before it begins',
    );
  });

  test('finds an order that nobody told, until it was read', async () => {
    const { world, order } = await selling();
    await using _ = world;
    await buy(world, 'ada@example.com', ['WELD']);
    const missing = await order(['coverage']);
    assert.equal(missing.code, 1);
    assert.match(missing.out, /ada@example\.com .* missing \(right none, account none\): no right/);
    assert.match(missing.out, /Not all that is paid for and due has arrived\.\n$/);
    await order(['sweep']);
    await world.settled();
    assert.equal((await order(['coverage'])).code, 0);
  });

  test('tells what is held, what is on its way, and who has left', async () => {
    const { world, order } = await selling({ quantity: 'named' });
    await using _ = world;
    const ada = await push(world, userNamed('Ada'));
    await world.settled();
    await buy(world, 'ada.lovelace@example.com', ['WELD']);
    await buy(world, 'bea@example.com', [], { lines: [{ sku: 'WELD', quantity: 2 }] });
    await world.pool.query(`update destinations set state = 'paused' where tenant_id = $1`, [
      world.tenantId,
    ]);
    await order(['sweep']);
    const { rights, sum } = await reportOf(world);
    assert.deepEqual(rights.map(({ state }: { state: string }) => state).toSorted(), [
      'held',
      'held',
      'on its way',
    ]);
    assert.equal(sum.complete, false);
    assert.match(
      (await order(['coverage'])).out,
      /held \(right held, account none\): learners have/,
    );
    await patch(world, ada, { active: false });
    assert.equal((await reportOf(world)).sum.counts.left, 1);
  });

  test('does not take for there what a look left out', async () => {
    const { world, order } = await selling();
    await using _ = world;
    await push(world, userNamed('Ada'));
    // Before she buys: else her customer may be made by the order, and adopted.
    await world.settled();
    await changePolicy(world, { writes: { create: true, update: false } });
    await buy(world, 'ada.lovelace@example.com', ['WELD']);
    await order(['sweep']);
    await world.settled();
    const { rights } = await reportOf(world);
    const [{ state, right, link, reason }] = rights;
    assert.deepEqual([state, right, link], ['missing', 'standing', 'done']);
    // A later look finds nothing changed.
    assert.match(reason, /updates are off|unchanged/);
  });
});
