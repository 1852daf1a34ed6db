/** Reading and changing through the admin API: cached, asked again while somebody looks. */
import {
  keepPreviousData,
  QueryClient,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { useRef } from 'react';
import { useTenant } from '../shell/tenant.ts';
import { ApiError, type Asking, ask } from './client.ts';
import { isTold, type Told } from './news.ts';

/** How often what stands on a page is asked for again where no news is told. */
export const freshMs = 2_000;

/** How often it is where news is told: not everything is news, such as when a token was last used. */
const calmMs = 5_000;

/** An answer is asked for again after this many times as long as it took. */
const restTimes = 20;

/** The cache of one page load. */
export function createCache(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // A refusal is not mended by asking again; no answer may be.
        retry: (failures, error) =>
          failures < 2 && (!(error instanceof ApiError) || (error.status ?? 0) >= 500),
        retryDelay: 500,
        staleTime: 1_000,
      },
    },
  });
}

/** How something is read. */
export interface Reading {
  /** Asked again when there is news, and every so often without; left out: when the page is looked at again. */
  readonly everyMs?: number;
  /** What was shown stays until the new answer is there, for lists that are searched. */
  readonly keep?: boolean;
  readonly enabled?: boolean;
}

/** What stands at a path below the tenant. */
export function useAnswer<Answer>(path: string, reading: Reading = {}): UseQueryResult<Answer> {
  const { tenantId } = useTenant();
  const { everyMs, keep = false, enabled = true } = reading;
  const tookMs = useRef(0);
  // What is long to answer, as of very many people, is asked for less often.
  const restMs = () => tookMs.current * restTimes;
  return useQuery({
    queryKey: [path],
    queryFn: async ({ signal }) => {
      const begun = performance.now();
      const answer = await ask<Answer>(`/tenants/${tenantId}${path}`, { signal });
      tookMs.current = performance.now() - begun;
      return answer;
    },
    refetchInterval: () =>
      everyMs !== undefined && Math.max(isTold() ? calmMs : 0, everyMs, restMs()),
    enabled,
    ...(everyMs === undefined ? {} : { meta: { restMs } satisfies Told }),
    ...(keep ? { placeholderData: keepPreviousData } : {}),
  });
}

/**
 * Sends a change; everything shown is asked for again afterwards. Changes with the same `inTurn` wait for each other:
 * the request of one is made when the one before is done and what is shown is fresh.
 */
export function useChange<Input, Answer = unknown>(
  request: (input: Input) => { readonly path: string } & Asking,
  { inTurn }: { readonly inTurn?: string } = {},
) {
  const { tenantId } = useTenant();
  const cache = useQueryClient();
  return useMutation<Answer, Error, Input>({
    mutationFn: (input) => {
      const { path, ...asking } = request(input);
      return ask<Answer>(`/tenants/${tenantId}${path}`, asking);
    },
    onSettled: () => cache.invalidateQueries(),
    ...(inTurn === undefined ? {} : { scope: { id: inTurn } }),
  });
}
