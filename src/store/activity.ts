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

/** The latest lines of a tenant, newest first; only one resource's when given. */
export async function latestActivity(
  db: Queryable,
  tenantId: string,
  limit: number,
  resourceId: string | null = null,
): Promise<readonly Activity[]> {
  const { rows } = await db.query<Activity>(
    `select ${columns} from activity where tenant_id = $1 and ($3::uuid is null or resource_id = $3)
     order by id desc limit $2`,
    [tenantId, limit, resourceId],
  );
  return rows;
}
