/** The groups of all connections of a tenant, by name, for whoever picks one. */
import type { JsonObject } from '../model.ts';
import type { SourceKind } from './sources.ts';
import { type Queryable, statement } from './statement.ts';

/** A group on a list. */
export interface ListedGroup {
  readonly id: string;
  readonly name: string;
  readonly source: { readonly id: string; readonly name: string; readonly kind: SourceKind };
  /** Of its own; those of groups in it are not among them. Counted up to a limit. */
  readonly members: number;
}

/** So many members are counted. */
const mostCounted = 10_000;

const selectGroups = statement<ListedGroup, [tenantId: string, part: string, limit: number]>(
  'groups-by-name',
  `select found.id, found.name, json_build_object('id', s.id, 'name', s.name, 'kind', s.kind) as source,
          (select count(*) from (
             select from members m where m.tenant_id = $1 and m.source_id = found.source_id and m.group_id = found.id
             limit ${mostCounted}) counted) as members
   from (
     select r.id, r.source_id, coalesce(r.data ->> 'displayName', r.id::text) as name
     from resources r
     where r.tenant_id = $1 and r.type = 'Group'
       and r.source_id in (select id from sources where tenant_id = $1)
       and strpos(lower(coalesce(r.data ->> 'displayName', '')), lower($2)) > 0
     order by lower(r.data ->> 'displayName'), r.id
     limit $3
   ) found
   join sources s on s.tenant_id = $1 and s.id = found.source_id
   order by lower(found.name), found.id`,
);

/** The first groups, by name, whose name has this in it. */
export async function listGroups(
  db: Queryable,
  tenantId: string,
  part: string,
  limit: number,
): Promise<readonly ListedGroup[]> {
  return selectGroups(db, tenantId, part, limit);
}

/** A group of any connection, as stored and without its members; `null` where there is none. */
export async function groupOf(
  db: Queryable,
  tenantId: string,
  id: string,
): Promise<JsonObject | null> {
  const { rows } = await db.query<{ data: JsonObject }>(
    `select data from resources where tenant_id = $1 and type = 'Group' and id = $2`,
    [tenantId, id],
  );
  return rows[0]?.data ?? null;
}
