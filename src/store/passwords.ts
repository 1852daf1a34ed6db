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
  /** When it was set last; a stronger hash of the same password leaves this as it is. */
  readonly changedAt: Date | null;
}

const accountSql = `select r.id as "userId", r.source_id as "sourceId", r.active, r.data, p.hash, p.changed_at as "changedAt"
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
  /** When the password was set that this one takes the place of; `null`: whichever there is. */
  readonly replaces: Date | null;
}

const setStatement = statement<
  { readonly set: number },
  [tenantId: string, userId: string, hash: string, at: Date, changedAt: Date | null]
>(
  'password-set',
  `insert into passwords as p (tenant_id, user_id, hash, changed_at) values ($1, $2, $3, $4)
   on conflict (tenant_id, user_id) do update set hash = $3, changed_at = $4
     where $5::timestamptz is null or p.changed_at = $5
   returning 1 as set`,
);

const endStatement = statement<
  never,
  [tenantId: string, userId: string, keptSession: string | null]
>(
  'password-set-ends',
  `with used as (
     delete from password_links where tenant_id = $1 and user_id = $2
   )
   delete from sessions where tenant_id = $1 and user_id = $2 and id is distinct from $3::uuid`,
);

/**
 * Sets a password, in a transaction: other sessions end, and no link sets another one. `false` where it was changed
 * meanwhile. Sessions are looked for by a statement of its own, which also sees one that began while this one waited
 * for the row of the password.
 */
export async function setPassword(
  db: Queryable,
  tenantId: string,
  { userId, hash, at, keptSession, replaces }: NewPassword,
): Promise<boolean> {
  const set = await setStatement(db, tenantId, userId, hash, at, replaces);
  if (set.length === 0) return false;
  await endStatement(db, tenantId, userId, keptSession);
  return true;
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
