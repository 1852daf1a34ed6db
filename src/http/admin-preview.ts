/** Previews in the admin API: streamed as they come, and compared with what was done afterwards. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { type Policy, policySchema, unreadableIn } from '../provisioning/policy.ts';
import { faultsOf } from '../provisioning/policy-faults.ts';
import { preview } from '../provisioning/preview.ts';
import { comparePreview, findPreview } from '../store/previews.ts';
import type { AdminApiOptions } from './admin-api.ts';
import { readInput } from './admin-input.ts';
import { type DestinationParams, destinationOf } from './admin-scope.ts';
import { streamed, whenGone } from './event-stream.ts';
import { notFound, Problem } from './problem.ts';

/** By which policy. */
export const previewInput = z.strictObject({
  policy: z.record(z.string(), z.unknown(), 'must be a whole policy').nullable().default(null),
});

const mostDifferences = 200;

type Of = { Params: DestinationParams };

/** Adds the routes; to be registered under a destination. */
export async function previewRoutes(
  app: FastifyInstance,
  { world: { pool, now }, connect }: Pick<AdminApiOptions, 'world' | 'connect'>,
): Promise<void> {
  // A body may name another policy: POST, although nothing is changed at the destination.
  app.post<Of>('/preview', async (request, reply) => {
    const destination = await destinationOf(pool, request.params);
    const { policy } = readInput(previewInput, request.body ?? {});
    const proposed = policy === null ? null : readPolicy(policy);
    const gone = whenGone(request);
    const world = { pool, now, connect };
    return streamed(reply, preview(world, { destination, policy: proposed, signal: gone }));
  });

  app.get<{ Params: DestinationParams & { readonly previewId: string } }>(
    '/previews/:previewId',
    async ({ params }) => {
      const { tenantId, id } = await destinationOf(pool, params);
      const { previewId } = params;
      const kept = z.uuid().safeParse(previewId).success
        ? await findPreview(pool, tenantId, previewId)
        : null;
      if (kept === null || kept.destinationId !== id)
        throw notFound(`There is no preview ${previewId} of this destination.`);
      return { ...kept, since: await comparePreview(pool, tenantId, previewId, mostDifferences) };
    },
  );
}

/** A policy that is only looked at. Throws `Problem` with all faults. */
export function readPolicy(given: unknown): Policy {
  const parsed = policySchema.safeParse(given);
  const faults = parsed.success ? faultsOf(parsed.data) : unreadableIn(parsed.error);
  if (!parsed.success || faults.length > 0) {
    const all = faults.map((detail) => ({ field: 'policy', detail }));
    throw new Problem('invalid-input', faults.join(' '), all);
  }
  return parsed.data;
}
