/** The bodies of the topics of orders, refunds and disputes: in the shapes of the REST API. */
import { findCustomer } from './customer-rows.ts';
import { globalId } from './global-id.ts';
import { price } from './money.ts';
import {
  type Attribute,
  currentQuantity,
  currentTotal,
  type Dispute,
  financialStatus,
  type LineItem,
  lineName,
  type Order,
  orderName,
  outstanding,
  type Refund,
  totalPrice,
} from './order.ts';
import { type Shop, shopCurrency } from './shop.ts';
import { isoTime } from './time.ts';
import { customerPayload } from './webhook-payloads.ts';

/** One shape for every topic of an order but `orders/edited` and `orders/delete`. */
export function orderPayload(shop: Shop, order: Order): object {
  const customer = order.customerId === null ? null : findCustomer(shop.database, order.customerId);
  return {
    id: order.id,
    admin_graphql_api_id: globalId('Order', order.id),
    name: orderName(order),
    number: order.number - 1000,
    order_number: order.number,
    email: order.email,
    contact_email: order.email,
    phone: order.phone,
    note: order.note,
    note_attributes: order.customAttributes.map(namedAttribute),
    tags: order.tags.join(', '),
    test: order.test,
    confirmed: true,
    currency: shopCurrency,
    financial_status: financialStatus(order).toLowerCase(),
    fulfillment_status: null,
    total_price: price(totalPrice(order)),
    current_total_price: price(currentTotal(order)),
    total_outstanding: price(Math.max(0, outstanding(order))),
    cancel_reason: order.cancelReason?.toLowerCase() ?? null,
    cancelled_at: order.cancelledAt && isoTime(order.cancelledAt),
    closed_at: null,
    created_at: isoTime(order.createdAt),
    processed_at: isoTime(order.processedAt),
    updated_at: isoTime(order.updatedAt),
    customer: customer ? customerPayload(customer) : null,
    line_items: order.lines.map(linePayload),
    refunds: order.refunds.map((refund) => refundPayload(order, refund)),
  };
}

/** `orders/delete`. */
export function orderDeletePayload({ id }: Order): object {
  return { id };
}

/** How many units of which line an edit has added or taken off. */
export interface EditDelta {
  readonly id: number;
  readonly delta: number;
}

/** `orders/edited`: what differs, and nothing of the order itself. */
export function orderEditPayload(shop: Shop, order: Order, deltas: readonly EditDelta[]): object {
  return {
    order_edit: {
      id: shop.database.nextId('orderEdit'),
      app_id: null,
      created_at: isoTime(shop.now()),
      notify_customer: false,
      order_id: order.id,
      staff_note: '',
      user_id: 1,
      line_items: {
        additions: deltas.filter(({ delta }) => delta > 0),
        removals: deltas
          .filter(({ delta }) => delta < 0)
          .map(({ id, delta }) => ({ id, delta: -delta })),
      },
    },
  };
}

/** `refunds/create`; a refund of money alone has no lines. */
export function refundPayload(order: Order, refund: Refund): object {
  return {
    id: refund.id,
    admin_graphql_api_id: globalId('Refund', refund.id),
    order_id: order.id,
    note: refund.note,
    created_at: isoTime(refund.createdAt),
    processed_at: isoTime(refund.createdAt),
    user_id: 1,
    refund_line_items: refund.lines.map(({ id, lineItemId, quantity, restockType }) => {
      const line = order.lines.find((candidate) => candidate.id === lineItemId);
      return {
        id,
        line_item_id: lineItemId,
        quantity,
        restock_type: restockType.toLowerCase(),
        subtotal: price((line?.price ?? 0) * quantity),
        line_item: line ? linePayload(line) : null,
      };
    }),
    transactions:
      refund.amount === 0
        ? []
        : [{ kind: 'refund', status: 'success', amount: price(refund.amount), order_id: order.id }],
  };
}

/** `disputes/create` and `disputes/update`. */
export function disputePayload(order: Order, dispute: Dispute): object {
  return {
    id: dispute.id,
    order_id: order.id,
    type: dispute.type.toLowerCase(),
    amount: price(dispute.amount),
    currency: shopCurrency,
    reason: 'fraudulent',
    network_reason_code: '4827',
    status: dispute.status.toLowerCase(),
    evidence_due_by: isoTime(dispute.initiatedAt + responseTimeMs),
    evidence_sent_on: null,
    finalized_on: dispute.finalizedAt && isoTime(dispute.finalizedAt),
    initiated_at: isoTime(dispute.initiatedAt),
  };
}

const responseTimeMs = 7 * 24 * 60 * 60 * 1000;

function linePayload(line: LineItem): object {
  return {
    id: line.id,
    admin_graphql_api_id: globalId('LineItem', line.id),
    product_id: line.productId,
    variant_id: line.variantId,
    product_exists: line.productId !== null,
    sku: line.sku,
    title: line.title,
    variant_title: line.variantTitle,
    name: lineName(line),
    vendor: line.vendor,
    price: price(line.price),
    quantity: line.quantity,
    current_quantity: currentQuantity(line),
    fulfillable_quantity: currentQuantity(line),
    fulfillment_status: null,
    gift_card: line.isGiftCard,
    requires_shipping: line.requiresShipping,
    properties: line.customAttributes.map(namedAttribute),
  };
}

function namedAttribute({ key, value }: Attribute): object {
  return { name: key, value };
}
