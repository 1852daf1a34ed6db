/** A receiver of webhooks over HTTP that checks signatures as Standard Webhooks tells receivers to. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';

/** A webhook that came. */
export interface ReceivedWebhook {
  readonly id: string;
  readonly headers: IncomingHttpHeaders;
  /** As it came. */
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever shape it expects
  readonly body: any;
  /** What it was answered with; `null` where it was left without an answer. */
  readonly status: number | null;
}

/** The receiver. */
export interface Receiver extends AsyncDisposable {
  readonly url: string;
  readonly received: readonly ReceivedWebhook[];
  /** Answers the next requests with these, then again with 204; `hang` leaves one without an answer. */
  answer(...statuses: readonly (number | 'hang')[]): void;
}

/** Starts one on a port of its own. */
export async function webhookReceiver(): Promise<Receiver> {
  const received: ReceivedWebhook[] = [];
  const answers: (number | 'hang')[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString('utf8');
    const answer = answers.shift() ?? 204;
    const status = answer === 'hang' ? null : answer;
    const id = String(request.headers['webhook-id']);
    received.push({ id, headers: request.headers, text, body: JSON.parse(text), status });
    if (status !== null) response.writeHead(status).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the socket has no port');
  return {
    url: `http://127.0.0.1:${address.port}/notices`,
    received,
    answer: (...statuses) => {
      answers.push(...statuses);
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const toleranceSeconds = 300;

/** Whether a webhook is what the holder of the secret sent a moment ago. */
export function isGenuine({ headers, text }: ReceivedWebhook, secret: string): boolean {
  const id = String(headers['webhook-id']);
  const timestamp = String(headers['webhook-timestamp']);
  if (Math.abs(Date.now() / 1_000 - Number(timestamp)) > toleranceSeconds) return false;
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${text}`).digest();
  return String(headers['webhook-signature'])
    .split(' ')
    .filter((signature) => signature.startsWith('v1,'))
    .map((signature) => Buffer.from(signature.slice(3), 'base64'))
    .some((given) => given.length === expected.length && timingSafeEqual(given, expected));
}
