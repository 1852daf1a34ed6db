import { type Queryable, statement } from './statement.ts';

/** A bearer token as it is kept: never the token itself. */
export interface StoredToken {
  readonly id: string;
  readonly prefix: string;
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

const columns = `id, prefix, created_at as "createdAt", expires_at as "expiresAt",
  revoked_at as "revokedAt", last_used_at as "lastUsedAt"`;

const live = 'revoked_at is null and (expires_at is null or expires_at > now())';

const selectLive = statement<
  { id: string; hash: Buffer; expiresAt: Date | null },
  [string, string, Buffer]
>(
  'token-by-hash',
  `select id, hash, expires_at as "expiresAt" from tokens
   where tenant_id = $1 and source_id = $2 and hash = $3 and ${live}`,
);

/** The live token with this SHA-256, or `null` when there is none, it was revoked or has expired. */
export async function findLiveToken(
  db: Queryable,
  owner: TokenOwner,
  hash: Buffer,
): Promise<{ readonly id: string; readonly hash: Buffer; readonly expiresAt: Date | null } | null> {
  const [row] = await selectLive(db, owner.tenantId, owner.sourceId, hash);
  return row ?? null;
}

/** Tokens of a source, newest first; revoked and expired ones too. */
export async function tokensOf(db: Queryable, owner: TokenOwner): Promise<readonly StoredToken[]> {
  const { rows } = await db.query<StoredToken>(
    `select ${columns} from tokens where tenant_id = $1 and source_id = $2 order by created_at desc, id`,
    [owner.tenantId, owner.sourceId],
  );
  return rows;
}

/** A token about to be kept. */
export interface NewToken {
  readonly id: string;
  readonly hash: Buffer;
  readonly prefix: string;
  readonly expiresAt: Date | null;
}

/**
 * Keeps a token unless the source already has `most` live ones. To be called inside a transaction:
 * the source's row is locked, so that two at once count each other.
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
    `insert into tokens (tenant_id, source_id, id, hash, prefix, expires_at)
     select $1, $2, $3, $4, $5, $6
     where (select count(*) from tokens where tenant_id = $1 and source_id = $2 and ${live}) < $7`,
    [owner.tenantId, owner.sourceId, token.id, token.hash, token.prefix, token.expiresAt, most],
  );
  return rowCount === 1;
}

/** Revokes a token at once; `false` when there is no such live token. */
export async function revokeToken(
  db: Queryable,
  owner: TokenOwner,
  tokenId: string,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update tokens set revoked_at = now() where tenant_id = $1 and source_id = $2 and id = $3 and revoked_at is null`,
    [owner.tenantId, owner.sourceId, tokenId],
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
