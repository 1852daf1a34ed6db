/** A receiver of webhooks for a test. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { TestContext } from 'node:test';
import { type Json, startStore, waitFor } from './support.ts';

/** A delivery as the app got it. */
export interface Received {
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly payload: Json;
}

/** The app, as far as webhooks go. */
export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  /** What the next requests are answered with; 200 when it runs out. */
  readonly statuses: number[];
}

export async function startReceiver(t: TestContext): Promise<Receiver> {
  const received: Received[] = [];
  const statuses: number[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    received.push({ path: request.url, headers: request.headers, body, payload: JSON.parse(body) });
    response.writeHead(statuses.shift() ?? 200, { Location: '/elsewhere' }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = address && typeof address === 'object' ? address.port : 0;
  return { url: `http://127.0.0.1:${port}/webhooks/shopify`, received, statuses };
}

/** A store that tells the receiver everything, on the real clock. */
export const webhookStore = (t: TestContext, { url }: Receiver) =>
  startStore(t, { webhookUrl: url, now: Date.now });

/** Waits until that many have arrived. */
export const arrived = (receiver: Receiver, count: number) =>
  waitFor(() => (receiver.received.length >= count ? receiver.received : undefined));
