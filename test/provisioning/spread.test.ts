import assert from 'node:assert/strict';
import { test } from 'node:test';
import { v7 as uuidv7 } from 'uuid';
import { createTenant } from '../../src/directory/tenants.ts';
import { spreadAll } from '../../src/provisioning/spread.ts';
import { updatePolicy } from '../../src/store/destinations.ts';
import { insertSpread, pendingSpreads, spreadPage } from '../../src/store/spreads.ts';
import { testDatabase } from '../support/database.ts';
import { testSecrets } from '../support/world.ts';

const idle = { wake: () => undefined, signal: new AbortController().signal };

/** A tenant with so many links at its destination, all done. */
async function rollOf(pool: Parameters<typeof createTenant>[0], count: number) {
  const made = await createTenant(pool, testSecrets, {
    name: 'Spread',
    shop: { shop: `${uuidv7()}.myshopify.com`, accessToken: 'none' },
    switches: 'on',
  });
  await pool.query(
    `insert into links (tenant_id, id, destination_id, source_id, resource_id, wanted, done, outcome)
     select $1, gen_random_uuid(), $2, $3, gen_random_uuid(), 1, 1, case when n % 10 = 0 then 'held' else 'done' end
     from generate_series(1, $4) n`,
    [made.tenantId, made.destinationId, made.sourceId, count],
  );
  return made;
}

test('a spread that is cut short goes on where it was, and is forgotten at its end', async () => {
  await using database = await testDatabase();
  const { pool } = database;
  const made = await rollOf(pool, 25);
  await insertSpread(pool, made, { kind: 'everybody' });
  const [spread] = await pendingSpreads(pool);
  assert.ok(spread);
  assert.deepEqual(await spreadPage(pool, spread, 10), {
    ended: false,
    destinations: [made.destinationId],
  });
  const due = async () =>
    (await pool.query('select wanted, look_again from links where wanted > done')).rows;
  assert.equal((await due()).length, 10);
  await spreadAll({ ...idle, pool });
  const all = await due();
  assert.equal(all.length, 25);
  assert.ok(
    all.every(({ wanted, look_again }) => wanted === 2 && look_again),
    'each once',
  );
  assert.deepEqual(await pendingSpreads(pool), []);
});

test('a spread over those a switch had held leaves the others alone', async () => {
  await using database = await testDatabase();
  const { pool } = database;
  const made = await rollOf(pool, 5_000);
  await pool.query('analyze links');
  await insertSpread(pool, made, { kind: 'held', sourceId: made.sourceId });
  await spreadAll({ ...idle, pool });
  const { rows } = await pool.query(
    'select outcome, count(*)::int as count from links where wanted > done group by 1',
  );
  assert.deepEqual(rows, [{ outcome: 'held', count: 500 }]);
});

test('a change of policy records its spreads with itself: the first at once, the other a minute later', async () => {
  await using database = await testDatabase();
  const { pool } = database;
  const made = await rollOf(pool, 3);
  await updatePolicy(pool, made, {});
  await spreadAll({ ...idle, pool });
  const { rows } = await pool.query('select wanted, look_again from links');
  assert.deepEqual(rows, Array(3).fill({ wanted: 2, look_again: false }));
  const left = await pool.query<{ later: boolean }>(
    `select not_before > now() + interval '50 seconds' as later from spreads`,
  );
  assert.deepEqual(left.rows, [{ later: true }]);
});
