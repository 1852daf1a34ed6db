/** A SCIM connection and what belongs to it, as the admin API shows them. */

/** What a source may be set to; see docs/scim.md. */
export interface SourceSettings {
  readonly provisioningEnabled: boolean;
  readonly creationEnabled: boolean;
  readonly reactivateOnCreate: boolean;
  readonly invalidPhone: 'refuse' | 'drop';
  readonly unknownAttributes: 'ignore' | 'keep' | 'refuse';
  readonly strictInterop: boolean;
}

/** A source. */
export interface Source extends SourceSettings {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly baseUrl: string;
  readonly oauth: { readonly tokenUrl: string; readonly clientId: string };
}

/** The sources of a tenant. */
export interface Sources {
  readonly tenant: { readonly name: string; readonly shopDomain: string | null };
  readonly sources: readonly Source[];
}

/** Why some people of a source are not where they should be. */
export interface Obstacle {
  readonly outcome: 'held' | 'rejected';
  readonly reason: string;
  readonly count: number;
}

/** How far a destination has got with a source's people. */
export interface Progress {
  readonly id: string;
  readonly name: string;
  readonly state: 'active' | 'paused' | 'quarantined';
  readonly reason: string | null;
  readonly pausedUntil: string | null;
  readonly done: number;
  readonly waiting: number;
  readonly retrying: number;
  readonly held: number;
  readonly rejected: number;
  readonly lastSuccessAt: string | null;
  readonly obstacles: readonly Obstacle[];
}

/** How a source stands. */
export interface Status {
  readonly people: { readonly active: number; readonly inactive: number };
  readonly lastRequestAt: string | null;
  readonly destinations: readonly Progress[];
}

/** A line of activity. */
export interface Line {
  readonly id: string;
  readonly at: string;
  readonly summary: string;
  readonly outcome: string;
}

/** Everything about a source stands below this path. */
export function pathOf({ id }: Pick<Source, 'id'>): string {
  return `/sources/${id}`;
}
