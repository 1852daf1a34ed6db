/**
 * What people make for a SCIM connection: bearer tokens (RFC 6750) and the secrets of its OAuth client
 * (RFC 6749 §2.3.1). 256 random bits, shown once, kept as a SHA-256.
 */
import { createHash, randomBytes } from 'node:crypto';
import type pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { insertActivity } from '../store/activity.ts';
import { type Queryable, transaction } from '../store/statement.ts';
import { insertToken, type MadeKind, revokeToken, type TokenOwner } from '../store/tokens.ts';
import { newTokenId } from './ids.ts';

/**
 * Two of a kind live at once, so that an identity provider can be moved to a new one without a gap.
 * Tokens bound to a user are counted by user.
 */
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

/** What secrets begin with, so that one is recognised wherever it turns up. */
const begins = { bearer: 'rc_', client_secret: 'rcs_', access: 'rca_' } as const;

/** A new random token. */
export function newTokenText(kind: keyof typeof begins = 'bearer'): string {
  return begins[kind] + randomBytes(32).toString('base64url');
}

/** The part of a token by which a person knows it again. */
export function prefixOf(text: string): string {
  return text.slice(0, shownPrefix);
}

/** Who made a change, for activity: `admin`, `cli`, … */
export interface By {
  readonly actor: string;
}

/** A token to be made: a bearer token for the whole connection, unless told otherwise. */
export interface TokenWish extends By {
  readonly expiresAt: Date | null;
  readonly kind?: MadeKind;
  /** The user a bearer token is bound to: it may do what this person may, and ends with them. */
  readonly userId?: string | null;
  readonly text?: string;
}

/**
 * Makes a token for a source.
 * @returns `null` when two live ones exist: one has to be revoked first
 */
export async function createToken(
  pool: pg.Pool,
  owner: TokenOwner,
  { expiresAt, actor, kind = 'bearer', userId = null, text = newTokenText(kind) }: TokenWish,
): Promise<FreshToken | null> {
  const id = newTokenId();
  const prefix = prefixOf(text);
  const token = { id, kind, hash: hashToken(text), prefix, expiresAt, userId };
  return transaction(pool, async (client) => {
    if (!(await insertToken(client, owner, token, mostLiveTokens))) return null;
    await noteToken(client, owner, { verb: 'create', kind, id, actor });
    return { id, token: text, prefix, expiresAt };
  });
}

/** Revokes a token: refused on every instance within a second. `false` where there is no live one. */
export async function revoke(
  pool: pg.Pool,
  owner: TokenOwner,
  tokenId: string,
  { actor, kind = 'bearer' }: By & { readonly kind?: MadeKind },
): Promise<boolean> {
  return transaction(pool, async (client) => {
    const revoked = await revokeToken(client, owner, tokenId, kind);
    if (revoked) await noteToken(client, owner, { verb: 'revoke', kind, id: tokenId, actor });
    return revoked;
  });
}

const nouns = { bearer: 'token', client_secret: 'secret' } as const;

interface TokenNote extends By {
  readonly verb: 'create' | 'revoke';
  readonly kind: MadeKind;
  readonly id: string;
}

async function noteToken(
  db: Queryable,
  owner: TokenOwner,
  { verb, kind, id, actor }: TokenNote,
): Promise<void> {
  const noun = nouns[kind];
  await insertActivity(db, owner.tenantId, {
    id: uuidv7(),
    kind: `${noun}.${verb}`,
    actor,
    sourceId: owner.sourceId,
    outcome: 'done',
    message: `${noun} ${id}`,
  });
}
