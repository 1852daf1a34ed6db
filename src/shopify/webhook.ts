/**
 * Webhooks as Shopify sends them (https://shopify.dev/docs/apps/build/webhooks/subscribe/https). The
 * check is one HMAC over the raw body and a handful of headers: Node's own crypto does it, where
 * Shopify's library would want an app's whole configuration and a copy of the request for the same.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** What the headers of a delivery say. */
export interface WebhookHeaders {
  readonly topic: string;
  readonly shop: string;
  /** The same for every try of this delivery. */
  readonly webhookId: string;
  /** The same for every topic that one action of somebody caused. */
  readonly eventId: string | null;
  readonly triggeredAt: Date | null;
  readonly signature: string;
}

/** Why a delivery is not taken. */
export type WebhookRefusal =
  | { readonly kind: 'headers-missing'; readonly missing: readonly string[] }
  | { readonly kind: 'signature-wrong' };

const needed = {
  signature: 'x-shopify-hmac-sha256',
  topic: 'x-shopify-topic',
  shop: 'x-shopify-shop-domain',
  webhookId: 'x-shopify-webhook-id',
} as const;

/** The longest value of a header that is kept. */
const longest = 255;

/**
 * Reads a delivery's headers and checks its signature.
 * @param secrets client secrets of the app: for an hour after a rotation the old one may sign
 */
export function readWebhook(
  headers: IncomingHttpHeaders,
  body: Buffer,
  secrets: readonly string[],
): WebhookHeaders | WebhookRefusal {
  const read = readHeaders(headers);
  if ('kind' in read) return read;
  return isSigned(body, read.signature, secrets) ? read : { kind: 'signature-wrong' };
}

function readHeaders(headers: IncomingHttpHeaders): WebhookHeaders | WebhookRefusal {
  const value = (name: string) => {
    const given = headers[name];
    return typeof given === 'string' && given !== '' && given.length <= longest ? given : null;
  };
  const [signature, topic, shop, webhookId] = [
    value(needed.signature),
    value(needed.topic),
    value(needed.shop),
    value(needed.webhookId),
  ];
  if (signature === null || topic === null || shop === null || webhookId === null)
    return {
      kind: 'headers-missing',
      missing: Object.values(needed).filter((name) => value(name) === null),
    };
  const triggeredAt = new Date(value('x-shopify-triggered-at') ?? Number.NaN);
  return {
    topic,
    shop: shop.toLowerCase(),
    webhookId,
    eventId: value('x-shopify-event-id'),
    triggeredAt: Number.isNaN(triggeredAt.getTime()) ? null : triggeredAt,
    signature,
  };
}

/** Whether one of the secrets made this signature; takes as long for a wrong one as for a right one. */
function isSigned(body: Buffer, signature: string, secrets: readonly string[]): boolean {
  const given = Buffer.from(signature, 'base64');
  const matches = secrets.map((secret) => {
    const made = createHmac('sha256', secret).update(body).digest();
    return made.length === given.length && timingSafeEqual(made, given);
  });
  return matches.includes(true);
}
