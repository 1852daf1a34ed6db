/** The admin API: JSON in, JSON out. No statement runs without the tenant of the path. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { DirectoryWorld } from '../directory/request.ts';
import type { NoticeWorld } from '../notices/notice-world.ts';
import type { Connect } from '../provisioning/connect.ts';
import type { Engine } from '../provisioning/engine.ts';
import type { SecretBox } from '../store/secret-box.ts';
import { allTenants } from '../store/tenants.ts';
import type { ShopOf } from '../storefront/shop.ts';
import { activityRoutes } from './admin-activity.ts';
import { appPolicyRoutes } from './admin-app-policies.ts';
import { backfillRoutes } from './admin-backfills.ts';
import { bulkRoutes } from './admin-bulk.ts';
import { connectorRoutes, destinationListRoutes, destinationRoutes } from './admin-destinations.ts';
import { directoryRoutes } from './admin-directory.ts';
import { eventRoutes } from './admin-events.ts';
import { explainRoutes } from './admin-explain.ts';
import { exportRoutes } from './admin-exports.ts';
import { grantRoutes } from './admin-grants.ts';
import { groupRoutes } from './admin-groups.ts';
import { guardRoutes } from './admin-guard.ts';
import { importRoutes } from './admin-import.ts';
import { inboxRoutes } from './admin-inbox.ts';
import { mappingRoutes } from './admin-mapping.ts';
import { membershipRoutes } from './admin-memberships.ts';
import { noticeRoutes } from './admin-notices.ts';
import { offerRoutes } from './admin-offers.ts';
import { orderRoutes } from './admin-orders.ts';
import { overviewRoutes } from './admin-overview.ts';
import { peopleRoutes } from './admin-people.ts';
import { personRoutes } from './admin-person.ts';
import { previewRoutes } from './admin-preview.ts';
import { productRoutes } from './admin-products.ts';
import { type Retention, retentionRoutes } from './admin-retention.ts';
import { schemaRoutes } from './admin-schemas.ts';
import { refuseOddPath } from './admin-scope.ts';
import { directorySignInRoutes } from './admin-sign-in.ts';
import { sourceListRoutes, sourceRoutes } from './admin-source.ts';
import { statusRoutes, tenantStatusRoutes } from './admin-status.ts';
import { tokenRoutes } from './admin-tokens.ts';
import { tenantView } from './admin-views.ts';
import { apiDocs } from './api-docs.ts';
import { type ApiRoute, openApiOf } from './openapi.ts';
import { notFound } from './problem.ts';

/** What the API needs. */
export interface AdminApiOptions {
  readonly world: DirectoryWorld;
  readonly engine: Pick<Engine, 'respread'>;
  readonly notices: NoticeWorld;
  readonly publicUrl: string;
  /** Reaches a destination, for pages that show what is there. */
  readonly connect: Connect;
  /** Seals the secrets of destinations. */
  readonly secrets: SecretBox;
  /** For how long what is written down is kept. */
  readonly retention: Retention;
  /** Reads a tenant's shop. */
  readonly shopOf: ShopOf;
}

/**
 * An answer may say nothing for so long: a preview looks at two hundred people before it tells of them,
 * and waits for the allowance of the shop. Others are cut off sooner.
 */
const silentMs = 600_000;

/** Adds the routes; to be registered under `/api`, behind the guard. */
export async function adminApi(app: FastifyInstance, given: AdminApiOptions): Promise<void> {
  const { world, engine, notices, publicUrl, connect, secrets, shopOf, retention } = given;
  const options: AdminApiOptions = {
    ...{ world, engine, notices, publicUrl, connect, secrets, shopOf, retention },
  };
  const ofSource = { ...options, prefix: '/tenants/:tenantId/sources/:sourceId' };
  const ofDestination = { ...options, prefix: '/tenants/:tenantId/destinations/:destinationId' };
  acceptJson(app);
  const routes: ApiRoute[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    const methods = [method].flat().filter((one) => one !== 'HEAD');
    routes.push(...methods.map((one) => ({ method: one, url })));
  });
  app.addHook('onRequest', refuseOddPath);
  app.addHook('onRequest', async ({ raw }) => {
    raw.socket.setTimeout(silentMs);
  });
  app.addHook('onSend', async (_request, reply) => {
    reply.header('cache-control', 'no-store');
  });
  app.setNotFoundHandler((request) => {
    throw notFound(`There is no ${request.method} ${request.url.slice(0, 200)}.`);
  });
  app.get('/openapi.json', async () => openApiOf(routes, apiDocs, publicUrl));
  await app.register(connectorRoutes);
  await app.register(tenantRoutes, options);
  await app.register(noticeRoutes, { ...options, prefix: '/tenants/:tenantId/notices' });
  await app.register(destinationListRoutes, { ...options, prefix: '/tenants/:tenantId' });
  await app.register(destinationRoutes, ofDestination);
  await app.register(mappingRoutes, ofDestination);
  await app.register(groupRoutes, { ...options, prefix: '/tenants/:tenantId' });
  await app.register(previewRoutes, ofDestination);
  await app.register(importRoutes, ofDestination);
  await app.register(explainRoutes, { ...options, prefix: '/tenants/:tenantId' });
  await app.register(statusRoutes, ofDestination);
  await app.register(eventRoutes, { ...options, prefix: '/tenants/:tenantId' });
  await app.register(activityRoutes, { ...options, prefix: '/tenants/:tenantId' });
  await app.register(overviewRoutes, { ...options, prefix: '/tenants/:tenantId' });
  await app.register(retentionRoutes, { ...options, prefix: '/tenants/:tenantId' });
  await app.register(tenantStatusRoutes, { ...options, prefix: '/tenants/:tenantId' });
  await app.register(guardRoutes, ofDestination);
  await app.register(membershipRoutes, ofDestination);
  await app.register(bulkRoutes, ofDestination);
  await app.register(inboxRoutes, { ...options, prefix: '/tenants/:tenantId/inbox' });
  await app.register(exportRoutes, { ...options, prefix: '/tenants/:tenantId/exports' });
  await app.register(offerRoutes, { ...options, prefix: '/tenants/:tenantId/offers' });
  await app.register(grantRoutes, { ...options, prefix: '/tenants/:tenantId/grants' });
  await app.register(backfillRoutes, { ...options, prefix: '/tenants/:tenantId/backfills' });
  await app.register(orderRoutes, { ...options, prefix: '/tenants/:tenantId/orders' });
  await app.register(productRoutes, { ...options, prefix: '/tenants/:tenantId/shop' });
  await app.register(peopleRoutes, { ...options, prefix: '/tenants/:tenantId/people' });
  await app.register(sourceListRoutes, { ...options, prefix: '/tenants/:tenantId' });
  await app.register(personRoutes, { ...options, prefix: '/tenants/:tenantId/people' });
  await app.register(directoryRoutes, { ...options, prefix: '/tenants/:tenantId/directory' });
  await app.register(appPolicyRoutes, { ...options, prefix: '/tenants/:tenantId/app-policies' });
  await app.register(directorySignInRoutes, { ...options, prefix: '/tenants/:tenantId/directory' });
  await app.register(sourceRoutes, ofSource);
  await app.register(tokenRoutes, ofSource);
  await app.register(schemaRoutes, ofSource);
}

async function tenantRoutes(
  app: FastifyInstance,
  { world: { pool } }: AdminApiOptions,
): Promise<void> {
  app.get('/session', async ({ principal }) => principal);

  app.get('/tenants', async () => ({ tenants: (await allTenants(pool)).map(tenantView) }));
}

/** Only JSON is taken. Clients name the media type on a DELETE, too, and send nothing. */
export function acceptJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<string>(
    'application/json',
    { parseAs: 'string' },
    (request: FastifyRequest, body, done) => {
      if (body === '' && request.method === 'DELETE') done(null, undefined);
      else parse(request, body, done);
    },
  );
}
