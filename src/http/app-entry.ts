/**
 * Where Shopify's admin opens the app: a document in a frame, asked for at an address with the shop and, mostly, an ID
 * token (https://shopify.dev/docs/apps/build/authentication-authorization/set-embedded-app-authorization).
 */
import type { OpenShop } from '../directory/install.ts';
import { isShopDomain, readIdToken, type ShopifyApp } from '../shopify/id-token.ts';
import type { ShopOrigin } from '../shopify/shop-origin.ts';
import { useIdToken } from '../store/id-tokens.ts';
import type { Queryable } from '../store/statement.ts';
import { Problem } from './problem.ts';

/** Who comes in. */
export type Entry =
  | {
      readonly kind: 'open';
      readonly shop: string;
      readonly tenantId: string;
      readonly user: string;
    }
  /**
   * There is no good token: a page that loads App Bridge gets one, and comes again. `shop` is what the address says,
   * checked for its form alone.
   */
  | { readonly kind: 'bounce'; readonly shop: string | null };

/** What letting somebody in needs of the world. */
export interface EntryWorld {
  readonly pool: Queryable;
  readonly now: () => number;
  readonly app: ShopifyApp | null;
  readonly openShop: OpenShop;
}

/** Lets in whoever opens the app, by the query of the address. Throws a `Problem` where the shop does not answer. */
export type EnterApp = (query: Readonly<Record<string, unknown>>) => Promise<Entry>;

/** Makes what lets people in; the app is installed with the first of a shop. */
export function createEntry({ pool, now, app, openShop }: EntryWorld): EnterApp {
  return async ({ shop: given, id_token: text }) => {
    const shop = typeof given === 'string' && isShopDomain(given) ? given : null;
    const bounce = { kind: 'bounce', shop } as const;
    if (app === null || typeof text !== 'string') return bounce;
    const read = await readIdToken(text, app, new Date(now()));
    if (read === null || (shop !== null && read.shop !== shop)) return bounce;
    if (!(await useIdToken(pool, read.id, read.expiresAt))) return bounce;
    const opened = await openShop({ read, text });
    switch (opened.kind) {
      case 'open':
        return { kind: 'open', shop: read.shop, tenantId: opened.tenantId, user: read.user };
      case 'token-wrong':
        return bounce;
      case 'shop-unknown':
        throw new Problem('shop-unknown', `In development there is no shop ${read.shop}.`);
      case 'failed':
        throw new Problem(
          'destination-failed',
          `${opened.message} Open the app again in a minute.`,
        );
    }
  };
}

/**
 * Who may show a page of the app in a frame, as a directive of its Content-Security-Policy: the admin of its shop and
 * nobody else. Where the shop is played on this machine, that is where. Pure.
 */
export function frameAncestors(shop: string | null, shopOrigin: ShopOrigin): string {
  const origin = shop === null ? null : shopOrigin(shop);
  if (origin === null) return "frame-ancestors 'none'";
  const both =
    origin === `https://${shop}`
      ? [origin, 'https://admin.shopify.com']
      : [origin, origin.replace('//127.0.0.1', '//localhost')];
  return `frame-ancestors ${both.join(' ')}`;
}
