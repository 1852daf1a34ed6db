/**
 * `POST /webhooks/shopify`: what shops tell. A delivery is stored before it is answered, in one
 * statement, and worked off afterwards: Shopify waits five seconds at most
 * (https://shopify.dev/docs/apps/build/webhooks/subscribe/https).
 */
import { isUtf8 } from 'node:buffer';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { readWebhook } from '../shopify/webhook.ts';
import { isAskedOfNobody } from '../storefront/compliance.ts';
import type { Inbox } from '../storefront/inbox.ts';
import { Problem, sendProblem } from './problem.ts';

/** What taking deliveries needs. */
export interface WebhookOptions {
  readonly inbox: Pick<Inbox, 'receive'>;
  readonly log: Logger;
  /** Client secrets of the Shopify app; none: webhooks are off. */
  readonly clientSecrets: readonly string[];
}

/** Orders with many lines are some hundred KiB. */
const bodyLimit = 2 * 1_048_576;

/** Adds the route; to be registered at the root. */
export async function webhookRoutes(
  app: FastifyInstance,
  { inbox, log, clientSecrets }: WebhookOptions,
): Promise<void> {
  app.setErrorHandler(sendProblem);
  app.removeAllContentTypeParsers();
  // The signature is over the bytes as they came.
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit }, (_request, body, done) =>
    done(null, body),
  );
  app.post<{ Body: Buffer | undefined }>(
    '/webhooks/shopify',
    { bodyLimit },
    async ({ headers, body = Buffer.alloc(0), id }, reply) => {
      if (clientSecrets.length === 0) {
        log.warn(
          { requestId: id },
          'a webhook came and was not taken: set ROLLCALL_SHOPIFY_CLIENT_ID and ROLLCALL_SHOPIFY_CLIENT_SECRET to take webhooks',
        );
        throw webhooksOff();
      }
      const webhook = readWebhook(headers, body, clientSecrets);
      if ('kind' in webhook)
        throw webhook.kind === 'headers-missing' ? lacks(webhook.missing) : notSigned();
      const text = textOf(body);
      if (!(await inbox.receive(webhook, text))) {
        log.warn(
          { requestId: id, shop: webhook.shop },
          'a webhook came for a shop that is not here',
        );
        // What is asked of us is done: there is nothing of it here. Else it would be asked again and again.
        if (isAskedOfNobody(webhook.topic)) return reply.code(200).send();
        throw notSigned();
      }
      return reply.code(200).send();
    },
  );
}

function webhooksOff(): Problem {
  return new Problem(
    'webhooks-off',
    'Webhooks are off here: set ROLLCALL_SHOPIFY_CLIENT_ID and ROLLCALL_SHOPIFY_CLIENT_SECRET to those of the Shopify app and start Rollcall again.',
  );
}

function lacks(headers: readonly string[]): Problem {
  return new Problem(
    'bad-request',
    `The delivery lacks what Shopify sends: ${headers.join(', ')}.`,
  );
}

/** The same for a wrong signature and a shop that is not here: nobody learns who is. */
function notSigned(): Problem {
  return new Problem(
    'not-signed',
    'The delivery is not signed with the client secret of the Shopify app, or its shop is not connected here.',
  );
}

function textOf(body: Buffer): string {
  // A database text holds no zero byte, and JSON has none.
  if (!isUtf8(body) || body.includes(0))
    throw new Problem('bad-request', 'The delivery is not JSON in UTF-8.');
  return body.toString('utf8');
}
