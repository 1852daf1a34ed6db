/** What delivering notices needs, put together from what the operator has set. */
import type { SmtpConfig } from '../config.ts';
import type { OutboundOptions } from '../provisioning/outbound.ts';
import type { DeliveryWorld } from './delivery.ts';
import { createMailer } from './mail.ts';
import { type NoticeTimes, usualNoticeTimes } from './retry.ts';

/** What delivers, and which addresses it may reach. */
export type NoticeWorld = DeliveryWorld & OutboundOptions;

/** What it is put together from. */
export type NoticeWorldOptions = Omit<NoticeWorld, 'mailer' | 'times' | 'requestMs'> & {
  readonly smtp?: SmtpConfig | null;
  readonly noticeTimes?: NoticeTimes;
};

/** Puts it together. */
export function noticeWorld(options: NoticeWorldOptions): NoticeWorld {
  const { pool, log, now, random, secrets, fetch, publicUrl, privateNetwork } = options;
  const times = options.noticeTimes ?? usualNoticeTimes;
  const { requestMs } = times;
  const smtp = options.smtp ?? null;
  const mailer = smtp === null ? null : createMailer(smtp, requestMs);
  return {
    pool,
    log,
    now,
    random,
    secrets,
    fetch,
    publicUrl,
    privateNetwork,
    times,
    requestMs,
    mailer,
  };
}
