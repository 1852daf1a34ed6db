/** `shop`, `currentAppInstallation`: who is asked and who asks. */
import { globalId } from '../../shop/global-id.ts';
import { appId, type Shop, shopCurrency } from '../../shop/shop.ts';
import type { Fields } from '../context.ts';

export const shopQueries: Fields<undefined> = {
  shop: (_, _args, { shop }) => shopNode(shop),

  currentAppInstallation: (_, _args, { shop }) => ({
    id: globalId('AppInstallation', appId),
    accessScopes: [...shop.live.scopes].map((handle) => ({
      handle,
      description: handle.replaceAll('_', ' '),
    })),
    activeSubscriptions: [],
    app: { id: globalId('App', appId), title: 'Rollcall', handle: 'rollcall', embedded: true },
  }),
};

/** The shop as GraphQL shows it. */
export function shopNode({ domain }: Shop) {
  const url = `https://${domain}`;
  return {
    id: globalId('Shop', 1),
    name: 'Rollcall Development Store',
    email: 'owner@example.com',
    contactEmail: 'owner@example.com',
    shopOwnerName: 'Ada Lovelace',
    myshopifyDomain: domain,
    primaryDomain: { id: globalId('Domain', 1), host: domain, url, sslEnabled: true },
    url,
    ianaTimezone: 'Etc/UTC',
    timezoneAbbreviation: 'UTC',
    timezoneOffset: '+0000',
    timezoneOffsetMinutes: 0,
    currencyCode: shopCurrency,
    plan: {
      displayName: 'Development',
      publicDisplayName: 'Development',
      partnerDevelopment: true,
      shopifyPlus: false,
    },
    customerAccountsV2: {
      customerAccountsVersion: 'NEW_CUSTOMER_ACCOUNTS',
      loginRequiredAtCheckout: false,
      loginLinksVisibleOnStorefrontAndCheckout: true,
      url: `${url}/account`,
    },
  };
}
