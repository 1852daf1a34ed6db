/** The memberships that can be picked at a destination, in the admin API. */
import type { FastifyInstance } from 'fastify';
import { catalogueOf } from '../provisioning/catalogue.ts';
import { DestinationError } from '../provisioning/failure.ts';
import { destinationsOf } from '../store/destinations.ts';
import type { AdminApiOptions } from './admin-api.ts';
import { catalogueInput, readInput } from './admin-input.ts';
import { type TenantParams, tenantOf } from './admin-scope.ts';
import { notFound, Problem } from './problem.ts';

type Params = TenantParams & { readonly destinationId: string };

/** Adds the route; to be registered under a destination. */
export async function membershipRoutes(
  app: FastifyInstance,
  { world: { pool }, connect }: Pick<AdminApiOptions, 'world' | 'connect'>,
): Promise<void> {
  app.get<{ Params: Params }>('/memberships', async ({ params, query }) => {
    const { after } = readInput(catalogueInput, query);
    const { tenantId } = await tenantOf(pool, params);
    const { destinationId } = params;
    const destination = (await destinationsOf(pool, tenantId)).find(
      ({ id }) => id === destinationId,
    );
    if (destination === undefined)
      throw notFound(`There is no destination ${destinationId} of this tenant.`);
    try {
      const { entries, next, help } = await catalogueOf(connect(destination), after ?? null);
      return { memberships: entries, next, help };
    } catch (error) {
      if (!(error instanceof DestinationError)) throw error;
      throw new Problem('destination-failed', error.message);
    }
  });
}
