/** Refunds: of lines, of part of their units, of money alone. */
import { price } from './money.ts';
import {
  currentQuantity,
  type LineItem,
  netPayment,
  type Order,
  type Refund,
  type RestockType,
} from './order.ts';
import { refundPayload } from './order-payloads.ts';
import { changeOrder, type OrderResult, refused } from './orders.ts';
import type { Problem } from './problem.ts';
import type { Actor, Shop } from './shop.ts';

/** Some units of one of the order's lines. */
export interface RefundedUnits {
  readonly line: LineItem;
  readonly quantity: number;
}

export interface RefundInput {
  readonly units: readonly RefundedUnits[];
  /** The money that goes back; what the units cost when left out, as far as it was paid. */
  readonly amount?: number;
  readonly restockType: RestockType;
  readonly note: string | null;
}

/** Refunds what is asked for; units that were never paid for are taken off without money. */
export function refundOrder(
  shop: Shop,
  actor: Actor,
  { order, input }: { readonly order: Order; readonly input: RefundInput },
): OrderResult {
  const problems = refundProblems(order, input);
  if (problems.length > 0) return problems;
  const refund = draftRefund(shop, order, input);
  const message = `Refunded ${price(refund.amount)}${unitsIn(input)}`;
  return changeOrder(shop, actor, {
    after: withRefund(order, refund),
    message,
    tell: (refunded) => [['refunds/create', refundPayload(refunded, refund)]],
  });
}

/** All that is still bought. */
export function remainingUnits({ lines }: Order): RefundedUnits[] {
  return lines
    .map((line) => ({ line, quantity: currentQuantity(line) }))
    .filter(({ quantity }) => quantity > 0);
}

export function draftRefund(shop: Shop, order: Order, input: RefundInput): Refund {
  const { units, restockType, note } = input;
  const amount = amountOf(order, input);
  return {
    __typename: 'Refund',
    id: shop.database.nextId('refund'),
    orderId: order.id,
    note,
    amount,
    adjustment: Math.max(0, amount - priceOf(units)),
    lines: units.map(({ line, quantity }) => ({
      id: shop.database.nextId('refundLine'),
      lineItemId: line.id,
      quantity,
      restockType,
    })),
    createdAt: shop.now(),
  };
}

/** The order with the refund, and its units taken off the lines. */
export function withRefund(order: Order, refund: Refund): Order {
  const lines = order.lines.map((line) => {
    const refunded = refund.lines.find(({ lineItemId }) => lineItemId === line.id)?.quantity ?? 0;
    return { ...line, refunded: line.refunded + refunded };
  });
  return { ...order, lines, refunds: [...order.refunds, refund] };
}

function amountOf(order: Order, { units, amount }: RefundInput): number {
  return amount ?? Math.min(priceOf(units), netPayment(order));
}

function priceOf(units: readonly RefundedUnits[]): number {
  return units.reduce((sum, { line, quantity }) => sum + line.price * quantity, 0);
}

function refundProblems(order: Order, input: RefundInput): readonly Problem[] {
  const tooMany = input.units.filter(({ line, quantity }) => quantity > currentQuantity(line));
  const refundable = netPayment(order);
  const [first] = tooMany;
  if (first)
    return refused(
      `Quantity cannot refund more items than were purchased: ${currentQuantity(first.line)} left`,
      'lines',
    );
  if (amountOf(order, input) > refundable)
    return refused(`Refund amount cannot be more than ${price(refundable)}`, 'amount');
  if (input.units.length === 0 && amountOf(order, input) === 0)
    return refused('There is nothing to refund');
  return [];
}

function unitsIn({ units }: RefundInput): string {
  if (units.length === 0) return '';
  return `: ${units.map(({ line, quantity }) => `${quantity} × ${line.title}`).join(', ')}`;
}
