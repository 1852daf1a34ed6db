/** Groups in the admin API: for whoever says in a policy whom it is about. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { listGroups } from '../store/group-list.ts';
import type { AdminApiOptions } from './admin-api.ts';
import { readInput } from './admin-input.ts';
import { type TenantParams, tenantOf } from './admin-scope.ts';

const aQuery = 'must be text of at most 200 characters';
const limit = 'must be a whole number from 1 to 100';

/** Which groups: those with `query` in their names. */
export const groupsInput = z.strictObject({
  query: z.string(aQuery).max(200, aQuery).default(''),
  limit: z.coerce.number(limit).int(limit).min(1, limit).max(100, limit).default(50),
});

/** Adds the route; to be registered under a tenant. */
export async function groupRoutes(
  app: FastifyInstance,
  { world: { pool } }: Pick<AdminApiOptions, 'world'>,
): Promise<void> {
  app.get<{ Params: TenantParams }>('/groups', async (request) => {
    const { query, limit } = readInput(groupsInput, request.query);
    const { tenantId } = await tenantOf(pool, request.params);
    return { groups: await listGroups(pool, tenantId, query.trim(), limit) };
  });
}
