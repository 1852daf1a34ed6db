/** The HTTP server: limits, logging, and where each part is mounted. */
import Fastify, { type FastifyInstance, LogController } from 'fastify';
import type { Logger } from 'pino';
import { v7 as uuidv7 } from 'uuid';
import type { OpenShop } from '../directory/install.ts';
import type { DirectoryWorld } from '../directory/request.ts';
import type { NoticeWorld } from '../notices/notice-world.ts';
import type { Connect } from '../provisioning/connect.ts';
import type { Engine } from '../provisioning/engine.ts';
import type { ShopifyApp } from '../shopify/id-token.ts';
import type { ShopOrigin } from '../shopify/shop-origin.ts';
import type { SecretBox } from '../store/secret-box.ts';
import type { Inbox } from '../storefront/inbox.ts';
import type { ShopOf } from '../storefront/shop.ts';
import type { Retention } from './admin-retention.ts';
import { adminRoutes } from './admin-routes.ts';
import { createEntry } from './app-entry.ts';
import type { Bearer } from './bearer.ts';
import { embeddedPages } from './embedded-pages.ts';
import { healthRoutes } from './health.ts';
import type { Metrics } from './metrics.ts';
import { metricsRoutes } from './metrics-routes.ts';
import { oauthRoutes } from './oauth-routes.ts';
import { assetRoutes } from './page-files.ts';
import { notFound, sendProblem } from './problem.ts';
import { profileApi } from './profile-api.ts';
import { profilePages } from './profile-pages.ts';
import { routeClass } from './route-class.ts';
import { sendError } from './scim-media.ts';
import { scimRoutes } from './scim-routes.ts';
import { webhookRoutes } from './webhooks.ts';

/** What the server needs. */
export interface AppOptions {
  readonly world: DirectoryWorld;
  readonly engine: Pick<Engine, 'respread'>;
  readonly notices: NoticeWorld;
  readonly bearer: Bearer;
  readonly connect: Connect;
  readonly shopOf: ShopOf;
  readonly retention: Retention;
  readonly log: Logger;
  readonly publicUrl: string;
  readonly mode: 'development' | 'production';
  readonly adminPassword: string | null;
  readonly trustProxy: string | null;
  /** Seals the cursors of lists, and the secrets of destinations. */
  readonly secrets: SecretBox;
  /** How many SCIM requests a credential may make, on average. */
  readonly requestsPerSecond: number;
  readonly watch: Watch;
  readonly inbox: Pick<Inbox, 'receive'>;
  /** The Shopify app; `null`: there is none, its webhooks are off, and no ID tokens are taken. */
  readonly shopifyApp: ShopifyApp | null;
  readonly openShop: OpenShop;
  readonly shopOrigin: ShopOrigin;
}

/** What whoever watches over this process is told. */
export interface Watch {
  readonly metrics: Metrics;
  /** Opens the metrics; `null`: open to this machine in development, off in production. */
  readonly metricsToken: string | null;
  /** What keeps the engine from working, as a sentence; `null` when nothing does. */
  readonly trouble: () => string | null;
}

const mib = 1_048_576;

/** Where clients reach us below a path, a proxy may take it away or leave it: both are understood. */
function withoutPrefix(
  publicUrl: string,
): (request: { readonly url?: string | undefined }) => string {
  const prefix = new URL(publicUrl).pathname.replace(/\/$/, '');
  return ({ url = '/' }) =>
    prefix !== '' && url.startsWith(`${prefix}/`) ? url.slice(prefix.length) : url;
}

/** Builds the server; the caller listens. */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const app = Fastify({
    loggerInstance: options.log,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => uuidv7(),
    bodyLimit: mib,
    routerOptions: { maxParamLength: 200, ignoreTrailingSlash: true, caseSensitive: true },
    // A body has this long to arrive, whole: slow ones must not hold connections.
    requestTimeout: 30_000,
    connectionTimeout: 60_000,
    keepAliveTimeout: 30_000,
    trustProxy: options.trustProxy ?? false,
    rewriteUrl: withoutPrefix(options.publicUrl),
    // A path that cannot be read finds no route, and with it no error handler of its own.
    frameworkErrors: (error, request, reply) =>
      request.url.startsWith('/scim/')
        ? sendError(error, request, reply)
        : sendProblem(error, request, reply),
  });
  app.addHook('onSend', async (request, reply) => {
    reply.header('x-request-id', request.id);
    reply.header('x-content-type-options', 'nosniff');
  });
  const { metrics } = options.watch;
  app.decorate('refused', metrics.refused);
  app.decorateRequest('access', null);
  app.addHook('onResponse', async (request, reply) => {
    metrics.answered({
      route: routeClass(request.routeOptions.url),
      method: request.method,
      status: reply.statusCode,
      ms: reply.elapsedTime,
    });
    request.log.debug(
      {
        requestId: request.id,
        method: request.method,
        route: request.routeOptions.url,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
      },
      'request',
    );
  });
  app.setErrorHandler(sendProblem);
  app.setNotFoundHandler(async (request) => {
    throw notFound(`There is nothing at ${request.method} ${request.url.slice(0, 100)}.`);
  });
  await app.register(healthRoutes, { pool: options.world.pool, trouble: options.watch.trouble });
  await app.register(metricsRoutes, { ...options, ...options.watch });
  await app.register(scimRoutes, {
    prefix: '/scim',
    world: options.world,
    bearer: options.bearer,
    publicUrl: options.publicUrl,
    secrets: options.secrets,
    requestsPerSecond: options.requestsPerSecond,
  });
  await app.register(oauthRoutes, {
    world: options.world,
    attempts: options.bearer.attempts,
    publicUrl: options.publicUrl,
  });
  await app.register(webhookRoutes, {
    inbox: options.inbox,
    log: options.log,
    clientSecrets: options.shopifyApp?.clientSecrets ?? [],
  });
  await app.register(assetRoutes, { prefix: '/assets' });
  await app.register(profilePages, { prefix: '/me' });
  await app.register(profileApi, { prefix: '/me/:tenantId/api', ...options });
  await app.register(adminRoutes, { prefix: '/', ...options });
  if (options.shopifyApp !== null)
    await app.register(embeddedPages, {
      prefix: '/app',
      app: options.shopifyApp,
      shopOrigin: options.shopOrigin,
      enter: createEntry({ ...options.world, ...options, app: options.shopifyApp }),
    });
  return app as unknown as FastifyInstance;
}
