/** How far the orders and customers of shops were listed again. */
import { type Queryable, statement } from './statement.ts';

/** A shop that is to be listed again. */
export interface DueShop {
  readonly tenantId: string;
  /** What was updated from here on was not listed yet; `null`: nothing was. */
  readonly sweptTo: Date | null;
}

const takeStatement = statement<DueShop, [holdMs: number]>(
  'storefront-sweep-take',
  `with due as (
     select o.tenant_id from (select distinct tenant_id from offers) o left join storefront_sweeps s on s.tenant_id = o.tenant_id
     where (s.next_at is null or s.next_at <= now())
       and not exists (select from installations i where i.tenant_id = o.tenant_id and i.state <> 'installed')
     order by s.next_at nulls first limit 1
   ), before as (
     select due.tenant_id, s.swept_to from due left join storefront_sweeps s on s.tenant_id = due.tenant_id
   ), taken as (
     insert into storefront_sweeps (tenant_id, swept_to, next_at)
     select tenant_id, now(), now() + $1 * interval '1 millisecond' from due
     on conflict (tenant_id) do update set next_at = excluded.next_at
   )
   select tenant_id as "tenantId", swept_to as "sweptTo" from before`,
);

/** Takes a shop with offers whose turn it is, and which the app may read; nobody else has it for `holdMs`. */
export async function takeShop(db: Queryable, holdMs: number): Promise<DueShop | null> {
  const [row] = await takeStatement(db, holdMs);
  return row ?? null;
}

/** Notes how a sweep ended; with `sweptTo` it was done, up to there. */
export async function sweptShop(
  db: Queryable,
  tenantId: string,
  how: { readonly sweptTo: Date | null; readonly error: string | null; readonly againMs: number },
): Promise<void> {
  await db.query(
    `update storefront_sweeps set swept_to = coalesce($2, swept_to), error = $3,
            swept_at = case when $2::timestamptz is null then swept_at else now() end,
            next_at = now() + $4 * interval '1 millisecond'
     where tenant_id = $1`,
    [tenantId, how.sweptTo, how.error, how.againMs],
  );
}

const newerStatement = statement<{ id: string }, [string, readonly string[], readonly string[]]>(
  'storefront-orders-newer',
  `select told.id from unnest($2::text[], $3::timestamptz[]) as told (id, updated_at)
   left join orders o on o.tenant_id = $1 and o.id = told.id
   where o.id is null or o.updated_at < told.updated_at or o.deleted_at is not null
     -- A shop tells whole seconds: what was read in that second may have changed after it.
     or o.read_at < told.updated_at + interval '2 seconds'`,
);

/** Of orders and when they were updated, those we have not read since. */
export async function ordersToRead(
  db: Queryable,
  tenantId: string,
  told: readonly { readonly id: string; readonly updatedAt: string }[],
): Promise<readonly string[]> {
  const rows = await newerStatement(
    db,
    tenantId,
    told.map(({ id }) => id),
    told.map(({ updatedAt }) => updatedAt),
  );
  return rows.map(({ id }) => id);
}

/** How listing a shop again went. */
export interface SweepStatus {
  /** When it was done last; `null`: never yet. */
  readonly sweptAt: Date | null;
  /** What stopped it, or which order could not be written down; `null`: nothing. */
  readonly error: string | null;
}

const selectStatus = statement<SweepStatus, [string]>(
  'storefront-sweep-status',
  `select swept_at as "sweptAt", error from storefront_sweeps where tenant_id = $1`,
);

/** How listing a tenant's shop again went; `null` where there was no reason to. */
export async function sweepStatus(db: Queryable, tenantId: string): Promise<SweepStatus | null> {
  const [row] = await selectStatus(db, tenantId);
  return row ?? null;
}
