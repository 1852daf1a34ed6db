/** The development store behind its control API, as far as the bench looks there. */
import type { PlanName } from '../../devstore/plans.ts';
import type { CustomerView } from '../../test/support/world.ts';
import { z } from 'zod';

const statsSchema = z.object({
  requests: z.number(),
  byOperation: z.record(z.string(), z.number()),
  costUsed: z.number(),
  throttled: z.number(),
  errors: z.number(),
  availableNow: z.number(),
  maximum: z.number(),
  restoreRate: z.number(),
});

/** What the store was asked since the last reset, and how full the bucket is now. */
export type StoreStats = z.infer<typeof statsSchema>;

const timelineSchema = z.object({
  timeline: z.array(z.object({ at: z.string(), message: z.string() })),
});

/** A line of a customer's timeline. */
export interface TimelineLine {
  readonly at: number;
  readonly message: string;
}

/** What the bench asks of a store. */
export interface StoreControl {
  stats(): Promise<StoreStats>;
  resetStats(): Promise<void>;
  setPlan(plan: PlanName): Promise<void>;
  customers(): Promise<readonly CustomerView[]>;
  timeline(customerId: string): Promise<readonly TimelineLine[]>;
}

/** Talks to the store at this origin. */
export function storeControl(origin: string): StoreControl {
  const ask = async (method: string, path: string, body?: object): Promise<unknown> => {
    const response = await fetch(`${origin}/_dev/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} /_dev/${path}: ${await response.text()}`);
    return response.json();
  };
  return {
    stats: async () => statsSchema.parse(await ask('GET', 'stats')),
    resetStats: async () => void (await ask('DELETE', 'stats')),
    setPlan: async (plan) => void (await ask('POST', 'plan', { plan })),
    customers: () => allCustomers(ask),
    timeline: async (customerId) => {
      const answer = await ask('GET', `customers/${encodeURIComponent(customerId)}`);
      return timelineSchema
        .parse(answer)
        .timeline.map(({ at, message }) => ({ at: Date.parse(at), message }));
    },
  };
}

interface CustomerPage {
  readonly customers: readonly CustomerView[];
  readonly next: number | null;
}

async function allCustomers(
  ask: (method: string, path: string) => Promise<unknown>,
): Promise<readonly CustomerView[]> {
  const all: CustomerView[] = [];
  for (let after: number | null = null; ; ) {
    const path: string = `customers?limit=1000${after === null ? '' : `&after=${after}`}`;
    // The control API is our own; its views are read by tests in the same form.
    const page = (await ask('GET', path)) as CustomerPage;
    all.push(...page.customers);
    if (page.next === null || page.next === undefined) return all;
    after = page.next;
  }
}
