import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newSourceId } from '../../src/directory/ids.ts';
import { createTenant } from '../../src/directory/tenants.ts';
import { linkAll } from '../../src/provisioning/spread.ts';
import { insertSource } from '../../src/store/sources.ts';
import { testDatabase } from '../support/database.ts';
import { testSecrets } from '../support/world.ts';

test('users who were there before a destination get one link each, those of every source', async () => {
  await using database = await testDatabase();
  const { pool } = database;
  const shop = { shop: 'links.myshopify.com', accessToken: 'none' };
  const made = await createTenant(pool, testSecrets, { name: 'Links', shop, switches: 'on' });
  const { tenantId, sourceId, destinationId } = made;
  const key = { tenantId, destinationId };
  const second = newSourceId(tenantId);
  const switches = { provisioningEnabled: true, creationEnabled: true };
  await insertSource(pool, { tenantId, id: second, kind: 'scim', name: 'Second', ...switches });
  const fill = (source: string, type: 'User' | 'Group', count: number) =>
    pool.query(
      `insert into resources (tenant_id, source_id, type, id, user_name, display_name, data, created_at, last_modified)
       select $1, $2, $3, gen_random_uuid(), 'u' || n, 'g' || n, '{}', now(), now() from generate_series(1, $4::int) n`,
      [tenantId, source, type, count],
    );
  await fill(sourceId, 'User', 1_500);
  await fill(sourceId, 'Group', 30);
  await fill(second, 'User', 1_500);
  await pool.query('analyze links');

  await linkAll(pool, key);
  const linksOf = async () => {
    const { rows } = await pool.query(
      `select l.source_id as source, count(*)::int as links, count(distinct l.resource_id)::int as people, sum(wanted)::int as wanted
       from links l join resources r on r.tenant_id = l.tenant_id and r.id = l.resource_id and r.source_id = l.source_id
       where l.destination_id = $1 and r.type = 'User' group by 1`,
      [destinationId],
    );
    return new Map(rows.map(({ source, ...counts }) => [source, counts]));
  };
  const each = { links: 1_500, people: 1_500, wanted: 1_500 };
  const expected = new Map([
    [sourceId, each],
    [second, each],
  ]);
  assert.deepEqual(await linksOf(), expected);
  await linkAll(pool, key);
  assert.deepEqual(await linksOf(), expected);
  const { rows } = await pool.query<{ count: number }>('select count(*)::int as count from links');
  assert.equal(rows[0]?.count, 3_000);
});
