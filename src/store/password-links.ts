/** Links with which somebody sets a password without having one, each for one use. */
import { type Queryable, statement } from './statement.ts';

/** Why there is such a link: an administrator invites somebody, or somebody has forgotten their password. */
export type PasswordLinkKind = 'invitation' | 'reset';

/** A link, known by the SHA-256 of its token. */
export interface PasswordLink {
  readonly hash: Buffer;
  readonly userId: string;
  readonly kind: PasswordLinkKind;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

/** Stores a link. An invitation takes the place of those before it. */
export async function insertPasswordLink(
  db: Queryable,
  tenantId: string,
  { hash, userId, kind, createdAt, expiresAt }: PasswordLink,
): Promise<void> {
  await db.query(
    `with replaced as (
       delete from password_links where tenant_id = $1 and user_id = $3 and kind = $4 and kind = 'invitation'
     )
     insert into password_links (tenant_id, hash, user_id, kind, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6)`,
    [tenantId, hash, userId, kind, createdAt, expiresAt],
  );
}

const columns = `hash, user_id as "userId", kind, created_at as "createdAt", expires_at as "expiresAt"`;

const selectLink = statement<PasswordLink, [tenantId: string, hash: Buffer, now: Date]>(
  'password-link',
  `select ${columns} from password_links where tenant_id = $1 and hash = $2 and expires_at > $3`,
);

/** A link that is still good. */
export async function findPasswordLink(
  db: Queryable,
  tenantId: string,
  hash: Buffer,
  now: Date,
): Promise<PasswordLink | null> {
  const [row] = await selectLink(db, tenantId, hash, now);
  return row ?? null;
}

/** Uses a link up: of many at once only one gets it. */
export async function takePasswordLink(
  db: Queryable,
  tenantId: string,
  hash: Buffer,
  now: Date,
): Promise<PasswordLink | null> {
  const { rows } = await db.query<PasswordLink>(
    `delete from password_links where tenant_id = $1 and hash = $2 and expires_at > $3 returning ${columns}`,
    [tenantId, hash, now],
  );
  return rows[0] ?? null;
}
