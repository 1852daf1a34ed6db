/** Worlds in which many people wait to be created, and what became of their bulk runs. */
import assert from 'node:assert/strict';
import type pg from 'pg';
import { waitFor } from './wait.ts';
import { type Answer, type StoreView, userNamed } from './world.ts';

/** As many as bulk pays for on the plan standard, whatever it is guessed to take. */
export const many = 260;

interface Roll {
  readonly pool: pg.Pool;
  readonly destinationId: string;
}

/** Stops the work at the destination, or lets it begin. */
export async function setState(
  { pool, destinationId }: Roll,
  state: 'active' | 'paused',
): Promise<void> {
  await pool.query('update destinations set state = $2 where id = $1', [destinationId, state]);
}

/** Has bulk pay for a single creation, as if calls had been measured to be dear. */
export async function bulkPaysForOne({
  pool,
  tenantId,
  destinationId,
}: Roll & { readonly tenantId: string }): Promise<void> {
  await pool.query(
    `insert into bulk_loads (tenant_id, destination_id, unit_cost, overhead_ms, line_ms, measured_at)
     values ($1, $2, 1e15, 0, 0, now()) on conflict (tenant_id, destination_id) do update
       set unit_cost = 1e15, overhead_ms = 0, line_ms = 0, measured_at = now()`,
    [tenantId, destinationId],
  );
}

/** Has bulk rest: everybody is created by single calls, however many they are. */
export async function keepBulkOut(
  pool: pg.Pool,
  { tenantId, destinationId }: { readonly tenantId: string; readonly destinationId: string },
): Promise<void> {
  await pool.query(
    `insert into bulk_loads (tenant_id, destination_id, resting_until) values ($1, $2, now() + interval '1 day')
     on conflict (tenant_id, destination_id) do update set resting_until = excluded.resting_until`,
    [tenantId, destinationId],
  );
}

/** The name of one of the people of `pushMany`. */
export const nameOf = (index: number): string => `person${index}`;

/** The e-mail address of one of the people of `pushMany`. */
export const emailOf = (index: number): string => `${nameOf(index)}.lovelace@example.com`;

/** Pushes people through SCIM, in one request (RFC 7644 §3.7). Gives their ids in order. */
export async function pushMany(
  scim: (method: string, path: string, body: unknown) => Promise<Answer>,
  count: number = many,
  more: (index: number) => object = () => ({}),
): Promise<readonly string[]> {
  const { status, body } = await scim('POST', '/Bulk', {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
    Operations: Array.from({ length: count }, (_, index) => ({
      method: 'POST',
      path: '/Users',
      bulkId: nameOf(index),
      data: userNamed(nameOf(index), more(index)),
    })),
  });
  assert.equal(status, 200, JSON.stringify(body));
  const results: readonly { status: string; location: string }[] = body.Operations;
  return results.map((result) => {
    assert.equal(result.status, '201', JSON.stringify(result));
    return result.location.split('/').at(-1) ?? '';
  });
}

/** A bulk run as it is stored. */
export interface StoredRun {
  readonly id: string;
  readonly state: string;
  readonly lines: number;
  readonly made: number;
  readonly returned: number;
  readonly unknown: number;
  readonly reason: string | null;
}

/** The bulk runs of a database, oldest first. */
export async function runsOf({ pool }: Pick<Roll, 'pool'>): Promise<readonly StoredRun[]> {
  const { rows } = await pool.query<StoredRun>(
    'select id, state, lines, made, returned, unknown, reason from bulk_runs order by id',
  );
  return rows;
}

/** Waits until the latest run is in one of these states, and gives it. */
export async function runIn(
  world: Pick<Roll, 'pool'>,
  ...states: readonly string[]
): Promise<StoredRun> {
  return waitFor(`a bulk run that is ${states.join(' or ')}`, async () => {
    const run = (await runsOf(world)).at(-1);
    return run !== undefined && states.includes(run.state) && run;
  });
}

/** How many links are in the hands of a run. */
export async function inFlight({ pool }: Pick<Roll, 'pool'>): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    'select count(*) as count from links where in_flight',
  );
  return rows[0]?.count ?? 0;
}

/** Has the run looked at now, whatever it waits for. */
export async function hurry({ pool }: Pick<Roll, 'pool'>): Promise<void> {
  await pool.query('update bulk_runs set next_at = now() where finished_at is null');
}

/** Lets bulk be tried again at once after a run that failed. */
export async function restNoMore({ pool }: Pick<Roll, 'pool'>): Promise<void> {
  await pool.query('update bulk_loads set resting_until = null');
}

/** How fast the store works off lines: `null` as fast as it can, 0 not at all. */
export async function setPace(
  { store }: { readonly store: StoreView },
  linesPerSecond: number | null,
): Promise<void> {
  const { status, body } = await store.dev('POST', 'bulk', { linesPerSecond });
  assert.equal(status, 200, JSON.stringify(body));
}

/** How many bulk operations the store was ever asked for. */
export async function operationsAt({ store }: { readonly store: StoreView }): Promise<number> {
  return (await store.dev('GET', 'bulk')).body.operations.length;
}
