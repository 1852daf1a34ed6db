/** For how many days what is written down is kept, in the admin API. A tenant may keep it for less than the operator does. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { changeRetention } from '../directory/retention.ts';
import { daysOf } from '../provisioning/prune.ts';
import type { UpkeepLimits } from '../provisioning/upkeep.ts';
import { ownDaysOf } from '../store/tenants.ts';
import type { AdminApiOptions } from './admin-api.ts';
import { readInput } from './admin-input.ts';
import { type TenantParams, tenantOf } from './admin-scope.ts';

/** What an operator decided. */
export type Retention = Pick<UpkeepLimits, 'keepDays' | 'graceDays'>;

/** What a tenant may decide. */
export function retentionInput({ keepDays }: Pick<Retention, 'keepDays'>) {
  const days = (most: number) => {
    const words = `must be a whole number of days from 1 to ${most}, which is as long as whoever runs Rollcall keeps it`;
    return z.number(words).int(words).min(1, words).max(most, words);
  };
  return z.strictObject({
    activityDays: days(keepDays.activity),
    inboxDays: days(keepDays.inbox),
  });
}

/** Adds the routes; to be registered under a tenant. */
export async function retentionRoutes(
  app: FastifyInstance,
  { world: { pool }, retention }: Pick<AdminApiOptions, 'world' | 'retention'>,
): Promise<void> {
  const { keepDays, graceDays } = retention;
  const shown = async (tenantId: string) => {
    const { activity, inbox } = daysOf(keepDays, await ownDaysOf(pool, tenantId));
    const most = { activityDays: keepDays.activity, inboxDays: keepDays.inbox };
    return { activityDays: activity, inboxDays: inbox, graceDays, most };
  };

  app.get<{ Params: TenantParams }>('/retention', async ({ params }) => {
    const { tenantId } = await tenantOf(pool, params);
    return shown(tenantId);
  });

  app.put<{ Params: TenantParams }>(
    '/retention',
    async ({ params, body, actor, id: requestId }) => {
      const { activityDays, inboxDays } = readInput(retentionInput(retention), body);
      const { tenantId } = await tenantOf(pool, params);
      const days = {
        // As long as the operator keeps it is no decision of one's own: it follows the operator's.
        activity: activityDays === keepDays.activity ? null : activityDays,
        inbox: inboxDays === keepDays.inbox ? null : inboxDays,
      };
      await changeRetention(pool, tenantId, { ...days, actor, requestId });
      return shown(tenantId);
    },
  );
}
