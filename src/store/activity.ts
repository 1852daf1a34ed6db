import type { Json } from '../model.ts';
import type { Queryable } from './statement.ts';

/** One line of the log a merchant can read. */
export interface Activity {
  readonly id: string;
  readonly at: Date;
  readonly kind: string;
  readonly actor: string | null;
  readonly requestId: string | null;
  readonly sourceId: string | null;
  readonly destinationId: string | null;
  readonly resourceId: string | null;
  readonly linkId: string | null;
  readonly outcome: string;
  readonly message: string | null;
  readonly detail: Json;
}

const columns = `id, at, kind, actor, request_id as "requestId", source_id as "sourceId",
  destination_id as "destinationId", resource_id as "resourceId", link_id as "linkId", outcome, message, detail`;

/** Writes one line on its own, for what is not part of another statement. */
export async function insertActivity(
  db: Queryable,
  tenantId: string,
  line: Pick<Activity, 'id' | 'kind' | 'outcome'> & Partial<Activity>,
): Promise<void> {
  await db.query(
    `insert into activity (tenant_id, id, kind, actor, request_id, source_id, destination_id, resource_id, link_id, outcome, message, detail)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      tenantId,
      line.id,
      line.kind,
      line.actor ?? null,
      line.requestId ?? null,
      line.sourceId ?? null,
      line.destinationId ?? null,
      line.resourceId ?? null,
      line.linkId ?? null,
      line.outcome,
      line.message ?? null,
      line.detail === undefined ? null : JSON.stringify(line.detail),
    ],
  );
}

/** A line with the names a person knows its subjects by. */
export interface NamedActivity extends Activity {
  /** Of the user or group; of somebody who was deleted, the userName where it is still known. */
  readonly resourceName: string | null;
  readonly destinationName: string | null;
}

/** Which lines of a tenant's log. */
export interface ActivityPage {
  readonly limit: number;
  /** Only what concerns this source; `null` for all. */
  readonly sourceId: string | null;
}

/** The latest lines of a tenant with names, newest first. */
export async function namedActivity(
  db: Queryable,
  tenantId: string,
  { limit, sourceId }: ActivityPage,
): Promise<readonly NamedActivity[]> {
  const { rows } = await db.query<NamedActivity>(
    `select line.*, d.name as "destinationName",
            coalesce(r.data->>'displayName',
                     nullif(concat_ws(' ', r.data#>>'{name,givenName}', r.data#>>'{name,familyName}'), ''),
                     r.data->>'userName', buried.user_name, deleted_user.user_name) as "resourceName"
     from (select ${columns} from activity where tenant_id = $1 and ($3::text is null or source_id = $3)
           order by id desc limit $2) line
     left join destinations d on d.tenant_id = $1 and d.id = line."destinationId"
     left join resources r on r.tenant_id = $1 and r.source_id = line."sourceId" and r.id = line."resourceId"
     left join lateral (
       select user_name from links
       where tenant_id = $1 and resource_id = line."resourceId" and deleted_at is not null limit 1
     ) buried on true
     -- Its link may have gone on to somebody new: what was written at its end still names it.
     left join lateral (
       select detail->>'userName' as user_name from activity
       where tenant_id = $1 and resource_id = line."resourceId" and kind = 'User.delete' limit 1
     ) deleted_user on true
     order by line.id desc`,
    [tenantId, limit, sourceId],
  );
  return rows;
}
