/** Bulk runs: each a file of creations on its way to a destination and back. */
import { type BulkLease, bulkStandsSql } from './bulk-loads.ts';
import type { DestinationKey } from './destinations.ts';
import type { Queryable } from './statement.ts';

/**
 * Where a run stands. `collecting` and `uploading` live with the process that does them; from `starting`
 * on the run is taken up by whoever works on the destination.
 */
export type BulkState =
  | 'collecting'
  | 'uploading'
  | 'starting'
  | 'running'
  | 'reading'
  | 'done'
  | 'failed';

/** A run. */
export interface BulkRun {
  readonly id: string;
  readonly state: BulkState;
  /** Where the file is, and the operation that works it off: in the destination's words. */
  readonly upload: string | null;
  readonly operation: string | null;
  readonly lines: number;
  /** How many lines the destination said it had worked off when it was last asked. */
  readonly workedOff: number;
  readonly made: number;
  /** Given back to single calls: somebody else has the e-mail address, or the line was refused. */
  readonly returned: number;
  /** Never heard of again: they are looked at by whatever way comes next. */
  readonly unknown: number;
  /** Failures in a row of the present step. */
  readonly attempts: number;
  readonly nextAt: Date;
  readonly reason: string | null;
  readonly begunAt: Date;
  readonly runningAt: Date | null;
  /** When the operation was found to be over. */
  readonly endedAt: Date | null;
  readonly finishedAt: Date | null;
}

const columns = `id, state, upload, operation, lines, worked_off as "workedOff", made, returned, unknown, attempts,
  next_at as "nextAt", reason, begun_at as "begunAt", running_at as "runningAt", ended_at as "endedAt",
  finished_at as "finishedAt"`;

/** Begins a run, unless one is under way or the lease is gone. */
export async function beginRun(db: Queryable, lease: BulkLease, id: string): Promise<boolean> {
  const { rowCount } = await db.query(
    `insert into bulk_runs (tenant_id, destination_id, id) select $1, $2, $4 where ${bulkStandsSql}
     on conflict do nothing`,
    [lease.tenantId, lease.destinationId, lease.epoch, id],
  );
  return rowCount === 1;
}

/** The run under way at a destination. */
export async function openRun(
  db: Queryable,
  { tenantId, destinationId }: DestinationKey,
): Promise<BulkRun | null> {
  const { rows } = await db.query<BulkRun>(
    `select ${columns} from bulk_runs where tenant_id = $1 and destination_id = $2 and finished_at is null`,
    [tenantId, destinationId],
  );
  return rows[0] ?? null;
}

/** The latest runs of a destination, newest first. */
export async function latestRuns(
  db: Queryable,
  { tenantId, destinationId }: DestinationKey,
  limit: number,
): Promise<readonly BulkRun[]> {
  const { rows } = await db.query<BulkRun>(
    `select ${columns} from bulk_runs where tenant_id = $1 and destination_id = $2 order by id desc limit $3`,
    [tenantId, destinationId, limit],
  );
  return rows;
}

/** What may change of a run. */
export type BulkRunChange = Partial<
  Pick<
    BulkRun,
    | 'state'
    | 'upload'
    | 'operation'
    | 'workedOff'
    | 'attempts'
    | 'nextAt'
    | 'reason'
    | 'runningAt'
    | 'endedAt'
    | 'finishedAt'
  >
>;

const columnOf = {
  state: 'state',
  upload: 'upload',
  operation: 'operation',
  workedOff: 'worked_off',
  attempts: 'attempts',
  nextAt: 'next_at',
  reason: 'reason',
  runningAt: 'running_at',
  endedAt: 'ended_at',
  finishedAt: 'finished_at',
} satisfies Record<keyof BulkRunChange, string>;

const isColumn = (name: string): name is keyof BulkRunChange => Object.hasOwn(columnOf, name);

/**
 * Changes a run.
 * @returns false when the lease is gone: then nothing was written
 */
export async function changeRun(
  db: Queryable,
  lease: BulkLease,
  id: string,
  change: BulkRunChange,
): Promise<boolean> {
  const names = Object.keys(change).filter(isColumn);
  const sets = names.map((name, index) => `${columnOf[name]} = $${index + 5}`);
  const { rowCount } = await db.query(
    `update bulk_runs set ${sets.join(', ')}
     where tenant_id = $1 and destination_id = $2 and id = $4 and ${bulkStandsSql}`,
    [
      lease.tenantId,
      lease.destinationId,
      lease.epoch,
      id,
      ...names.map((name) => change[name] ?? null),
    ],
  );
  return rowCount === 1;
}

/** Removes a run that came to nothing: there was nobody to create. */
export async function removeRun(db: Queryable, lease: BulkLease, id: string): Promise<void> {
  await db.query(
    `delete from bulk_runs where tenant_id = $1 and destination_id = $2 and id = $4 and ${bulkStandsSql}`,
    [lease.tenantId, lease.destinationId, lease.epoch, id],
  );
}
