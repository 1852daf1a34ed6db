/** `Order`, `LineItem`, `Refund` and `RefundLineItem`. */
import { findCustomer } from '../../shop/customer-rows.ts';
import { globalId } from '../../shop/global-id.ts';
import {
  currentQuantity,
  currentTotal,
  financialStatus,
  isFullyPaid,
  type LineItem,
  lineName,
  netPayment,
  type Order,
  orderName,
  outstanding,
  type Refund,
  type RefundLine,
  totalPrice,
  totalRefunded,
} from '../../shop/order.ts';
import { findOrder } from '../../shop/order-rows.ts';
import { findProduct, findVariant } from '../../shop/product-rows.ts';
import { shopCurrency } from '../../shop/shop.ts';
import { isoTime } from '../../shop/time.ts';
import { listConnection } from '../connection.ts';
import type { Context, Fields } from '../context.ts';
import type { PageArguments } from '../inputs.ts';
import { moneyBag } from '../money.ts';
import { withScope } from '../scopes.ts';

const buyer = ({ customerId }: Order, _args: unknown, { shop }: Context) =>
  (customerId !== null && findCustomer(shop.database, customerId)) || null;

export const orderFields: Fields<Order> = {
  id: ({ id }) => globalId('Order', id),
  legacyResourceId: ({ id }) => String(id),
  name: orderName,
  createdAt: ({ createdAt }) => isoTime(createdAt),
  processedAt: ({ processedAt }) => isoTime(processedAt),
  updatedAt: ({ updatedAt }) => isoTime(updatedAt),
  cancelledAt: ({ cancelledAt }) => cancelledAt && isoTime(cancelledAt),
  closed: () => false,
  closedAt: () => null,
  confirmed: () => true,
  currencyCode: () => shopCurrency,
  displayFinancialStatus: financialStatus,
  displayFulfillmentStatus: () => 'UNFULFILLED',
  fullyPaid: isFullyPaid,
  unpaid: (order) => order.received === 0 && !isFullyPaid(order),
  customer: buyer,
  // Nobody orders for a company in this store.
  purchasingEntity: buyer,
  customerLocale: (order, args, context) => buyer(order, args, context)?.locale ?? null,
  disputes: ({ disputes }) =>
    disputes.map(({ id, type, status }) => ({
      id: globalId('OrderDisputeSummary', id),
      initiatedAs: type,
      status,
    })),
  originalTotalPriceSet: ({ originalTotal }) => moneyBag(originalTotal),
  totalPriceSet: (order) => moneyBag(totalPrice(order)),
  currentTotalPriceSet: (order) => moneyBag(currentTotal(order)),
  totalReceivedSet: ({ received }) => moneyBag(received),
  totalRefundedSet: (order) => moneyBag(totalRefunded(order)),
  totalOutstandingSet: (order) => moneyBag(outstanding(order)),
  netPaymentSet: (order) => moneyBag(netPayment(order)),
  lineItems: ({ lines }, args: PageArguments) => listConnection(lines, args),
  refunds: ({ refunds }, { first }: { first?: number | null }) =>
    refunds.slice(0, first ?? undefined),
};

export const lineItemFields: Fields<LineItem> = {
  id: ({ id }) => globalId('LineItem', id),
  name: lineName,
  currentQuantity,
  refundableQuantity: currentQuantity,
  originalUnitPriceSet: ({ price }) => moneyBag(price),
  discountedUnitPriceSet: ({ price }) => moneyBag(price),
  originalTotalSet: ({ price, quantity }) => moneyBag(price * quantity),
  discountedTotalSet: ({ price, quantity }) => moneyBag(price * quantity),
  sellingPlan: () => null,
  ...withScope<LineItem>('read_products', {
    product: ({ productId }, _args, { shop }) =>
      (productId !== null && findProduct(shop.database, productId)) || null,
    variant: ({ variantId }, _args, { shop }) =>
      (variantId !== null && findVariant(shop.database, variantId)) || null,
  }),
};

export const refundFields: Fields<Refund> = {
  id: ({ id }) => globalId('Refund', id),
  legacyResourceId: ({ id }) => String(id),
  createdAt: ({ createdAt }) => isoTime(createdAt),
  processedAt: ({ createdAt }) => isoTime(createdAt),
  updatedAt: ({ createdAt }) => isoTime(createdAt),
  order: ({ orderId }, _args, { shop }) => findOrder(shop.database, orderId),
  totalRefundedSet: ({ amount }) => moneyBag(amount),
  refundLineItems: ({ orderId, lines }, args: PageArguments, { shop }) =>
    listConnection(ofOrder(lines, findOrder(shop.database, orderId)), args),
};

/** A line of a refund with the line of the order it is about. */
type RefundLineOfOrder = RefundLine & { readonly lineItem: LineItem };

export const refundLineFields: Fields<RefundLineOfOrder> = {
  id: ({ id }) => globalId('RefundLineItem', id),
  restocked: ({ restockType }) => restockType !== 'NO_RESTOCK',
  subtotalSet: ({ quantity, lineItem }) => moneyBag(quantity * lineItem.price),
};

function ofOrder(lines: readonly RefundLine[], order: Order | undefined): RefundLineOfOrder[] {
  return lines.flatMap((line) => {
    const lineItem = order?.lines.find(({ id }) => id === line.lineItemId);
    return lineItem ? [{ ...line, lineItem }] : [];
  });
}
