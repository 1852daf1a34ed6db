import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { prune } from '../../src/provisioning/prune.ts';
import { keptTables } from '../../src/store/retention.ts';
import { transaction } from '../../src/store/statement.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { waitFor } from '../support/wait.ts';

let database: TestDatabase;
let pool: pg.Pool;
before(async () => {
  database = await testDatabase();
  pool = database.pool;
});
after(() => database.close());

const dayMs = 86_400_000;
const now = Date.parse('2026-11-27T12:00:00Z');
const keep = { activity: 365, inbox: 30, minutes: 8 };
const run = (signal = new AbortController().signal) =>
  prune({ pool, now: () => now, signal }, keep);

async function addTenant(tenantId: string): Promise<void> {
  await pool.query('insert into tenants (tenant_id, name) values ($1, $1)', [tenantId]);
}

async function addLines(tenantId: string, daysAgo: number, count: number): Promise<void> {
  const ids = Array.from({ length: count }, () => uuidv7({ msecs: now - daysAgo * dayMs })).sort();
  await pool.query(
    `insert into activity (tenant_id, id, kind, outcome, message) select $1, id, 'test', 'done', $3 from unnest($2::uuid[]) id`,
    [tenantId, ids, `${daysAgo}`],
  );
}

async function linesOf(tenantId: string): Promise<readonly string[]> {
  const { rows } = await pool.query<{ message: string; count: number }>(
    'select message, count(*) as count from activity where tenant_id = $1 group by 1 order by message::float8',
    [tenantId],
  );
  return rows.map(({ message, count }) => `${count} of ${message} days`);
}

test('what is older than its limit goes, everything else stays', async () => {
  for (const tenant of ['one', 'two']) {
    await addTenant(tenant);
    await addLines(tenant, 400, 3);
    await addLines(tenant, 365.1, 2);
    await addLines(tenant, 364.9, 2);
    await addLines(tenant, 0, 1);
  }
  for (const daysAgo of [9, 7])
    await pool.query(
      "insert into destination_minutes (tenant_id, destination_id, minute) values ('one', 'd', $1)",
      [new Date(now - daysAgo * dayMs)],
    );
  for (const daysAgo of [400, 300])
    await pool.query(
      `insert into notices (tenant_id, id, kind, message) values ('one', $1, 'notice.test', '')`,
      [uuidv7({ msecs: now - daysAgo * dayMs })],
    );
  // A delivery that was not worked off yet is kept, however old it is.
  for (const state of ['done', 'ignored', 'dead', 'waiting'])
    for (const daysAgo of [31, 29])
      await pool.query(
        `insert into inbox (tenant_id, id, webhook_id, topic, body, state) values ('one', $1, $2, 'customers/update', '{}', $3)`,
        [uuidv7({ msecs: now - daysAgo * dayMs }), `${state} ${daysAgo}`, state],
      );
  // A tombstone is kept however old it is: whoever returns gets the account back.
  await pool.query(
    `insert into links (tenant_id, id, destination_id, source_id, resource_id, wanted, done, deleted_at, user_name)
     values ('one', gen_random_uuid(), 'd', 's', gen_random_uuid(), 1, 1, now() - interval '5 years', 'ada')`,
  );
  assert.equal(await run(), 15);
  for (const tenant of ['one', 'two'])
    assert.deepEqual(await linesOf(tenant), ['1 of 0 days', '2 of 364.9 days']);
  assert.equal((await pool.query('select from destination_minutes')).rowCount, 1);
  assert.equal((await pool.query('select from notices')).rowCount, 1);
  assert.equal((await pool.query('select from links')).rowCount, 1);
  const inbox = await pool.query<{ id: string }>('select webhook_id as id from inbox order by 1');
  assert.deepEqual(
    inbox.rows.map(({ id }) => id),
    ['dead 29', 'done 29', 'ignored 29', 'waiting 29', 'waiting 31'],
  );
  assert.equal(await run(), 0);
});

test('an export of a customer’s data is kept for a month, however short a tenant keeps the rest', async () => {
  await addTenant('hasty');
  await pool.query("update tenants set inbox_days = 1 where tenant_id = 'hasty'");
  for (const daysAgo of [31, 29]) {
    const id = uuidv7({ msecs: now - daysAgo * dayMs });
    await pool.query(
      `insert into exports (tenant_id, id, delivery_id, customer_id, data) values ('hasty', $1, $1, $2, '{}')`,
      [id, `${daysAgo}`],
    );
    await pool.query(
      `insert into inbox (tenant_id, id, webhook_id, topic, body, state)
       values ('hasty', $1, $2, 'customers/data_request', '{}', 'done')`,
      [id, `${daysAgo}`],
    );
  }
  assert.equal(await run(), 3);
  const { rows } = await pool.query('select customer_id from exports');
  assert.deepEqual(rows, [{ customer_id: '29' }]);
});

test('a request to erase somebody that was given up is kept until it is worked off', async () => {
  await addTenant('owing');
  const put = (topic: string, state: string) =>
    pool.query(
      `insert into inbox (tenant_id, id, webhook_id, topic, body, state) values ('owing', $1, $2, $3, '{}', $4)`,
      [uuidv7({ msecs: now - 400 * dayMs }), `${topic} ${state}`, topic, state],
    );
  for (const topic of ['customers/redact', 'orders/paid'])
    for (const state of ['dead', 'done']) await put(topic, state);
  assert.equal(await run(), 3);
  const { rows } = await pool.query("select webhook_id as id from inbox where tenant_id = 'owing'");
  assert.deepEqual(rows, [{ id: 'customers/redact dead' }]);
});

test('what was cut short goes on with the next run', async () => {
  await addTenant('three');
  await addLines('three', 400, 20_000);
  await addLines('three', 1, 5);
  const stop = new AbortController();
  let cut: Promise<number> | undefined;
  await transaction(pool, async (holder) => {
    // The last lines are held back: it cannot come to its end before it is cut short.
    await holder.query(
      "select from activity where tenant_id = 'three' order by id desc limit 10000 for update",
    );
    cut = run(stop.signal);
    await waitFor('the first lines to go', async () => {
      const { rows } = await pool.query(
        "select from activity where tenant_id = 'three' limit 20005",
      );
      return rows.length < 20_005;
    });
    stop.abort();
  });
  const before = (await cut) ?? 0;
  assert.ok(before > 0 && before < 20_000, `${before} were deleted before it was cut short`);
  assert.equal(await run(), 20_000 - before);
  assert.deepEqual(await linesOf('three'), ['5 of 1 days']);
});

test('every table is found by its tenant and its age', async () => {
  const { rows } = await pool.query<{ table: string; columns: readonly string[] }>(
    `select c.relname as table, array_agg(a.attname::text order by k.place) as columns
     from pg_index i join pg_class c on c.oid = i.indrelid
     cross join lateral unnest(i.indkey) with ordinality k(number, place)
     join pg_attribute a on a.attrelid = c.oid and a.attnum = k.number
     group by i.indexrelid, c.relname`,
  );
  for (const { table, age } of keptTables) {
    const found = rows.some(
      (row) =>
        row.table === table && row.columns[0] === 'tenant_id' && row.columns.includes(age.column),
    );
    assert.ok(found, `${table} is found by its tenant and ${age.column}`);
  }
});
