import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chance } from '../support/chance.ts';
import { ledgerOf, offering } from '../support/courses.ts';
import { processWorld } from '../support/process.ts';
import { waitFor } from '../support/wait.ts';

const buyers = 12;
const kills = 3;
/** What a killed process had taken is anybody's again after half a minute. */
const patienceMs = 120_000;

test('orders that come while Rollcall is killed again and again lose nobody their course', async () => {
  await using world = await processWorld('unlimited', 'on');
  const { store, pool } = world;
  const random = chance(7);
  await offering(world, 'WELD', ['course-a']);
  // A delivery is tried for a minute, which is longer than a start takes on a busy machine.
  await store.dev('POST', 'webhooks', { timeScale: 0.005 });
  const product = { title: 'Weld', variants: [{ title: 'Default', sku: 'WELD', price: '40.00' }] };
  assert.equal((await store.dev('POST', 'products', product)).status, 200);
  const emails = Array.from({ length: buyers }, (_, number) => `buyer${number}@example.com`);
  const refundedBuyers = emails.filter((_, number) => number % 3 === 0);
  let process = await world.start();
  // However this ends, nobody goes on running.
  await using _last = { [Symbol.asyncDispose]: () => process.kill() };
  for (let round = 0; round < kills; round += 1) {
    for (const email of emails.slice((round * buyers) / kills, ((round + 1) * buyers) / kills)) {
      const lines = [{ sku: 'WELD', quantity: 1 }];
      const { status, body } = await store.dev('POST', 'orders', { email, paid: true, lines });
      assert.equal(status, 200, JSON.stringify(body));
      if (refundedBuyers.includes(email))
        await store.dev('POST', `orders/${String(body.id).split('/').at(-1)}/refund`);
    }
    await waitFor('something to be under way', async () => {
      const { rows } = await pool.query('select count(*)::int as come from inbox');
      return rows[0].come > round * 4 + random.between(1, 6);
    });
    await process.kill();
    process = await world.start();
  }
  const holders = async () => {
    const customers = await store.customers();
    return customers
      .flatMap(({ email, tags }) => (tags.includes('course-a') ? email : []))
      .toSorted();
  };
  const expected = emails.filter((email) => !refundedBuyers.includes(email)).toSorted();
  /** What the store has not told yet, and what is not worked off. */
  const waiting = async () => {
    const { body } = await store.dev('GET', 'webhooks');
    const { rows } = await pool.query(
      `select topic, attempts, error from inbox where state = 'waiting'`,
    );
    return [...body.pending, ...rows];
  };
  await waitFor(
    'everybody to have what they bought, and no more',
    async () =>
      (await waiting()).length === 0 &&
      JSON.stringify(await holders()) === JSON.stringify(expected),
    patienceMs,
  ).catch(async () => {
    // Says what is missing.
    assert.deepEqual(await waiting(), []);
    assert.deepEqual(await holders(), expected);
    const { rows } = await pool.query('select * from links where wanted > done');
    assert.fail(
      `it came too late, or is still to come: ${JSON.stringify(rows)}; ${process.output()}`,
    );
  });
  assert.equal((await ledgerOf(world)).length, buyers);
  assert.equal((await store.customers()).length, buyers);
});
