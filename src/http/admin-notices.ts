/** Notices in the admin API: listed with their deliveries, and where they go. */
import type { FastifyInstance } from 'fastify';
import type { NoticeWorld } from '../notices/notice-world.ts';
import { changeNoticeSettings, readNoticeSettings } from '../notices/settings.ts';
import { sendTestNotice } from '../notices/test-notice.ts';
import { noticesPage } from '../store/notices.ts';
import type { AdminApiOptions } from './admin-api.ts';
import { readInput } from './admin-input.ts';
import { type TenantParams, tenantOf } from './admin-scope.ts';
import { type NoticeRules, noticeSettingsInput, noticesInput } from './notice-input.ts';

/** Adds the routes; to be registered under a tenant's notices. */
export async function noticeRoutes(
  app: FastifyInstance,
  { notices }: Pick<AdminApiOptions, 'notices'>,
): Promise<void> {
  const { pool } = notices;
  const rules = noticeRules(notices);

  app.get<{ Params: TenantParams }>('/', async ({ params, query }) => {
    const { tenantId } = await tenantOf(pool, params);
    const page = readInput(noticesInput, query);
    const list = await noticesPage(pool, tenantId, page);
    return { notices: list, next: list.length < page.limit ? null : (list.at(-1)?.id ?? null) };
  });

  app.get<{ Params: TenantParams }>('/settings', async ({ params }) => {
    const { tenantId } = await tenantOf(pool, params);
    return { ...(await readNoticeSettings(pool, tenantId)), mail: rules.mail };
  });

  app.put<{ Params: TenantParams }>('/settings', async ({ params, body, actor, id: requestId }) => {
    const { tenantId } = await tenantOf(pool, params);
    const change = readInput(noticeSettingsInput(rules), body);
    const changed = await changeNoticeSettings(notices, tenantId, { ...change, actor, requestId });
    return { ...changed, mail: rules.mail };
  });

  app.post<{ Params: TenantParams }>('/test', async ({ params }) => {
    const { tenantId } = await tenantOf(pool, params);
    return sendTestNotice(notices, tenantId);
  });
}

/** What of the installation decides which settings can be taken. */
export function noticeRules({
  mailer,
  privateNetwork,
}: Pick<NoticeWorld, 'mailer' | 'privateNetwork'>): NoticeRules {
  return { mail: mailer === null ? 'off' : 'available', privateNetwork };
}
