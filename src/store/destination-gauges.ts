/** The numbers of all destinations at once, for whoever watches the installation. */
import type pg from 'pg';
import {
  type Backlog,
  backlogSql,
  type StuckCounts,
  stuckCountsSql,
} from './destination-status.ts';
import type { DestinationKey, DestinationState } from './destinations.ts';
import { byIndexes } from './statement.ts';

/** How a destination stands, in numbers alone. */
export interface DestinationGauges extends DestinationKey, Backlog, StuckCounts {
  readonly state: DestinationState;
  readonly lastSuccessAt: Date | null;
  /** `null` before the first request. */
  readonly available: number | null;
  readonly maximum: number | null;
}

/** So many destinations are watched; the first by their ids. */
export const mostWatched = 1_000;

/**
 * The numbers of the destinations of every tenant: one of the statements that look across tenants.
 * @param withinMs it fails when it would take longer
 */
export async function destinationGauges(
  pool: pg.Pool,
  withinMs: number,
): Promise<readonly DestinationGauges[]> {
  return byIndexes(pool, async (client) => {
    await client.query("select set_config('statement_timeout', $1, true)", [String(withinMs)]);
    const { rows } = await client.query<DestinationGauges>(gaugesSql);
    return rows;
  });
}

const gaugesSql = `
  select d.tenant_id as "tenantId", d.id as "destinationId", d.state, d.last_success_at as "lastSuccessAt",
         a.maximum, backlog.*, stuck.*,
         least(a.maximum, a.available + a.restore_rate * extract(epoch from now() - a.updated_at)::float8) as available
  from (select * from destinations order by tenant_id, id limit ${mostWatched}) d
  left join allowances a on a.tenant_id = d.tenant_id and a.name = d.id
  cross join lateral (${backlogSql('d.tenant_id', 'd.id')}) backlog
  cross join lateral (${stuckCountsSql('d.tenant_id', 'd.id')}) stuck`;
