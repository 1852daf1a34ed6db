/** An application: a destination with its policy, as far as the page shows and changes it. */
import { useAnswer } from '../../api/queries.ts';
import type { Destination } from '../../parts/destinations.ts';

/** What is written to an application; the rest of the policy is left as it is. */
export interface Policy {
  readonly writes: { readonly create: boolean; readonly update: boolean };
  readonly leave: 'keep' | 'deactivate' | 'delete' | 'erase';
  readonly groups: readonly { readonly id: string; readonly name: string }[] | null;
  /** Which groups are made there, and what is done about them; `null`: none are. */
  readonly push?: Push | null;
}

/** How groups are sent. */
export interface Push {
  readonly groups: 'all' | readonly { readonly id: string; readonly name: string }[];
  readonly create: boolean;
  readonly update: boolean;
  readonly delete: boolean;
  readonly members: boolean;
}

/** An application. */
export interface Application extends Destination {
  readonly policy: Policy;
}

/** A policy that gives a group an application. */
export interface AppPolicy {
  readonly id: string;
  readonly name: string;
  readonly destinationId: string;
  readonly application: string;
  readonly groupId: string;
  /** `null`: the group is gone. */
  readonly group: string | null;
  readonly loginMethod: 'password';
}

const freshMs = 3_000;

/** Every destination, with its policy. */
export function useApplications() {
  return useAnswer<{ readonly destinations: readonly Application[] }>('/destinations', {
    everyMs: freshMs,
  });
}

/** The App Login Policies. */
export function useAppPolicies() {
  return useAnswer<{ readonly policies: readonly AppPolicy[] }>('/app-policies', {
    everyMs: freshMs,
  });
}
