/** What the store knows of a customer, and the plain facts that follow from it. */
import type { Address } from './addresses.ts';

export type CustomerState = 'DECLINED' | 'DISABLED' | 'ENABLED' | 'INVITED';

export interface MarketingConsent {
  readonly marketingState: string;
  readonly marketingOptInLevel: string;
  readonly updatedAt: number | null;
}

export interface Customer {
  /** Names the type to GraphQL wherever the schema only says `Node`. */
  readonly __typename: 'Customer';
  readonly id: number;
  readonly email: string | null;
  /** In E.164. */
  readonly phone: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly locale: string;
  readonly note: string | null;
  readonly tags: readonly string[];
  readonly state: CustomerState;
  readonly taxExempt: boolean;
  readonly taxExemptions: readonly string[];
  readonly addresses: readonly Address[];
  readonly defaultAddressId: number | null;
  readonly emailConsent: MarketingConsent;
  readonly multipassIdentifier: string | null;
  readonly numberOfOrders: number;
  /** Milliseconds since 1970, like every time here; GraphQL shows whole seconds. */
  readonly erasureRequestedAt: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** A customer made through the API: its account is disabled and its address counts as verified. */
export function newCustomer(id: number, now: number, locale: string): Customer {
  return {
    __typename: 'Customer',
    id,
    email: null,
    phone: null,
    firstName: null,
    lastName: null,
    locale,
    note: null,
    tags: [],
    state: 'DISABLED',
    taxExempt: false,
    taxExemptions: [],
    addresses: [],
    defaultAddressId: null,
    emailConsent: {
      marketingState: 'NOT_SUBSCRIBED',
      marketingOptInLevel: 'SINGLE_OPT_IN',
      updatedAt: null,
    },
    multipassIdentifier: null,
    numberOfOrders: 0,
    erasureRequestedAt: null,
    createdAt: now,
    updatedAt: now,
  };
}

/** The name shown for a customer: the full name, else the e-mail, else the phone number. */
export function displayName(customer: Customer): string {
  return fullName(customer) || customer.email || customer.phone || '';
}

/** First and last name, possibly empty. */
function fullName(customer: Pick<Customer, 'firstName' | 'lastName'>): string {
  return [customer.firstName, customer.lastName].filter(Boolean).join(' ');
}

export function defaultAddress(customer: Customer): Address | null {
  return customer.addresses.find(({ id }) => id === customer.defaultAddressId) ?? null;
}

/** The same customer with other addresses; the default stays if it can, else the first takes over. */
export function withAddresses(customer: Customer, addresses: readonly Address[]): Customer {
  const kept = addresses.find(({ id }) => id === customer.defaultAddressId) ?? addresses[0];
  return { ...customer, addresses, defaultAddressId: kept?.id ?? null };
}
