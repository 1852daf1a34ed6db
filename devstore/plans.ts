/**
 * The merchant's plans, as far as the API feels them: the size of the bucket and how fast it fills.
 * https://shopify.dev/docs/api/usage/limits (Standard to Plus; Advanced's size is inferred).
 */
export interface Plan {
  /** Points a full bucket holds. */
  readonly maximum: number;
  /** Points that come back each second. */
  readonly restoreRate: number;
}

export const plans = {
  standard: { maximum: 2_000, restoreRate: 100 },
  advanced: { maximum: 4_000, restoreRate: 200 },
  plus: { maximum: 20_000, restoreRate: 1_000 },
  /** No plan of Shopify's: for benchmarks that must not wait for points. */
  unlimited: { maximum: 1_000_000_000, restoreRate: 1_000_000_000 },
} as const satisfies Readonly<Record<string, Plan>>;

export type PlanName = keyof typeof plans;

export function isPlanName(name: string): name is PlanName {
  return Object.hasOwn(plans, name);
}
