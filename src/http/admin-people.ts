/** People in the admin API: all of them, and those who are looked for. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { termsOf } from '../directory/words.ts';
import { listPeople } from '../store/people-list.ts';
import type { AdminApiOptions } from './admin-api.ts';
import { pageInput, readInput } from './admin-input.ts';
import { type TenantParams, tenantOf } from './admin-scope.ts';

const aQuery = 'must be text of at most 200 characters';
const aState = 'must be "active", "inactive" or "attention"';

/** Which people. */
export const peopleInput = z.strictObject({
  query: z.string(aQuery).max(200, aQuery).default(''),
  source: z.string('must be the id of a connection').optional(),
  state: z.enum(['active', 'inactive', 'attention'], aState).optional(),
  ...pageInput,
});

/** Adds the routes; to be registered under a tenant's people. */
export async function peopleRoutes(
  app: FastifyInstance,
  { world: { pool } }: Pick<AdminApiOptions, 'world'>,
): Promise<void> {
  app.get<{ Params: TenantParams }>('/', async (request) => {
    const { query, source, state, limit, cursor } = readInput(peopleInput, request.query);
    const { tenantId } = await tenantOf(pool, request.params);
    const filter = { terms: termsOf(query), sourceId: source ?? null, state: state ?? null };
    return listPeople(pool, tenantId, filter, { limit, before: cursor ?? null });
  });
}
