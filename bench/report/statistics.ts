/** The value below which a share of the samples lies (nearest rank); `NaN` without samples. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** The middle one; of an even number, the lower of the two in the middle. */
export function median(samples: readonly number[]): number {
  return percentile(samples, 0.5);
}
