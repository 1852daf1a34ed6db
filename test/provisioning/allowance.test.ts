import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sharedAllowance } from '../../src/provisioning/allowance.ts';
import type { Allowance } from '../../src/provisioning/connector.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { waitFor } from '../support/wait.ts';

let database: TestDatabase;
before(async () => {
  database = await testDatabase();
});
after(() => database.close());

let names = 0;
/** An allowance of its own, as if the remote service had reported this. */
async function reported(report: {
  available: number;
  maximum: number;
  restoreRate: number;
}): Promise<{
  readonly allowance: Allowance;
  readonly name: string;
}> {
  names += 1;
  const name = `shop-${names}`;
  const allowance = sharedAllowance(database.pool, 'tenant', name);
  const reservation = await allowance.reserve(1, { urgent: true, signal: never });
  await reservation.settle(report);
  return { allowance, name };
}

const never = new AbortController().signal;
const ordinary = { urgent: false, signal: never };
const urgent = { urgent: true, signal: never };

/** What is left, as any process sees it. */
async function left(name: string): Promise<number> {
  const { rows } = await database.pool.query<{ available: number }>(
    'select available from allowances where name = $1',
    [name],
  );
  return rows[0]?.available ?? Number.NaN;
}

/** Reserves until it has to wait, and says how much was given. */
async function drain(
  allowance: Allowance,
  call: { urgent: boolean },
  cost: number,
): Promise<number> {
  for (let given = 0; ; given += cost) {
    const gaveUp = AbortSignal.timeout(150);
    const reservation = await allowance
      .reserve(cost, { ...call, signal: gaveUp })
      .catch(() => null);
    if (reservation === null) return given;
  }
}

test('ordinary calls leave a tenth for urgent ones, which leave a fiftieth', async () => {
  const { allowance } = await reported({ available: 1_000, maximum: 1_000, restoreRate: 0.001 });
  assert.equal(await drain(allowance, ordinary, 50), 900);
  assert.equal(await drain(allowance, urgent, 10), 80);
});

test('two processes spend from the same allowance', async () => {
  const { allowance, name } = await reported({ available: 500, maximum: 500, restoreRate: 0.001 });
  const other = sharedAllowance(database.pool, 'tenant', name);
  const given = await Promise.all([drain(allowance, ordinary, 10), drain(other, ordinary, 10)]);
  assert.equal(given[0] + given[1], 450);
});

test('what is spent comes back with time', async () => {
  const { allowance } = await reported({ available: 100, maximum: 1_000, restoreRate: 1_000 });
  const startedAt = performance.now();
  await allowance.reserve(200, ordinary);
  const waited = performance.now() - startedAt;
  assert.ok(
    waited >= 150 && waited < 1_000,
    `waited ${waited} ms for 200 points at 1,000 a second`,
  );
});

test('a report corrects what was believed, less what is still under way', async () => {
  const { allowance, name } = await reported({
    available: 1_000,
    maximum: 1_000,
    restoreRate: 0.001,
  });
  const first = await allowance.reserve(100, ordinary);
  const second = await allowance.reserve(40, ordinary);
  await first.settle({ available: 500, maximum: 1_000, restoreRate: 0.001 });
  assert.equal(Math.round(await left(name)), 460);
  await second.settle({ available: 495, maximum: 1_000, restoreRate: 0.001 });
  assert.equal(Math.round(await left(name)), 495);
});

test('a call that costs more than its share of the allowance waits for a full one, not for ever', async () => {
  const { allowance } = await reported({ available: 0, maximum: 100, restoreRate: 500 });
  await allowance.reserve(99, ordinary);
});

test('whoever waits for points gives up when told so', async () => {
  const { allowance } = await reported({ available: 0, maximum: 100, restoreRate: 0.001 });
  const stop = new AbortController();
  const waiting = allowance.reserve(50, { urgent: false, signal: stop.signal });
  stop.abort();
  await assert.rejects(waiting, { name: 'AbortError' });
});

test('an allowance nobody has reported on starts careful', async () => {
  const allowance = sharedAllowance(database.pool, 'tenant', 'never-reported');
  await waitFor('a first reservation', async () => allowance.reserve(15, ordinary));
  const { rows } = await database.pool.query(
    "select maximum, restore_rate from allowances where name = 'never-reported'",
  );
  assert.deepEqual(rows, [{ maximum: 1_000, restore_rate: 50 }]);
});

test('an allowance that is never reported on is what its connector says, for all processes', async () => {
  const bucket = { maximum: 30, restoreRate: 1e-3 };
  const [one, other] = [1, 2].map(() =>
    sharedAllowance(database.pool, 'tenant', 'counted here', { bucket }),
  );
  assert.ok(one && other);
  const given = (await drain(one, urgent, 1)) + (await drain(other, urgent, 1));
  assert.equal(given, 29);
});

test('what is declared anew holds, and what was spent stays spent', async () => {
  const declared = (maximum: number) =>
    sharedAllowance(database.pool, 'tenant', 'declared', {
      bucket: { maximum, restoreRate: 1e-3 },
    });
  assert.equal(await drain(declared(30), urgent, 1), 29);
  assert.equal(await drain(declared(300), urgent, 1), 0);
  await database.pool.query("update allowances set available = 300 where name = 'declared'");
  assert.equal(await drain(declared(10), urgent, 1), 9);
});
