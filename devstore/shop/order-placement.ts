/** Placing an order: the lines, the customer who is found or made, the first payment. */
import { isEmail, normaliseEmail, normalisePhone } from './contact.ts';
import { type Customer, newCustomer } from './customer.ts';
import { findCustomer, findCustomerByEmail } from './customer-rows.ts';
import { createCustomer, touchCustomer } from './customers.ts';
import { isFullyPaid, type LineItem, type Order, orderName } from './order.ts';
import { attributesOf, draftLines, type LineInput } from './order-lines.ts';
import { orderPayload } from './order-payloads.ts';
import { insertOrder } from './order-rows.ts';
import type { OrderResult } from './orders.ts';
import { type Problem, problemIf } from './problem.ts';
import { type Actor, type Shop, shopLocale } from './shop.ts';
import { normaliseTags } from './tags.ts';
import { writeTimeline } from './timeline.ts';
import { asOneEvent, type Message, writeDeliveries } from './webhook-outbox.ts';

export interface OrderInput {
  /** Of the buyer, who is found by it or made, unless it is a guest. */
  readonly email?: string | null;
  readonly customerId?: number;
  /** A checkout without an account: the order has an address and no customer. */
  readonly guest?: boolean;
  readonly firstName?: string | null;
  readonly lastName?: string | null;
  readonly phone?: string | null;
  readonly lines: readonly LineInput[];
  readonly payment: 'none' | 'authorized' | 'paid';
  readonly note?: string | null;
  readonly tags?: readonly string[];
  readonly attributes?: Readonly<Record<string, string>>;
  readonly test?: boolean;
  /** In milliseconds; now when left out. */
  readonly createdAt?: number;
  readonly processedAt?: number;
}

/** The order, or why it is none. Everything it brings about is one event. */
export function placeOrder(shop: Shop, actor: Actor, input: OrderInput): OrderResult {
  return shop.database.transaction(() =>
    asOneEvent(shop, () => {
      const drafts = draftLines(shop, input.lines);
      const problems = [...drafts.problems, ...buyerProblems(shop, input)];
      if (problems.length > 0) return problems;
      const buyer = buyerOf(shop, actor, input);
      const order = draftOrder(shop, input, { buyer, lines: drafts.lines });
      insertOrder(shop.database, order, shop.now() + shop.live.indexLagMs);
      writeTimeline(shop, order.id, actor, `Order ${orderName(order)} placed`);
      countOrder(shop, actor, { order, count: 1, message: `Order ${orderName(order)} placed` });
      writeDeliveries(shop, placedMessages(shop, order));
      return order;
    }),
  );
}

/** Counts an order at its customer, as one more or one less. */
export function countOrder(
  shop: Shop,
  actor: Actor,
  {
    order,
    count,
    message,
  }: { readonly order: Order; readonly count: number; readonly message: string },
): void {
  const before = order.customerId && findCustomer(shop.database, order.customerId);
  if (!before) return;
  const after = { ...before, numberOfOrders: before.numberOfOrders + count };
  touchCustomer(shop, actor, { before, after, message });
}

function placedMessages(shop: Shop, order: Order): Message[] {
  const payload = orderPayload(shop, order);
  const paid = order.received > 0 && isFullyPaid(order);
  return [['orders/create', payload], ...(paid ? [['orders/paid', payload] as const] : [])];
}

function draftOrder(
  shop: Shop,
  input: OrderInput,
  { buyer, lines }: { readonly buyer: Customer | null; readonly lines: readonly LineItem[] },
): Order {
  const total = lines.reduce((sum, { price, quantity }) => sum + price * quantity, 0);
  const createdAt = input.createdAt ?? shop.now();
  return {
    __typename: 'Order',
    id: shop.database.nextId('order'),
    number: shop.database.nextOrderNumber(),
    email: normaliseEmail(input.email ?? null) ?? buyer?.email ?? null,
    phone: input.phone ? normalisePhone(input.phone, null) : null,
    customerId: buyer?.id ?? null,
    note: input.note ?? null,
    tags: normaliseTags(input.tags ?? []),
    customAttributes: attributesOf(input.attributes),
    test: input.test ?? false,
    edited: false,
    lines,
    refunds: [],
    disputes: [],
    originalTotal: total,
    authorized: input.payment === 'authorized' ? total : 0,
    voided: false,
    received: input.payment === 'paid' ? total : 0,
    cancelReason: null,
    cancelledAt: null,
    createdAt,
    processedAt: input.processedAt ?? createdAt,
    updatedAt: shop.now(),
  };
}

/** Whom the order is for: somebody known, somebody new with a new address, nobody for a guest. */
function buyerOf(shop: Shop, actor: Actor, input: OrderInput): Customer | null {
  if (input.customerId !== undefined) return findCustomer(shop.database, input.customerId) ?? null;
  const email = normaliseEmail(input.email ?? null);
  if (email === null || input.guest) return null;
  const known = findCustomerByEmail(shop.database, email);
  if (known) return known;
  const blank = newCustomer(shop.database.nextId('customer'), shop.now(), shopLocale);
  const { firstName = null, lastName = null } = input;
  return createCustomer(shop, actor, { ...blank, email, firstName, lastName });
}

function buyerProblems({ database }: Shop, input: OrderInput): Problem[] {
  const email = normaliseEmail(input.email ?? null);
  const { customerId, phone } = input;
  return [
    ...problemIf(email !== null && !isEmail(email), 'email', 'Email is invalid', 'INVALID'),
    ...problemIf(
      customerId !== undefined && !findCustomer(database, customerId),
      'customerId',
      'Customer does not exist',
      null,
    ),
    ...problemIf(
      Boolean(phone) && normalisePhone(phone ?? '', null) === null,
      'phone',
      'Phone is invalid',
      'INVALID',
    ),
  ];
}
