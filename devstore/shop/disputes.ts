/** Disputes: a customer asks the bank for the money back, and the bank decides. */
import type { Dispute, DisputeStatus, DisputeType, Order } from './order.ts';
import { disputePayload } from './order-payloads.ts';
import { changeOrder, type OrderResult, refused } from './orders.ts';
import type { Shop } from './shop.ts';

export interface DisputeInput {
  readonly type: DisputeType;
  readonly status: DisputeStatus;
}

/** Opens a dispute, or moves the one that is open on: to its end, when the status is one. */
export function disputeOrder(
  shop: Shop,
  { order, input }: { readonly order: Order; readonly input: DisputeInput },
): OrderResult {
  const open = order.disputes.find(({ finalizedAt }) => finalizedAt === null);
  if (!open && order.received === 0) return refused('Nothing was paid that could be disputed');
  const base = open ?? blankDispute(shop, order, input.type);
  const dispute = {
    ...base,
    status: input.status,
    finalizedAt: isOpen(input.status) ? null : shop.now(),
  };
  const others = order.disputes.filter(({ id }) => id !== dispute.id);
  const words = [dispute.type, dispute.status].join(' ').toLowerCase().replaceAll('_', ' ');
  return changeOrder(shop, 'customer', {
    after: { ...order, disputes: [...others, dispute] },
    message: `Dispute: ${words}`,
    tell: (disputed) => [
      [open ? 'disputes/update' : 'disputes/create', disputePayload(disputed, dispute)],
    ],
  });
}

function isOpen(status: DisputeStatus): boolean {
  return status === 'NEEDS_RESPONSE' || status === 'UNDER_REVIEW';
}

function blankDispute({ database, now }: Shop, order: Order, type: DisputeType): Dispute {
  return {
    id: database.nextId('dispute'),
    type,
    status: 'NEEDS_RESPONSE',
    amount: order.received,
    initiatedAt: now(),
    finalizedAt: null,
  };
}
