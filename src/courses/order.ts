/** An order of the shop as it was last read: what the ledger follows from. */

/** Somebody who bought, as the order or a customer says. */
export interface Buyer {
  /** The customer; `null`: a guest. */
  readonly customerId: string | null;
  readonly email: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
}

/** A line of an order. */
export interface OrderLine {
  readonly id: string;
  readonly title: string;
  readonly productId: string | null;
  readonly variantId: string | null;
  readonly sku: string | null;
  /** How many were ordered, edits that added some among them. */
  readonly quantity: number;
  /** How many are left of them after refunds and edits. */
  readonly currentQuantity: number;
  /** What the buyer was asked for at this line. */
  readonly properties: Readonly<Record<string, string>>;
}

/** A refund: of lines, or of money alone. */
export interface Refund {
  readonly id: string;
  readonly at: Date;
  readonly amount: number;
  readonly lines: readonly { readonly lineId: string; readonly quantity: number }[];
}

/** A payment that the buyer’s bank was asked to take back. */
export interface Dispute {
  readonly id: string;
  readonly kind: 'CHARGEBACK' | 'INQUIRY';
  /** `WON` by the shop: the payment stays. */
  readonly status: string;
}

/** An order. Times are the shop's. */
export interface Order {
  readonly id: string;
  /** As people call it, e.g. `#1001`. */
  readonly name: string;
  readonly processedAt: Date;
  readonly updatedAt: Date;
  readonly cancelledAt: Date | null;
  /** Shopify's `displayFinancialStatus`. */
  readonly financialStatus: string | null;
  readonly fullyPaid: boolean;
  readonly edited: boolean;
  /** What it came to when it was placed. */
  readonly total: number;
  readonly buyer: Buyer;
  readonly lines: readonly OrderLine[];
  readonly refunds: readonly Refund[];
  readonly disputes: readonly Dispute[];
}

const paidStates = new Set(['PAID', 'PARTIALLY_REFUNDED', 'REFUNDED']);

/**
 * Whether an order is paid, by what it says and not by which webhook came. One that an edit made larger
 * is partly paid again: what was given for it before stays.
 */
export function isPaid(order: Order, given: 'given before' | 'not given'): boolean {
  if (order.fullyPaid || paidStates.has(order.financialStatus ?? '')) return true;
  return order.edited && order.financialStatus === 'PARTIALLY_PAID' && given === 'given before';
}
