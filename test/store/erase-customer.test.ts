/** Erasing every row about a customer, where there are many rows. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { eraseCustomer, type ToErase } from '../../src/store/erase-customer.ts';
import { takeDeliveries } from '../../src/store/inbox.ts';
import { transaction } from '../../src/store/statement.ts';
import { newTenant } from '../support/admin.ts';
import { testDatabase } from '../support/database.ts';
import { waitFor } from '../support/wait.ts';

/** A tenant that is asked to erase Ada, with so many lines of activity, one of them about her. */
async function asked(pool: pg.Pool, lines: number) {
  const { tenantId } = await newTenant(pool);
  await pool.query(
    `insert into activity (tenant_id, id, kind, outcome, message)
     select $1, gen_random_uuid(), 'test', 'done', repeat('words ', 100) || case when n = 1 then 'ada@example.com' else '' end
     from generate_series(1, $2) n`,
    [tenantId, lines],
  );
  const deliveryId = uuidv7();
  await pool.query(
    `insert into inbox (tenant_id, id, webhook_id, topic, body, state)
     values ($1, $2, 'request-1', 'customers/redact', '{}', 'waiting')`,
    [tenantId, deliveryId],
  );
  const toErase: ToErase = {
    ...{ deliveryId, customerId: 'gid://shopify/Customer/1', orderIds: [], resourceIds: [] },
    ...{ emails: ['ada@example.com'], texts: 'ada@example\\.com', bodies: 'ada@example\\.com' },
  };
  return { tenantId, toErase };
}

test('may take longer than a statement usually does', async () => {
  await using database = await testDatabase();
  const { pool } = database;
  const { tenantId, toErase } = await asked(pool, 20_000);
  await transaction(pool, async (client) => {
    await client.query("set local statement_timeout = '20ms'");
    await eraseCustomer(client, tenantId, toErase, {});
  });
  const { rows } = await pool.query(
    "select count(*)::int as count from activity where kind = 'test'",
  );
  assert.deepEqual(rows, [{ count: 19_999 }]);
  const { rows: proofs } = await pool.query('select webhook_id, counts from erasures');
  assert.deepEqual(proofs, [{ webhook_id: 'request-1', counts: { activity: 1 } }]);
});

test('is begun by nobody else while it takes its time', async () => {
  await using database = await testDatabase();
  const { pool } = database;
  const { tenantId, toErase } = await asked(pool, 1);
  let erasing: Promise<void> | undefined;
  await transaction(pool, async (holder) => {
    await holder.query('lock table activity');
    erasing = transaction(pool, (client) => eraseCustomer(client, tenantId, toErase, {}));
    await waitFor('it to be under way', async () => {
      // Of this database: other tests wait for locks of theirs on the same server.
      const { rows } = await pool.query(
        `select from pg_locks where not granted
           and database = (select oid from pg_database where datname = current_database())`,
      );
      return rows.length > 0;
    });
    assert.deepEqual(await takeDeliveries(pool, 1, 30_000, []), []);
  });
  await erasing;
  const { rows } = await pool.query('select counts from erasures');
  assert.deepEqual(rows, [{ counts: { activity: 1 } }]);
});
