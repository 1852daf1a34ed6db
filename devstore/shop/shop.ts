/**
 * The shop: who it is, where its state lies and what time it is. Every rule takes it as its first
 * argument, so that a test may run several shops, each with its own clock.
 */
import type { Database } from './database.ts';

/** Who made a change: the app through its API, or somebody on the merchant's staff. */
export type Actor = 'app' | 'staff';

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
  /** How long a new customer stays invisible to `customers(query:)`, in milliseconds. */
  indexLagMs: number;
  /** Whether the shop's plan has B2B; without it everything about companies is denied. */
  b2b: boolean;
  /** `http://127.0.0.1:3001`: where files are uploaded to and results are fetched from. */
  origin: string;
}

/** The shop's main country: how a phone number without a country code is read. */
export const shopCountry = 'US';

/** The shop's primary locale, given to customers that have none of their own. */
export const shopLocale = 'en';

/** The number of the app that holds the access token; it names the app's own namespaces. */
export const appId = 300_000_000_001;
