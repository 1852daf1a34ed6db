import { type Queryable, statement } from './statement.ts';

/** A group of a tenant. */
export interface GroupKey {
  readonly sourceId: string;
  readonly id: string;
}

/**
 * The ids among the groups of the arrays of sources and ids that are not on the roll, as an array; $1
 * is the tenant.
 */
export function missingGroupsSql(sources: string, ids: string): string {
  return `array(select wanted.id from unnest(${sources}::text[], ${ids}::uuid[]) wanted (source_id, id)
    where not exists (select from resources g
      where g.tenant_id = $1 and g.source_id = wanted.source_id and g.id = wanted.id and g.type = 'Group'))`;
}

const selectMissing = statement<
  { missing: string[] },
  [tenantId: string, sources: readonly string[], ids: readonly string[]]
>('groups-missing', `select ${missingGroupsSql('$2', '$3')} as missing`);

/** The ids of those of these groups that are not on the roll. */
export async function missingGroups(
  db: Queryable,
  tenantId: string,
  groups: readonly GroupKey[],
): Promise<readonly string[]> {
  const [row] = await selectMissing(
    db,
    tenantId,
    groups.map(({ sourceId }) => sourceId),
    groups.map(({ id }) => id),
  );
  return row?.missing ?? [];
}
