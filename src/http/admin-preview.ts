/** Previews in the admin API: streamed as they come, and compared with what was done afterwards. */
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { classify } from '../provisioning/failure.ts';
import { type Policy, policySchema } from '../provisioning/policy.ts';
import { faultsOf } from '../provisioning/policy-faults.ts';
import { type PreviewEvent, preview } from '../provisioning/preview.ts';
import { comparePreview, findPreview } from '../store/previews.ts';
import type { AdminApiOptions } from './admin-api.ts';
import { readInput } from './admin-input.ts';
import { type DestinationParams, destinationOf } from './admin-scope.ts';
import { notFound, Problem } from './problem.ts';

const previewInput = z.strictObject({
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
  const faults = parsed.success
    ? faultsOf(parsed.data)
    : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  if (!parsed.success || faults.length > 0) {
    const all = faults.map((detail) => ({ field: 'policy', detail }));
    throw new Problem('invalid-input', faults.join(' '), all);
  }
  return parsed.data;
}

/** Ends what is done for a client that has gone away. */
function whenGone({ raw }: FastifyRequest): AbortSignal {
  const gone = new AbortController();
  raw.socket.once('close', () => gone.abort());
  return gone.signal;
}

/**
 * Sends events as lines of JSON, as fast as the client takes them. What fails before the first line is
 * a problem as ever; what fails later is the last line.
 */
async function streamed(
  reply: FastifyReply,
  events: AsyncGenerator<PreviewEvent>,
): Promise<FastifyReply> {
  const first = await events.next().catch((error: unknown) => {
    throw new Problem('destination-failed', classify(error).message);
  });
  const lines = async function* () {
    try {
      if (first.done !== true) yield `${JSON.stringify(first.value)}\n`;
      for await (const event of events) yield `${JSON.stringify(event)}\n`;
    } catch (error) {
      yield `${JSON.stringify({ type: 'error', detail: classify(error).message })}\n`;
    } finally {
      await events.return(undefined);
    }
  };
  return reply.type('application/x-ndjson').send(Readable.from(lines()));
}
