/** Offers as somebody makes, changes and withdraws them. */
import { v7 as uuidv7 } from 'uuid';
import type { z } from 'zod';
import { connectorNamed } from '../connectors/index.ts';
import type { JsonObject } from '../model.ts';
import { destinationsOf } from '../store/destinations.ts';
import { offersInForce, putOffer, type StoredOffer, withdrawOffer } from '../store/offers.ts';
import type { LedgerWorld } from './ledger.ts';
import { offerSchema } from './offer.ts';

/** What an offer is to say. */
export interface OfferDraft {
  /** The offer that gets another version; `null`: it is a new one. */
  readonly id: string | null;
  readonly name: string;
  readonly terms: unknown;
}

/** An offer in force, or what is wrong with the draft, a sentence each. */
export type OfferSaved =
  | { readonly kind: 'saved'; readonly offer: StoredOffer }
  | { readonly kind: 'faulty'; readonly faults: readonly string[] };

/** Puts an offer in force: for orders that are placed from now on. */
export async function saveOffer(
  { pool, now }: Pick<LedgerWorld, 'pool' | 'now'>,
  tenantId: string,
  { id, name, terms }: OfferDraft,
): Promise<OfferSaved> {
  const read = offerSchema.safeParse(terms);
  if (!read.success) return { kind: 'faulty', faults: read.error.issues.map(faultOf) };
  const faults = await faultsOf(pool, tenantId, read.data.courses);
  const known =
    id === null || (await offersInForce(pool, tenantId)).some((offer) => offer.id === id);
  if (!known) faults.push(`There is no offer ${id} in force: leave its id out to make a new one.`);
  if (faults.length > 0) return { kind: 'faulty', faults };
  const stored = JSON.parse(JSON.stringify(read.data)) as JsonObject;
  const at = new Date(now());
  const offer = await putOffer(pool, tenantId, { id: id ?? uuidv7(), name, terms: stored, at });
  return { kind: 'saved', offer };
}

const faultOf = ({ path, message }: z.core.$ZodIssue): string =>
  `${path.length === 0 ? 'The offer' : path.join('.')}: ${message}.`;

async function faultsOf(
  pool: LedgerWorld['pool'],
  tenantId: string,
  courses: readonly { readonly destination: string; readonly membership: string }[],
): Promise<string[]> {
  const destinations = await destinationsOf(pool, tenantId);
  return courses.flatMap(({ destination, membership }) => {
    const found = destinations.find(({ id }) => id === destination);
    if (found === undefined) return [`There is no destination ${destination}.`];
    const complaint = connectorNamed(found.connector)?.checkMembership?.(membership) ?? null;
    return complaint === null ? [] : [`The membership ${JSON.stringify(membership)} ${complaint}.`];
  });
}

/**
 * Withdraws an offer: orders from now on do not follow it; what it gave stays.
 * @returns whether it was in force
 */
export async function endOffer(
  { pool, now }: Pick<LedgerWorld, 'pool' | 'now'>,
  tenantId: string,
  id: string,
): Promise<boolean> {
  return withdrawOffer(pool, tenantId, id, new Date(now()));
}
