/** Webhooks that came in, in the admin API: what became of them, and having them worked off again. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { findDelivery, listDeliveries, replayDeliveries, replayDelivery } from '../store/inbox.ts';
import type { AdminApiOptions } from './admin-api.ts';
import { readInput } from './admin-input.ts';
import { type TenantParams, tenantOf } from './admin-scope.ts';
import { notFound } from './problem.ts';

const states = ['waiting', 'done', 'ignored', 'dead'] as const;
const aState = 'must be "waiting", "done", "ignored" or "dead"';
const aTopic = 'must be a topic like customers/update';
const limit = 'must be a whole number from 1 to 200';

const filter = {
  state: z.enum(states, aState).optional(),
  topic: z.string(aTopic).min(1, aTopic).max(255, aTopic).optional(),
};

/** Which deliveries. */
export const deliveriesInput = z.strictObject({
  ...filter,
  limit: z.coerce.number(limit).int(limit).min(1, limit).max(200, limit).default(50),
  before: z.uuid('must be the id of a delivery: the next page begins after it').optional(),
});

/** Which deliveries are worked off again. */
export const replayInput = z
  .strictObject(filter)
  .refine(({ state, topic }) => state !== undefined || topic !== undefined, {
    error: 'must say which deliveries: give a state, a topic or both',
  });

interface DeliveryParams extends TenantParams {
  readonly deliveryId: string;
}

/** Adds the routes; to be registered under a tenant's inbox. */
export async function inboxRoutes(
  app: FastifyInstance,
  { world: { pool } }: Pick<AdminApiOptions, 'world'>,
): Promise<void> {
  app.get<{ Params: TenantParams }>('/', async ({ params, query }) => {
    const { limit, before, state, topic } = readInput(deliveriesInput, query);
    const { tenantId } = await tenantOf(pool, params);
    const wanted = { state: state ?? null, topic: topic ?? null };
    const page = { limit, before: before ?? null };
    return { deliveries: await listDeliveries(pool, tenantId, wanted, page) };
  });

  app.get<{ Params: DeliveryParams }>('/:deliveryId', async ({ params }) => {
    const { tenantId } = await tenantOf(pool, params);
    const delivery = await findDelivery(pool, tenantId, idOf(params));
    if (delivery === null) throw noSuchDelivery(params);
    return delivery;
  });

  app.post<{ Params: DeliveryParams }>('/:deliveryId/replay', async ({ params }) => {
    const { tenantId } = await tenantOf(pool, params);
    if (!(await replayDelivery(pool, tenantId, idOf(params)))) throw noSuchDelivery(params);
    return { replayed: 1 };
  });

  app.post<{ Params: TenantParams }>('/replay', async ({ params, body }) => {
    const { state, topic } = readInput(replayInput, body);
    const { tenantId } = await tenantOf(pool, params);
    const wanted = { state: state ?? null, topic: topic ?? null };
    return { replayed: await replayDeliveries(pool, tenantId, wanted) };
  });
}

function idOf(params: DeliveryParams): string {
  if (!z.uuid().safeParse(params.deliveryId).success) throw noSuchDelivery(params);
  return params.deliveryId;
}

function noSuchDelivery({ deliveryId }: DeliveryParams) {
  return notFound(`There is no delivery ${deliveryId} of this tenant.`);
}
