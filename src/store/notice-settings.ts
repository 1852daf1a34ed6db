/** Where the notices of a tenant go beside the log. */
import type { Queryable } from './statement.ts';

/** What is stored; the webhook's secret is sealed. */
export interface StoredNoticeSettings {
  readonly webhookUrl: string | null;
  readonly webhookSecret: string | null;
  /** E-mail addresses. */
  readonly recipients: readonly string[];
}

const nowhere: StoredNoticeSettings = { webhookUrl: null, webhookSecret: null, recipients: [] };

/**
 * A tenant's settings; those of one that has none yet go nowhere.
 * @param lock `locked` inside a transaction that changes them
 */
export async function noticeSettingsOf(
  db: Queryable,
  tenantId: string,
  lock?: 'locked',
): Promise<StoredNoticeSettings> {
  const { rows } = await db.query<StoredNoticeSettings>(
    `select webhook_url as "webhookUrl", webhook_secret as "webhookSecret", recipients
     from notice_settings where tenant_id = $1 ${lock === undefined ? '' : 'for update'}`,
    [tenantId],
  );
  return rows[0] ?? nowhere;
}

/** Replaces a tenant's settings. */
export async function saveNoticeSettings(
  db: Queryable,
  tenantId: string,
  { webhookUrl, webhookSecret, recipients }: StoredNoticeSettings,
): Promise<void> {
  await db.query(
    `insert into notice_settings (tenant_id, webhook_url, webhook_secret, recipients) values ($1, $2, $3, $4)
     on conflict (tenant_id) do update set webhook_url = $2, webhook_secret = $3, recipients = $4`,
    [tenantId, webhookUrl, webhookSecret, recipients],
  );
}
