/** Offers in the admin API: what products of the shop give. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { endOffer, newestOffers, type OfferDraft, saveOffer } from '../courses/offers.ts';
import { allOffers, type StoredOffer } from '../store/offers.ts';
import type { AdminApiOptions } from './admin-api.ts';
import { aName, readInput } from './admin-input.ts';
import { type TenantParams, tenantOf } from './admin-scope.ts';
import { notFound, Problem } from './problem.ts';

/** An offer as it is written. */
export const offerInput = z.strictObject({
  name: aName,
  terms: z.record(z.string(), z.unknown(), 'must be what the offer says, see docs/courses.md'),
});

/** Which offers. */
export const offersInput = z.strictObject({
  withdrawn: z.enum(['true', 'false'], 'must be true or false').default('false'),
});

type Of = { Params: TenantParams & { readonly offerId: string } };

/** Adds the routes; to be registered under a tenant's offers. */
export async function offerRoutes(
  app: FastifyInstance,
  { world }: Pick<AdminApiOptions, 'world'>,
): Promise<void> {
  const { pool } = world;

  app.get<{ Params: TenantParams }>('/', async ({ params, query }) => {
    const { withdrawn } = readInput(offersInput, query);
    const { tenantId } = await tenantOf(pool, params);
    const offers = await newestOffers(world, tenantId);
    const shown = withdrawn === 'true' ? offers : offers.filter(inForce);
    return { offers: shown };
  });

  app.post<{ Params: TenantParams }>('/', async (request, reply) => {
    const draft = { id: null, ...readInput(offerInput, request.body) };
    return reply.code(201).send(await save(request, draft));
  });

  app.get<Of>('/:offerId', async ({ params }) => (await versionsOf(params)).at(-1));

  app.get<Of>('/:offerId/versions', async ({ params }) => ({ versions: await versionsOf(params) }));

  app.put<Of>('/:offerId', async (request) => {
    await versionsOf(request.params);
    const draft = { id: request.params.offerId, ...readInput(offerInput, request.body) };
    return save(request, draft);
  });

  app.post<Of>('/:offerId/withdraw', async ({ params, actor, id: requestId }) => {
    await versionsOf(params);
    await endOffer(world, params.tenantId, params.offerId, { actor, requestId });
    return (await versionsOf(params)).at(-1);
  });

  async function save(
    { params, actor, id: requestId }: FastifyRequest<{ Params: TenantParams }>,
    draft: OfferDraft,
  ): Promise<StoredOffer> {
    const { tenantId } = await tenantOf(pool, params);
    const saved = await saveOffer(world, tenantId, draft, { actor, requestId });
    if (saved.kind === 'saved') return saved.offer;
    const faults = saved.faults.map((detail) => ({ field: 'terms', detail }));
    throw new Problem('invalid-input', saved.faults.join(' '), faults);
  }

  async function versionsOf(params: Of['Params']): Promise<readonly StoredOffer[]> {
    const { tenantId } = await tenantOf(pool, params);
    const all = await allOffers(pool, tenantId);
    const versions = all.filter(({ id }) => id === params.offerId);
    if (versions.length === 0)
      throw notFound(`There is no offer ${params.offerId} of this tenant.`);
    return versions;
  }
}

/** Whether orders that are placed now follow it. */
export const inForce = ({ validUntil }: StoredOffer): boolean => validUntil === null;
