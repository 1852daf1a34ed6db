/**
 * Server-sent events of a tenant (https://html.spec.whatwg.org/multipage/server-sent-events.html). An ID token
 * lives for a minute, so a stream ends by itself before that; the page comes back with a new one and with
 * `Last-Event-ID`, and misses nothing. A line may come twice, with the same id.
 */
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { firstIdAt } from '../store/time-ids.ts';
import type { AdminApiOptions } from './admin-api.ts';
import { readInput } from './admin-input.ts';
import { goingOnAfter, type News, NewsReader } from './admin-news.ts';
import { sourceOf, type TenantParams, tenantOf } from './admin-scope.ts';
import { whenGone } from './event-stream.ts';
import { Problem } from './problem.ts';

/** Which events. */
export const eventsInput = z.strictObject({ source: z.string('must be given once').optional() });

/** How a stream goes. */
export interface StreamTimes {
  readonly lookMs: number;
  readonly heartbeatMs: number;
  readonly lifeMs: number;
}

const usualTimes: StreamTimes = { lookMs: 1_000, heartbeatMs: 15_000, lifeMs: 50_000 };

/** So many streams of a tenant are open at each process. */
const mostStreams = 20;

const againMs = 1_000;

type Options = Pick<AdminApiOptions, 'world'> & { readonly times?: StreamTimes };

/** Adds the route; to be registered under a tenant. */
export async function eventRoutes(
  app: FastifyInstance,
  { world: { pool, now }, times = usualTimes }: Options,
): Promise<void> {
  const open = new Map<string, number>();
  const closing = new AbortController();
  app.addHook('preClose', async () => closing.abort());

  app.get<{ Params: TenantParams }>('/events', async (request, reply) => {
    const { source } = readInput(eventsInput, request.query);
    const { tenantId } = await tenantOf(pool, request.params);
    const sourceId =
      source === undefined ? null : (await sourceOf(pool, { tenantId, sourceId: source })).id;
    if ((open.get(tenantId) ?? 0) >= mostStreams) throw tooManyStreams();
    const gone = whenGone(request);
    // Who has left meanwhile would never give a place back.
    if (!gone.aborted) {
      open.set(tenantId, (open.get(tenantId) ?? 0) + 1);
      reply.raw.once('close', () => ended(tenantId));
    }
    const last = z.uuid().safeParse(request.headers['last-event-id']).data;
    const since = last === undefined ? firstIdAt(new Date(now())) : goingOnAfter(last);
    const signal = AbortSignal.any([gone, closing.signal, AbortSignal.timeout(times.lifeMs)]);
    const reader = new NewsReader(pool, { tenantId, sourceId }, since);
    const text = async function* () {
      yield `retry: ${againMs}\n${eventText({ event: 'open', id: since, data: { sourceId } })}`;
      yield* newsText(reader, { times, signal, now });
    };
    return (
      reply
        .type('text/event-stream')
        .header('x-accel-buffering', 'no')
        // Kept alive, its connection would hold up a server that stops.
        .header('connection', 'close')
        .send(Readable.from(text()))
    );
  });

  function ended(tenantId: string): void {
    const left = (open.get(tenantId) ?? 1) - 1;
    if (left > 0) open.set(tenantId, left);
    else open.delete(tenantId);
  }
}

interface Streaming {
  readonly times: StreamTimes;
  readonly signal: AbortSignal;
  readonly now: () => number;
}

/** News until the signal ends it, and a comment where there is none for a while: a dead connection is found. */
async function* newsText(
  reader: NewsReader,
  { times, signal, now }: Streaming,
): AsyncGenerator<string> {
  let quietMs = 0;
  while (!signal.aborted) {
    const news = await reader.next(now());
    if (news.length > 0) yield news.map(eventText).join('');
    else if (quietMs >= times.heartbeatMs) yield ': still here\n\n';
    quietMs = news.length > 0 || quietMs >= times.heartbeatMs ? 0 : quietMs + times.lookMs;
    await sleep(times.lookMs, undefined, { signal }).catch(() => undefined);
  }
}

type Told = News | { readonly event: 'open'; readonly id: string; readonly data: object };

function eventText(news: Told): string {
  const id = 'id' in news ? `id: ${news.id}\n` : '';
  return `${id}event: ${news.event}\ndata: ${JSON.stringify(news.data)}\n\n`;
}

function tooManyStreams(): Problem {
  return new Problem(
    'too-many-streams',
    `${mostStreams} pages are being kept up to date already: close some of them.`,
  );
}
