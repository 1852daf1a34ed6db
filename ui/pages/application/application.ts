/** An application: a destination with its policy, as far as the page shows and changes it. */
import { useAnswer } from '../../api/queries.ts';
import type { Destination } from '../../parts/destinations.ts';
import type { GroupRef } from '../mapping/policy.ts';

/** What is written to an application; the rest of the policy is left as it is. */
export interface Policy {
  readonly writes: { readonly create: boolean; readonly update: boolean };
  readonly leave: 'keep' | 'deactivate' | 'delete' | 'erase';
  readonly groups: readonly GroupRef[] | null;
  /** Which groups are made there, and what is done about them; `null`: none are. */
  readonly push: Push | null;
}

/** How groups are sent. */
export interface Push {
  readonly groups: 'all' | readonly GroupRef[];
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

/** How an application stands. */
export interface Standing {
  readonly quarantine: {
    readonly since: string | null;
    readonly nextProbeAt: string | null;
  } | null;
  readonly sweep: {
    readonly lastAt: string | null;
    readonly underWay: boolean;
    readonly nextAt: string | null;
    /** When those before the last one began, the newest first. */
    readonly earlier: readonly string[];
    readonly found: number;
    readonly exact: boolean;
  };
}

/** A group of the roll, as it is there. */
export interface GroupThere {
  readonly id: string;
  readonly name: string;
  readonly membership: string | null;
  readonly outcome: 'done' | 'held' | 'rejected' | 'failed' | null;
  readonly reason: string | null;
  readonly waiting: boolean;
}

const freshMs = 3_000;

/** Every destination, with its policy. */
export function useApplications() {
  return useAnswer<{ readonly destinations: readonly Application[] }>('/destinations', {
    everyMs: freshMs,
  });
}

/** How one of them stands. */
export function useStanding(id: string) {
  return useAnswer<Standing>(`/destinations/${id}/status`, { everyMs: freshMs });
}

/** The groups that are made there, those that do not get on first. */
export function useGroupsThere(id: string, enabled: boolean) {
  const path = `/destinations/${id}/groups`;
  return useAnswer<{ readonly groups: readonly GroupThere[]; readonly total: number }>(path, {
    everyMs: freshMs,
    enabled,
  });
}

/** The App Login Policies. */
export function useAppPolicies() {
  return useAnswer<{ readonly policies: readonly AppPolicy[] }>('/app-policies', {
    everyMs: freshMs,
  });
}
