/** The numbers of a destination are read from indexes, at 100,000 links that wait. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type pg from 'pg';
import { watched } from '../../src/store/alarms.ts';
import { destinationGauges } from '../../src/store/destination-gauges.ts';
import {
  backlogOf,
  backlogSql,
  mostCounted,
  stuckCountsOf,
  stuckReasonsOf,
} from '../../src/store/destination-status.ts';
import { type TestDatabase, testDatabase, vacuumed } from '../support/database.ts';

const anHour = 3_600_000;

let database: TestDatabase;
/** Since when the longest waiting of those has waited who were added as failing, and as leavers. */
let failing: Date;
let leaver: Date;
before(async () => {
  database = await testDatabase();
  await addLinks('many', 0, 120_000, { wanted: 1, reason: null });
  await addLinks('many', 120_000, 50, { wanted: 0, outcome: 'held', reason: 'creation is off' });
  await addLinks('some', 0, 30, { wanted: 0, outcome: 'done', reason: null });
  await addLinks('some', 30, 3, {
    wanted: 0,
    outcome: 'held',
    reason: "'owned by Okta: ' || n || '@x.org'",
  });
  await addLinks('some', 40, 1, {
    wanted: 0,
    outcome: 'rejected',
    reason: "'who is ' || n || '@x.org'",
  });
  failing = await addLinks('some', 50, 2, {
    wanted: 1,
    outcome: 'failed',
    reason: "'no answer'",
    laterMs: anHour,
  });
  await addLinks('some', 60, 1, {
    wanted: 1,
    outcome: 'held',
    reason: "'settles'",
    laterMs: anHour,
  });
  leaver = await addLinks('some', 70, 4, { wanted: 1, urgent: true, reason: null });
  await vacuumed(database.pool, 'links');
});
after(() => database.close());

interface Links {
  readonly wanted: 0 | 1;
  readonly outcome?: string;
  /** An SQL expression of `n`. */
  readonly reason: string | null;
  readonly laterMs?: number;
  readonly urgent?: boolean;
}

/** Adds links whose requests are as many seconds old as their number; the time of the oldest. */
async function addLinks(
  destinationId: string,
  from: number,
  count: number,
  links: Links,
): Promise<Date> {
  const reason = links.reason?.includes("'") === true ? links.reason : `'${links.reason}'`;
  const { rows } = await database.pool.query(
    `with added as (
     insert into links (tenant_id, id, destination_id, source_id, resource_id, wanted, done, outcome, reason,
                        not_before, requested_at, urgent, attempts)
     select 't', gen_random_uuid(), $1, 's', gen_random_uuid(), $4, 0, $5, ${links.reason === null ? 'null' : reason},
            now() + $6 * interval '1 millisecond', now() - n * interval '1 second', $7, 0
     from generate_series($2::int + 1, $2 + $3) n returning requested_at
     ) select min(requested_at) as oldest from added`,
    [
      destinationId,
      from,
      count,
      links.wanted,
      links.outcome ?? null,
      links.laterMs ?? -1,
      links.urgent ?? false,
    ],
  );
  return rows[0].oldest;
}

const many = { tenantId: 't', destinationId: 'many' };
const some = { tenantId: 't', destinationId: 'some' };

/** How often the table of links was read from end to end, as told after `work`. */
async function fullReads(work: (client: pg.PoolClient) => Promise<unknown>): Promise<number> {
  const client = await database.pool.connect();
  const reads = async (): Promise<number> => {
    await client.query('select pg_stat_force_next_flush()');
    const { rows } = await client.query<{ reads: number }>(
      "select seq_scan as reads from pg_stat_user_tables where relname = 'links'",
    );
    return rows[0]?.reads ?? Number.NaN;
  };
  try {
    const before = await reads();
    // A named statement is planned for any values after a few times.
    for (let time = 0; time < 8; time += 1) await work(client);
    return (await reads()) - before;
  } finally {
    client.release();
  }
}

test('what waits is counted with who has waited longest, failing ones included', async () => {
  const backlog = await backlogOf(database.pool, some);
  assert.deepEqual([backlog.dueNow, backlog.later, backlog.leavers], [4, 3, 4]);
  assert.deepEqual(backlog.oldestOrdinary, failing, 'the failing one, not who settles');
  assert.deepEqual(backlog.oldestLeaver, leaver);
});

test('what is stuck is told by reason, without what is one person’s own where there are several', async () => {
  const stuck = await stuckReasonsOf(database.pool, some, 20);
  const told = stuck.map(({ kind, reason, count }) => `${count} ${kind}: ${reason}`);
  assert.deepEqual(told.sort(), [
    '1 rejected: who is 41@x.org',
    '2 failing: no answer',
    '3 held: owned by Okta: …',
  ]);
});

test('the least frequent kind is told also where another has many reasons', async () => {
  const stuck = await stuckReasonsOf(database.pool, some, 3);
  assert.deepEqual(stuck.map(({ kind }) => kind).sort(), ['failing', 'held', 'rejected']);
});

test('more than are counted are told as at least so many', async () => {
  const { dueNow, later } = await backlogOf(database.pool, many);
  assert.equal(dueNow + later, mostCounted);
});

test('nothing reads all links, with 120,000 that wait at one destination', async () => {
  for (const key of [many, some]) {
    assert.equal(await fullReads((client) => backlogOf(client, key)), 0);
    assert.equal(await fullReads((client) => stuckCountsOf(client, key)), 0);
    assert.equal(await fullReads((client) => stuckReasonsOf(client, key, 20)), 0);
  }
});

test('the backlog is answered by its index alone', async () => {
  const explained = `explain (analyze, timing off) ${backlogSql("'t'", "'many'")}`;
  const { rows } = await database.pool.query<{ 'QUERY PLAN': string }>(explained);
  const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
  assert.match(plan, /Index Only Scan using links_due /, plan);
});

test('many destinations are told in time beside one that has nearly all the links', async () => {
  await database.pool.query("insert into tenants (tenant_id, name) values ('t', 'T')");
  await database.pool.query(
    `insert into destinations (tenant_id, id, connector, name, settings, policy)
     select 't', id, 'shopify', id, '{}', '{}'
     from (select 'd' || n as id from generate_series(1, 997) n union select 'many' union select 'some') ids`,
  );
  const gauges = await destinationGauges(database.pool, 15_000);
  assert.equal(gauges.length, 999);
  const of = (id: string) => gauges.find(({ destinationId }) => destinationId === id);
  assert.equal(of('many')?.held, 50);
  assert.deepEqual([of('some')?.rejected, of('some')?.failing, of('some')?.dueNow], [1, 2, 4]);
  assert.equal((await watched(database.pool)).length, 999);
});
