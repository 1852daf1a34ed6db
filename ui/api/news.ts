/**
 * What happens in a tenant, told by a stream while somebody looks: what stands on the page is asked for again when
 * there is news of it, and seldom else. A page that nobody looks at has no stream, as a browser opens only a few
 * connections to one place over HTTP/1.1.
 */
import { type Query, type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTenant } from '../shell/tenant.ts';
import { linesAt } from './stream.ts';

/** After a stream that ended, as each does within a minute, the next is opened; after one that failed, later. */
const againMs = 500;
const laterMs = 15_000;

let told = false;

/** Whether a stream tells what happens. */
export const isTold = (): boolean => told;

/** How a query that wants news is marked. */
export interface Told extends Record<string, unknown> {
  /** For how long it is left alone after an answer: long, where answers take long. */
  readonly restMs: () => number;
}

/** Listens as long as the page is looked at. */
export function useNews(): void {
  const { tenantId } = useTenant();
  const cache = useQueryClient();
  useEffect(() => {
    let listening: AbortController | null = null;
    const turn = () => {
      listening?.abort();
      listening = document.hidden ? null : new AbortController();
      if (listening !== null) void listen(cache, tenantId, listening.signal);
    };
    turn();
    document.addEventListener('visibilitychange', turn);
    return () => {
      document.removeEventListener('visibilitychange', turn);
      listening?.abort();
    };
  }, [cache, tenantId]);
}

async function listen(cache: QueryClient, tenantId: string, signal: AbortSignal): Promise<void> {
  const refresh = refresher(cache);
  let last: string | null = null;
  while (!signal.aborted) {
    try {
      const headers: HeadersInit = last === null ? {} : { 'last-event-id': last };
      for await (const line of linesAt(`/tenants/${tenantId}/events`, { headers, signal })) {
        told = true;
        if (line.startsWith('id: ')) last = line.slice(4);
        if (line.startsWith('event: ') && line !== 'event: open') refresh();
      }
    } catch {
      // Without news, pages ask by themselves.
      told = false;
    }
    await pause(told ? againMs : laterMs, signal);
  }
  told = false;
}

/** Gives what asks again for all that is shown and wants news, each when it has rested. */
function refresher(cache: QueryClient): () => void {
  const waiting = new Set<string>();
  return () => {
    for (const query of cache.getQueryCache().findAll({ type: 'active' })) {
      const { queryHash, queryKey } = query;
      const restMs = restOf(query);
      if (restMs === null || waiting.has(queryHash)) continue;
      waiting.add(queryHash);
      setTimeout(() => {
        waiting.delete(queryHash);
        void cache.invalidateQueries({ queryKey, exact: true }, { cancelRefetch: false });
      }, restMs);
    }
  };
}

/** For how long a query is still to be left alone; `null` where it wants no news. */
function restOf({ meta, state }: Query): number | null {
  if (meta === undefined) return null;
  const restMs = (meta as Told).restMs();
  if (state.fetchStatus === 'fetching') return restMs;
  return Math.max(0, state.dataUpdatedAt + restMs - Date.now());
}

/** Waits, not at all where it was aborted already: what has ended must not end what began after it. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
