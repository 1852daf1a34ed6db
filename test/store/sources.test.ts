import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newSourceId } from '../../src/directory/ids.ts';
import { createTenant } from '../../src/directory/tenants.ts';
import { directoryOf } from '../../src/store/sources.ts';
import { testDatabase } from '../support/database.ts';
import { waitFor } from '../support/wait.ts';
import { testSecrets } from '../support/world.ts';

test('a directory that two open at once is made once, and is the same for both', async () => {
  await using database = await testDatabase();
  const { pool } = database;
  const shop = { shop: 'staff.myshopify.com', accessToken: 'none' };
  const { tenantId } = await createTenant(pool, testSecrets, {
    ...{ name: 'Staff', shop, switches: 'off' },
  });
  const first = await pool.connect();
  try {
    await first.query('begin');
    const made = await directoryOf(first, tenantId, newSourceId(tenantId));
    const second = directoryOf(pool, tenantId, newSourceId(tenantId));
    await waitFor('the second to wait for the first', async () => {
      const { rowCount } = await pool.query(
        `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return rowCount === 1;
    });
    await first.query('commit');
    assert.equal(await second, made);
  } finally {
    first.release();
  }
});
