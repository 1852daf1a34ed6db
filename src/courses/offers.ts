/** Offers as somebody makes, changes and withdraws them. */
import { v7 as uuidv7 } from 'uuid';
import type { z } from 'zod';
import { connectorNamed } from '../connectors/index.ts';
import { changesBetween } from '../directory/changes.ts';
import type { JsonObject } from '../model.ts';
import { insertActivity } from '../store/activity.ts';
import { destinationsOf } from '../store/destinations.ts';
import {
  allOffers,
  offersInForce,
  putOffer,
  type StoredOffer,
  withdrawOffer,
} from '../store/offers.ts';
import { type Queryable, transaction } from '../store/statement.ts';
import type { LedgerWorld } from './ledger.ts';
import { offerSchema } from './offer.ts';

/** Who says so. */
export interface OfferBy {
  readonly actor: string;
  /** `null` where it was no request. */
  readonly requestId: string | null;
}

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

/** The newest version of every offer of a tenant, those that were withdrawn among them; by name. */
export async function newestOffers(
  { pool }: Pick<LedgerWorld, 'pool'>,
  tenantId: string,
): Promise<readonly StoredOffer[]> {
  const newest = new Map((await allOffers(pool, tenantId)).map((offer) => [offer.id, offer]));
  return [...newest.values()].toSorted((one, other) => one.name.localeCompare(other.name));
}

/** Puts an offer in force: for orders that are placed from now on. */
export async function saveOffer(
  { pool, now }: Pick<LedgerWorld, 'pool' | 'now'>,
  tenantId: string,
  { id, name, terms }: OfferDraft,
  by: OfferBy,
): Promise<OfferSaved> {
  const read = offerSchema.safeParse(terms);
  if (!read.success) return { kind: 'faulty', faults: read.error.issues.map(faultOf) };
  const faults = await faultsOf(pool, tenantId, read.data.courses);
  const before = (await offersInForce(pool, tenantId)).find((offer) => offer.id === id) ?? null;
  if (id !== null && before === null)
    faults.push(`There is no offer ${id} in force: leave its id out to make a new one.`);
  if (faults.length > 0) return { kind: 'faulty', faults };
  const stored = JSON.parse(JSON.stringify(read.data)) as JsonObject;
  const at = wholeSecond(now());
  const offer = await transaction(pool, async (client) => {
    const put = await putOffer(client, tenantId, { id: id ?? uuidv7(), name, terms: stored, at });
    const detail = { ...changesBetween(before?.terms ?? {}, stored), ...of(put) };
    await note(client, tenantId, { kind: before === null ? 'create' : 'update', name, detail, by });
    return put;
  });
  return { kind: 'saved', offer };
}

const of = ({ id, version }: Pick<StoredOffer, 'id' | 'version'>) => ({ offerId: id, version });

async function note(
  client: Queryable,
  tenantId: string,
  { kind, name, detail, by }: OfferNote,
): Promise<void> {
  const line = { id: uuidv7(), kind: `offer.${kind}`, outcome: 'done', message: name, detail };
  await insertActivity(client, tenantId, { ...line, ...by });
}

interface OfferNote {
  readonly kind: 'create' | 'update' | 'withdraw';
  readonly name: string;
  readonly detail: JsonObject;
  readonly by: OfferBy;
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
  by: OfferBy,
): Promise<boolean> {
  return transaction(pool, async (client) => {
    const offer = (await offersInForce(client, tenantId)).find((one) => one.id === id);
    if (offer === undefined || !(await withdrawOffer(client, tenantId, id, wholeSecond(now()))))
      return false;
    await note(client, tenantId, { kind: 'withdraw', name: offer.name, detail: of(offer), by });
    return true;
  });
}

/** A shop tells whole seconds: an order of the second in which an offer is made follows it. */
function wholeSecond(time: number): Date {
  return new Date(Math.floor(time / 1_000) * 1_000);
}
