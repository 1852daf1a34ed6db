/** Bearer tokens of SCIM connections (RFC 6750): 256 random bits, shown once, kept as a SHA-256. */
import { createHash, randomBytes } from 'node:crypto';
import type pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { insertActivity } from '../store/activity.ts';
import { type Queryable, transaction } from '../store/statement.ts';
import { insertToken, revokeToken, type TokenOwner } from '../store/tokens.ts';
import { newTokenId } from './ids.ts';

/** Two live at once, so that an identity provider can be moved to a new one without a gap. */
export const mostLiveTokens = 2;

const shownPrefix = 10;

/** A token that was just made. The only moment at which it can be read. */
export interface FreshToken {
  readonly id: string;
  readonly token: string;
  readonly prefix: string;
  readonly expiresAt: Date | null;
}

/** How a token is looked up: never by itself. */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** A new random token. */
export function newTokenText(): string {
  return `rc_${randomBytes(32).toString('base64url')}`;
}

/** Who made a change, for activity: `admin`, `cli`, … */
export interface By {
  readonly actor: string;
}

/**
 * Makes a token for a source.
 * @returns `null` when two live ones exist: one has to be revoked first
 */
export async function createToken(
  pool: pg.Pool,
  owner: TokenOwner,
  {
    expiresAt,
    actor,
    text = newTokenText(),
  }: By & { readonly expiresAt: Date | null; readonly text?: string },
): Promise<FreshToken | null> {
  const token = {
    id: newTokenId(),
    hash: hashToken(text),
    prefix: text.slice(0, shownPrefix),
    expiresAt,
  };
  return transaction(pool, async (client) => {
    if (!(await insertToken(client, owner, token, mostLiveTokens))) return null;
    await noteToken(client, owner, 'token.create', token.id, actor);
    return { id: token.id, token: text, prefix: token.prefix, expiresAt };
  });
}

/** Revokes a token: refused on every instance within a second. `false` where there is no live one. */
export async function revoke(
  pool: pg.Pool,
  owner: TokenOwner,
  tokenId: string,
  { actor }: By,
): Promise<boolean> {
  return transaction(pool, async (client) => {
    const revoked = await revokeToken(client, owner, tokenId);
    if (revoked) await noteToken(client, owner, 'token.revoke', tokenId, actor);
    return revoked;
  });
}

async function noteToken(
  db: Queryable,
  owner: TokenOwner,
  kind: string,
  tokenId: string,
  actor: string,
): Promise<void> {
  await insertActivity(db, owner.tenantId, {
    id: uuidv7(),
    kind,
    actor,
    sourceId: owner.sourceId,
    outcome: 'done',
    message: `token ${tokenId}`,
  });
}
