/** The development store behind its control API, as far as the bench looks there. */
import { z } from 'zod';
import type { PlanName } from '../../devstore/plans.ts';
import type { CustomerView } from '../../test/support/world.ts';

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

const text = z.string().nullable();

/** A page of customers with what the checker of convergence compares. */
const pageSchema = z.object({
  customers: z.array(
    z.object({
      id: z.string(),
      email: text,
      phone: text,
      firstName: text,
      lastName: text,
      locale: z.string(),
      tags: z.array(z.string()),
      addresses: z.array(z.object({ address1: text, city: text })),
      defaultAddress: z.record(z.string(), text).nullable(),
      metafields: z.array(z.object({ namespace: z.string(), key: z.string(), value: z.string() })),
    }),
  ),
  next: z.number().nullable(),
});

async function allCustomers(
  ask: (method: string, path: string) => Promise<unknown>,
): Promise<readonly CustomerView[]> {
  const all: CustomerView[] = [];
  for (let after = ''; ; ) {
    const page = pageSchema.parse(await ask('GET', `customers?limit=1000${after}`));
    all.push(...page.customers);
    if (page.next === null) return all;
    after = `&after=${page.next}`;
  }
}
