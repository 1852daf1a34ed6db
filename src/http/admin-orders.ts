/** Orders in the admin API: whether all that was paid for has arrived. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { coverageReport } from '../storefront/coverage.ts';
import type { AdminApiOptions } from './admin-api.ts';
import { readInput } from './admin-input.ts';
import { shopOfTenant, type TenantParams, tenantOf } from './admin-scope.ts';
import { backwards, forwards, stretch, stretchOf } from './admin-stretch.ts';
import { streamed, whenGone } from './event-stream.ts';

/** The orders of which stretch of time. */
export const coverageInput = z
  .strictObject(stretch)
  .transform(stretchOf)
  .refine(forwards, backwards);

/** Adds the routes; to be registered under a tenant's orders. */
export async function orderRoutes(
  app: FastifyInstance,
  { world: { pool, now }, connect, shopOf }: Pick<AdminApiOptions, 'world' | 'connect' | 'shopOf'>,
): Promise<void> {
  app.get<{ Params: TenantParams }>('/coverage', async (request, reply) => {
    const placed = readInput(coverageInput, request.query);
    const { tenantId } = await tenantOf(pool, request.params);
    const signal = whenGone(request);
    const shop = await shopOfTenant(shopOf, tenantId, signal);
    const events = coverageReport({ pool, now, connect }, shop, { ...placed, tenantId, signal });
    return streamed(reply, events);
  });
}
