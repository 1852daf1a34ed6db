/** The admin pages and their API, behind one guard. */
import type { FastifyInstance } from 'fastify';
import type { OpenShop } from '../directory/install.ts';
import type { ShopifyApp } from '../shopify/id-token.ts';
import { type AdminAccess, adminGuard } from './admin-access.ts';
import { type AdminApiOptions, adminApi } from './admin-api.ts';
import { adminPages } from './admin-pages.ts';
import { actorOf } from './admin-principal.ts';
import { createAttempts } from './attempts.ts';
import { sendProblem } from './problem.ts';

/** What the pages and the API need. */
export type AdminOptions = AdminApiOptions &
  AdminAccess & {
    /** The Shopify app whose ID tokens are taken; `null`: none are. */
    readonly shopifyApp: ShopifyApp | null;
    /** Lets a shop in, and installs the app where it is not yet. */
    readonly openShop: OpenShop;
  };

/** Wrong passwords a minute from one address. */
const wrongPasswordsAllowed = 10;

/** Adds the pages and the API; to be registered at the root. */
export async function adminRoutes(app: FastifyInstance, options: AdminOptions): Promise<void> {
  const { world, engine, notices, publicUrl, connect, secrets, shopOf, retention } = options;
  const api = { world, engine, notices, publicUrl, connect, secrets, shopOf, retention };
  const guard = adminGuard(
    options,
    createAttempts({ now: world.now, allowed: wrongPasswordsAllowed }),
    { now: world.now, app: options.shopifyApp, openShop: options.openShop },
  );
  app.setErrorHandler(sendProblem);
  app.decorateRequest('principal', null);
  app.decorateRequest('actor', '');
  app.addHook('onRequest', async (request) => {
    request.principal = await guard(request);
    request.actor = actorOf(request.principal);
  });
  app.get('/', (_request, reply) => reply.redirect('/admin'));
  await app.register(adminApi, { prefix: '/api', ...api });
  await app.register(adminPages, { prefix: '/admin', world });
}
