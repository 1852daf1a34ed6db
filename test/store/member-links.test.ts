import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { createTenant } from '../../src/directory/tenants.ts';
import { changeGroup, deleteGroup, insertGroup } from '../../src/store/groups.ts';
import { pendingSpreads } from '../../src/store/spreads.ts';
import { testDatabase } from '../support/database.ts';
import { testSecrets } from '../support/world.ts';

const note = { activityId: '', actor: null, requestId: null, message: null, detail: null };
const line = () => ({ ...note, activityId: uuidv7() });

const memberOf = (id: string) => ({
  key: id,
  value: id,
  memberId: id,
  type: null,
  display: null,
  ref: null,
});

const groupNamed = (name: string, members: readonly string[]) => ({
  id: uuidv7(),
  at: new Date(),
  data: { displayName: name },
  displayName: name.toLowerCase(),
  externalId: null,
  members: members.map(memberOf),
});

/** A tenant with so many people who are done, and a destination that looks at groups, or not. */
async function rollOf(pool: pg.Pool, count: number, looking: 'at groups' | 'at nobody') {
  const made = await createTenant(pool, testSecrets, {
    name: 'Members',
    shop: { shop: `${uuidv7()}.myshopify.com`, accessToken: 'none' },
    switches: 'on',
  });
  if (looking === 'at groups') {
    await pool.query(
      `update destinations set policy = policy || '{"groups":[{"source":"x","id":"y","name":"z"}]}'`,
    );
  }
  const { rows } = await pool.query<{ resource_id: string }>(
    `insert into links (tenant_id, id, destination_id, source_id, resource_id, wanted, done, outcome)
     select $1, gen_random_uuid(), $2, $3, gen_random_uuid(), 1, 1, 'done' from generate_series(1, $4)
     returning resource_id`,
    [made.tenantId, made.destinationId, made.sourceId, count],
  );
  return { ...made, people: rows.map(({ resource_id }) => resource_id) };
}

const dueOf = async (pool: pg.Pool): Promise<readonly string[]> =>
  (
    await pool.query<{ resource_id: string }>('select resource_id from links where wanted > done')
  ).rows.map(({ resource_id }) => resource_id);

suite('who comes into a group or leaves it', () => {
  test('is looked at again where groups are looked at, and nobody else', async () => {
    await using database = await testDatabase();
    const { pool } = database;
    const { people, destinationId, ...owner } = await rollOf(pool, 4, 'at groups');
    const [stays = '', goes = '', comes = ''] = people;
    const group = groupNamed('Staff', [stays, goes]);
    assert.deepEqual(await insertGroup(pool, owner, group, line()), [destinationId]);
    assert.deepEqual((await dueOf(pool)).toSorted(), [stays, goes].toSorted());
    await pool.query('update links set done = wanted');
    const next = { id: group.id, version: null, at: new Date(), data: null };
    const change = { ...next, clear: false, remove: [goes], add: [stays, comes].map(memberOf) };
    const changed = await changeGroup(pool, owner, change, line());
    assert.deepEqual(changed?.destinations, [destinationId]);
    assert.deepEqual((await dueOf(pool)).toSorted(), [goes, comes].toSorted());
    await pool.query('update links set done = wanted');
    const deletion = { id: group.id, version: null, at: new Date() };
    assert.deepEqual(await deleteGroup(pool, owner, deletion, line()), [destinationId]);
    assert.deepEqual((await dueOf(pool)).toSorted(), [stays, comes].toSorted());
    assert.deepEqual(await pendingSpreads(pool), []);
  });

  test('means nothing where nobody looks at groups', async () => {
    await using database = await testDatabase();
    const { pool } = database;
    const { people, ...owner } = await rollOf(pool, 3, 'at nobody');
    assert.deepEqual(await insertGroup(pool, owner, groupNamed('Staff', people), line()), []);
    assert.deepEqual(await dueOf(pool), []);
  });

  test('as a crowd is recorded, to be spread', async () => {
    await using database = await testDatabase();
    const { pool } = database;
    const { people, ...owner } = await rollOf(pool, 1_001, 'at groups');
    const group = groupNamed('Staff', people);
    await insertGroup(pool, owner, group, line());
    assert.deepEqual(await dueOf(pool), []);
    const clear = { id: group.id, version: null, at: new Date(), data: null, remove: [], add: [] };
    await changeGroup(pool, owner, { ...clear, clear: true }, line());
    const spreads = await pendingSpreads(pool);
    assert.deepEqual(
      spreads.map(({ kind, destinationId }) => ({ kind, destinationId })),
      Array(2).fill({ kind: 'source', destinationId: null }),
    );
  });

  test('as a group with people of its own is recorded, to be spread', async () => {
    await using database = await testDatabase();
    const { pool } = database;
    const { people, ...owner } = await rollOf(pool, 1, 'at groups');
    const inner = groupNamed('Inner', people);
    await insertGroup(pool, owner, inner, line());
    assert.deepEqual(await pendingSpreads(pool), []);
    await insertGroup(pool, owner, groupNamed('Outer', [inner.id]), line());
    assert.equal((await pendingSpreads(pool)).length, 1);
  });
});
