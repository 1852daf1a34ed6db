/**
 * The control API below `/_dev/`: what a test or a person uses to look behind the counter, to act
 * as the merchant's staff, and to make the store fail. Described in this folder's README.
 */

import { parseBody } from '../../standin/body.ts';
import { type Exchange, HttpError, readJson, sendJson } from '../../standin/exchange.ts';
import { plans } from '../plans.ts';
import type { StoreParts } from '../server.ts';
import { resetShop } from '../shop/reset.ts';
import { appId, knownScopes, type Scope } from '../shop/shop.ts';
import { pendingDeliveries, writeDeliveries } from '../shop/webhook-outbox.ts';
import { appRoutes } from './control-app.ts';
import { faultBody, lagBody, planBody, scopesBody, webhookBody } from './control-bodies.ts';
import { bulkRoutes } from './control-bulk.ts';
import { companyRoutes } from './control-companies.ts';
import { customerRoutes } from './control-customers.ts';
import { orderRoutes } from './control-orders.ts';
import { productRoutes } from './control-products.ts';

/** Answers one route; `parameter` is what the path has after the route. */
export type ControlRoute = (
  store: StoreParts,
  exchange: Exchange,
  parameter: string,
) => object | Promise<object>;

const routes: Readonly<Record<string, ControlRoute | undefined>> = {
  ...customerRoutes,
  ...orderRoutes,
  ...productRoutes,
  ...companyRoutes,
  ...bulkRoutes,
  ...appRoutes,

  'GET faults': ({ faults }) => ({ faults: faults.list() }),
  'POST faults': async ({ faults }, { request }) =>
    faults.add(parseBody(faultBody, await readJson(request))),
  'DELETE faults': ({ faults }) => {
    faults.clear();
    return { faults: [] };
  },

  'GET stats': statsView,
  'DELETE stats': (store) => {
    store.stats.reset();
    return statsView(store);
  },

  'POST plan': async (store, { request }) => {
    const { plan } = parseBody(planBody, await readJson(request));
    store.bucket.changePlan(plans[plan]);
    return store.bucket.status();
  },

  'POST search': async ({ shop }, { request }) => {
    shop.live.indexLagMs = parseBody(lagBody, await readJson(request)).lagMs;
    return { lagMs: shop.live.indexLagMs };
  },

  'GET scopes': ({ shop }) => ({ scopes: [...shop.live.scopes] }),
  'POST scopes': async ({ shop }, { request }) => {
    const asked = parseBody(scopesBody, await readJson(request));
    const granted = (scope: Scope): boolean => asked[scope] ?? shop.live.scopes.has(scope);
    const previous = [...shop.live.scopes];
    shop.live.scopes = new Set(knownScopes.filter(granted));
    const current = [...shop.live.scopes];
    if (previous.join() !== current.join())
      writeDeliveries(shop, [['app/scopes_update', { id: appId, previous, current }]]);
    return { scopes: current };
  },

  'GET webhooks': webhooksView,
  'POST webhooks': async (store, { request }) => {
    const { timeScale } = parseBody(webhookBody, await readJson(request));
    if (store.webhooks) store.webhooks.timeScale = timeScale;
    return webhooksView(store);
  },

  'POST reset': ({ shop, faults, stats }) => {
    resetShop(shop);
    faults.clear();
    stats.reset();
    return {};
  },
};

export async function serveControl(store: StoreParts, exchange: Exchange): Promise<void> {
  const { request, response, url } = exchange;
  const found = routeOf(`${request.method}`, url.pathname.slice('/_dev/'.length));
  if (!found) throw new HttpError(404, { errors: `There is no ${request.method} ${url.pathname}` });
  sendJson(response, 200, await found.route(store, exchange, found.parameter));
}

/** `customers`, `customers/{id}` and `customers/{id}/merge`; an id may be a global one, with slashes. */
function routeOf(method: string, path: string) {
  const [resource = '', ...rest] = path.split('/');
  const action = routes[`${method} ${resource}/{id}/${rest.at(-1)}`];
  const id = action ? rest.slice(0, -1) : rest;
  const route = action ?? routes[`${method} ${resource}${rest.join('') ? '/{id}' : ''}`];
  return route && { route, parameter: decodeURIComponent(id.join('/')) };
}

function statsView({ stats, bucket }: StoreParts): object {
  const { currentlyAvailable, maximumAvailable, restoreRate } = bucket.status();
  return {
    ...stats.view(),
    availableNow: currentlyAvailable,
    maximum: maximumAvailable,
    restoreRate,
  };
}

function webhooksView({ shop, webhooks }: StoreParts): object {
  return {
    timeScale: webhooks?.timeScale ?? 1,
    pending: pendingDeliveries(shop.database).map(({ body, ...delivery }) => ({
      ...delivery,
      body: JSON.parse(body),
    })),
  };
}
