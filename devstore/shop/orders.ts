/**
 * What becomes of an order after it was placed. Each change writes the row, an entry in the timeline
 * and the webhooks in one transaction: `orders/updated` always, and what the change is besides.
 */

import { isEmail, normaliseEmail } from './contact.ts';
import { price } from './money.ts';
import {
  financialStatus,
  isDeletable,
  isFullyPaid,
  type Order,
  orderName,
  outstanding,
} from './order.ts';
import { attributesOf } from './order-lines.ts';
import { orderDeletePayload, orderPayload } from './order-payloads.ts';
import { countOrder } from './order-placement.ts';
import { deleteOrder, updateOrder } from './order-rows.ts';
import type { Problem } from './problem.ts';
import type { Actor, Shop } from './shop.ts';
import { normaliseTags } from './tags.ts';
import { writeTimeline } from './timeline.ts';
import { asOneEvent, type Message, writeDeliveries } from './webhook-outbox.ts';

/** The order as it stands afterwards, or why not. */
export type OrderResult = Order | readonly Problem[];

export interface OrderChange {
  readonly after: Order;
  /** What the timeline says. */
  readonly message: string;
  /** What is told beside `orders/updated`. */
  readonly tell?: (order: Order) => readonly Message[];
}

/** Writes a change. `updatedAt` grows with each, however many there are in a millisecond. */
export function changeOrder(shop: Shop, actor: Actor, change: OrderChange): Order {
  return shop.database.transaction(() =>
    asOneEvent(shop, () => {
      const updatedAt = Math.max(shop.now(), change.after.updatedAt + 1);
      const order = { ...change.after, updatedAt };
      updateOrder(shop.database, order);
      writeTimeline(shop, order.id, actor, change.message);
      writeDeliveries(shop, [
        ...(change.tell?.(order) ?? []),
        ['orders/updated', orderPayload(shop, order)],
      ]);
      return order;
    }),
  );
}

/** What is written beside what was bought. */
export interface OrderDescription {
  readonly email?: string | null;
  readonly note?: string | null;
  readonly tags?: readonly string[];
  readonly attributes?: Readonly<Record<string, string>>;
}

/** Corrects what is written beside an order; the customer stays who it is. */
export function describeOrder(
  shop: Shop,
  actor: Actor,
  { order, input }: { readonly order: Order; readonly input: OrderDescription },
): OrderResult {
  const email = input.email === undefined ? order.email : normaliseEmail(input.email);
  if (email !== null && !isEmail(email)) return refused('Email is invalid', 'email');
  const after = {
    ...order,
    email,
    note: input.note === undefined ? order.note : input.note,
    tags: normaliseTags(input.tags ?? order.tags),
    customAttributes: input.attributes ? attributesOf(input.attributes) : order.customAttributes,
  };
  return changeOrder(shop, actor, { after, message: 'Details changed' });
}

/** Takes the money that is owed, or part of it: a late payment, a capture, staff's word for it. */
export function payOrder(shop: Shop, actor: Actor, order: Order, amount?: number): OrderResult {
  const due = outstanding(order);
  const taken = amount ?? due;
  if (order.cancelledAt !== null) return refused('The order is cancelled');
  if (due <= 0) return refused('Order cannot be marked as paid.');
  if (taken <= 0 || taken > due)
    return refused(`The amount must be more than 0 and no more than ${price(due)}`, 'amount');
  const after = { ...order, received: order.received + taken, authorized: 0, voided: false };
  return changeOrder(shop, actor, {
    after,
    message: `Payment of ${price(taken)} received`,
    tell: (paid) => (isFullyPaid(paid) ? [['orders/paid', orderPayload(shop, paid)]] : []),
  });
}

/** Lets go what was held on the customer's card. The order stays open. */
export function voidOrder(shop: Shop, actor: Actor, order: Order): OrderResult {
  if (financialStatus(order) !== 'AUTHORIZED') return refused('No payment is authorized');
  const after = { ...order, authorized: 0, voided: true };
  return changeOrder(shop, actor, { after, message: 'Authorization voided' });
}

/** Deletes the order, `forced` also where Shopify would keep it. */
export function removeOrder(
  shop: Shop,
  actor: Actor,
  { order, forced }: { readonly order: Order; readonly forced: boolean },
): readonly Problem[] {
  if (!forced && !isDeletable(order))
    return refused('Order cannot be deleted: only cancelled orders and test orders can be');
  shop.database.transaction(() =>
    asOneEvent(shop, () => {
      deleteOrder(shop.database, order.id);
      countOrder(shop, actor, { order, count: -1, message: `Order ${orderName(order)} deleted` });
      writeDeliveries(shop, [['orders/delete', orderDeletePayload(order)]]);
    }),
  );
  return [];
}

/** One problem, with the whole order or one field of the request. */
export function refused(message: string, ...field: readonly string[]): readonly Problem[] {
  return [{ field, message, code: null }];
}
