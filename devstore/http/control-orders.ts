/** `/_dev/orders`: what customers buy, and what becomes of it. */
import { z } from 'zod';
import { parseBody } from '../../standin/body.ts';
import { readJson } from '../../standin/exchange.ts';
import { disputeOrder } from '../shop/disputes.ts';
import { currentQuantity, type LineItem, netPayment, type Order } from '../shop/order.ts';
import { cancelOrder } from '../shop/order-cancel.ts';
import { editOrder } from '../shop/order-edit.ts';
import { placeOrder } from '../shop/order-placement.ts';
import { findOrder, orderDocuments } from '../shop/order-rows.ts';
import { orderView } from '../shop/order-view.ts';
import {
  describeOrder,
  type OrderResult,
  payOrder,
  removeOrder,
  voidOrder,
} from '../shop/orders.ts';
import { type RefundInput, refundOrder, remainingUnits } from '../shop/refunds.ts';
import type { Shop } from '../shop/shop.ts';
import { listPage } from '../shop/view-list.ts';
import {
  cancelBody,
  disputeBody,
  editBody,
  orderBody,
  orderChangeBody,
  paymentBody,
  refundBody,
} from './commerce-bodies.ts';
import type { ControlRoute } from './control.ts';
import { found, numberIn, refusal, timelineView, viewRequest } from './control-requests.ts';

export const orderRoutes: Readonly<Record<string, ControlRoute>> = {
  'GET orders': ({ shop }, { url }) => {
    const { items, ...page } = listPage(shop, orderDocuments, viewRequest(url));
    return { orders: items.map((order) => orderView(shop, order)), ...page };
  },

  // A list places them all or, when one is refused, none: the quick way to a busy store.
  'POST orders': async ({ shop }, { request }) => {
    const body = await readJson(request);
    if (!Array.isArray(body))
      return answer(shop, placeOrder(shop, 'customer', parseBody(orderBody, body)));
    const inputs = parseBody(z.array(orderBody), body);
    return shop.database.transaction(() => ({
      orders: inputs.map((input) => {
        const { id, number, name } = answer(shop, placeOrder(shop, 'customer', input));
        return { id, number, name };
      }),
    }));
  },

  'GET orders/{id}': ({ shop }, _exchange, id) => {
    const order = wanted(shop, id);
    return { ...orderView(shop, order), timeline: timelineView(shop, order.id) };
  },

  'PATCH orders/{id}': async ({ shop }, { request }, id) => {
    const input = parseBody(orderChangeBody, await readJson(request));
    return answer(shop, describeOrder(shop, 'staff', { order: wanted(shop, id), input }));
  },

  'POST orders/{id}/pay': async ({ shop }, { request }, id) => {
    const { amount } = parseBody(paymentBody, await readJson(request));
    return answer(shop, payOrder(shop, 'staff', wanted(shop, id), amount));
  },

  'POST orders/{id}/void': ({ shop }, _exchange, id) =>
    answer(shop, voidOrder(shop, 'staff', wanted(shop, id))),

  'POST orders/{id}/cancel': async ({ shop }, { request }, id) => {
    const cancellation = parseBody(cancelBody, await readJson(request));
    return answer(shop, cancelOrder(shop, 'staff', { order: wanted(shop, id), cancellation }));
  },

  'POST orders/{id}/edit': async ({ shop }, { request }, id) => {
    const { add, set, remove } = parseBody(editBody, await readJson(request));
    const order = wanted(shop, id);
    const changes = [...set, ...remove.map((line) => ({ line, quantity: 0 }))];
    const edit = {
      add,
      set: changes.map(({ line, quantity }) => ({ line: lineOf(order, line), quantity })),
    };
    return answer(shop, editOrder(shop, 'staff', { order, edit }));
  },

  'POST orders/{id}/refund': async ({ shop }, { request }, id) => {
    const body = parseBody(refundBody, await readJson(request));
    const order = wanted(shop, id);
    return answer(shop, refundOrder(shop, 'staff', { order, input: refundInput(order, body) }));
  },

  'POST orders/{id}/dispute': async ({ shop }, { request }, id) => {
    const input = parseBody(disputeBody, await readJson(request));
    return answer(shop, disputeOrder(shop, { order: wanted(shop, id), input }));
  },

  'DELETE orders/{id}': ({ shop }, { url }, id) => {
    const order = wanted(shop, id);
    const forced = url.searchParams.get('force') === 'true';
    const problems = removeOrder(shop, 'staff', { order, forced });
    if (problems.length > 0) throw refusal(409, problems);
    return { deleted: order.id };
  },
};

function refundInput(order: Order, body: z.output<typeof refundBody>): RefundInput {
  const { lines, amount, restockType, note } = body;
  const settings = { restockType, note };
  if (lines === undefined && amount === undefined)
    return { ...settings, units: remainingUnits(order), amount: netPayment(order) };
  const units = (lines ?? []).map((asked) => {
    const line = lineOf(order, asked.line);
    return { line, quantity: asked.quantity ?? currentQuantity(line) };
  });
  return { ...settings, units, ...(amount === undefined ? {} : { amount }) };
}

/** By number, global id or SKU. */
function lineOf({ lines }: Order, key: string | number): LineItem {
  const line = lines.find(({ id, sku }) => id === numberIn(key) || sku === key);
  return found(line, `line ${key} in this order`);
}

function wanted({ database }: Shop, id: string): Order {
  return found(findOrder(database, numberIn(id)), id);
}

function answer(shop: Shop, result: OrderResult) {
  if ('id' in result) return orderView(shop, result);
  throw refusal(422, result);
}
