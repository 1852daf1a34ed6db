/** People as the admin API lists them. */
import type { StandingState } from '../../parts/state-badge.tsx';

/** Somebody on the list. */
export interface Listed {
  readonly id: string;
  readonly name: string;
  readonly userName: string;
  readonly email: string | null;
  readonly active: boolean;
  readonly source: { readonly id: string; readonly name: string; readonly kind: string };
  readonly modifiedAt: string;
  readonly destinations: readonly {
    readonly destinationId: string;
    readonly state: StandingState;
  }[];
}

/** A page of the list. */
export interface People {
  readonly people: readonly Listed[];
  readonly total: number;
  readonly more: boolean;
  readonly next: string | null;
}

/** What the list can be narrowed to, each with its name. */
export const states = [
  ['', 'All people'],
  ['active', 'Active'],
  ['inactive', 'Inactive'],
  ['attention', 'Needs attention'],
] as const;

/** Which people are shown; kept in the address. */
export interface Filter {
  readonly query: string;
  readonly state: string;
  readonly source: string;
}

/** Whether it leaves anybody out. */
export function isNarrowed({ query, state, source }: Filter): boolean {
  return query.trim() !== '' || state !== '' || source !== '';
}

/** How many, in words. */
export function countWords({ total, more }: Pick<People, 'total' | 'more'>): string {
  if (more) return `More than ${total.toLocaleString()} people`;
  return total === 1 ? '1 person' : `${total.toLocaleString()} people`;
}
