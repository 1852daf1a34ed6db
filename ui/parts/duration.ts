/** Lengths of time in words. */

const units = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const;

/** Like `3 minutes`; what is shorter than a second is `a moment`. */
export function durationWords(ms: number): string {
  const seconds = ms / 1_000;
  for (const [unit, length] of units) {
    if (seconds >= length) {
      const format = new Intl.NumberFormat('en', { style: 'unit', unit, unitDisplay: 'long' });
      return format.format(Math.round(seconds / length));
    }
  }
  return 'a moment';
}
