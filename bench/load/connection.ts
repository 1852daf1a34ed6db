import { Client } from 'undici';
import type { Exchange } from './exchange.ts';
import type { Target } from './job.ts';

/** An answer, its body read. */
export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** One kept-alive connection: one request at a time. */
export interface Connection {
  send(exchange: Pick<Exchange, 'method' | 'path' | 'body'>): Promise<Answer>;
  close(): Promise<void>;
}

const timeoutMs = 20_000;

/** Connects to a target. */
export function connectTo({ origin, authorization }: Target): Connection {
  const client = new Client(origin, { headersTimeout: timeoutMs, bodyTimeout: timeoutMs });
  const headers = { authorization, accept: 'application/scim+json' };
  const withBody = { ...headers, 'content-type': 'application/scim+json' };
  return {
    async send({ method, path, body }) {
      const answer = await client.request({
        method,
        path,
        body,
        headers: body === null ? headers : withBody,
      });
      return { status: answer.statusCode, text: await answer.body.text() };
    },
    close: () => client.close(),
  };
}

/** An answer that was as it must be, and how long it took. */
export interface TimedAnswer extends Answer {
  readonly ms: number;
}

/** Sends a request and checks its answer. Throws when it is wrong. */
export async function demand(connection: Connection, exchange: Exchange): Promise<TimedAnswer> {
  const sentAt = performance.now();
  const answer = await connection.send(exchange);
  const ms = performance.now() - sentAt;
  const fault = wrongness(exchange, answer);
  if (fault !== null) throw new Error(fault);
  return { ...answer, ms };
}

/** What is wrong with an answer; `null` when nothing is. */
export function wrongness(
  { method, path, status, contains }: Exchange,
  answer: Answer,
): string | null {
  const missing = contains.find((text) => !answer.text.includes(text));
  if (answer.status === status && missing === undefined) return null;
  const what = answer.status === status ? `lacks ${missing}` : `is ${answer.status}, not ${status}`;
  return `${method} ${path}: the answer ${what}: ${answer.text.slice(0, 300)}`;
}
