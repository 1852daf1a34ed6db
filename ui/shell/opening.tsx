/** Inside the Shopify admin: finds out whose pages these are, which also installs the app where it is new. */
import { useQuery } from '@tanstack/react-query';
import { ask } from '../api/client.ts';
import { Failure, Loading } from '../parts/states.tsx';
import { Pages } from './pages.tsx';

/** Who asks, as the API says it. */
interface Session {
  readonly kind: 'operator' | 'shop';
  readonly tenantId?: string;
}

/** The pages of the shop whose admin this is. */
export function Opening() {
  const session = useQuery({
    queryKey: ['session'],
    queryFn: () => ask<Session>('/session'),
    staleTime: Infinity,
  });
  const tenantId = session.data?.tenantId;
  if (tenantId !== undefined) return <Pages tenant={{ tenantId, base: '/app', embedded: true }} />;
  if (session.isPending) return <Loading title="Rollcall" />;
  const error =
    session.error ?? new Error('Open this app from the Apps section of your Shopify admin.');
  return <Failure error={error} retry={() => void session.refetch()} />;
}
