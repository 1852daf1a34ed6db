/** For how many days what is written down is kept, in the admin API. The operator decides it for all tenants. */
import type { FastifyInstance } from 'fastify';
import type { UpkeepLimits } from '../provisioning/upkeep.ts';
import type { AdminApiOptions } from './admin-api.ts';
import { type TenantParams, tenantOf } from './admin-scope.ts';

/** What an operator decided. */
export type Retention = Pick<UpkeepLimits, 'keepDays' | 'graceDays'>;

/** Adds the route; to be registered under a tenant. */
export async function retentionRoutes(
  app: FastifyInstance,
  { world: { pool }, retention }: Pick<AdminApiOptions, 'world' | 'retention'>,
): Promise<void> {
  app.get<{ Params: TenantParams }>('/retention', async ({ params }) => {
    await tenantOf(pool, params);
    const { keepDays, graceDays } = retention;
    return { activityDays: keepDays.activity, inboxDays: keepDays.inbox, graceDays };
  });
}
