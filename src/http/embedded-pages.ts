/**
 * The pages inside the Shopify admin. The document holds nothing of the shop: App Bridge adds an ID token to each
 * request to the admin API, which says who looks (https://shopify.dev/docs/api/app-bridge).
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isShopDomain, type ShopifyApp } from '../shopify/id-token.ts';
import type { ShopOrigin } from '../shopify/shop-origin.ts';
import { type EnterApp, frameAncestors } from './app-entry.ts';
import { pageDocument, sendDocument } from './page-files.ts';
import { Problem } from './problem.ts';

/** What the pages need. */
export interface EmbeddedPages {
  readonly app: ShopifyApp;
  readonly shopOrigin: ShopOrigin;
  readonly enter: EnterApp;
}

/** Adds the pages; to be registered under `/app`. */
export async function embeddedPages(
  server: FastifyInstance,
  { app, shopOrigin, enter }: EmbeddedPages,
): Promise<void> {
  const html = await pageDocument('embedded');
  const open = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const query = request.query as Readonly<Record<string, unknown>>;
    // The app is installed while its files are on their way. What goes wrong is told to the page, which asks again.
    await enter(query).catch((error: unknown) => {
      if (!(error instanceof Problem)) throw error;
    });
    const shop = typeof query.shop === 'string' && isShopDomain(query.shop) ? query.shop : null;
    const from = scriptsOf(shop, shopOrigin);
    reply.header('content-security-policy', policy(shop, shopOrigin, from.origin));
    reply.header('referrer-policy', 'same-origin');
    return sendDocument(reply, html.replace('<!--app-bridge-->', head(app, from.scripts)));
  };
  server.get('/', open);
  server.get('/*', open);
}

/** Where App Bridge and Polaris come from: Shopify's CDN, or with a shop that is played here, its stand-in. */
function scriptsOf(shop: string | null, shopOrigin: ShopOrigin) {
  const origin = shop === null ? null : shopOrigin(shop);
  if (origin !== null && origin !== `https://${shop}`)
    return { origin, scripts: [`${origin}/_shopifycloud/app-bridge.js`] };
  const cdn = 'https://cdn.shopify.com';
  const scripts = ['app-bridge.js', 'polaris-1.js'].map((name) => `${cdn}/shopifycloud/${name}`);
  return { origin: cdn, scripts };
}

/** App Bridge has to be the first script. */
function head({ clientId }: ShopifyApp, scripts: readonly string[]): string {
  return [
    `<meta name="shopify-api-key" content="${clientId}" />`,
    ...scripts.map((script) => `<script src="${script}"></script>`),
  ].join('\n    ');
}

/** Only this shop's admin may show the page (https://shopify.dev/docs/apps/build/security/set-up-iframe-protection). */
function policy(shop: string | null, shopOrigin: ShopOrigin, from: string): string {
  return [
    "default-src 'self'",
    `script-src 'self' ${from}`,
    `style-src 'self' 'unsafe-inline' ${from}`,
    `img-src 'self' data: https://cdn.shopify.com ${from}`,
    `font-src 'self' ${from}`,
    `connect-src 'self' ${from} https://*.shopify.com`,
    "base-uri 'none'",
    "form-action 'none'",
    "object-src 'none'",
    frameAncestors(shop, shopOrigin),
  ].join('; ');
}
