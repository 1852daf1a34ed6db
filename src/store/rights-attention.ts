/** How many rights wait for somebody. */
import type pg from 'pg';
import { mostCounted } from './destination-status.ts';
import { byIndexes, type Queryable, statement } from './statement.ts';

/** How many: `held` until somebody says whose they are, `asked` about until somebody answers. */
export interface RightsAttention {
  readonly held: number;
  readonly asked: number;
}

const counts = `count(*) filter (where state = 'held')::int as held,
  count(*) filter (where state <> 'held')::int as asked`;
const waiting = `state = 'held' or question is not null`;

const selectCounts = statement<RightsAttention, [string]>(
  'rights-attention',
  `select ${counts} from (
     select state from grants where tenant_id = $1 and (${waiting}) order by id limit ${mostCounted}
   ) waiting`,
);

/** How many rights of a tenant wait for somebody, at most 100,000. */
export async function rightsAttention(db: Queryable, tenantId: string): Promise<RightsAttention> {
  const [row] = await selectCounts(db, tenantId);
  return row ?? { held: 0, asked: 0 };
}

/**
 * The same of every tenant that has any: one of the statements that look across tenants.
 * @param withinMs it fails when it would take longer
 */
export async function allRightsAttention(
  pool: pg.Pool,
  withinMs: number,
): Promise<readonly (RightsAttention & { readonly tenantId: string })[]> {
  return byIndexes(pool, async (client) => {
    await client.query("select set_config('statement_timeout', $1, true)", [String(withinMs)]);
    const { rows } = await client.query<RightsAttention & { readonly tenantId: string }>(
      `select tenant_id as "tenantId", ${counts} from (
         select tenant_id, state from grants where ${waiting} order by tenant_id, id limit ${mostCounted}
       ) waiting group by tenant_id`,
    );
    return rows;
  });
}
