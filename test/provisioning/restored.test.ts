/** A database that was put back to an earlier state, as the operator's guide says it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type pg from 'pg';
import { activate, pause } from '../../src/store/destination-switch.ts';
import { checkAgreement, isInactive } from '../support/checker.ts';
import { looked, patch, push, remove } from '../support/roll.ts';
import { secondInstance } from '../support/second-instance.ts';
import { testWorld, userNamed } from '../support/world.ts';

const department = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department';

/** Keeps a copy of every row. @returns puts all of them back, as a dump is read: foreign keys after the rows, and no trigger */
async function backUp(pool: pg.Pool): Promise<() => Promise<void>> {
  const { rows: tables } = await pool.query<{ name: string; columns: string }>(
    `select table_name as name, string_agg(quote_ident(column_name), ', ') as columns
     from information_schema.columns join information_schema.tables using (table_schema, table_name)
     where table_schema = 'public' and table_type = 'BASE TABLE' and is_generated = 'NEVER' group by table_name`,
  );
  const { rows: keys } = await pool.query<{ table: string; name: string; definition: string }>(
    `select conrelid::regclass::text as table, quote_ident(conname) as name, pg_get_constraintdef(oid) as definition
     from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace`,
  );
  await pool.query('create schema backup');
  for (const { name, columns } of tables)
    await pool.query(`create table backup.${name} as select ${columns} from ${name}`);
  return async () => {
    const statements = [
      ...keys.map(({ table, name }) => `alter table ${table} drop constraint ${name}`),
      ...tables.flatMap(({ name, columns }) => [
        `alter table ${name} disable trigger user`,
        `delete from ${name}`,
        `insert into ${name} (${columns}) select ${columns} from backup.${name}`,
        `alter table ${name} enable trigger user`,
      ]),
      ...keys.map(
        ({ table, name, definition }) =>
          `alter table ${table} add constraint ${name} ${definition}`,
      ),
    ];
    await pool.query(`begin; ${statements.join('; ')}; commit`);
  };
}

test('who came, changed and left after a backup is the same customer once it is restored and the identity provider has pushed again', async () => {
  await using world = await testWorld();
  const { pool, tenantId, destinationId } = world;
  const ada = await push(world, userNamed('Ada'));
  const grace = await push(world, userNamed('Grace Hopper'));
  await world.settled();
  const restore = await backUp(pool);
  await patch(world, ada, { [department]: 'Mathematics' });
  await remove(world, grace);
  const alan = await push(world, userNamed('Alan Turing'));
  await world.settled();
  const before = new Map((await world.store.customers()).map(({ email, id }) => [email, id]));

  await world.rollcall.engine.stop();
  await restore();
  assert.ok(await pause(pool, { tenantId, destinationId }));
  const restored = await secondInstance(world);
  try {
    const again = { ...world, scim: restored.scim };
    assert.equal((await again.scim('GET', `/Users/${alan}`)).status, 404);
    await push(again, userNamed('Alan Turing'));
    await patch(again, ada, { [department]: 'Mathematics' });
    await remove(again, grace);
    assert.ok(await activate(pool, { tenantId, destinationId }));
    await looked(world, ada);
    await world.settled();
    await checkAgreement(again);
    const customers = await world.store.customers();
    assert.deepEqual(new Map(customers.map(({ email, id }) => [email, id])), before);
    const left = customers.find(({ email }) => email === 'grace.hopper@example.com');
    assert.ok(left && isInactive(left), 'nobody is let in again by the way');
  } finally {
    await restored.close();
  }
});
