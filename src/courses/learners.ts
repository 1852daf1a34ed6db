/**
 * Who of the roll an order means: the person whose customer bought, else whoever has the address; nobody
 * else, and never one of two. Who is unknown becomes a person of the storefront.
 */
import { v7 as uuidv7 } from 'uuid';
import { newSourceId } from '../directory/ids.ts';
import { indexed } from '../directory/indexed.ts';
import type { JsonObject } from '../model.ts';
import { type Meant, meantByCustomer, meantByEmail } from '../store/learners.ts';
import type { Holder } from '../store/ledger.ts';
import { storefrontOf } from '../store/sources.ts';
import type { Queryable } from '../store/statement.ts';
import { insertUsers } from '../store/users.ts';
import type { Buyer } from './order.ts';

/** Who is meant, or why it cannot be said. */
export type Learner = Holder | { readonly reason: string };

/** What a learner is remembered by: as long as it stays the same, so does the person. */
export function learnerKey({ customerId, email }: Buyer): string {
  return customerId ?? email?.toLowerCase() ?? '';
}

/** People found and made. */
export interface Learners {
  readonly of: (buyer: Buyer) => Learner;
  /** The destinations at which somebody new has to be looked at. */
  readonly destinations: readonly string[];
}

/** Finds these people on the roll, and puts who is unknown on it. */
export async function findLearners(
  client: Queryable,
  tenantId: string,
  buyers: readonly Buyer[],
  at: Date,
): Promise<Learners> {
  const distinct = [...new Map(buyers.map((buyer) => [learnerKey(buyer), buyer])).values()];
  const byCustomer = await lookUp(
    distinct,
    ({ customerId }) => customerId,
    (ids) => meantByCustomer(client, tenantId, ids),
  );
  const byEmail = await lookUp(distinct, addressOf, (emails) =>
    meantByEmail(client, tenantId, emails),
  );
  const found = new Map<string, Learner>();
  const unknown: Buyer[] = [];
  for (const buyer of distinct) {
    const { customerId } = buyer;
    const email = addressOf(buyer);
    const meant =
      oneOf((customerId === null ? null : byCustomer.get(customerId)) ?? []) ??
      oneOf((email === null ? null : byEmail.get(email)) ?? []);
    if (meant !== null) found.set(learnerKey(buyer), meant);
    else if (email === null)
      found.set(learnerKey(buyer), {
        reason: 'the customer has no e-mail address: name the learner',
      });
    else unknown.push(buyer);
  }
  const made = await putOnRoll(client, tenantId, unknown, at);
  for (const [key, holder] of made.holders) found.set(key, holder);
  return {
    of: (buyer) => found.get(learnerKey(buyer)) ?? { reason: 'nobody is named' },
    destinations: made.destinations,
  };
}

const addressOf = ({ email }: Buyer): string | null => email?.trim().toLowerCase() ?? null;

async function lookUp(
  buyers: readonly Buyer[],
  by: (buyer: Buyer) => string | null,
  ask: (keys: readonly string[]) => Promise<readonly Meant[]>,
): Promise<ReadonlyMap<string, readonly Meant[]>> {
  const keys = [...new Set(buyers.flatMap((buyer) => by(buyer) ?? []))];
  return keys.length === 0 ? new Map() : Map.groupBy(await ask(keys), ({ by: key }) => key);
}

/** Who an identity provider knows comes before who only bought; of two such, nobody is chosen. */
function oneOf(meant: readonly Meant[]): Learner | null {
  const known = meant.filter(({ sourceKind }) => sourceKind !== 'storefront');
  const [first, ...others] = known.length > 0 ? known : meant;
  if (first === undefined) return null;
  if (others.length === 0) return { resourceId: first.resourceId, sourceId: first.sourceId };
  const names = [first, ...others].map(
    ({ userName, sourceName }) => `${userName} of ${sourceName}`,
  );
  return { reason: `more than one person has this address (${names.join(', ')}): choose one` };
}

/** Two customers with one address are one person. */
async function putOnRoll(
  client: Queryable,
  tenantId: string,
  buyers: readonly Buyer[],
  at: Date,
): Promise<{ holders: ReadonlyMap<string, Holder>; destinations: readonly string[] }> {
  const holders = new Map<string, Holder>();
  if (buyers.length === 0) return { holders, destinations: [] };
  const sourceId = await storefrontOf(client, tenantId, newSourceId(tenantId));
  const byAddress = Map.groupBy(buyers, (buyer) => addressOf(buyer) ?? '');
  const users = [...byAddress].map(([email, same]) => {
    const named = same.find(({ customerId }) => customerId !== null) ?? same[0];
    const id = uuidv7();
    const data = userOf(email, named);
    for (const buyer of same) holders.set(learnerKey(buyer), { resourceId: id, sourceId });
    const note = { activityId: uuidv7(), actor: 'storefront', requestId: null };
    return { id, data, at, ...indexed(data), ...note, message: null, detail: null };
  });
  const { destinations } = await insertUsers(client, { tenantId, sourceId }, users);
  return { holders, destinations };
}

/** A buyer as a SCIM User. */
export function userOf(email: string, buyer: Omit<Buyer, 'email'> | undefined): JsonObject {
  const { customerId = null, firstName = null, lastName = null } = buyer ?? {};
  const name = {
    ...(firstName === null ? {} : { givenName: firstName }),
    ...(lastName === null ? {} : { familyName: lastName }),
  };
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    userName: email,
    ...(customerId === null ? {} : { externalId: customerId }),
    ...(Object.keys(name).length === 0 ? {} : { name }),
    emails: [{ value: email, primary: true }],
    active: true,
  };
}
