/** Cancelling an order: nothing of it is bought any more, and the money goes back or stays. */
import { type CancelReason, netPayment, type Order } from './order.ts';
import { orderPayload, refundPayload } from './order-payloads.ts';
import { changeOrder, type OrderResult, refused } from './orders.ts';
import { draftRefund, remainingUnits, withRefund } from './refunds.ts';
import type { Actor, Shop } from './shop.ts';
import type { Message } from './webhook-outbox.ts';

export interface Cancellation {
  readonly reason: CancelReason;
  /** Whether what was paid goes back. */
  readonly refund: boolean;
  readonly note: string | null;
}

/**
 * What was bought becomes a refund, without money where none was paid or none goes back ("independent
 * from the movement of money", says Shopify of `refunds/create`).
 */
export function cancelOrder(
  shop: Shop,
  actor: Actor,
  { order, cancellation }: { readonly order: Order; readonly cancellation: Cancellation },
): OrderResult {
  if (order.cancelledAt !== null) return refused('Order has already been cancelled');
  const { reason, refund: withMoney, note } = cancellation;
  const units = remainingUnits(order);
  const amount = withMoney ? netPayment(order) : 0;
  const refund =
    units.length > 0 || amount > 0
      ? draftRefund(shop, order, { units, amount, restockType: 'CANCEL', note })
      : null;
  const open = refund ? withRefund(order, refund) : order;
  return changeOrder(shop, actor, {
    after: { ...open, authorized: 0, cancelReason: reason, cancelledAt: shop.now() },
    message: `Order cancelled (${reason.toLowerCase()})`,
    tell: (cancelled): Message[] => [
      ['orders/cancelled', orderPayload(shop, cancelled)],
      ...(refund ? [['refunds/create', refundPayload(cancelled, refund)] as const] : []),
    ],
  });
}
