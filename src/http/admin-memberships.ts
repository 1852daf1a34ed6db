/** The memberships that can be picked at a destination, in the admin API. */
import type { FastifyInstance } from 'fastify';
import { catalogueOf } from '../provisioning/catalogue.ts';
import { DestinationError } from '../provisioning/failure.ts';
import type { AdminApiOptions } from './admin-api.ts';
import { catalogueInput, readInput } from './admin-input.ts';
import { type DestinationParams, destinationOf } from './admin-scope.ts';
import { Problem } from './problem.ts';

/** Adds the route; to be registered under a destination. */
export async function membershipRoutes(
  app: FastifyInstance,
  { world: { pool }, connect }: Pick<AdminApiOptions, 'world' | 'connect'>,
): Promise<void> {
  app.get<{ Params: DestinationParams }>('/memberships', async ({ params, query }) => {
    const { after } = readInput(catalogueInput, query);
    const destination = await destinationOf(pool, params);
    try {
      const { entries, next, help } = await catalogueOf(connect(destination), after ?? null);
      return { memberships: entries, next, help };
    } catch (error) {
      if (!(error instanceof DestinationError)) throw error;
      throw new Problem('destination-failed', error.message);
    }
  });
}
