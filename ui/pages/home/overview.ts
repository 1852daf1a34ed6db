/** The overview, as the admin API tells it; see docs/admin-api.md. */

/** The steps of setting up. */
export type Step = 'scim-on' | 'first-person' | 'lms-connected' | 'first-offer' | 'first-enrolment';

/** How far a step is. */
export interface SetUpStep {
  readonly step: Step;
  readonly done: boolean;
  readonly at: string | null;
}

/** How a destination does. */
export interface Health {
  readonly id: string;
  readonly name: string;
  readonly connector: string;
  readonly state: 'active' | 'paused' | 'quarantined';
  readonly reason: string | null;
  readonly pausedUntil: string | null;
  readonly lastSuccessAt: string | null;
  readonly backlog: { readonly count: number; readonly exact: boolean };
  readonly oldestWaitingMs: number | null;
  /** A share of one; `null` where nothing is known of an allowance. */
  readonly allowanceUsed: number | null;
}

/** What came on one day. */
export interface Day {
  /** Like 2027-01-31. */
  readonly day: string;
  readonly people: number;
  readonly enrolments: number;
}

/** What waits for a person. */
export interface Attention {
  readonly kind:
    | 'quarantined'
    | 'guard'
    | 'orders-held'
    | 'orders-asked'
    | 'orders-unread'
    | 'held'
    | 'rejected'
    | 'dead-letters';
  readonly count: number;
  readonly about: string;
  readonly destination: { readonly id: string; readonly name: string } | null;
}

/** The first page. */
export interface Overview {
  readonly tenant: { readonly name: string; readonly shopDomain: string | null };
  readonly checklist: readonly SetUpStep[];
  readonly destinations: readonly Health[];
  readonly days: readonly Day[];
  readonly attention: readonly Attention[];
}
