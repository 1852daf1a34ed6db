/** The access tokens of installations: given out while they are good, renewed by one at a time. */
import type pg from 'pg';
import { atMost } from '../at-most.ts';
import { DestinationError } from '../provisioning/failure.ts';
import { type GiveAccessToken, renewAccessToken, type TokenPair } from '../shopify/access-token.ts';
import type { ShopifyApp } from '../shopify/id-token.ts';
import type { InstalledApp } from '../shopify/shop-access.ts';
import type { ShopOrigin } from '../shopify/shop-origin.ts';
import {
  closeInstallation,
  findInstallation,
  type Installation,
  lockInstallation,
  renewTokens,
  type StoredTokens,
} from '../store/installations.ts';
import type { SecretBox } from '../store/secret-box.ts';
import { type Queryable, transaction } from '../store/statement.ts';

/** What tokens of installations need of the world. */
export interface ShopTokensWorld {
  readonly pool: pg.Pool;
  readonly now: () => number;
  readonly secrets: SecretBox;
  readonly fetch: typeof fetch;
  /** `null`: there is no app. */
  readonly app: ShopifyApp | null;
  readonly shopOrigin: ShopOrigin;
}

/** Gives each tenant's installation its access token. */
export type AccessTokenOf = (tenantId: string) => GiveAccessToken;

/** Gives each tenant the app as it is installed in its shop. */
export function createAppOf(world: ShopTokensWorld): (tenantId: string) => InstalledApp {
  const accessTokenOf = createShopTokens(world);
  const { shopOrigin } = world;
  return (tenantId) => ({ accessToken: accessTokenOf(tenantId), shopOrigin });
}

/** A token is renewed so long before it expires. */
const earlyMs = 300_000;

/** Whose tokens a sealed value is: bound to it, so that it opens nowhere else. */
export function installationContext(tenantId: string): string {
  return `installation:${tenantId}`;
}

/** A pair as it is stored. */
export function sealPair(
  { secrets, now }: Pick<ShopTokensWorld, 'secrets' | 'now'>,
  tenantId: string,
  { accessToken, refreshToken, accessUntil, refreshUntil, scopes }: TokenPair,
): StoredTokens {
  const sealed = secrets.seal(
    JSON.stringify([accessToken, refreshToken]),
    installationContext(tenantId),
  );
  return { sealed, accessUntil, refreshUntil, scopes, at: new Date(now()) };
}

/**
 * Whoever asks a shop for tokens holds a connection of the database meanwhile. No more than this many do at once:
 * shops that do not answer must keep nobody else from the database.
 */
const mostAsking = 3;

/** Runs what asks a shop, as soon as not too many others do. */
export const asking = atMost({ atOnce: mostAsking });

interface Given {
  readonly token: string;
  readonly until: number;
}

/** Makes what gives tokens. A process asks the database once for each token, not for each request. */
export function createShopTokens(world: ShopTokensWorld): AccessTokenOf {
  const given = new Map<string, Given>();
  const renewing = new Map<string, Promise<Given>>();
  return (tenantId) => async (refused) => {
    const known = given.get(tenantId);
    if (known !== undefined && known.token !== refused && world.now() < known.until)
      return known.token;
    const key = `${tenantId} ${refused ?? ''}`;
    const renewed =
      renewing.get(key) ?? goodToken(world, tenantId, refused).finally(() => renewing.delete(key));
    renewing.set(key, renewed);
    const fresh = await renewed;
    given.set(tenantId, fresh);
    return fresh.token;
  };
}

/**
 * Renews the tokens of an installation that has not had to for long.
 * @throws `DestinationError` where the shop does not give any
 */
export async function renewIdle(world: ShopTokensWorld, tenantId: string): Promise<void> {
  const stored = await findInstallation(world.pool, tenantId);
  const kept = stored === null ? null : opened(world, stored);
  if (kept !== null) await renew(world, tenantId, kept.token);
}

async function goodToken(
  world: ShopTokensWorld,
  tenantId: string,
  refused: string | undefined,
): Promise<Given> {
  const stored = await findInstallation(world.pool, tenantId);
  return stillGood(world, stored, refused) ?? renew(world, tenantId, refused);
}

/** The stored token, unless it is about to expire or was refused. */
function stillGood(
  world: ShopTokensWorld,
  stored: Installation | null,
  refused: string | undefined,
): Given | null {
  const kept = stored === null ? null : opened(world, stored);
  return kept !== null && kept.token !== refused && world.now() < kept.until ? kept : null;
}

function opened({ secrets }: ShopTokensWorld, stored: Installation) {
  const { tenantId, tokens, accessUntil } = stored;
  if (tokens === null || accessUntil === null) return null;
  const read = secrets.read(tokens, installationContext(tenantId));
  if (read === null) return null;
  const [token = '', refreshToken = '']: readonly string[] = JSON.parse(read.secret);
  return { token, refreshToken, until: accessUntil.getTime() - earlyMs };
}

type Outcome = { readonly given: Given } | { readonly failed: DestinationError };

/** Who comes while another renews finds it done. */
async function renew(
  world: ShopTokensWorld,
  tenantId: string,
  refused: string | undefined,
): Promise<Given> {
  const outcome = await asking(() => renewOnce(world, tenantId, refused));
  if ('failed' in outcome) throw outcome.failed;
  return outcome.given;
}

function renewOnce(
  world: ShopTokensWorld,
  tenantId: string,
  refused: string | undefined,
): Promise<Outcome> {
  return transaction(world.pool, async (client): Promise<Outcome> => {
    const stored = await lockInstallation(client, tenantId);
    const good = stillGood(world, stored, refused);
    if (good !== null) return { given: good };
    const kept = stored === null ? null : opened(world, stored);
    if (stored?.state !== 'installed') return { failed: shut(stored) };
    if (kept === null) return { failed: await close(client, stored, 'its tokens cannot be read') };
    const answer = await ask(world, stored.shop, kept.refreshToken);
    switch (answer.kind) {
      case 'given':
        await renewTokens(client, tenantId, sealPair(world, tenantId, answer.pair));
        return {
          given: {
            token: answer.pair.accessToken,
            until: answer.pair.accessUntil.getTime() - earlyMs,
          },
        };
      case 'refused':
        return { failed: await close(client, stored, answer.message) };
      case 'app-unknown':
        return {
          failed: new DestinationError('misconfigured', answer.message, { code: 'credentials' }),
        };
      case 'unanswered':
        // What is good for some minutes more is used meanwhile; whoever comes next tries again.
        return kept.token !== refused && world.now() < kept.until + earlyMs
          ? { given: { token: kept.token, until: world.now() } }
          : { failed: new DestinationError('transient', answer.message) };
    }
  });
}

async function ask({ app, shopOrigin, fetch, now }: ShopTokensWorld, shop: string, token: string) {
  const origin = shopOrigin(shop);
  if (app === null || origin === null)
    throw new DestinationError(
      'misconfigured',
      `The Shopify app that ${shop} has installed is not set up here: set ROLLCALL_SHOPIFY_CLIENT_ID and ROLLCALL_SHOPIFY_CLIENT_SECRET.`,
      { code: 'credentials' },
    );
  return renewAccessToken({ shop, origin, app, fetch, now }, token);
}

async function close(
  client: Queryable,
  { tenantId, shop }: Installation,
  why: string,
): Promise<DestinationError> {
  const message = `${shop} gives the app no more access (${why}): open the app in Shopify.`;
  await closeInstallation(client, tenantId, 'shopify', message);
  return new DestinationError('misconfigured', message, { code: 'needs_reopening' });
}

function shut(stored: Installation | null): DestinationError {
  return stored?.state === 'needs_reopening'
    ? new DestinationError('misconfigured', stored.reason ?? 'Open the app in Shopify.', {
        code: 'needs_reopening',
      })
    : new DestinationError(
        'misconfigured',
        'The app is not installed in the shop: install it in Shopify, and open it there.',
        { code: 'uninstalled' },
      );
}
