/** An order as the control API and the pages show it: everything there is, in one JSON object. */
import { displayName } from './customer.ts';
import { findCustomer } from './customer-rows.ts';
import { globalId } from './global-id.ts';
import { price } from './money.ts';
import {
  currentQuantity,
  currentTotal,
  financialStatus,
  isDeletable,
  isFullyPaid,
  type LineItem,
  lineName,
  netPayment,
  type Order,
  orderName,
  outstanding,
  type Refund,
  totalPrice,
  totalRefunded,
} from './order.ts';
import type { Shop } from './shop.ts';
import { isoTime } from './time.ts';

export function orderView({ database }: Shop, order: Order) {
  const { id, email, phone, note, tags, test, edited, customerId, cancelledAt } = order;
  const customer = customerId === null ? undefined : findCustomer(database, customerId);
  return {
    id: globalId('Order', id),
    number: id,
    name: orderName(order),
    email,
    phone,
    customer: customer
      ? {
          id: globalId('Customer', customer.id),
          number: customer.id,
          displayName: displayName(customer),
          email: customer.email,
        }
      : null,
    note,
    tags,
    attributes: order.customAttributes,
    test,
    edited,
    financialStatus: financialStatus(order),
    fullyPaid: isFullyPaid(order),
    cancelReason: order.cancelReason,
    cancelledAt: cancelledAt && isoTime(cancelledAt),
    canDelete: isDeletable(order),
    originalTotal: price(order.originalTotal),
    total: price(totalPrice(order)),
    currentTotal: price(currentTotal(order)),
    received: price(order.received),
    refunded: price(totalRefunded(order)),
    refundable: price(netPayment(order)),
    outstanding: price(outstanding(order)),
    lines: order.lines.map(lineView),
    refunds: order.refunds.map(refundView),
    disputes: order.disputes.map((dispute) => ({
      id: dispute.id,
      type: dispute.type,
      status: dispute.status,
      amount: price(dispute.amount),
      initiatedAt: isoTime(dispute.initiatedAt),
    })),
    createdAt: isoTime(order.createdAt),
    processedAt: isoTime(order.processedAt),
    updatedAt: isoTime(order.updatedAt),
  };
}

function lineView(line: LineItem) {
  return {
    id: globalId('LineItem', line.id),
    number: line.id,
    name: lineName(line),
    sku: line.sku,
    price: price(line.price),
    quantity: line.quantity,
    currentQuantity: currentQuantity(line),
    productId: line.productId && globalId('Product', line.productId),
    variantId: line.variantId && globalId('ProductVariant', line.variantId),
    properties: line.customAttributes,
  };
}

function refundView(refund: Refund) {
  return {
    id: globalId('Refund', refund.id),
    amount: price(refund.amount),
    note: refund.note,
    lines: refund.lines.map(({ lineItemId, quantity, restockType }) => ({
      line: globalId('LineItem', lineItemId),
      quantity,
      restockType,
    })),
    createdAt: isoTime(refund.createdAt),
  };
}
