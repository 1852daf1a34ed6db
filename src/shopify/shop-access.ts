/** How a shop's Admin API is reached: where, and with which access token. */
import type { GiveAccessToken } from './access-token.ts';
import type { AdminClientOptions } from './admin-client.ts';
import type { ShopOrigin } from './shop-origin.ts';
import { ShopifyFailure } from './shopify-failure.ts';

/** The app, where it is installed in a tenant's shop. */
export interface InstalledApp {
  readonly accessToken: GiveAccessToken;
  readonly shopOrigin: ShopOrigin;
}

/** What the settings of a shop's destination say about it. */
export interface ShopSettings {
  readonly shop?: string | undefined;
  readonly origin?: string | undefined;
  readonly accessToken?: string | undefined;
}

/**
 * A shop with an access token of its own among its settings is reached where they say. The app's token goes to the
 * shop's own address alone: a shop's staff enter settings, and are not to have it.
 */
export function shopAccess(
  { shop = '', origin, accessToken }: ShopSettings,
  app: InstalledApp | undefined,
): Pick<AdminClientOptions, 'shop' | 'origin' | 'accessToken'> {
  if (accessToken !== undefined || app === undefined)
    return { shop, origin, accessToken: async () => accessToken ?? '' };
  const own = app.shopOrigin(shop);
  if (own !== null) return { shop, origin: own, accessToken: app.accessToken };
  return {
    shop,
    accessToken: async () => {
      throw new ShopifyFailure('misconfigured', `There is no shop ${shop} here.`);
    },
  };
}
