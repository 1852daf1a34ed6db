/** Access tokens of a connection's OAuth client (RFC 6749 §4.4): short-lived, issued for a secret. */
import type pg from 'pg';
import {
  findLiveSecret,
  insertAccessToken,
  type LiveToken,
  type TokenOwner,
  touchToken,
} from '../store/tokens.ts';
import { newTokenId } from './ids.ts';
import { hashToken, newTokenText, prefixOf } from './tokens.ts';
import { inTurn } from './turns.ts';

/** What issuing needs of the world. */
export interface IssuingWorld {
  readonly pool: pg.Pool;
  readonly now: () => number;
}

/** An access token that was just issued. */
export interface AccessToken {
  readonly token: string;
  /** How long it is good for. */
  readonly seconds: number;
}

const hourMs = 3_600_000;

/** A client needs one or two; a storm of requests does not grow the table. */
const mostAccessTokens = 100;

/**
 * Issues an access token for a client secret; `null` where the secret is unknown, revoked or has
 * expired. It ends with its secret.
 */
export async function issueAccessToken(
  world: IssuingWorld,
  owner: TokenOwner,
  secret: string,
): Promise<AccessToken | null> {
  const live = await findLiveSecret(world.pool, owner, hashToken(secret));
  if (live === null || hasExpired(live, world.now())) return null;
  // A storm of one client waits for itself, and not with all connections of the pool in its hands.
  return inTurn(`access tokens of ${owner.sourceId}`, () => issue(world, owner, live));
}

async function issue(
  { pool, now }: IssuingWorld,
  owner: TokenOwner,
  live: LiveToken,
): Promise<AccessToken> {
  const at = now();
  const token = newTokenText('access');
  const expiresAt = new Date(Math.min(at + hourMs, live.expiresAt?.getTime() ?? Infinity));
  const kept = {
    id: newTokenId(),
    secretId: live.id,
    hash: hashToken(token),
    prefix: prefixOf(token),
    expiresAt,
  };
  await insertAccessToken(pool, owner, kept, mostAccessTokens);
  await touchToken(pool, owner, live.id);
  return { token, seconds: Math.floor((expiresAt.getTime() - at) / 1_000) };
}

/** Whether a token has come to its end by our clock, whatever the database's says. */
export function hasExpired({ expiresAt }: Pick<LiveToken, 'expiresAt'>, now: number): boolean {
  return expiresAt !== null && expiresAt.getTime() <= now;
}
