import { type Queryable, statement } from './statement.ts';

/** A shared allowance's name within a tenant, e.g. the shop it belongs to. */
export interface AllowanceKey {
  readonly tenantId: string;
  readonly name: string;
}

// What is left now: what was left then and what has been restored since. The row's own clock is the
// database's, so that processes with different clocks agree.
const left = `least(maximum, available + restore_rate * extract(epoch from clock_timestamp() - updated_at))`;

const spendStatement = statement<
  { granted: boolean; waitMs: number },
  [string, string, number, number]
>(
  'allowance-spend',
  `with now as (
     select ${left} as available, maximum, restore_rate from allowances where tenant_id = $1 and name = $2 for update
   ), verdict as (
     select available - $3 >= least($4 * maximum, maximum - $3) as granted,
            1000 * ($3 + least($4 * maximum, maximum - $3) - available) / restore_rate as wait_ms
     from now
   ), spent as (
     update allowances set available = now.available - $3, updated_at = clock_timestamp()
     from now, verdict
     where tenant_id = $1 and name = $2 and verdict.granted
   )
   select granted, ceil(greatest(wait_ms, 0))::int as "waitMs" from verdict`,
);

/** Whether points were granted, or how long to wait before asking again. */
export type Spending =
  | { readonly granted: true }
  | { readonly granted: false; readonly waitMs: number };

/**
 * Takes `cost` from an allowance unless that would leave less than `floor` (a share of its maximum).
 * An allowance nobody has reported on yet starts as `first`.
 */
export async function spend(
  db: Queryable,
  key: AllowanceKey,
  cost: number,
  floor: number,
  first: { readonly maximum: number; readonly restoreRate: number },
): Promise<Spending> {
  const [row] = await spendStatement(db, key.tenantId, key.name, cost, floor);
  if (row === undefined) {
    await db.query(
      `insert into allowances (tenant_id, name, available, maximum, restore_rate) values ($1, $2, $3, $3, $4)
       on conflict do nothing`,
      [key.tenantId, key.name, first.maximum, first.restoreRate],
    );
    return { granted: false, waitMs: 0 };
  }
  return row.granted ? { granted: true } : { granted: false, waitMs: row.waitMs };
}

const declareStatement = statement<never, [string, string, number, number]>(
  'allowance-declare',
  `insert into allowances as a (tenant_id, name, available, maximum, restore_rate) values ($1, $2, $3, $3, $4)
   on conflict (tenant_id, name) do update
     set available = least(a.available, excluded.maximum), maximum = excluded.maximum, restore_rate = excluded.restore_rate
     where (a.maximum, a.restore_rate) is distinct from (excluded.maximum, excluded.restore_rate)`,
);

/** Sets how many points an allowance holds and gets back a second; what was spent of it stays spent. */
export async function declare(
  db: Queryable,
  key: AllowanceKey,
  { maximum, restoreRate }: { readonly maximum: number; readonly restoreRate: number },
): Promise<void> {
  await declareStatement(db, key.tenantId, key.name, maximum, restoreRate);
}

const correctStatement = statement<never, [string, string, number, number, number]>(
  'allowance-correct',
  `update allowances set available = $3, maximum = $4, restore_rate = $5, updated_at = clock_timestamp()
   where tenant_id = $1 and name = $2`,
);

/** Sets an allowance to what the remote service reported. */
export async function correct(
  db: Queryable,
  key: AllowanceKey,
  report: { readonly available: number; readonly maximum: number; readonly restoreRate: number },
): Promise<void> {
  await correctStatement(
    db,
    key.tenantId,
    key.name,
    report.available,
    report.maximum,
    report.restoreRate,
  );
}
