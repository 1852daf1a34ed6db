/** The guard of a destination in the admin API: who is held, and what is decided about them. */
import type { FastifyInstance } from 'fastify';
import { decideAbout, guardStatus } from '../provisioning/guard-status.ts';
import type { DestinationKey } from '../store/destinations.ts';
import type { AdminApiOptions } from './admin-api.ts';
import { guardDecisionInput, guardPageInput, readInput } from './admin-input.ts';
import { type TenantParams, tenantOf } from './admin-scope.ts';
import { notFound, type Problem } from './problem.ts';

type Params = TenantParams & { readonly destinationId: string };

/** Adds the routes; to be registered under a destination. */
export async function guardRoutes(
  app: FastifyInstance,
  { world: { pool, wake } }: Pick<AdminApiOptions, 'world'>,
): Promise<void> {
  const keyOf = async (params: Params): Promise<DestinationKey> => ({
    tenantId: (await tenantOf(pool, params)).tenantId,
    destinationId: params.destinationId,
  });

  app.get<{ Params: Params }>('/guard', async ({ params, query }) => {
    const { state, limit, after } = readInput(guardPageInput, query);
    const page = { mark: state, limit, after: after ?? null };
    const status = await guardStatus(pool, await keyOf(params), page);
    if (status === null) throw noSuchDestination(params);
    return status;
  });

  for (const what of ['allow', 'discard'] as const) {
    app.post<{ Params: Params }>(
      `/guard/${what}`,
      async ({ params, body, actor, id: requestId }) => {
        const { all, links } = readInput(guardDecisionInput, body);
        const key = await keyOf(params);
        const who = all === true ? 'all' : (links ?? []);
        const decided = await decideAbout(pool, key, who, { what, actor, requestId });
        if (decided === null) throw noSuchDestination(params);
        wake(key.tenantId, [key.destinationId]);
        return { decided };
      },
    );
  }
}

function noSuchDestination({ destinationId }: Params): Problem {
  return notFound(`There is no destination ${destinationId} of this tenant.`);
}
