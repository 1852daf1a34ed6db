/**
 * Notices by webhook, signed as Standard Webhooks says
 * (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md):
 * `webhook-id` stays the same in every attempt, so that a receiver recognises what it already has.
 */
import { createHmac, randomBytes } from 'node:crypto';
import type { Delivery } from '../store/notice-deliveries.ts';
import { todoOf } from './words.ts';

const secretPrefix = 'whsec_';
/** The specification asks for 24 to 64 bytes. */
const secretBytes = 32;

/** A new secret, in the form receivers' libraries take. */
export function newWebhookSecret(): string {
  return secretPrefix + randomBytes(secretBytes).toString('base64');
}

/** What is sent: headers and body of a POST. */
export interface SignedRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Signs `id.timestamp.body` with the bytes of the secret.
 * @param secret `whsec_` and its bytes in base64
 * @param now in milliseconds; the timestamp is in seconds
 */
export function signed(id: string, body: string, secret: string, now: number): SignedRequest {
  const timestamp = String(Math.floor(now / 1_000));
  const key = Buffer.from(secret.slice(secretPrefix.length), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return {
    headers: {
      'content-type': 'application/json',
      'user-agent': 'Rollcall',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${signature}`,
    },
    body,
  };
}

/** The body of a notice: the same in every attempt. */
export function webhookBody(notice: Delivery, adminUrl: string): string {
  const { noticeId: id, kind, code, message, detail, at } = notice;
  return JSON.stringify({
    type: kind,
    timestamp: at.toISOString(),
    data: {
      id,
      tenant: { id: notice.tenantId, name: notice.tenantName },
      destination:
        notice.destinationId === null
          ? null
          : { id: notice.destinationId, name: notice.destinationName },
      code,
      message,
      todo: todoOf(notice),
      url: adminUrl,
      detail,
    },
  });
}
