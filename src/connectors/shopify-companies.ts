/** Companies as the engine is told of them: what was refused, what is denied, what can be picked. */
import type { CataloguePage } from '../provisioning/connector.ts';
import { DestinationError } from '../provisioning/failure.ts';
import { companyCatalogue } from '../shopify/company-catalogue.ts';
import {
  CustomerGone,
  grantCompanies,
  RevocationRefused,
  revokeCompanies,
  type Send,
} from '../shopify/company-contacts.ts';
import { readMembership } from '../shopify/membership.ts';
import { ShopifyFailure } from '../shopify/shopify-failure.ts';

/** Memberships that are tags, and those that are companies'. */
export function sorted(memberships: readonly string[]): {
  readonly tags: readonly string[];
  readonly companies: readonly string[];
} {
  const isTag = (name: string) => readMembership(name).kind === 'tag';
  return {
    tags: memberships.filter(isTag),
    companies: memberships.filter((name) => !isTag(name)),
  };
}

/** Grants what can be granted; what cannot is told, to be thrown once the rest of the account is written. */
export async function grantOrTell(
  customerId: string,
  memberships: readonly string[],
  send: Send,
): Promise<DestinationError | null> {
  try {
    const refused = await grantCompanies(customerId, memberships, send);
    if (refused.length === 0) return null;
    const sentences = [...new Set(refused.map(({ why }) => why))];
    return new DestinationError('rejected', sentences.join(' '), {
      refused: refused.map(({ membership }) => membership),
    });
  } catch (error) {
    if (isDenied(error)) return withoutB2b(error);
    throw goneOr(error);
  }
}

/** Takes memberships back. Throws `DestinationError`. */
export async function revokeOrTell(
  customerId: string,
  memberships: readonly string[],
  send: Send,
): Promise<void> {
  try {
    await revokeCompanies(customerId, memberships, send);
  } catch (error) {
    throw goneOr(error);
  }
}

/** A page of what can be picked; a shop without B2B has nothing but tags, which are free text. */
export async function pickable(after: string | null, send: Send): Promise<CataloguePage> {
  try {
    return await companyCatalogue(after, send);
  } catch (error) {
    if (isDenied(error)) return { entries: [], next: null };
    throw error;
  }
}

/** Whether Shopify denied access: to companies, where the shop has no B2B. */
export function isDenied(error: unknown): error is DestinationError {
  return (
    error instanceof DestinationError &&
    error.cause instanceof ShopifyFailure &&
    error.cause.code === 'ACCESS_DENIED'
  );
}

/**
 * Says what to do where Shopify denies companies. What was to be granted is not called refused: it may
 * be ours from before, and only out of sight.
 */
export function withoutB2b(cause: DestinationError): DestinationError {
  const message =
    'The policy gives memberships in companies, but Shopify denies access to companies: give the shop a plan with B2B, or take these memberships out of the policy.';
  return new DestinationError('misconfigured', message, { cause, code: 'permissions' });
}

/** Whoever went away meanwhile is looked for again. */
function goneOr(error: unknown): unknown {
  if (error instanceof RevocationRefused)
    return new DestinationError('rejected', error.message, { cause: error });
  if (!(error instanceof CustomerGone)) return error;
  return new DestinationError('transient', 'The customer is gone; it is looked for again.', {
    cause: error,
    unknownOutcome: true,
  });
}
