/** What is known of a file that is being looked at or taken in. Pure. */

/** What becomes of a line. */
export const effects = ['create', 'update', 'nothing', 'refused'] as const;

/** One of them. */
export type Effect = (typeof effects)[number];

type Counts = Readonly<Record<Effect, number>>;

/** A line of the file that changes something, or cannot. */
export interface FileLine {
  readonly type: 'line';
  readonly line: number;
  readonly userName: string;
  readonly effect: Effect;
  readonly detail: string;
}

/** What is told, as it comes. */
export type Line =
  | FileLine
  | {
      readonly type: 'progress';
      readonly done: number;
      readonly total: number;
      readonly counts: Counts;
    }
  | { readonly type: 'summary'; readonly total: number; readonly counts: Counts };

/** What is known so far. */
export interface Seen {
  readonly lines: readonly FileLine[];
  readonly counts: Counts;
  readonly read: number;
  readonly total: number | null;
  readonly done: boolean;
}

/** At the beginning. */
export const nothingYet: Seen = {
  lines: [],
  counts: { create: 0, update: 0, nothing: 0, refused: 0 },
  read: 0,
  total: null,
  done: false,
};

/** More are counted and not listed; those that are refused are listed before others. */
const mostListed = 500;

/** What is known after one more. */
export function after(seen: Seen, line: Line): Seen {
  if (line.type === 'progress')
    return { ...seen, counts: line.counts, read: line.done, total: line.total };
  if (line.type === 'summary')
    return { ...seen, counts: line.counts, read: line.total, total: line.total, done: true };
  if (seen.lines.length < mostListed) return { ...seen, lines: [...seen.lines, line] };
  if (line.effect !== 'refused') return seen;
  const drop = seen.lines.findLastIndex(({ effect }) => effect !== 'refused');
  return drop < 0 ? seen : { ...seen, lines: [...seen.lines.toSpliced(drop, 1), line] };
}
