/** Why somebody stands as they do at each destination, in the admin API. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { explain } from '../provisioning/explain.ts';
import type { AdminApiOptions } from './admin-api.ts';
import { readInput } from './admin-input.ts';
import { type TenantParams, tenantOf } from './admin-scope.ts';
import { notFound } from './problem.ts';

const person = 'must be a userName, an e-mail address, a SCIM id or a link id';

/** Who is explained, and where. */
export const explainInput = z.strictObject({
  person: z.string(person).trim().min(1, person).max(512, person),
  destination: z.string('must be given once').optional(),
});

/** Adds the route; to be registered under a tenant. */
export async function explainRoutes(
  app: FastifyInstance,
  { world: { pool, now }, connect }: Pick<AdminApiOptions, 'world' | 'connect'>,
): Promise<void> {
  app.get<{ Params: TenantParams }>('/explain', async ({ params, query }) => {
    const { tenantId } = await tenantOf(pool, params);
    const { person, destination } = readInput(explainInput, query);
    const who = { tenantId, person, destinationId: destination ?? null };
    const explanations = await explain({ pool, now, connect }, who);
    if (explanations.length === 0)
      throw notFound(
        `Nobody called ${person} is known: give the userName, the e-mail address or the SCIM id.`,
      );
    return { explanations };
  });
}
