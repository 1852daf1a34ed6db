/** The development store behind its control API, as far as the bench looks there. */
import { z } from 'zod';
import type { PlanName } from '../../devstore/plans.ts';
import { waitFor } from '../../test/support/wait.ts';
import type { CustomerView, StoreView } from '../../test/support/world.ts';
import { ask } from './ask.ts';

const transferSchema = z.object({ count: z.number(), bytes: z.number() });

const statsSchema = z.object({
  requests: z.number(),
  byOperation: z.record(z.string(), z.number()),
  costUsed: z.number(),
  throttled: z.number(),
  errors: z.number(),
  uploads: transferSchema,
  downloads: transferSchema,
  availableNow: z.number(),
  maximum: z.number(),
  restoreRate: z.number(),
});

/** What the store was asked since the last reset, and how full the bucket is now. */
export type StoreStats = z.infer<typeof statsSchema>;

const bulkSchema = z.object({
  operations: z.array(
    z.object({
      id: z.string(),
      type: z.enum(['QUERY', 'MUTATION']),
      status: z.string(),
      lines: z.number().nullable(),
      objects: z.number(),
      resultSize: z.number(),
    }),
  ),
});

/** A bulk operation of the store and how far it has come. */
export type BulkProgress = z.infer<typeof bulkSchema>['operations'][number];

const tagsSchema = z.object({ tags: z.array(z.string()) });

/** What the bench asks of a store, besides what tests ask of one. */
export interface StoreControl extends StoreView {
  stats(): Promise<StoreStats>;
  resetStats(): Promise<void>;
  setPlan(plan: PlanName): Promise<void>;
  tags(customerId: string): Promise<readonly string[]>;
  /** The newest first. */
  bulkOperations(): Promise<readonly BulkProgress[]>;
  /** Null for as fast as the store can. */
  setBulkPace(linesPerSecond: number | null): Promise<void>;
}

/** Talks to the store at this origin. */
export function storeControl(origin: string): StoreControl {
  const dev = (method: string, path: string, body?: unknown) =>
    ask(`${origin}/_dev/${path}`, method, body);
  const demand = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const answer = await dev(method, path, body);
    if (answer.status !== 200)
      throw new Error(`${method} /_dev/${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const customers = (query = '') =>
    allCustomers((page) => demand('GET', `customers?query=${encodeURIComponent(query)}${page}`));
  return {
    origin,
    dev,
    customers,
    customer: async (email) =>
      (await customers(email)).find((customer) => customer.email === email.toLowerCase()),
    fault: async (rule) => void (await demand('POST', 'faults', rule)),
    stats: async () => statsSchema.parse(await demand('GET', 'stats')),
    resetStats: async () => void (await demand('DELETE', 'stats')),
    setPlan: async (plan) => void (await demand('POST', 'plan', { plan })),
    bulkOperations: async () => bulkSchema.parse(await demand('GET', 'bulk')).operations,
    setBulkPace: async (linesPerSecond) => void (await demand('POST', 'bulk', { linesPerSecond })),
    tags: async (customerId) =>
      tagsSchema.parse(await demand('GET', `customers/${encodeURIComponent(customerId)}`)).tags,
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
      note: z.string().nullable(),
      tags: z.array(z.string()),
      addresses: z.array(z.object({ address1: text, city: text })),
      defaultAddress: z.object({ address1: text, city: text }).nullable(),
      metafields: z.array(z.object({ namespace: z.string(), key: z.string(), value: z.string() })),
      companies: z.array(
        z.object({
          name: z.string(),
          contactId: z.string(),
          roles: z.array(z.object({ role: z.string(), location: z.string() })),
        }),
      ),
    }),
  ),
  next: z.number().nullable(),
});

async function allCustomers(
  ask: (page: string) => Promise<unknown>,
): Promise<readonly CustomerView[]> {
  const all: CustomerView[] = [];
  for (let after = ''; ; ) {
    const page = pageSchema.parse(await ask(`&limit=1000${after}`));
    all.push(...page.customers);
    if (page.next === null) return all;
    after = `&after=${page.next}`;
  }
}

/** Waits until the queue has used up what the bucket held at first, and goes at the pace of its refilling. */
export async function untilUsedUp(store: StoreControl): Promise<void> {
  await waitFor(
    'the bucket to be used up',
    async () => {
      const { availableNow, maximum } = await store.stats();
      return availableNow < usedUp * maximum;
    },
    180_000,
  );
}

/** Rollcall leaves a tenth for those who leave and for people who wait for a page. */
const usedUp = 0.15;
