/** Where the notices of a tenant go: read, checked and changed, each change with its line of activity. */
import type pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { insertActivity } from '../store/activity.ts';
import {
  noticeSettingsOf,
  type StoredNoticeSettings,
  saveNoticeSettings,
} from '../store/notice-settings.ts';
import type { SecretBox } from '../store/secret-box.ts';
import { transaction } from '../store/statement.ts';
import { webhookSecretContext } from './channels.ts';
import { newWebhookSecret } from './webhook.ts';

/** Settings as they are shown: the secret is not. */
export interface NoticeSettings {
  readonly webhook: { readonly url: string } | null;
  readonly recipients: readonly string[];
}

/** What settings are to become. */
export interface NoticeSettingsChange {
  /** `secret` is `new` where the one there is goes; the first one is made in any case. */
  readonly webhook: { readonly url: string; readonly secret: 'keep' | 'new' } | null;
  readonly recipients: readonly string[];
  /** Who says so, for activity. */
  readonly actor: string;
  /** `null` where it was no request. */
  readonly requestId: string | null;
}

/** A tenant's settings. */
export async function readNoticeSettings(pool: pg.Pool, tenantId: string): Promise<NoticeSettings> {
  return shown(await noticeSettingsOf(pool, tenantId));
}

/**
 * Replaces a tenant's settings.
 * @returns them, and the webhook's secret where a new one was made: the only time it is shown
 */
export async function changeNoticeSettings(
  { pool, secrets }: { readonly pool: pg.Pool; readonly secrets: SecretBox },
  tenantId: string,
  change: NoticeSettingsChange,
): Promise<NoticeSettings & { readonly secret: string | null }> {
  return transaction(pool, async (client) => {
    const before = await noticeSettingsOf(client, tenantId, 'locked');
    const { webhook, recipients, actor, requestId } = change;
    const fresh = webhook !== null && (webhook.secret === 'new' || before.webhookSecret === null);
    const secret = fresh ? newWebhookSecret() : null;
    const sealed = secret === null ? null : secrets.seal(secret, webhookSecretContext(tenantId));
    const after: StoredNoticeSettings = {
      webhookUrl: webhook?.url ?? null,
      webhookSecret: webhook === null ? null : (sealed ?? before.webhookSecret),
      recipients,
    };
    await saveNoticeSettings(client, tenantId, after);
    await insertActivity(client, tenantId, {
      id: uuidv7(),
      kind: 'notices.update',
      actor,
      requestId,
      outcome: 'done',
      detail: {
        webhook: [before.webhookUrl, after.webhookUrl],
        recipients: [before.recipients, after.recipients],
        newSecret: fresh,
      },
    });
    return { ...shown(after), secret };
  });
}

function shown({ webhookUrl, recipients }: StoredNoticeSettings): NoticeSettings {
  return { webhook: webhookUrl === null ? null : { url: webhookUrl }, recipients };
}
