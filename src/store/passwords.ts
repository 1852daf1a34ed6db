/** Who may sign in: the people of the directory, and their passwords. */
import type { JsonObject } from '../model.ts';
import { type Queryable, statement } from './statement.ts';

/** Somebody of the directory who may have a password. */
export interface Account {
  readonly userId: string;
  readonly sourceId: string;
  /** Somebody suspended cannot sign in. */
  readonly active: boolean;
  /** The SCIM User. */
  readonly data: JsonObject;
  /** `null` where none is set yet. */
  readonly hash: string | null;
}

const accountSql = `select r.id as "userId", r.source_id as "sourceId", r.active, r.data, p.hash
   from sources s
   join resources r on r.tenant_id = $1 and r.source_id = s.id and r.type = 'User'
   left join passwords p on p.tenant_id = $1 and p.user_id = r.id
   where s.tenant_id = $1 and s.kind = 'local'`;

const selectByName = statement<Account, [tenantId: string, userName: string]>(
  'account-by-user-name',
  `${accountSql} and r.user_name = $2`,
);

const selectById = statement<Account, [tenantId: string, userId: string]>(
  'account-by-id',
  `${accountSql} and r.id = $2`,
);

/** The account with a userName, in any case. */
export async function accountNamed(
  db: Queryable,
  tenantId: string,
  userName: string,
): Promise<Account | null> {
  const [row] = await selectByName(db, tenantId, userName.toLowerCase());
  return row ?? null;
}

/** The account of a user. */
export async function accountOf(
  db: Queryable,
  tenantId: string,
  userId: string,
): Promise<Account | null> {
  const [row] = await selectById(db, tenantId, userId);
  return row ?? null;
}

/** A password to be set. */
export interface NewPassword {
  readonly userId: string;
  readonly hash: string;
  readonly at: Date;
  /** The session that goes on; all others of this person end. */
  readonly keptSession: string | null;
}

const setStatement = statement<
  never,
  [tenantId: string, userId: string, hash: string, at: Date, keptSession: string | null]
>(
  'password-set',
  `with stored as (
     insert into passwords (tenant_id, user_id, hash, changed_at) values ($1, $2, $3, $4)
     on conflict (tenant_id, user_id) do update set hash = $3, changed_at = $4
   ), used as (
     delete from password_links where tenant_id = $1 and user_id = $2
   )
   delete from sessions where tenant_id = $1 and user_id = $2 and id is distinct from $5::uuid`,
);

/** Sets a password: other sessions end, and no link sets another one. */
export async function setPassword(
  db: Queryable,
  tenantId: string,
  { userId, hash, at, keptSession }: NewPassword,
): Promise<void> {
  await setStatement(db, tenantId, userId, hash, at, keptSession);
}

/** Puts a stronger hash of the same password in place of the one that was read, unless it was changed meanwhile. */
export async function strengthenPassword(
  db: Queryable,
  tenantId: string,
  userId: string,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<void> {
  await db.query(
    'update passwords set hash = $4 where tenant_id = $1 and user_id = $2 and hash = $3',
    [tenantId, userId, from, to],
  );
}
