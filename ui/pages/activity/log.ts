/** The log, as the admin API tells it, and what of it is asked for. */

/** How what a line tells of ended. */
export type Outcome = 'done' | 'held' | 'rejected' | 'failed';

/** A line. */
export interface Line {
  readonly id: string;
  readonly at: string;
  readonly kind: string;
  readonly actor: string | null;
  readonly requestId: string | null;
  readonly resourceId: string | null;
  readonly resourceName: string | null;
  readonly destinationId: string | null;
  readonly outcome: Outcome;
  readonly summary: string;
}

/** A page of it. */
export interface Log {
  readonly activity: readonly Line[];
  readonly next: string | null;
}

/** A line with all that is known of it. */
export interface Detail {
  readonly steps: readonly { readonly name: string; readonly words: string }[];
  readonly changes: readonly {
    readonly name: string;
    readonly before: unknown;
    readonly after: unknown;
  }[];
}

/** What is looked for, as it stands in the address; empty: anything. */
export interface Filter {
  /** Words of a person's name. */
  readonly query: string;
  /** One person, by their id; other pages lead here with it. */
  readonly person: string;
  readonly destination: string;
  readonly outcome: string;
  /** Days of the viewer, both of them among what is shown. */
  readonly from: string;
  readonly to: string;
}

/** Anything. */
export const anything: Filter = {
  ...{ query: '', person: '', destination: '', outcome: '', from: '', to: '' },
};

/** The outcomes with their names and colours. */
export const outcomes = {
  done: { name: 'Done', tone: 'neutral' },
  held: { name: 'On hold', tone: 'warning' },
  rejected: { name: 'Refused', tone: 'critical' },
  failed: { name: 'Failed', tone: 'critical' },
} as const satisfies Readonly<Record<Outcome, object>>;

/** What the address asks for. */
export function filterOf(search: URLSearchParams): Filter {
  const names = Object.keys(anything) as (keyof Filter)[];
  return Object.fromEntries(names.map((name) => [name, search.get(name) ?? ''])) as never;
}

/** The same for the address, without what is not asked for. */
export function searchOf(filter: Filter, cursor: string | null = null): Record<string, string> {
  return withoutEmpty({ ...filter, cursor: cursor ?? '' });
}

/** The same for the API, in moments instead of days. */
export function queryOf(filter: Filter): Record<string, string> {
  return withoutEmpty({
    ...filter,
    from: momentOf(filter.from, 0),
    to: momentOf(filter.to, 1),
  });
}

function withoutEmpty(all: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
}

/** When a day of the viewer begins, or one so many days later; empty where it is no day. */
function momentOf(day: string, later: number): string {
  const [year, month, date] = day.split('-').map(Number);
  if (year === undefined || month === undefined || date === undefined) return '';
  const moment = new Date(year, month - 1, date + later);
  return Number.isNaN(moment.getTime()) ? '' : moment.toISOString();
}
