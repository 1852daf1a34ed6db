/** Long work of a tenant that is under way, or ended a moment ago: how far each has come. */
import { type Queryable, statement } from './statement.ts';

/** A piece of long work. */
export interface Work {
  readonly kind: 'backfill' | 'import' | 'preview' | 'bulk' | 'spread';
  readonly id: string;
  readonly destinationId: string | null;
  /** As the kind calls it; `done` and `failed` are ends. */
  readonly state: string;
  /** So much of it is done: orders, accounts, lines; `null` where nobody counts. */
  readonly done: number | null;
  readonly total: number | null;
  readonly error: string | null;
}

const lately = `now() - interval '1 minute'`;

const selectWork = statement<Work, [tenantId: string]>(
  'work-under-way',
  `select 'backfill' as kind, id, null as "destinationId", state, seen as done, null::int as total, error
   from backfills where tenant_id = $1 and (state = 'running' or ended_at > ${lately})
   union all
   select kind, id, destination_id, state, listed, about, error
   from listings where tenant_id = $1 and (state in ('reading', 'matching') or ended_at > ${lately})
   union all
   select 'bulk', id, destination_id, state, greatest(worked_off, made + returned), lines, reason
   from bulk_runs where tenant_id = $1 and (finished_at is null or finished_at > ${lately})
   union all
   select 'spread', id, destination_id, 'running', null, null, null
   from spreads where tenant_id = $1 and not_before <= now()
   limit 100`,
);

/** What is under way in a tenant, and what ended within the last minute. */
export async function workOf(db: Queryable, tenantId: string): Promise<readonly Work[]> {
  return selectWork(db, tenantId);
}
