/** People who were deleted from a directory, kept as they were to be brought back. */
import type { JsonObject } from '../model.ts';
import type { Queryable } from './statement.ts';

/** Somebody who was deleted. */
export interface DeletedUser {
  readonly id: string;
  readonly userName: string;
  readonly data: JsonObject;
  readonly groups: readonly string[];
  readonly deletedAt: Date;
  readonly deletedBy: string;
}

const columns = `id, user_name as "userName", data, groups, deleted_at as "deletedAt", deleted_by as "deletedBy"`;

/** Keeps somebody who is about to be deleted. */
export async function keepDeleted(
  db: Queryable,
  tenantId: string,
  user: DeletedUser,
): Promise<void> {
  await db.query(
    `insert into deleted_users (tenant_id, id, user_name, data, groups, deleted_at, deleted_by)
     values ($1, $2, $3, $4::jsonb, $5, $6, $7) on conflict (tenant_id, id) do update
       set user_name = excluded.user_name, data = excluded.data, groups = excluded.groups,
           deleted_at = excluded.deleted_at, deleted_by = excluded.deleted_by`,
    [
      tenantId,
      user.id,
      user.userName,
      JSON.stringify(user.data),
      user.groups,
      user.deletedAt,
      user.deletedBy,
    ],
  );
}

/** Forgets somebody: they are back, or were not deleted after all. */
export async function forgetDeleted(db: Queryable, tenantId: string, id: string): Promise<void> {
  await db.query('delete from deleted_users where tenant_id = $1 and id = $2', [tenantId, id]);
}

/** Who was deleted, the latest first. Whoever a crash left on both lists was not. */
export async function deletedUsers(
  db: Queryable,
  { tenantId, sourceId }: { readonly tenantId: string; readonly sourceId: string },
  limit: number,
): Promise<readonly DeletedUser[]> {
  const { rows } = await db.query<DeletedUser>(
    `select ${columns} from deleted_users d where tenant_id = $1
       and not exists (select from resources r where r.tenant_id = $1 and r.source_id = $2 and r.id = d.id)
     order by deleted_at desc, id limit $3`,
    [tenantId, sourceId, limit],
  );
  return rows;
}

/** One of them; `null` where there is no such. */
export async function findDeleted(
  db: Queryable,
  tenantId: string,
  id: string,
): Promise<DeletedUser | null> {
  const { rows } = await db.query<DeletedUser>(
    `select ${columns} from deleted_users where tenant_id = $1 and id = $2`,
    [tenantId, id],
  );
  return rows[0] ?? null;
}
