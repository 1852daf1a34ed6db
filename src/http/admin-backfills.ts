/** Back-fills in the admin API: an offer applied to orders of before it was in force. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { type Backfill, backfillsOf, findBackfill } from '../store/backfills.ts';
import { beginBackfill, offerToApply, previewBackfill, undo } from '../storefront/backfill.ts';
import type { AdminApiOptions } from './admin-api.ts';
import { readInput } from './admin-input.ts';
import { shopOfTenant, type TenantParams, tenantOf } from './admin-scope.ts';
import { backwards, forwards, stretch, stretchOf } from './admin-stretch.ts';
import { streamed, whenGone } from './event-stream.ts';
import { notFound } from './problem.ts';

/** Which offer is to be applied to which orders. */
export const backfillInput = z
  .strictObject({ offer: z.uuid('must be the id of an offer'), ...stretch })
  .transform(({ offer, ...given }) => ({ offer, ...stretchOf(given) }))
  .refine(forwards, backwards);

type Of = { Params: TenantParams & { readonly backfillId: string } };

/** Adds the routes; to be registered under a tenant's back-fills. */
export async function backfillRoutes(
  app: FastifyInstance,
  { world, shopOf }: Pick<AdminApiOptions, 'world' | 'shopOf'>,
): Promise<void> {
  const { pool } = world;

  app.post<{ Params: TenantParams }>('/preview', async (request, reply) => {
    const asked = await askedFor(request.params, request.body);
    const gone = whenGone(request);
    const shop = await shopOfTenant(shopOf, asked.reach.tenantId, gone);
    return streamed(reply, previewBackfill(world, shop, asked));
  });

  app.post<{ Params: TenantParams }>('/', async ({ params, body, actor }, reply) => {
    const id = await beginBackfill(world, { ...(await askedFor(params, body)), actor });
    return reply.code(202).send(await backfillOf({ ...params, backfillId: id }));
  });

  app.get<{ Params: TenantParams }>('/', async ({ params }) => {
    const { tenantId } = await tenantOf(pool, params);
    return { backfills: (await backfillsOf(pool, tenantId)).map(backfillView) };
  });

  app.get<Of>('/:backfillId', ({ params }) => backfillOf(params));

  app.post<Of>('/:backfillId/undo', async ({ params, actor }) => {
    const { id } = await backfillOf(params);
    await undo(world, { tenantId: params.tenantId, id, actor });
    return backfillOf(params);
  });

  async function askedFor(params: TenantParams, body: unknown) {
    const { offer: offerId, since, until } = readInput(backfillInput, body);
    const { tenantId } = await tenantOf(pool, params);
    const offer = await offerToApply(world, { tenantId, offerId });
    if (offer === null) throw notFound(`There is no offer ${offerId} of this tenant.`);
    return { reach: { tenantId, offerId, since, until }, offer };
  }

  async function backfillOf(params: Of['Params']) {
    const { tenantId } = await tenantOf(pool, params);
    const known = z.uuid().safeParse(params.backfillId).success;
    const found = known ? await findBackfill(pool, tenantId, params.backfillId) : null;
    if (found === null)
      throw notFound(`There is no back-fill ${params.backfillId} of this tenant.`);
    return backfillView(found);
  }
}

function backfillView({ tenantId: _of, cursor: _place, ...backfill }: Backfill) {
  return backfill;
}
