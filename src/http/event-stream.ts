/** Answers that are told as they come: lines of JSON (application/x-ndjson). */
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { classify } from '../provisioning/failure.ts';
import { ShopUnavailable } from '../storefront/shop.ts';
import { Problem } from './problem.ts';

/** Ends what is done for a client that has gone away. */
export function whenGone({ raw }: FastifyRequest): AbortSignal {
  const gone = new AbortController();
  raw.socket.once('close', () => gone.abort());
  // Who left while something else was waited for closes no second time.
  if (raw.socket.destroyed) gone.abort();
  return gone.signal;
}

/**
 * Sends events as lines of JSON, as fast as the client takes them. What fails before the first line is
 * a problem as ever; what fails later is the last line.
 */
export async function streamed(
  reply: FastifyReply,
  events: AsyncGenerator<object>,
): Promise<FastifyReply> {
  const first = await events.next().catch((error: unknown) => {
    throw new Problem('destination-failed', wordsOf(error));
  });
  const lines = async function* () {
    try {
      if (first.done !== true) yield `${JSON.stringify(first.value)}\n`;
      for await (const event of events) yield `${JSON.stringify(event)}\n`;
    } catch (error) {
      yield `${JSON.stringify({ type: 'error', detail: wordsOf(error) })}\n`;
    } finally {
      await events.return(undefined);
    }
  };
  return reply.type('application/x-ndjson').send(Readable.from(lines()));
}

function wordsOf(error: unknown): string {
  return error instanceof ShopUnavailable ? error.message : classify(error).message;
}
