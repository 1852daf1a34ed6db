import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { type LinkRecord, recordLink } from '../../src/store/links.ts';
import { takeAccount } from '../../src/store/reviews.ts';
import { linkOf, looked, push } from '../support/roll.ts';
import { waitFor } from '../support/wait.ts';
import { testWorld, userNamed } from '../support/world.ts';

test('a look that waited while its account was given to somebody else is not written down', async () => {
  await using world = await testWorld();
  const { pool, tenantId, destinationId } = world;
  const { id: holder, remoteId } = await looked(world, await push(world, userNamed('Ada')));
  const graceId = await push(world, userNamed('Grace'));
  const { id: taker } = await looked(world, graceId);
  await pool.query("update destinations set state = 'paused'");
  const { rows } = await pool.query(
    'select epoch, wanted from destinations, links where links.id = $1',
    [holder],
  );
  const { epoch, wanted } = rows[0];
  const record: LinkRecord = {
    ...{ linkId: holder, wanted, known: [remoteId], settled: true, notBefore: null },
    account: { remoteId, fingerprint: 'as it was', memberships: ['staff'], ends: {}, applied: [] },
    ...{ outcome: 'done', reason: null, attempts: 0, lookAgain: false, leavingSince: null },
    ...{ email: null, freedEmail: null, note: null, refused: [], candidates: null, version: null },
  };
  // Apart from those of the world, whose engine may wait for the same rows.
  const own = new pg.Pool(world.database.connectionOptions);
  const client = await own.connect();
  await using _ended = {
    [Symbol.asyncDispose]: async () => {
      client.release(true);
      await own.end();
    },
  };
  await client.query('begin');
  await takeAccount(client, { tenantId, destinationId }, taker, holder);
  const recording = recordLink(own, { tenantId, destinationId, epoch }, record);
  await waitFor('the record to wait for the row', async () => {
    const waiting = await own.query(
      "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like 'with recorded%'",
    );
    return waiting.rowCount === 1;
  });
  await client.query('commit');
  assert.equal(await recording, false);
  const ada = await pool.query('select remote_id, memberships from links where id = $1', [holder]);
  assert.deepEqual(ada.rows, [{ remote_id: null, memberships: [] }]);
  assert.equal((await linkOf(world, graceId)).id, taker);
});
