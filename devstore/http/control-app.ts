/** Routes of the control API about the app: who is signed in, its tokens, and whether it is installed. */
import { parseBody } from '../../standin/body.ts';
import { HttpError, readJson } from '../../standin/exchange.ts';
import { expireTokens, hasTokens, revokeTokens } from '../shop/app-tokens.ts';
import { askCompliance } from '../shop/compliance.ts';
import type { Customer } from '../shop/customer.ts';
import { findCustomer, findCustomerByEmail } from '../shop/customer-rows.ts';
import { idToken } from '../shop/id-token.ts';
import type { Shop } from '../shop/shop.ts';
import { writeDeliveries } from '../shop/webhook-outbox.ts';
import type { ControlRoute } from './control.ts';
import {
  appBody,
  appTokensBody,
  complianceBody,
  idTokenBody,
  installBody,
} from './control-bodies.ts';
import { found, numberIn } from './control-requests.ts';

/** Routes below `/_dev/`. */
export const appRoutes: Readonly<Record<string, ControlRoute | undefined>> = {
  /** The app, for the page that shows it. Whoever has tokens is installed. */
  'GET app': ({ shop, app }) => ({
    name: 'Rollcall',
    clientId: app.clientId,
    url: app.url,
    shop: shop.domain,
    installed: hasTokens(shop),
    scopes: [...shop.live.scopes],
  }),

  /** Where its pages begin, for a store that was started before the app. */
  'POST app': async ({ app }, { request }) => {
    app.url = parseBody(appBody, await readJson(request)).url;
    return {};
  },

  /** An ID token as the store's admin gives it, or one that is not good. */
  'POST id-token': async ({ shop, app }, { request }) => {
    const {
      user,
      ageSeconds,
      shop: other,
      secret,
    } = parseBody(idTokenBody, await readJson(request));
    const { clientId, clientSecret } = app;
    const party = {
      shop: other ?? shop.domain,
      clientId,
      clientSecret: secret ?? clientSecret,
    };
    return { idToken: idToken(party, shop.now() - ageSeconds * 1_000, { sub: user }) };
  },

  /** How long tokens live from now on; `expire` ends those there are. */
  'POST app-tokens': async ({ shop, app }, { request }) => {
    const { expire, ...lives } = parseBody(appTokensBody, await readJson(request));
    app.lives = { ...app.lives, ...lives };
    if (expire !== undefined) expireTokens(shop, expire);
    return { ...app.lives };
  },

  'DELETE app': ({ shop }) => uninstall(shop),
  'POST app/{id}': async (store, exchange, action) => {
    const route = actions[action];
    if (route === undefined)
      throw new HttpError(404, { errors: `The app knows ${Object.keys(actions).join(', ')}` });
    return route(store, exchange, action);
  },
};

/** What a merchant does with the app, below `/_dev/app/`. */
const actions: Readonly<Record<string, ControlRoute | undefined>> = {
  /** Nobody is told: the app learns of it from the ID token with which it is opened then. */
  install: async ({ shop, app: { clientId, clientSecret } }, { request }) => {
    const { user } = parseBody(installBody, await readJson(request));
    const party = { shop: shop.domain, clientId, clientSecret };
    return { idToken: idToken(party, shop.now(), { sub: user }) };
  },

  uninstall: ({ shop }) => uninstall(shop),

  compliance: async ({ shop }, { request }) => {
    const { topic, customer } = parseBody(complianceBody, await readJson(request));
    if (topic === 'shop/redact') return askCompliance(shop, { topic, customer: null });
    return askCompliance(shop, { topic, customer: customerOf(shop, customer ?? '') });
  },
};

/** By number, global id or e-mail address. */
function customerOf(shop: Shop, who: string): Customer {
  const customer = who.includes('@')
    ? findCustomerByEmail(shop.database, who.toLowerCase())
    : findCustomer(shop.database, numberIn(who));
  return found(customer, `customer ${who}`);
}

/** Its tokens are dead before the webhook is sent, as it is at Shopify. */
function uninstall(shop: Shop): object {
  shop.database.transaction(() => {
    revokeTokens(shop);
    writeDeliveries(shop, [
      ['app/uninstalled', { domain: shop.domain, myshopify_domain: shop.domain }],
    ]);
  });
  return {};
}
