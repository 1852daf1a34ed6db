/**
 * What the store knows of an order, and the plain facts that follow from it: what is still bought,
 * what it costs, what was paid. Amounts are in cents.
 */

export type CancelReason = 'CUSTOMER' | 'DECLINED' | 'FRAUD' | 'INVENTORY' | 'OTHER' | 'STAFF';

export type RestockType = 'CANCEL' | 'LEGACY_RESTOCK' | 'NO_RESTOCK' | 'RETURN';

export type FinancialStatus =
  | 'AUTHORIZED'
  | 'PAID'
  | 'PARTIALLY_PAID'
  | 'PARTIALLY_REFUNDED'
  | 'PENDING'
  | 'REFUNDED'
  | 'VOIDED';

export type DisputeType = 'CHARGEBACK' | 'INQUIRY';

export type DisputeStatus =
  | 'ACCEPTED'
  | 'CHARGE_REFUNDED'
  | 'LOST'
  | 'NEEDS_RESPONSE'
  | 'PREVENTED'
  | 'UNDER_REVIEW'
  | 'WON';

/** A property of a line, or of the whole order. */
export interface Attribute {
  readonly key: string;
  readonly value: string;
}

export interface LineItem {
  readonly __typename: 'LineItem';
  readonly id: number;
  /** Null for an item somebody typed in. */
  readonly productId: number | null;
  readonly variantId: number | null;
  readonly title: string;
  readonly variantTitle: string | null;
  readonly sku: string | null;
  readonly vendor: string | null;
  /** Of one unit. */
  readonly price: number;
  /** All units that were ever ordered, with those removed or refunded since. */
  readonly quantity: number;
  /** Units taken off by an edit. */
  readonly removed: number;
  readonly refunded: number;
  readonly isGiftCard: boolean;
  readonly requiresShipping: boolean;
  readonly customAttributes: readonly Attribute[];
}

export interface RefundLine {
  readonly id: number;
  readonly lineItemId: number;
  readonly quantity: number;
  readonly restockType: RestockType;
}

export interface Refund {
  readonly __typename: 'Refund';
  readonly id: number;
  readonly orderId: number;
  readonly note: string | null;
  /** The money that went back; none where units were only taken off. */
  readonly amount: number;
  /** How much of it was for none of the lines: it makes the order cheaper. */
  readonly adjustment: number;
  readonly lines: readonly RefundLine[];
  readonly createdAt: number;
}

export interface Dispute {
  readonly id: number;
  readonly type: DisputeType;
  readonly status: DisputeStatus;
  readonly amount: number;
  readonly initiatedAt: number;
  /** When it was won, lost or otherwise over. */
  readonly finalizedAt: number | null;
}

export interface Order {
  /** Names the type to GraphQL wherever the schema only says `Node`. */
  readonly __typename: 'Order';
  readonly id: number;
  /** 1001 of `#1001`. */
  readonly number: number;
  readonly email: string | null;
  readonly phone: string | null;
  /** Null for a guest. */
  readonly customerId: number | null;
  readonly note: string | null;
  readonly tags: readonly string[];
  readonly customAttributes: readonly Attribute[];
  readonly test: boolean;
  readonly edited: boolean;
  readonly lines: readonly LineItem[];
  readonly refunds: readonly Refund[];
  readonly disputes: readonly Dispute[];
  /** What it cost when it was placed. */
  readonly originalTotal: number;
  /** Held on a card, not taken yet. */
  readonly authorized: number;
  /** Whether what was held was let go again. */
  readonly voided: boolean;
  /** What the customer has paid, before refunds. */
  readonly received: number;
  readonly cancelReason: CancelReason | null;
  readonly cancelledAt: number | null;
  readonly createdAt: number;
  readonly processedAt: number;
  readonly updatedAt: number;
}

/** `#1001` */
export function orderName({ number }: Pick<Order, 'number'>): string {
  return `#${number}`;
}

/** The product's title, with the variant's where it has one. */
export function lineName({ title, variantTitle }: LineItem): string {
  return variantTitle === null ? title : `${title} - ${variantTitle}`;
}

/** The units that are still bought: neither removed nor refunded. */
export function currentQuantity({ quantity, removed, refunded }: LineItem): number {
  return quantity - removed - refunded;
}

/** What the order costs, before refunds. */
export function totalPrice({ lines }: Order): number {
  return sum(lines, ({ price, quantity, removed }) => price * (quantity - removed));
}

/** What it costs after them. */
export function currentTotal({ lines, refunds }: Order): number {
  const units = sum(lines, (line) => line.price * currentQuantity(line));
  return Math.max(0, units - sum(refunds, ({ adjustment }) => adjustment));
}

export function totalRefunded({ refunds }: Order): number {
  return sum(refunds, ({ amount }) => amount);
}

/** What the merchant has of it. */
export function netPayment(order: Order): number {
  return order.received - totalRefunded(order);
}

/** What the customer still owes; negative where it is the merchant who owes. */
export function outstanding(order: Order): number {
  return currentTotal(order) - netPayment(order);
}

/** "when the total amount received equals or exceeds the order total" (the schema's words). */
export function isFullyPaid(order: Order): boolean {
  return order.received >= totalPrice(order) || (order.received > 0 && outstanding(order) <= 0);
}

export function financialStatus(order: Order): FinancialStatus {
  const { received, cancelledAt, voided, authorized } = order;
  if (received === 0) {
    if (totalPrice(order) === 0) return 'PAID';
    if (cancelledAt !== null || voided) return 'VOIDED';
    return authorized > 0 ? 'AUTHORIZED' : 'PENDING';
  }
  const refunded = totalRefunded(order);
  if (refunded >= received) return 'REFUNDED';
  if (refunded > 0) return 'PARTIALLY_REFUNDED';
  return isFullyPaid(order) ? 'PAID' : 'PARTIALLY_PAID';
}

/**
 * Whether it may be deleted: once it is cancelled, or when it never was a real one.
 * https://help.shopify.com/en/manual/orders/cancel-delete-order
 */
export function isDeletable({ cancelledAt, test }: Order): boolean {
  return cancelledAt !== null || test;
}

function sum<T>(list: readonly T[], value: (item: T) => number): number {
  return list.reduce((total, item) => total + value(item), 0);
}
