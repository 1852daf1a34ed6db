/**
 * Installing the app. Shopify tells nobody when a merchant installs it: the first ID token of the shop does. It is
 * exchanged for access, and where the shop was not here before, a tenant is made; one that had left is back with its
 * roll.
 */
import { v7 as uuidv7 } from 'uuid';
import { exchangeIdToken, type TokenPair } from '../shopify/access-token.ts';
import type { IdToken } from '../shopify/id-token.ts';
import { insertActivity } from '../store/activity.ts';
import { activateOpened } from '../store/destination-switch.ts';
import {
  lockInstallation,
  lockShop,
  putInstallation,
  type ShopStanding,
  shopStanding,
} from '../store/installations.ts';
import { type Queryable, transaction } from '../store/statement.ts';
import { asking, type ShopTokensWorld, sealPair } from './shop-tokens.ts';
import { makeTenant } from './tenants.ts';

/** What opening the app came to. */
export type Opened =
  | { readonly kind: 'open'; readonly tenantId: string }
  /** The shop does not take the token, or it is of before the app was uninstalled. */
  | { readonly kind: 'token-wrong' }
  /** There is no such shop, in development. */
  | { readonly kind: 'shop-unknown' }
  /** The shop does not answer, or does not take the app's secret. */
  | { readonly kind: 'failed'; readonly message: string };

/** An ID token that was checked, and its text. */
export interface PresentedToken {
  readonly read: IdToken;
  readonly text: string;
}

/** Lets a shop's staff in, by a token that was checked; installs the app where it is not yet. */
export type OpenShop = (token: PresentedToken) => Promise<Opened>;

/** What installing needs of the world. */
export interface InstallWorld extends ShopTokensWorld {
  /**
   * In development a tenant whose shop has an access token of its own has the app as well once it is opened. In
   * production that token is another app's, whose metafields are not ours: it goes on.
   */
  readonly mode: 'development' | 'production';
}

/** Makes what opens shops. Several requests of a page that has just been installed are one exchange. */
export function createOpenShop(world: InstallWorld): OpenShop {
  const installing = new Map<string, Promise<Opened>>();
  return async (token) => {
    const { shop } = token.read;
    const standing = decided(world, await shopStanding(world.pool, shop), token);
    if (standing !== null) return standing;
    const begun =
      installing.get(shop) ??
      asking(() => install(world, token)).finally(() => installing.delete(shop));
    installing.set(shop, begun);
    return begun;
  };
}

/** What is to be said without an exchange; `null`: there has to be one. */
function decided(
  { mode }: Pick<InstallWorld, 'mode'>,
  standing: ShopStanding | null,
  { read }: PresentedToken,
): Opened | null {
  if (standing === null) return null;
  const { tenantId, state, uninstalledAt, erasing } = standing;
  if (erasing)
    return { kind: 'failed', message: `What ${read.shop} had here before is being erased.` };
  // Times of tokens are whole seconds.
  if (uninstalledAt !== null && read.issuedAt <= uninstalledAt) return { kind: 'token-wrong' };
  const goesOn = state === 'installed' || (state === null && mode === 'production');
  return goesOn ? { kind: 'open', tenantId } : null;
}

async function install(world: InstallWorld, token: PresentedToken): Promise<Opened> {
  const { app, shopOrigin, fetch, now } = world;
  const { shop } = token.read;
  const origin = shopOrigin(shop);
  if (app === null || origin === null) return { kind: 'shop-unknown' };
  return transaction(world.pool, async (client) => {
    await lockShop(client, shop);
    const before = await shopStanding(client, shop);
    const already = decided(world, before, token);
    if (already !== null) return already;
    const answer = await exchangeIdToken({ shop, origin, app, fetch, now }, token.text);
    switch (answer.kind) {
      case 'given':
        return settle(world, client, { token, before, pair: answer.pair });
      case 'refused':
        return answer.code === 'invalid_subject_token'
          ? { kind: 'token-wrong' }
          : { kind: 'failed', message: `${shop} does not take the app (${answer.message}).` };
      case 'app-unknown':
      case 'unanswered':
        return { kind: 'failed', message: answer.message };
    }
  });
}

interface Settling {
  readonly token: PresentedToken;
  /** How the shop stood before it was asked. */
  readonly before: ShopStanding | null;
  readonly pair: TokenPair;
}

async function settle(
  world: InstallWorld,
  client: Queryable,
  { token, before, pair }: Settling,
): Promise<Opened> {
  const { read } = token;
  // Erasing it may have begun while the shop was asked; while this is locked, it does not begin.
  if (before !== null) await lockInstallation(client, before.tenantId);
  const standing = await shopStanding(client, read.shop);
  const meanwhile = decided(world, standing, token);
  if (meanwhile !== null) return meanwhile;
  const tenantId = standing?.tenantId ?? (await newTenant(world, client, read.shop));
  await putInstallation(client, tenantId, sealPair(world, tenantId, pair));
  await activateOpened(client, tenantId, 'shopify');
  const detail = { shop: read.shop, scopes: [...pair.scopes] };
  const kind = standing?.state === 'needs_reopening' ? 'app.reopen' : 'app.install';
  const line = { id: uuidv7(), kind, outcome: 'done', detail, actor: `shopify user ${read.user}` };
  await insertActivity(client, tenantId, line);
  return { kind: 'open', tenantId };
}

/** A shop that is not here yet: nobody may push to it before somebody switches that on. */
async function newTenant(
  { secrets, shopOrigin }: ShopTokensWorld,
  client: Queryable,
  shop: string,
): Promise<string> {
  const elsewhere = shopOrigin(shop);
  const origin = elsewhere === null || elsewhere === `https://${shop}` ? {} : { origin: elsewhere };
  const [name = shop] = shop.split('.');
  const made = await makeTenant(client, secrets, {
    name,
    shop: { shop, ...origin },
    switches: 'off',
  });
  return made.tenantId;
}
