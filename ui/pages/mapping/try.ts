/** Trying a policy on a person, while it is edited. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { ask } from '../../api/client.ts';
import { useTenant } from '../../shell/tenant.ts';
import type { Policy } from './policy.ts';

/** What a value becomes. */
export interface TriedAttribute {
  readonly to: string;
  readonly from: string | null;
  readonly value: string | null;
  readonly transformed: string | null;
  readonly result: string | null;
}

/** Why somebody has something. */
export type Reason =
  | { readonly kind: 'everybody' }
  | { readonly kind: 'group'; readonly group: { readonly name: string } }
  | { readonly kind: 'filter'; readonly filter: string }
  | { readonly kind: 'source'; readonly sourceId: string }
  | { readonly kind: 'order' | 'hand'; readonly words: string };

/** The account that would be. */
export interface Tried {
  readonly scope: { readonly covered: boolean; readonly why: string };
  readonly email: string | null;
  readonly active: boolean;
  readonly attributes: readonly TriedAttribute[];
  readonly memberships: readonly { readonly membership: string; readonly reason: Reason }[];
  readonly refusals: readonly { readonly message: string }[];
  readonly faults: readonly string[];
}

const pauseMs = 300;

/** The account that a policy would make of somebody; asked for when one pauses. */
export function useTried(destinationId: string, policy: Policy, personId: string | null) {
  const { tenantId } = useTenant();
  const [asked, setAsked] = useState(policy);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(policy), pauseMs);
    return () => clearTimeout(timer);
  }, [policy]);
  return useQuery({
    queryKey: ['tried', tenantId, destinationId, personId, asked],
    queryFn: ({ signal }) =>
      ask<Tried>(`/tenants/${tenantId}/destinations/${destinationId}/policy/preview`, {
        ...{ method: 'POST', signal },
        body: { policy: asked, personId },
      }),
    enabled: personId !== null,
    placeholderData: keepPreviousData,
    retry: false,
  });
}
