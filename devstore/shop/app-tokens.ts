/**
 * The offline tokens of the app, which expire and are exchanged for new ones
 * (https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/offline-access-tokens). Only digests are kept.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Shop } from './shop.ts';

/** How long tokens live, in seconds. */
export interface TokenLives {
  readonly accessSeconds: number;
  readonly refreshSeconds: number;
}

/** As Shopify has it: an hour, and ninety days. */
export const usualLives: TokenLives = { accessSeconds: 3_600, refreshSeconds: 7_776_000 };

/** A pair as it is given once. */
export interface TokenPair {
  readonly accessToken: string;
  readonly refreshToken: string;
}

const digest = (token: string): string => createHash('sha256').update(token).digest('hex');

/** Installs the app, or gives it another pair. */
export function issueTokens(
  shop: Shop,
  lives: TokenLives,
  replaces: string | null = null,
): TokenPair {
  const pair = {
    accessToken: `shpat_${randomBytes(16).toString('hex')}`,
    refreshToken: `shprt_${randomBytes(16).toString('hex')}`,
  };
  const now = shop.now();
  shop.database
    .statement(
      `INSERT INTO app_tokens (access, refresh, access_until, refresh_until, replaces)
       VALUES (?, ?, ?, ?, ?)`,
    )
    .run(
      digest(pair.accessToken),
      digest(pair.refreshToken),
      now + lives.accessSeconds * 1_000,
      now + lives.refreshSeconds * 1_000,
      replaces,
    );
  return pair;
}

/**
 * Gives a new pair for a refresh token; `null` for one that is unknown, expired or used up. The old one stays good
 * until something of the new pair is used.
 */
export function refreshTokens(
  shop: Shop,
  refreshToken: string,
  lives: TokenLives,
): TokenPair | null {
  const refresh = digest(refreshToken);
  const row = shop.database
    .statement('SELECT replaces FROM app_tokens WHERE refresh = ? AND refresh_until > ?')
    .get(refresh, shop.now());
  if (row === undefined) return null;
  useUp(shop, row.replaces);
  return issueTokens(shop, lives, refresh);
}

/** Whether this is an access token that is still good. */
export function isAccessToken(shop: Shop, token: string): boolean {
  const row = shop.database
    .statement('SELECT replaces FROM app_tokens WHERE access = ? AND access_until > ?')
    .get(digest(token), shop.now());
  if (row !== undefined) useUp(shop, row.replaces);
  return row !== undefined;
}

/** What was replaced by something that is in use is over. */
function useUp({ database }: Shop, refresh: unknown): void {
  if (typeof refresh === 'string')
    database.statement('DELETE FROM app_tokens WHERE refresh = ?').run(refresh);
}

/** Whether the app has any token that is good for something. */
export function hasTokens({ database, now }: Shop): boolean {
  return (
    database.statement('SELECT 1 AS found FROM app_tokens WHERE refresh_until > ?').get(now()) !==
    undefined
  );
}

/** The app was uninstalled: its tokens are dead at once. */
export function revokeTokens({ database }: Shop): void {
  database.statement('DELETE FROM app_tokens').run();
}

/** Makes the tokens that there are expire at once: access tokens, or all. */
export function expireTokens(shop: Shop, which: 'access' | 'all'): void {
  const columns = which === 'all' ? 'access_until = ?1, refresh_until = ?1' : 'access_until = ?1';
  shop.database.statement(`UPDATE app_tokens SET ${columns}`).run(shop.now());
}
