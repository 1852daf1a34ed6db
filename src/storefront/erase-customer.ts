/** Erases a customer: their people leave the roll, their accounts elsewhere are erased, then every trace here. */
import { v7 as uuidv7 } from 'uuid';
import {
  addressesOf,
  type CustomerAsked,
  type PersonAsked,
  peopleAsked,
} from '../store/customer-data.ts';
import {
  type AccountToErase,
  accountsToErase,
  eraseCustomer,
  type FoundCustomer,
  foundBefore,
  keepFound,
  markErase,
  type ToErase,
} from '../store/erase-customer.ts';
import { raiseNotice } from '../store/notices.ts';
import { type Queryable, transaction } from '../store/statement.ts';
import { deleteUser } from '../store/users.ts';
import type { HandlerWorld, ReadDelivery } from './handler.ts';

/** So long destinations are waited for: five days before it has to be done. */
const patienceMs = 25 * 86_400_000;

/**
 * Does the next step.
 * @returns whether all is done; else it is to be called again a little later
 */
export async function eraseAsked(
  world: HandlerWorld,
  tenantId: string,
  { id: deliveryId, receivedAt }: Pick<ReadDelivery, 'id' | 'receivedAt'>,
  asked: CustomerAsked,
): Promise<boolean> {
  const { pool, now, wake } = world;
  // At once: who is off the roll and not marked yet would leave as the policy says.
  const { resourceIds, emails, destinations } = await transaction(pool, async (client) => {
    const found = await find(client, tenantId, deliveryId, asked);
    const ids = found.people.map(({ resourceId }) => resourceId);
    await leaveRoll(client, { tenantId, people: found.people, at: new Date(now()) });
    const woken = await markErase(client, tenantId, ids, 'shopify');
    return { resourceIds: ids, emails: found.emails, destinations: woken };
  });
  wake(tenantId, destinations);
  const waitFor = await accountsToErase(pool, tenantId, resourceIds, 'shopify');
  if (waitFor.length > 0 && now() - receivedAt.getTime() < patienceMs) return false;
  const toErase = { ...asked, emails, resourceIds, deliveryId };
  await transaction(pool, async (client) => {
    const found = { texts: textsAbout(toErase), bodies: bodiesAbout(toErase) };
    await eraseCustomer(client, tenantId, { ...toErase, ...found }, countOf(waitFor));
    if (waitFor.length > 0) await tellOf(client, tenantId, waitFor);
  });
  return true;
}

/** Who the customer is: whoever is found now, and whom the request found before. */
async function find(
  client: Queryable,
  tenantId: string,
  deliveryId: string,
  asked: CustomerAsked,
): Promise<FoundCustomer> {
  const before = await foundBefore(client, tenantId, deliveryId);
  const all = [...before.people, ...(await peopleAsked(client, tenantId, asked))];
  const people = [...new Map(all.map((person) => [person.resourceId, person])).values()];
  const addresses = await addressesOf(client, tenantId, people);
  const emails = [...new Set([...before.emails, ...asked.emails, ...addresses])];
  const gone = people.map((person) => ({ ...person, present: false }));
  await keepFound(client, tenantId, deliveryId, { people: gone, emails });
  return { people, emails };
}

interface Leaving {
  readonly tenantId: string;
  readonly people: readonly PersonAsked[];
  readonly at: Date;
}

async function leaveRoll(client: Queryable, { tenantId, people, at }: Leaving): Promise<void> {
  for (const { resourceId, sourceId, present } of people) {
    if (!present) continue;
    const deletion = { id: resourceId, version: null, at };
    const by = { actor: 'shopify', requestId: null, message: null, detail: null };
    await deleteUser(client, { tenantId, sourceId }, deletion, { activityId: uuidv7(), ...by });
  }
}

/** They stand for nobody here any more: only whoever reads this can erase them there. */
function tellOf(client: Queryable, tenantId: string, left: readonly AccountToErase[]) {
  const accounts = left.map(({ destination, remoteId }) => `${remoteId ?? '?'} at ${destination}`);
  return raiseNotice(client, tenantId, {
    kind: 'privacy.left',
    destinationId: null,
    code: null,
    message: `Shopify asked for a customer to be erased, and not every destination did it: erase ${accounts.join(', ')} there.`,
    detail: null,
  });
}

function countOf(left: readonly AccountToErase[]): Readonly<Record<string, number>> {
  const byDestination = Map.groupBy(left, ({ destination }) => destination);
  return Object.fromEntries([...byDestination].map(([name, accounts]) => [name, accounts.length]));
}

type Named = Pick<ToErase, 'customerId' | 'emails' | 'orderIds' | 'resourceIds'>;

/** A regular expression for texts that name the person: not as a part of another address or number. */
function textsAbout({ customerId, emails, resourceIds }: Named): string {
  return standing([customerId, ...emails, ...resourceIds]);
}

function bodiesAbout({ customerId, emails, orderIds }: Named): string {
  const numbers = [customerId, ...orderIds].map((id) => id.split('/').at(-1) ?? id);
  return standing([...numbers, ...emails]);
}

function standing(texts: readonly string[]): string {
  const escaped = texts.map((text) => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&'));
  return `(^|[^\\w.+-])(${escaped.join('|')})($|[^\\w-])`;
}
