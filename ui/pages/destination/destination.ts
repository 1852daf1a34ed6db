/** A destination and its guard, as the admin API tells them. */

/** A destination. */
export interface Destination {
  readonly id: string;
  readonly connector: string;
  readonly name: string;
  readonly state: 'active' | 'paused' | 'quarantined';
  readonly reason: string | null;
  readonly pausedUntil: string | null;
  readonly policy: { readonly leave?: string };
}

/** Somebody whom the guard holds. */
export interface Guarded {
  readonly link: string;
  readonly resourceId: string;
  readonly name: string | null;
  readonly email: string | null;
  /** What they would lose; `null` where it is the account itself. */
  readonly memberships: readonly string[] | null;
  readonly since: string;
}

/** How the guard stands. */
export interface Guard {
  readonly state: 'watching' | 'tripped';
  readonly limits: { readonly floor: number; readonly share: number; readonly most: number };
  readonly counts: {
    readonly accounts: number;
    readonly left: number;
    readonly heldAccounts: number;
    readonly heldMemberships: number;
  };
  readonly people: readonly Guarded[];
  readonly next: string | null;
}

/** Everything about a destination stands below this path. */
export function pathOf(id: string): string {
  return `/destinations/${id}`;
}
