/** Routes of the control API about the app: who is signed in, its tokens, and whether it is installed. */
import { parseBody } from '../../standin/body.ts';
import { readJson } from '../../standin/exchange.ts';
import { expireTokens, revokeTokens } from '../shop/app-tokens.ts';
import { idToken } from '../shop/id-token.ts';
import { writeDeliveries } from '../shop/webhook-outbox.ts';
import type { ControlRoute } from './control.ts';
import { appTokensBody, idTokenBody } from './control-bodies.ts';

/** Routes below `/_dev/`. */
export const appRoutes: Readonly<Record<string, ControlRoute | undefined>> = {
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

  /** Uninstalls it: its tokens are dead before the webhook is sent, as it is at Shopify. */
  'DELETE app': ({ shop }) => {
    shop.database.transaction(() => {
      revokeTokens(shop);
      writeDeliveries(shop, [
        ['app/uninstalled', { domain: shop.domain, myshopify_domain: shop.domain }],
      ]);
    });
    return {};
  },
};
