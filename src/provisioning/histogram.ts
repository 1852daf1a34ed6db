/**
 * Histograms of times whose percentiles are right within five per cent, whatever the times are: the
 * buckets grow by a tenth, and a bucket is told as the middle of its range (the scheme of DDSketch,
 * https://arxiv.org/abs/1908.10693). Histograms of different minutes and processes add up. Pure.
 */

/** How often each bucket was hit. */
export type Histogram = ReadonlyMap<number, number>;

const growth = 1.1;

/** The bucket of a time in milliseconds; bucket 0 holds a millisecond and less. */
export function bucketOf(ms: number): number {
  return Math.max(0, Math.ceil(Math.log(Math.max(ms, 1)) / Math.log(growth)));
}

/** The time in milliseconds that a bucket is told as. */
export function timeOf(bucket: number): number {
  return bucket === 0 ? 1 : (2 * growth ** bucket) / (growth + 1);
}

/** How many times a histogram holds. */
export function countOf(histogram: Histogram): number {
  return [...histogram.values()].reduce((sum, count) => sum + count, 0);
}

/**
 * The time that this share of all times does not exceed (by nearest rank).
 * @param share above 0, at most 1
 * @returns milliseconds; `null` where the histogram is empty
 */
export function percentile(histogram: Histogram, share: number): number | null {
  const rank = Math.ceil(share * countOf(histogram));
  let seen = 0;
  for (const [bucket, count] of [...histogram].sort(([a], [b]) => a - b)) {
    seen += count;
    if (seen >= rank) return timeOf(bucket);
  }
  return null;
}
