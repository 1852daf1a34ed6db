/**
 * The shop: who it is, where its state lies and what time it is. Every rule takes it as its first
 * argument, so that a test may run several shops, each with its own clock.
 */
import type { Database } from './database.ts';

/** Who made a change: the app through its API, the merchant's staff, or a customer at the checkout. */
export type Actor = 'app' | 'staff' | 'customer';

/** What an app may be granted, as far as this store knows; a write scope contains its read. */
export const knownScopes = [
  'read_customers',
  'write_customers',
  'read_orders',
  'read_products',
  'write_customer_data_erasure',
  'read_all_orders',
] as const;

export type Scope = (typeof knownScopes)[number];

export interface Shop {
  readonly database: Database;
  readonly domain: string;
  readonly now: () => number;
  /** Whether webhooks are wanted at all; without a receiver none are written down. */
  readonly sendsWebhooks: boolean;
  /** Things that change while the shop runs. */
  readonly live: LiveShop;
}

export interface LiveShop {
  /** How long a new customer, order or product stays invisible to a search, in milliseconds. */
  indexLagMs: number;
  /** Whether the shop's plan has B2B; without it everything about companies is denied. */
  b2b: boolean;
  /** What the merchant has granted the app. */
  scopes: ReadonlySet<Scope>;
  /** Names the action under way to whoever gets its webhooks; null between two actions. */
  eventId: string | null;
  /** `http://127.0.0.1:3001`: where files are uploaded to and results are fetched from. */
  origin: string;
}

/** What the app is granted until somebody changes it: orders of the last 60 days only. */
export const defaultScopes: ReadonlySet<Scope> = new Set(
  knownScopes.filter((scope) => scope !== 'read_all_orders'),
);

/** The shop's main country: how a phone number without a country code is read. */
export const shopCountry = 'US';

/** The shop's primary locale, given to customers that have none of their own. */
export const shopLocale = 'en';

/** The currency of every price. */
export const shopCurrency = 'USD';

/** The number of the app that holds the access token; it names the app's own namespaces. */
export const appId = 300_000_000_001;
