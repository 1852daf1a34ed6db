import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sharedAllowance } from '../../src/provisioning/allowance.ts';
import type { Allowance, Bucket } from '../../src/provisioning/connector.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { waitFor } from '../support/wait.ts';

let database: TestDatabase;
before(async () => {
  database = await testDatabase();
});
after(() => database.close());

/** An allowance, and how it is seen that whoever asks of it has to wait. */
interface Watched {
  readonly allowance: Allowance;
  /** Is called with the time that whoever was refused is to wait, in milliseconds. */
  refused: (waitMs: number) => void;
}

function watched(name: string, bucket?: Bucket): Watched {
  const query = async (...asked: unknown[]) => {
    const answer = await Reflect.apply(database.pool.query, database.pool, asked);
    const [row] = answer.rows;
    if (row?.granted === false) one.refused(row.waitMs);
    return answer;
  };
  const db = new Proxy(database.pool, {
    get: (pool, name) => (name === 'query' ? query : Reflect.get(pool, name)),
  });
  const one: Watched = {
    allowance: sharedAllowance(db, 'tenant', name, { bucket }),
    refused: () => undefined,
  };
  return one;
}

let names = 0;
/** An allowance of its own, as if the remote service had reported this. */
async function reported(report: {
  available: number;
  maximum: number;
  restoreRate: number;
}): Promise<Watched & { readonly name: string }> {
  names += 1;
  const name = `shop-${names}`;
  const one = watched(name);
  const reservation = await one.allowance.reserve(1, { urgent: true, signal: never });
  await reservation.settle(report);
  return Object.assign(one, { name });
}

const never = new AbortController().signal;
const ordinary = { urgent: false, signal: never };
const urgent = { urgent: true, signal: never };

/** When points were spent or reported last, in milliseconds of the database's clock. */
async function spentAt(name: string): Promise<number> {
  const { rows } = await database.pool.query<{ ms: number }>(
    'select extract(epoch from updated_at)::float8 * 1000 as ms from allowances where name = $1',
    [name],
  );
  return rows[0]?.ms ?? Number.NaN;
}

/** What is left, as any process sees it. */
async function left(name: string): Promise<number> {
  const { rows } = await database.pool.query<{ available: number }>(
    'select available from allowances where name = $1',
    [name],
  );
  return rows[0]?.available ?? Number.NaN;
}

/** Reserves until it has to wait, and says how much was given. */
async function drain(one: Watched, call: { urgent: boolean }, cost: number): Promise<number> {
  const waiting = new AbortController();
  one.refused = () => waiting.abort();
  for (let given = 0; ; given += cost) {
    const reservation = await one.allowance
      .reserve(cost, { ...call, signal: waiting.signal })
      .catch(() => null);
    if (reservation === null) return given;
  }
}

test('ordinary calls leave a tenth for urgent ones, which leave a fiftieth', async () => {
  const one = await reported({ available: 1_000, maximum: 1_000, restoreRate: 0.001 });
  assert.equal(await drain(one, ordinary, 50), 900);
  assert.equal(await drain(one, urgent, 10), 80);
});

test('two processes spend from the same allowance', async () => {
  const one = await reported({ available: 500, maximum: 500, restoreRate: 0.001 });
  const other = watched(one.name);
  const given = await Promise.all([drain(one, ordinary, 10), drain(other, ordinary, 10)]);
  assert.equal(given[0] + given[1], 450);
});

test('what is spent comes back with time', async () => {
  const one = await reported({ available: 100, maximum: 1_000, restoreRate: 1_000 });
  const waits: number[] = [];
  one.refused = (waitMs) => waits.push(waitMs);
  const before = await spentAt(one.name);
  await one.allowance.reserve(200, ordinary);
  const lasted = (await spentAt(one.name)) - before;
  // 200 points at 1,000 a second, by the one clock that counts.
  assert.ok(lasted >= 199, `given after ${lasted} ms`);
  assert.ok(
    waits.every((waitMs) => waitMs <= 200),
    `told to wait ${waits.join(', ')} ms`,
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
  const [one, other] = [watched('counted here', bucket), watched('counted here', bucket)];
  assert.equal((await drain(one, urgent, 1)) + (await drain(other, urgent, 1)), 29);
});

test('what is declared anew holds, and what was spent stays spent', async () => {
  const declared = (maximum: number) => watched('declared', { maximum, restoreRate: 1e-3 });
  assert.equal(await drain(declared(30), urgent, 1), 29);
  assert.equal(await drain(declared(300), urgent, 1), 0);
  await database.pool.query("update allowances set available = 300 where name = 'declared'");
  assert.equal(await drain(declared(10), urgent, 1), 9);
});
