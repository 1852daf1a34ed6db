import { type Queryable, statement } from './statement.ts';

/** What people make: a bearer token, or a secret of the source's OAuth client. */
export type MadeKind = 'bearer' | 'client_secret';

/** A bearer token or a client secret as it is kept: never itself. */
export interface StoredToken {
  readonly id: string;
  readonly kind: MadeKind;
  readonly prefix: string;
  /** The userName of the user it is bound to; `null` where it is bound to nobody, or to nobody any more. */
  readonly userName: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  readonly lastUsedAt: Date | null;
}

/** Which source's tokens. */
export interface TokenOwner {
  readonly tenantId: string;
  readonly sourceId: string;
}

const live = 'revoked_at is null and (expires_at is null or expires_at > now())';

/** A credential that may be used, as it was presented. */
export interface LiveToken {
  readonly id: string;
  readonly hash: Buffer;
  readonly expiresAt: Date | null;
  /** The client secret it was issued for; `null` for what people make. */
  readonly secretId: string | null;
  /** The user it is bound to. */
  readonly userId: string | null;
}

const liveColumns = `t.id, t.hash, t.expires_at as "expiresAt", t.secret_id as "secretId", t.user_id as "userId"`;

/**
 * An access token lives as long as its secret does, and a token bound to a user as long as that user
 * is there and active: both are looked up here, so that nothing has to be undone where they end.
 */
const selectLive = statement<LiveToken, [string, string, Buffer]>(
  'token-by-hash',
  `select ${liveColumns} from tokens t
   where tenant_id = $1 and source_id = $2 and hash = $3 and kind in ('bearer', 'access') and ${live}
     and (secret_id is null or exists (
       select from tokens where tenant_id = $1 and source_id = $2 and id = t.secret_id and ${live}))
     and (user_id is null or exists (
       select from resources
       where tenant_id = $1 and source_id = $2 and id = t.user_id and type = 'User' and active))`,
);

/** The live bearer or access token with this SHA-256, or `null`. */
export async function findLiveToken(
  db: Queryable,
  owner: TokenOwner,
  hash: Buffer,
): Promise<LiveToken | null> {
  const [row] = await selectLive(db, owner.tenantId, owner.sourceId, hash);
  return row ?? null;
}

const selectLiveSecret = statement<LiveToken, [string, string, Buffer]>(
  'client-secret-by-hash',
  `select ${liveColumns} from tokens t
   where tenant_id = $1 and source_id = $2 and hash = $3 and kind = 'client_secret' and ${live}`,
);

/** The live client secret with this SHA-256, or `null`. */
export async function findLiveSecret(
  db: Queryable,
  owner: TokenOwner,
  hash: Buffer,
): Promise<LiveToken | null> {
  const [row] = await selectLiveSecret(db, owner.tenantId, owner.sourceId, hash);
  return row ?? null;
}

/** What people made for a source, newest first; revoked and expired ones too. */
export async function tokensOf(
  db: Queryable,
  owner: TokenOwner,
  kind: MadeKind = 'bearer',
): Promise<readonly StoredToken[]> {
  const { rows } = await db.query<StoredToken>(
    `select t.id, t.kind, t.prefix, r.data->>'userName' as "userName", t.created_at as "createdAt",
            t.expires_at as "expiresAt", t.revoked_at as "revokedAt", t.last_used_at as "lastUsedAt"
     from tokens t
     left join resources r on r.tenant_id = $1 and r.source_id = $2 and r.id = t.user_id
     where t.tenant_id = $1 and t.source_id = $2 and t.kind = $3 order by t.created_at desc, t.id`,
    [owner.tenantId, owner.sourceId, kind],
  );
  return rows;
}

/** A token about to be kept. */
export interface NewToken {
  readonly id: string;
  readonly kind: MadeKind;
  readonly hash: Buffer;
  readonly prefix: string;
  readonly expiresAt: Date | null;
  readonly userId: string | null;
}

/**
 * Keeps a token unless the source, or the user it is bound to, already has `most` live ones of its
 * kind. To be called inside a transaction: the source's row is locked, so that two at once count
 * each other.
 * @returns false when it has
 */
export async function insertToken(
  client: Queryable,
  owner: TokenOwner,
  token: NewToken,
  most: number,
): Promise<boolean> {
  await client.query('select from sources where tenant_id = $1 and id = $2 for update', [
    owner.tenantId,
    owner.sourceId,
  ]);
  const { rowCount } = await client.query(
    `insert into tokens (tenant_id, source_id, id, hash, prefix, expires_at, kind, user_id)
     select $1, $2, $3, $4, $5, $6, $7, $8::uuid
     where (select count(*) from tokens where tenant_id = $1 and source_id = $2 and kind = $7
            and user_id is not distinct from $8::uuid and ${live}) < $9`,
    [
      owner.tenantId,
      owner.sourceId,
      token.id,
      token.hash,
      token.prefix,
      token.expiresAt,
      token.kind,
      token.userId,
      most,
    ],
  );
  return rowCount === 1;
}

/** An access token about to be issued for a client secret. */
export interface NewAccessToken {
  readonly id: string;
  readonly secretId: string;
  readonly hash: Buffer;
  readonly prefix: string;
  readonly expiresAt: Date;
}

const insertAccess = statement<
  Record<string, never>,
  [string, string, string, string, Buffer, string, Date, number]
>(
  'access-token-insert',
  `with gone as (
     select id from tokens
     where tenant_id = $1 and source_id = $2 and kind = 'access' and (expires_at <= now() or id in (
       select id from tokens
       where tenant_id = $1 and source_id = $2 and kind = 'access' and expires_at > now()
       order by created_at desc, id desc offset $8 - 1
     ))
     for update skip locked
   ), cleared as (
     delete from tokens where tenant_id = $1 and source_id = $2 and id in (select id from gone)
   )
   insert into tokens (tenant_id, source_id, kind, id, secret_id, hash, prefix, expires_at)
   values ($1, $2, 'access', $3, $4, $5, $6, $7)`,
);

/**
 * Keeps an access token. Those of the source that have expired go, and so do the oldest beyond
 * `most`; what another request is removing at the moment is left to it.
 */
export async function insertAccessToken(
  db: Queryable,
  { tenantId, sourceId }: TokenOwner,
  token: NewAccessToken,
  most: number,
): Promise<void> {
  const { id, secretId, hash, prefix, expiresAt } = token;
  await insertAccess(db, tenantId, sourceId, id, secretId, hash, prefix, expiresAt, most);
}

/** Revokes a token at once; `false` when there is no such live token of this kind. */
export async function revokeToken(
  db: Queryable,
  owner: TokenOwner,
  tokenId: string,
  kind: MadeKind,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update tokens set revoked_at = now()
     where tenant_id = $1 and source_id = $2 and id = $3 and kind = $4 and revoked_at is null`,
    [owner.tenantId, owner.sourceId, tokenId, kind],
  );
  return rowCount === 1;
}

/** Remembers that a token was used; at most once a minute is written. */
export async function touchToken(db: Queryable, owner: TokenOwner, tokenId: string): Promise<void> {
  await db.query(
    `update tokens set last_used_at = now() where tenant_id = $1 and source_id = $2 and id = $3
     and (last_used_at is null or last_used_at < now() - interval '1 minute')`,
    [owner.tenantId, owner.sourceId, tokenId],
  );
}
