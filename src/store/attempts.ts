/** What was tried lately and by whom, for every instance: so many are allowed, then there is a wait that doubles. */
import { type Queryable, statement } from './statement.ts';

/** How much may be tried. */
export interface AttemptRule {
  /** So many in a row; the last of them locks. */
  readonly allowed: number;
  /** The first wait; each attempt after it doubles it, up to `mostMs`. */
  readonly waitMs: number;
  readonly mostMs: number;
  /** When nothing was tried for so long, counting begins anew. */
  readonly forgetMs: number;
}

/** An attempt that was counted, or the end of the wait before the next one may be. */
export type Attempt =
  | { readonly kind: 'counted'; readonly count: number; readonly lockedUntil: Date | null }
  | { readonly kind: 'locked'; readonly until: Date };

interface AttemptRow {
  readonly counted: boolean;
  readonly count: number;
  readonly lockedUntil: Date | null;
}

const countStatement = statement<
  AttemptRow,
  [
    tenantId: string,
    key: string,
    now: Date,
    forgottenBefore: Date,
    allowed: number,
    waitMs: number,
    mostMs: number,
  ]
>(
  'attempt-count',
  `with counted as (
     insert into attempts as a (tenant_id, key, count, last_at) values ($1, $2, 1, $3)
     on conflict (tenant_id, key) do update set
       last_at = $3,
       count = case when a.last_at < $4 then 1 else a.count + 1 end,
       locked_until = case when a.last_at >= $4 and a.count + 1 >= $5::int
         then $3 + least($7::float8, $6::float8 * 2 ^ least(a.count + 1 - $5::int, 20)) * interval '1 millisecond' end
     where a.locked_until is null or a.locked_until <= $3
     returning count, locked_until
   )
   select true as counted, count, locked_until as "lockedUntil" from counted
   union all
   select false, count, locked_until from attempts
   where tenant_id = $1 and key = $2 and not exists (select from counted)`,
);

/**
 * Counts an attempt before it is made, so that many at once are not more than one after another; a good one is
 * taken back afterwards.
 */
export async function countAttempt(
  db: Queryable,
  tenantId: string,
  key: string,
  { allowed, waitMs, mostMs, forgetMs }: AttemptRule,
  now: Date,
): Promise<Attempt> {
  const forgottenBefore = new Date(now.getTime() - forgetMs);
  const values = [tenantId, key, now, forgottenBefore, allowed, waitMs, mostMs] as const;
  const [row] = await countStatement(db, ...values);
  if (row === undefined || row.counted)
    return { kind: 'counted', count: row?.count ?? 1, lockedUntil: row?.lockedUntil ?? null };
  return { kind: 'locked', until: row.lockedUntil ?? now };
}

/** Forgets what was tried. */
export async function forgetAttempts(db: Queryable, tenantId: string, key: string): Promise<void> {
  await db.query('delete from attempts where tenant_id = $1 and key = $2', [tenantId, key]);
}

/** Takes one attempt back, with the wait that it began. */
export async function takeBackAttempt(db: Queryable, tenantId: string, key: string): Promise<void> {
  await db.query(
    'update attempts set count = greatest(count - 1, 0), locked_until = null where tenant_id = $1 and key = $2',
    [tenantId, key],
  );
}
