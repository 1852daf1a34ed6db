/** For how long a tenant keeps its log and what its shop told, as an administrator changes it. */
import type pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { insertActivity } from '../store/activity.ts';
import { transaction } from '../store/statement.ts';
import { type OwnDays, ownDaysOf, saveOwnDays } from '../store/tenants.ts';
import type { By } from './tokens.ts';

/** Keeps what somebody decided; `null` is as the operator says. */
export async function changeRetention(
  pool: pg.Pool,
  tenantId: string,
  { activity, inbox, actor, requestId }: OwnDays & By & { readonly requestId: string },
): Promise<void> {
  await transaction(pool, async (client) => {
    const before = await ownDaysOf(client, tenantId);
    await saveOwnDays(client, tenantId, { activity, inbox });
    const detail = { activity: [before.activity, activity], inbox: [before.inbox, inbox] };
    const line = { id: uuidv7(), kind: 'retention.update', outcome: 'done', detail };
    await insertActivity(client, tenantId, { ...line, actor, requestId });
  });
}
