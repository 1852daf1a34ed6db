/**
 * What Shopify asks every app of (https://shopify.dev/docs/apps/build/compliance/privacy-law-compliance): to tell what
 * is held of a customer, to erase a customer, and to erase a shop that has left. To be done within 30 days.
 */

import type { Json, JsonObject } from '../model.ts';
import { isObject } from '../scim/json.ts';
import { type CustomerAsked, gatherData, peopleAsked } from '../store/customer-data.ts';
import { storeExport } from '../store/exports.ts';
import { askErasure, uninstall } from '../store/uninstall.ts';
import { eraseAsked } from './erase-customer.ts';
import type { Handler, HandlerWorld, ReadDelivery } from './handler.ts';

/** Whether an unknown shop is answered that all is done: there is nothing of it. */
export function isAskedOfNobody(topic: string): boolean {
  return topic === 'app/uninstalled' || Object.hasOwn(complianceTopics, topic);
}

/** Gathers all that is held of a customer, for an administrator to download. */
const customerToTell: Handler = {
  name: 'customers/data_request',
  async work({ pool, now }: HandlerWorld, tenantId, deliveries) {
    for (const { id, body } of deliveries) {
      const asked = customerIn(body);
      const people = await peopleAsked(pool, tenantId, asked);
      const held = await gatherData(pool, tenantId, people, asked);
      const customer = isObject(body.customer) ? body.customer : {};
      const data = { customer, madeAt: new Date(now()).toISOString(), ...held };
      await storeExport(pool, tenantId, {
        deliveryId: id,
        customerId: asked.customerId,
        data,
      });
    }
    return [];
  },
};

/** Erases a customer: a delivery comes again until the destinations have done their part. */
const customerToErase: Handler = {
  name: 'customers/redact',
  async work(world: HandlerWorld, tenantId, deliveries) {
    const later: string[] = [];
    for (const delivery of deliveries) {
      // It was worked off, and only this was not noted any more.
      if (delivery.body.erased === true) continue;
      const done = await eraseAsked(world, tenantId, delivery, customerIn(delivery.body));
      if (!done) later.push(delivery.id);
    }
    return later;
  },
};

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Two days after a shop left; an hour for clocks and for what was late. */
const afterLeavingMs = 47 * hourMs;
/** Two days before it has to be done. */
const withinMs = 28 * dayMs;

/**
 * Erases a shop that has left, when its time of grace is over, and in time whatever that is: a shop that comes back
 * meanwhile finds everything. One that came back already is not erased.
 */
const shopToErase: Handler = {
  name: 'shop/redact',
  async work({ pool }: HandlerWorld, tenantId: string, deliveries: readonly ReadDelivery[]) {
    for (const { id, triggeredAt, receivedAt } of deliveries) {
      const asked = (triggeredAt ?? receivedAt).getTime();
      await uninstall(pool, tenantId, {
        at: new Date(asked - afterLeavingMs),
        connector: 'shopify',
        reason: 'The app was uninstalled from the shop, as its request to erase everything says.',
      });
      await askErasure(pool, tenantId, {
        deliveryId: id,
        left: new Date(asked),
        by: new Date(asked + withinMs),
      });
    }
    return [];
  },
};

/** Who works on what. */
export const complianceTopics = {
  'customers/data_request': customerToTell,
  'customers/redact': customerToErase,
  'shop/redact': shopToErase,
} as const satisfies Readonly<Record<string, Handler>>;

function customerIn(body: JsonObject): CustomerAsked {
  const { customer, orders_to_redact: toErase, orders_requested: toTell } = body;
  const id = isObject(customer) ? numberOf(customer.id) : null;
  if (id === null || !isObject(customer)) throw new Error('The body names no customer.');
  const { email } = customer;
  const orders = [toErase ?? toTell ?? []].flat();
  return {
    customerId: `gid://shopify/Customer/${id}`,
    emails: typeof email === 'string' && email !== '' ? [email.trim().toLowerCase()] : [],
    orderIds: orders.flatMap((order) => {
      const number = numberOf(order);
      return number === null ? [] : `gid://shopify/Order/${number}`;
    }),
  };
}

/** Ids are JSON numbers; those too large for one were read as text. */
function numberOf(id: Json | undefined): string | null {
  const text = typeof id === 'number' || typeof id === 'string' ? String(id) : '';
  return /^\d+$/.test(text) ? text : null;
}
