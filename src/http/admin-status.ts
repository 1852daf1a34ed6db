/** How a destination stands, in the admin API. */
import type { FastifyInstance } from 'fastify';
import { destinationStatus, tenantStatus } from '../provisioning/destination-status.ts';
import { groupStandings } from '../store/group-standings.ts';
import type { AdminApiOptions } from './admin-api.ts';
import { destinationOf, type TenantParams, tenantOf } from './admin-scope.ts';
import { notFound } from './problem.ts';

/** So many are told of; those that do not get on come first. */
const mostGroups = 200;

type Params = TenantParams & { readonly destinationId: string };

/** Adds the route of a tenant as a whole; to be registered under it. */
export async function tenantStatusRoutes(
  app: FastifyInstance,
  { world: { pool, now } }: Pick<AdminApiOptions, 'world'>,
): Promise<void> {
  app.get<{ Params: TenantParams }>('/status', async ({ params }) => {
    const { tenantId } = await tenantOf(pool, params);
    return tenantStatus(pool, tenantId, now());
  });
}

/** Adds the route; to be registered under a destination. */
export async function statusRoutes(
  app: FastifyInstance,
  { world: { pool, now } }: Pick<AdminApiOptions, 'world'>,
): Promise<void> {
  app.get<{ Params: Params }>('/groups', async ({ params }) => {
    const { tenantId, id: destinationId } = await destinationOf(pool, params);
    return groupStandings(pool, { tenantId, destinationId }, mostGroups);
  });

  app.get<{ Params: Params }>('/status', async ({ params }) => {
    const { tenantId } = await tenantOf(pool, params);
    const { destinationId } = params;
    const status = await destinationStatus(pool, { tenantId, destinationId }, now());
    if (status === null) throw notFound(`There is no destination ${destinationId} of this tenant.`);
    return status;
  });
}
