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

/** SQL that holds for who was deleted and had one of these, in small letters, as userName or address. */
export const deletedCalled = (names: string) => `(lower(user_name) = any(${names}) or exists (
  select from jsonb_path_query(data, '$.emails[*].value') address where lower(address #>> '{}') = any(${names})))`;

/** The id that somebody who is brought back has: the same however often that is begun. */
export async function idOfRestored(
  db: Queryable,
  tenantId: string,
  id: string,
  newId: string,
): Promise<string | null> {
  const { rows } = await db.query<{ id: string }>(
    `update deleted_users set restored_as = coalesce(restored_as, $3)
     where tenant_id = $1 and id = $2 returning restored_as as id`,
    [tenantId, id, newId],
  );
  return rows[0]?.id ?? null;
}

/** Forgets somebody: they are back. */
export async function forgetDeleted(db: Queryable, tenantId: string, id: string): Promise<void> {
  await db.query('delete from deleted_users where tenant_id = $1 and id = $2', [tenantId, id]);
}

/** Who was deleted, the latest first. */
export async function deletedUsers(
  db: Queryable,
  tenantId: string,
  limit: number,
): Promise<readonly DeletedUser[]> {
  const { rows } = await db.query<DeletedUser>(
    `select ${columns} from deleted_users where tenant_id = $1 order by deleted_at desc, id limit $2`,
    [tenantId, limit],
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
