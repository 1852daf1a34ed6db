import assert from 'node:assert/strict';
import { test } from 'node:test';
import type pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { createTenant } from '../../src/directory/tenants.ts';
import { changeGroup, insertGroup } from '../../src/store/groups.ts';
import { recordAgreed } from '../../src/store/links-agreed.ts';
import { noticeChanges } from '../../src/store/remote-changes.ts';
import { insertSpread, pendingSpreads, spreadPage } from '../../src/store/spreads.ts';
import { testDatabase } from '../support/database.ts';
import { testSecrets } from '../support/world.ts';

const people = 250;
const rounds = 20;

/** People with accounts, each of which waits for a look, in another order than that of their ids. */
async function rollOf(pool: pg.Pool) {
  const shop = { shop: 'locks.myshopify.com', accessToken: 'none' };
  const made = await createTenant(pool, testSecrets, { name: 'Locks', shop, switches: 'on' });
  await pool.query(
    `update destinations set policy = policy || '{"groups":[{"source":"x","id":"y","name":"z"}]}'`,
  );
  const { rows } = await pool.query<{ id: string; person: string; remoteId: string }>(
    `insert into links (tenant_id, id, destination_id, source_id, resource_id, remote_id)
     select $1, gen_random_uuid(), $2, $3, gen_random_uuid(), n from generate_series(1, $4::int) n
     returning id, resource_id as person, remote_id as "remoteId"`,
    [made.tenantId, made.destinationId, made.sourceId, people],
  );
  return { ...made, links: rows };
}

const nothing = { actor: null, requestId: null, message: null, detail: null };
const noteOf = () => ({ activityId: uuidv7(), ...nothing });

const plain = { type: null, display: null, ref: null };
const memberOf = (id: string) => ({ key: id, value: id, memberId: id, ...plain });

const agreement = { fingerprint: null, reason: null, version: null };

test('those who write many links at once do not wait for each other in circles', async () => {
  await using database = await testDatabase();
  const { pool } = database;
  const { tenantId, sourceId, destinationId, links } = await rollOf(pool);
  const owner = { tenantId, sourceId };
  const lease = { tenantId, destinationId, epoch: 0 };
  const members = links.map(({ person }) => memberOf(person));
  const data = { data: {}, displayName: 'all', externalId: null };
  const group = { id: uuidv7(), at: new Date(), ...data, members: [] };
  await insertGroup(pool, owner, group, noteOf());

  for (let round = 0; round < rounds; round += 1) {
    await pool.query('update links set done = wanted - 1');
    const { rows } = await pool.query<{ wanted: number }>('select wanted from links limit 1');
    const wanted = rows[0]?.wanted ?? 0;
    await insertSpread(pool, lease, { kind: 'everybody' });
    const pending = await pendingSpreads(pool);
    const change = { id: group.id, version: null, at: new Date(), data: null, clear: false };
    const [add, remove] = round % 2 === 0 ? [members, []] : [[], members.map(({ key }) => key)];
    const told = links.toReversed().map(({ remoteId }) => ({ remoteId, version: null }));
    await Promise.all([
      recordAgreed(
        pool,
        lease,
        links.map(({ id }) => ({ linkId: id, wanted, ...agreement })),
      ),
      noticeChanges(pool, tenantId, 'shopify', told),
      changeGroup(pool, owner, { ...change, add, remove }, noteOf()),
      ...pending.map((spread) => spreadPage(pool, spread, people)),
    ]);
    await pool.query('update links set wanted = (select max(wanted) from links)');
  }
  const { rows } = await pool.query<{ due: number }>(
    'select count(*)::int as due from links where wanted > done',
  );
  assert.equal(rows[0]?.due, people, 'what was asked for meanwhile is still to be done');
});
