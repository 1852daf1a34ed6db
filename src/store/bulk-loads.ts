/** How each destination does with bulk: the lease of its bulk worker, the decision, and what was measured. */
import { anyDueSql, type DestinationKey, type StoredDestination } from './destinations.ts';
import { ownerLivesSql } from './presence.ts';
import { type Queryable, statement } from './statement.ts';

/** The lease under which a destination's runs are worked on: of bulk alone, beside that of its drain. */
export interface BulkLease extends DestinationKey {
  readonly epoch: number;
}

/** What is known of bulk at a destination. Times in milliseconds, costs in points of its allowance. */
export interface BulkLoad {
  readonly inForce: boolean;
  readonly failures: number;
  readonly restingUntil: Date | null;
  /** Why bulk rests, for people. */
  readonly reason: string | null;
  readonly unitCost: number | null;
  readonly overheadMs: number | null;
  readonly lineMs: number | null;
  readonly returnedShare: number | null;
  readonly measuredAt: Date | null;
}

const columns = `in_force as "inForce", failures, resting_until as "restingUntil", reason,
  unit_cost as "unitCost", overhead_ms as "overheadMs", line_ms as "lineMs",
  returned_share as "returnedShare", measured_at as "measuredAt"`;

/** The condition of every write of a bulk worker: its lease stands, and the destination is worked on. */
export const bulkStandsSql = `exists (
  select from bulk_loads b join destinations d on d.tenant_id = b.tenant_id and d.id = b.destination_id
  where b.tenant_id = $1 and b.destination_id = $2 and b.epoch = $3 and d.state = 'active')`;

const takeStatement = statement<{ epoch: number }, [string, string, string]>(
  'bulk-take',
  `insert into bulk_loads (tenant_id, destination_id, owner, epoch)
   select tenant_id, id, $3, 1 from destinations
   where tenant_id = $1 and id = $2 and state = 'active' and (paused_until is null or paused_until <= now())
   on conflict (tenant_id, destination_id) do update set owner = $3, epoch = bulk_loads.epoch + 1
   returning epoch`,
);

/**
 * Takes the bulk lease of a destination: from here on only writes of this epoch count.
 * @returns `null` when the destination is paused, quarantined or gone
 */
export async function takeBulk(
  db: Queryable,
  key: DestinationKey,
  owner: string,
): Promise<BulkLease | null> {
  const { tenantId, destinationId } = key;
  const [row] = await takeStatement(db, tenantId, destinationId, owner);
  return row === undefined ? null : { tenantId, destinationId, epoch: row.epoch };
}

const standsStatement = statement<{ stands: boolean }, [string, string, number]>(
  'bulk-stands',
  `select ${bulkStandsSql} as stands`,
);

/** Whether the lease still stands: asked before each remote write. */
export async function bulkStands(db: Queryable, lease: BulkLease): Promise<boolean> {
  const [row] = await standsStatement(db, lease.tenantId, lease.destinationId, lease.epoch);
  return row?.stands ?? false;
}

/** Gives the lease back. */
export async function releaseBulk(db: Queryable, lease: BulkLease): Promise<void> {
  await db.query(
    `update bulk_loads set owner = null where tenant_id = $1 and destination_id = $2 and epoch = $3`,
    [lease.tenantId, lease.destinationId, lease.epoch],
  );
}

/** A bulk worker that is gone with its instance, and the job it ran as. */
export interface OrphanedBulk extends DestinationKey {
  readonly jobId: string;
}

const clearOrphaned = statement<{ tenantId: string; destinationId: string; jobId: string }, []>(
  'clear-orphaned-bulk',
  `with orphaned as (
     select tenant_id, destination_id, owner from bulk_loads where owner is not null and not ${ownerLivesSql}
   )
   update bulk_loads b set owner = null, epoch = epoch + 1 from orphaned o
   where b.tenant_id = o.tenant_id and b.destination_id = o.destination_id and b.owner = o.owner
   returning b.tenant_id as "tenantId", b.destination_id as "destinationId", split_part(o.owner, ':', 2) as "jobId"`,
);

/** Clears the bulk leases of instances that are dead, and tells which jobs they held. Across tenants. */
export async function clearOrphanedBulk(db: Queryable): Promise<readonly OrphanedBulk[]> {
  return clearOrphaned(db);
}

/** What decides whether a destination's creations go by bulk. */
export interface BulkPressure {
  /** How many may go by bulk; counted up to a limit. */
  readonly creatable: number;
  readonly available: number;
  readonly restoreRate: number;
  readonly load: BulkLoad;
}

/** Past this many it makes no difference how many there are. */
const countedUpTo = 20_000;

const pressureStatement = statement<Omit<BulkPressure, 'load'> & BulkLoad, [string, string]>(
  'bulk-pressure',
  `select waiting.count::int as creatable, a.restore_rate as "restoreRate",
          least(a.maximum, a.available + a.restore_rate * extract(epoch from clock_timestamp() - a.updated_at))::float8
            as available,
          coalesce(b.in_force, false) as "inForce", coalesce(b.failures, 0) as failures,
          b.resting_until as "restingUntil", b.reason, b.unit_cost as "unitCost", b.overhead_ms as "overheadMs",
          b.line_ms as "lineMs", b.returned_share as "returnedShare", b.measured_at as "measuredAt"
   from allowances a
   left join bulk_loads b on b.tenant_id = $1 and b.destination_id = $2
   cross join lateral (
     select count(*) from (
       select from links l where l.tenant_id = $1 and l.destination_id = $2 and l.wanted > l.done
         and l.not_before <= now() and not l.in_flight and l.creatable and not l.urgent
       limit ${countedUpTo}) one
   ) waiting
   where a.tenant_id = $1 and a.name = $2`,
);

/** What decides at a destination, or `null` while its allowance is not known. */
export async function bulkPressure(
  db: Queryable,
  { tenantId, destinationId }: DestinationKey,
): Promise<BulkPressure | null> {
  const [row] = await pressureStatement(db, tenantId, destinationId);
  if (row === undefined) return null;
  const { creatable, available, restoreRate, ...load } = row;
  return { creatable, available, restoreRate, load };
}

/** Puts bulk in force at a destination, or out of it. */
export async function setBulkForce(
  db: Queryable,
  { tenantId, destinationId }: DestinationKey,
  force: 'in force' | 'over',
): Promise<void> {
  await db.query(
    `insert into bulk_loads (tenant_id, destination_id, in_force) values ($1, $2, $3)
     on conflict (tenant_id, destination_id) do update set in_force = $3`,
    [tenantId, destinationId, force === 'in force'],
  );
}

const forceStatement = statement<{ inForce: boolean }, [string, string]>(
  'bulk-force',
  `select in_force as "inForce" from bulk_loads where tenant_id = $1 and destination_id = $2`,
);

/** Whether creations are left to bulk at a destination. */
export async function bulkInForce(
  db: Queryable,
  { tenantId, destinationId }: DestinationKey,
): Promise<boolean> {
  const [row] = await forceStatement(db, tenantId, destinationId);
  return row?.inForce ?? false;
}

/** What is known of bulk at a destination, or `null` where it was never thought of. */
export async function bulkLoadOf(
  db: Queryable,
  { tenantId, destinationId }: DestinationKey,
): Promise<BulkLoad | null> {
  const { rows } = await db.query<BulkLoad>(
    `select ${columns} from bulk_loads where tenant_id = $1 and destination_id = $2`,
    [tenantId, destinationId],
  );
  return rows[0] ?? null;
}

/** Writes down what a run has taught, and whether bulk is left alone for a while. */
export async function recordBulkLoad(
  db: Queryable,
  lease: BulkLease,
  load: Omit<BulkLoad, 'inForce' | 'unitCost'>,
): Promise<void> {
  await db.query(
    `update bulk_loads set overhead_ms = $4, line_ms = $5, returned_share = $6, failures = $7,
            resting_until = $8, reason = $9, measured_at = $10, in_force = in_force and $8::timestamptz is null
     where tenant_id = $1 and destination_id = $2 and epoch = $3`,
    [
      lease.tenantId,
      lease.destinationId,
      lease.epoch,
      load.overheadMs,
      load.lineMs,
      load.returnedShare,
      load.failures,
      load.restingUntil,
      load.reason,
      load.measuredAt,
    ],
  );
}

/** Writes down what a creation by single calls takes of the allowance. */
export async function recordUnitCost(
  db: Queryable,
  { tenantId, destinationId }: DestinationKey,
  unitCost: number,
): Promise<void> {
  await db.query(
    `insert into bulk_loads (tenant_id, destination_id, unit_cost) values ($1, $2, $3)
     on conflict (tenant_id, destination_id) do update set unit_cost = $3`,
    [tenantId, destinationId, unitCost],
  );
}

/** A destination that may have something to do with bulk. */
export interface BulkCandidate extends StoredDestination {
  /** A run is under way, and whether something is to be done about it now. */
  readonly runOpen: boolean;
  readonly runDue: boolean;
}

const candidatesStatement = statement<BulkCandidate, []>(
  'bulk-candidates',
  `select d.tenant_id as "tenantId", d.id, d.connector, d.name, d.settings, d.secrets, d.policy, d.state, d.reason,
          d.failures, d.paused_until as "pausedUntil", d.epoch,
          r.id is not null as "runOpen", coalesce(r.next_at <= now(), false) as "runDue"
   from destinations d
   left join bulk_loads b on b.tenant_id = d.tenant_id and b.destination_id = d.id
   left join bulk_runs r on r.tenant_id = d.tenant_id and r.destination_id = d.id and r.finished_at is null
   where d.state = 'active' and (d.paused_until is null or d.paused_until <= now())
     and (b.in_force or r.id is not null or ${anyDueSql('not l.in_flight and l.creatable')})`,
);

/**
 * Destinations at which there may be something to decide or to do: creations wait, bulk is in force, or
 * a run is under way. Across tenants; the leader asks every second.
 */
export async function bulkCandidates(db: Queryable): Promise<readonly BulkCandidate[]> {
  return candidatesStatement(db);
}
