/** Trying a policy on a person, or a group, while it is edited. */
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

/** What becomes of each attribute. */
export interface TriedAttributes {
  readonly attributes: readonly TriedAttribute[];
}

/** The account that would be. */
export interface Tried extends TriedAttributes {
  readonly scope: { readonly covered: boolean; readonly why: string };
  readonly email: string | null;
  readonly active: boolean;
  readonly memberships: readonly { readonly membership: string; readonly reason: Reason }[];
  readonly refusals: readonly { readonly message: string }[];
  readonly faults: readonly string[];
}

/** The group that would be. */
export interface TriedGroup extends TriedAttributes {
  readonly group: string;
  readonly sent: boolean;
  readonly held: string | null;
}

const pauseMs = 300;

/** The account that a policy would make of somebody; asked for when one pauses. */
export const useTried = (destinationId: string, policy: Policy, personId: string | null) =>
  useTrial<Tried>(destinationId, policy, personId === null ? null : { personId });

/** The group that a policy would make of one; asked for when one pauses. */
export const useTriedGroup = (destinationId: string, policy: Policy, groupId: string | null) =>
  useTrial<TriedGroup>(destinationId, policy, groupId === null ? null : { groupId });

function useTrial<Answer>(
  destinationId: string,
  policy: Policy,
  on: { readonly personId: string } | { readonly groupId: string } | null,
) {
  const { tenantId } = useTenant();
  const [asked, setAsked] = useState(policy);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(policy), pauseMs);
    return () => clearTimeout(timer);
  }, [policy]);
  return useQuery({
    queryKey: ['tried', tenantId, destinationId, on, asked],
    queryFn: ({ signal }) => {
      const way = on !== null && 'groupId' in on ? 'group-preview' : 'preview';
      return ask<Answer>(`/tenants/${tenantId}/destinations/${destinationId}/policy/${way}`, {
        ...{ method: 'POST', signal },
        body: { policy: asked, ...on },
      });
    },
    enabled: on !== null,
    placeholderData: keepPreviousData,
    retry: false,
  });
}
