/** The ways notices take: each makes one delivery, or throws why it did not. */
import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import type { Channel, Delivery } from '../store/notice-deliveries.ts';
import type { NoticeKind } from '../store/notices.ts';
import type { SecretBox } from '../store/secret-box.ts';
import type { Mailer } from './mail.ts';
import { signed, webhookBody } from './webhook.ts';
import { subjectOf, textOf } from './words.ts';

/** What delivering needs of the world. */
export interface ChannelWorld {
  readonly log: Logger;
  readonly now: () => number;
  readonly secrets: SecretBox;
  /** The guarded one: a merchant may enter any address. */
  readonly fetch: typeof fetch;
  /** `null` where the operator has set no SMTP server. */
  readonly mailer: Mailer | null;
  readonly publicUrl: string;
  /** How long a receiver may take to answer. */
  readonly requestMs: number;
}

/** A delivery that did not arrive; `retry` says whether it may another time. */
export class DeliveryFailure extends Error {
  override readonly name = 'DeliveryFailure';
  readonly retry: 'later' | 'never';

  constructor(retry: 'later' | 'never', message: string, options?: ErrorOptions) {
    super(message, options);
    this.retry = retry;
  }
}

/** Makes a delivery. Throws `DeliveryFailure`, or what nobody foresaw, which may go better later. */
export function deliver(world: ChannelWorld, delivery: Delivery): Promise<void> {
  return channels[delivery.channel](world, delivery);
}

type Way = (world: ChannelWorld, delivery: Delivery) => Promise<void>;

const channels: Readonly<Record<Channel, Way>> = {
  log: toLog,
  webhook: toWebhook,
  email: toMailbox,
};

/** Where a person goes to act. */
export function adminUrlOf({ publicUrl }: Pick<ChannelWorld, 'publicUrl'>): string {
  return `${publicUrl}/admin`;
}

/** Whose secret a webhook's is: bound to the tenant, so that it opens nowhere else. */
export function webhookSecretContext(tenantId: string): string {
  return `notices:${tenantId}`;
}

const good: ReadonlySet<NoticeKind> = new Set([
  'destination.recovered',
  'alarm.ended',
  'notice.test',
]);

/** Their words are about one person, whom the log knows by ids alone. */
const personal: ReadonlySet<NoticeKind> = new Set(['account.reactivated']);

async function toLog({ log }: ChannelWorld, delivery: Delivery): Promise<void> {
  const { tenantId, noticeId, kind, code, destinationId, message, detail } = delivery;
  const what = personal.has(kind) ? { person: detail } : { notice: message };
  const line = { tenantId, noticeId, kind, code, destinationId, ...what };
  if (good.has(kind)) log.info(line, 'notice');
  else log.error(line, 'notice');
}

async function toWebhook(world: ChannelWorld, delivery: Delivery): Promise<void> {
  const { webhookUrl, webhookSecret, tenantId, noticeId } = delivery;
  if (webhookUrl === null || webhookSecret === null)
    throw new DeliveryFailure('never', 'The webhook was removed meanwhile.');
  const secret = world.secrets.open(webhookSecret, webhookSecretContext(tenantId));
  const body = webhookBody(delivery, adminUrlOf(world));
  const { status, ok } = await world
    .fetch(webhookUrl, {
      method: 'POST',
      ...signed(noticeId, body, secret, world.now()),
      signal: AbortSignal.timeout(world.requestMs),
      redirect: 'error',
    })
    .then(async (response) => {
      await response.body?.cancel();
      return response;
    });
  if (ok) return;
  // Standard Webhooks: 410 Gone means that the receiver wants no more of it.
  throw new DeliveryFailure(
    status === 410 ? 'never' : 'later',
    `The receiver answered with status ${status}.`,
  );
}

async function toMailbox(world: ChannelWorld, delivery: Delivery): Promise<void> {
  const { target: to, noticeId, subscribed } = delivery;
  const { mailer } = world;
  if (!subscribed) throw new DeliveryFailure('never', 'The recipient was removed meanwhile.');
  if (mailer === null)
    throw new DeliveryFailure('later', 'ROLLCALL_SMTP_URL is not set: no mail can be sent.');
  const recipient = createHash('sha256').update(to).digest('hex').slice(0, 16);
  try {
    await mailer.send({
      to,
      subject: subjectOf(delivery),
      text: textOf(delivery, adminUrlOf(world)),
      messageId: `${noticeId}.${recipient}@${mailer.domain}`,
    });
  } catch (cause) {
    throw mailFailure(cause);
  }
}

/** RFC 5321 §4.2.1: 5yz is for good; of those only a refused recipient or message is the mail's own. */
function mailFailure(cause: unknown): DeliveryFailure {
  const message = cause instanceof Error ? cause.message : String(cause);
  const code = cause instanceof Error && 'code' in cause ? cause.code : '';
  const status = cause instanceof Error && 'responseCode' in cause ? Number(cause.responseCode) : 0;
  const forGood = status >= 500 && (code === 'EENVELOPE' || code === 'EMESSAGE');
  return new DeliveryFailure(forGood ? 'never' : 'later', message, { cause });
}
