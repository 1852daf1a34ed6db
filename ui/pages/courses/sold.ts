/** What is sold, in the words of the shop. */
import { useQuery } from '@tanstack/react-query';
import { ask, longPatienceMs } from '../../api/client.ts';
import { useTenant } from '../../shell/tenant.ts';
import type { Match } from './offers.ts';

/** A variant of a product; without a title it is the only one. */
export interface Variant {
  readonly id: string;
  readonly title: string | null;
  readonly sku: string | null;
}

/** A product of the shop. */
export interface Product {
  readonly id: string;
  readonly title: string;
  readonly variants: readonly Variant[];
}

interface Named {
  readonly names: readonly {
    readonly id: string;
    readonly title: string;
    readonly product: string | null;
  }[];
}

const mostAtOnce = 100;
const freshMs = 300_000;

/** Gives what an offer is about its name. */
export type SoldName = (match: Match) => string;

/** Names what these offers are about. */
export function useSoldName(matches: readonly Match[]): SoldName {
  const { tenantId } = useTenant();
  const ids = [...new Set(matches.flatMap((match) => idOf(match) ?? []))].slice(0, mostAtOnce);
  const { data, isSuccess } = useQuery({
    queryKey: ['sold', tenantId, ...ids],
    queryFn: ({ signal }) =>
      ask<Named>(
        `/tenants/${tenantId}/shop/products/names?ids=${ids.map(encodeURIComponent).join(',')}`,
        { signal, patienceMs: longPatienceMs },
      ),
    enabled: ids.length > 0,
    staleTime: freshMs,
    retry: false,
  });
  return (match) => {
    const id = idOf(match);
    if (id === null) return 'sku' in match ? `SKU ${match.sku}` : '';
    const named = data?.names.find((one) => one.id === id);
    if (named !== undefined)
      return named.product === null || named.product === named.title
        ? named.title
        : `${named.product}, ${named.title}`;
    const number = id.split('/').at(-1);
    const gone = isSuccess && ids.includes(id);
    return `${'product' in match ? 'Product' : 'Variant'} ${number}${gone ? ' (deleted in the shop)' : ''}`;
  };
}

function idOf(match: Match): string | null {
  if ('sku' in match) return null;
  return 'product' in match ? match.product : match.variant;
}
