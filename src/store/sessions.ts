/** Who is signed in. A session ends with its person: whoever is suspended or deleted has none (store/users.ts). */
import type { JsonObject } from '../model.ts';
import { type Queryable, statement } from './statement.ts';

/** A session as its person sees it. */
export interface Session {
  readonly id: string;
  /** The browser and its system, in words. */
  readonly device: string;
  readonly createdAt: Date;
  readonly lastUsedAt: Date;
}

/** Since when a session must have begun, and since when it must have been used. */
export interface SessionLimits {
  readonly begunAfter: Date;
  readonly usedAfter: Date;
}

/** A session that holds, and whose it is. */
export interface LiveSession {
  readonly id: string;
  readonly userId: string;
  readonly sourceId: string;
  readonly data: JsonObject;
}

/** More than anybody has devices: of more the one that was used least lately ends. */
const mostSessions = 50;

/** A session to be begun. */
export interface NewSession extends Session {
  readonly userId: string;
  readonly hash: Buffer;
  /** When the password was set by which they sign in. */
  readonly passwordOf: Date | null;
}

/**
 * Begins a session, for somebody who is still active and has the same password: `false` where not. Whoever changes the
 * password waits for it, and ends it.
 */
export async function insertSession(
  db: Queryable,
  tenantId: string,
  session: NewSession,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `with surplus as (
       delete from sessions where tenant_id = $1 and id in (
         select id from sessions where tenant_id = $1 and user_id = $3 order by last_used_at desc offset $8)
     )
     insert into sessions (tenant_id, id, user_id, hash, device, created_at, last_used_at)
     select $1, $2, $3, $4, $5, $6, $7 from resources r join sources s on s.tenant_id = $1 and s.id = r.source_id
       join passwords p on p.tenant_id = $1 and p.user_id = r.id
     where r.tenant_id = $1 and r.id = $3 and r.active and s.kind = 'local' and p.changed_at = $9
     for share of p`,
    [
      tenantId,
      session.id,
      session.userId,
      session.hash,
      session.device,
      session.createdAt,
      session.lastUsedAt,
      mostSessions - 1,
      session.passwordOf,
    ],
  );
  return rowCount === 1;
}

const useStatement = statement<
  LiveSession,
  [tenantId: string, hash: Buffer, now: Date, begunAfter: Date, usedAfter: Date]
>(
  'session-use',
  `with live as (
     select se.id, r.id as "userId", r.source_id as "sourceId", r.data
     from sessions se
     join sources s on s.tenant_id = $1 and s.kind = 'local'
     join resources r on r.tenant_id = $1 and r.source_id = s.id and r.id = se.user_id and r.type = 'User' and r.active
     where se.tenant_id = $1 and se.hash = $2 and se.created_at > $4 and se.last_used_at > $5
   ), used as (
     -- Once a minute is exact enough, and spares a write with each request.
     update sessions set last_used_at = $3::timestamptz from live
     where sessions.tenant_id = $1 and sessions.id = live.id and sessions.last_used_at < $3::timestamptz - interval '1 minute'
   )
   select * from live`,
);

/** The session with this cookie, while it holds; it is used by that. */
export async function useSession(
  db: Queryable,
  tenantId: string,
  hash: Buffer,
  now: Date,
  { begunAfter, usedAfter }: SessionLimits,
): Promise<LiveSession | null> {
  const [row] = await useStatement(db, tenantId, hash, now, begunAfter, usedAfter);
  return row ?? null;
}

/** The sessions of somebody, the latest used first. */
export async function sessionsOf(
  db: Queryable,
  tenantId: string,
  userId: string,
  { begunAfter, usedAfter }: SessionLimits,
): Promise<readonly Session[]> {
  const { rows } = await db.query<Session>(
    `select id, device, created_at as "createdAt", last_used_at as "lastUsedAt" from sessions
     where tenant_id = $1 and user_id = $2 and created_at > $3 and last_used_at > $4
     order by last_used_at desc, id desc`,
    [tenantId, userId, begunAfter, usedAfter],
  );
  return rows;
}

/** Ends a session of somebody; `null` where they have none with this id. */
export async function deleteSession(
  db: Queryable,
  tenantId: string,
  userId: string,
  id: string,
): Promise<Pick<Session, 'device'> | null> {
  const { rows } = await db.query<Pick<Session, 'device'>>(
    'delete from sessions where tenant_id = $1 and user_id = $2 and id = $3 returning device',
    [tenantId, userId, id],
  );
  return rows[0] ?? null;
}

/** Ends all sessions of somebody but the one that is kept, where one is; gives those that ended. */
export async function deleteSessions(
  db: Queryable,
  tenantId: string,
  userId: string,
  kept: string | null,
): Promise<readonly Pick<Session, 'device'>[]> {
  const { rows } = await db.query<Pick<Session, 'device'>>(
    'delete from sessions where tenant_id = $1 and user_id = $2 and id is distinct from $3 returning device',
    [tenantId, userId, kept],
  );
  return rows;
}
