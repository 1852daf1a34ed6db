/** When rights to a membership stand: of several, the union counts. Pure. */
import type { Term } from './connector.ts';

/** A stretch of time: `end` is `null` where it never ends. */
export interface Stretch {
  readonly start: Date | null;
  readonly end: Date | null;
}

/** Whether a moment lies in a stretch: from its start on, and before its end. */
export function covers({ start, end }: Stretch, at: Date): boolean {
  return (start === null || start <= at) && (end === null || end > at);
}

/**
 * Since when and until when the stretches stand without a gap around a moment; `null` where none covers it.
 * Whole seconds, as destinations keep them.
 */
export function termAt(stretches: readonly Stretch[], at: Date): Term | null {
  const live = stretches.filter((stretch) => covers(stretch, at));
  if (live.length === 0) return null;
  const starts = live.map(({ start }) => start?.getTime() ?? Number.NEGATIVE_INFINITY);
  let end = Math.max(...live.map(endOf));
  // One that goes on where another ends keeps the right standing.
  const later = stretches.toSorted((one, other) => startOf(one) - startOf(other));
  for (const stretch of later) if (startOf(stretch) <= end) end = Math.max(end, endOf(stretch));
  return { from: moment(Math.min(...starts)), until: moment(end) };
}

const startOf = ({ start }: Stretch) => start?.getTime() ?? Number.NEGATIVE_INFINITY;
const endOf = ({ end }: Stretch) => end?.getTime() ?? Number.POSITIVE_INFINITY;

function moment(time: number): string | null {
  if (!Number.isFinite(time)) return null;
  return new Date(Math.floor(time / 1_000) * 1_000).toISOString().replace('.000Z', 'Z');
}
