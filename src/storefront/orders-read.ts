/** Reads orders of a shop as they are now. */
import type { Buyer, Order, OrderLine } from '../courses/order.ts';
import * as operations from '../shopify/operations.generated.ts';
import type { Shop } from './shop.ts';

/** As many orders are read in one request. */
export const ordersAtOnce = 25;

/** Reads these orders, several in a request; those that the shop does not show are missing. */
export async function readOrders(shop: Shop, ids: readonly string[]): Promise<readonly Order[]> {
  const orders: Order[] = [];
  for (let from = 0; from < ids.length; from += ordersAtOnce) {
    const some = ids.slice(from, from + ordersAtOnce);
    const { nodes } = await shop.ask(operations.OrdersByIds, { ids: some });
    for (const node of nodes)
      if (node?.__typename === 'Order')
        orders.push(orderOf(node, await linesOf(shop, node), await refundsOf(shop, node)));
  }
  return orders;
}

type Refunds = operations.OrderRead['refunds'];

const fewRefunds = 20;

/** All refunds of an order; where they did not fit, they are read by themselves. */
async function refundsOf(shop: Shop, { id, refunds }: operations.OrderRead): Promise<Refunds> {
  const cut = (some: Refunds) =>
    some.some(({ refundLineItems }) => refundLineItems.pageInfo.hasNextPage);
  if (refunds.length < fewRefunds && !cut(refunds)) return refunds;
  const { order } = await shop.ask(operations.OrderRefunds, { id });
  if (order === null) throw new Error(`${id} was deleted while its refunds were read.`);
  if (cut(order.refunds))
    throw new Error(`${id} has a refund of more than 250 lines: give back its rights by hand.`);
  return order.refunds;
}

/** All lines of an order; those that did not fit are read page by page. */
async function linesOf(
  shop: Shop,
  { id, lineItems }: operations.OrderRead,
): Promise<readonly OrderLine[]> {
  const lines = lineItems.nodes.map(lineOf);
  let { hasNextPage, endCursor } = lineItems.pageInfo;
  while (hasNextPage) {
    const { order } = await shop.ask(operations.OrderLinesAfter, { id, after: endCursor });
    if (order === null) throw new Error(`${id} was deleted while its lines were read.`);
    lines.push(...order.lineItems.nodes.map(lineOf));
    ({ hasNextPage, endCursor } = order.lineItems.pageInfo);
  }
  return lines;
}

function lineOf(line: operations.OrderLines['nodes'][number]): OrderLine {
  const { id, title, sku, quantity, currentQuantity, product, variant, customAttributes } = line;
  return {
    ...{ id, title, sku, quantity, currentQuantity },
    productId: product?.id ?? null,
    variantId: variant?.id ?? null,
    properties: Object.fromEntries(customAttributes.map(({ key, value }) => [key, value ?? ''])),
  };
}

const money = ({ shopMoney: { amount } }: { readonly shopMoney: { readonly amount: string } }) =>
  Number(amount);

function orderOf(node: operations.OrderRead, lines: readonly OrderLine[], refunds: Refunds): Order {
  const processedAt = new Date(node.processedAt);
  return {
    id: node.id,
    name: node.name,
    processedAt,
    updatedAt: new Date(node.updatedAt),
    cancelledAt: node.cancelledAt === null ? null : new Date(node.cancelledAt),
    financialStatus: node.displayFinancialStatus,
    fullyPaid: node.fullyPaid,
    edited: node.edited,
    total: money(node.originalTotalPriceSet),
    buyer: buyerOf(node),
    lines,
    refunds: refunds
      .map(({ id, createdAt, totalRefundedSet, refundLineItems }) => ({
        id,
        at: createdAt === null ? processedAt : new Date(createdAt),
        amount: money(totalRefundedSet),
        lines: refundLineItems.nodes.map(({ quantity, lineItem }) => ({
          lineId: lineItem.id,
          quantity,
        })),
      }))
      .toSorted((one, other) => one.at.getTime() - other.at.getTime()),
    disputes: node.disputes.map(({ id, initiatedAs, status }) => ({
      id,
      kind: initiatedAs === 'CHARGEBACK' ? 'CHARGEBACK' : 'INQUIRY',
      status,
    })),
  };
}

/** Who bought: the customer, whose address may have changed since, else the order's own address. */
function buyerOf({ customer, email }: operations.OrderRead): Buyer {
  if (customer === null) return { customerId: null, email, firstName: null, lastName: null };
  const { id, firstName, lastName, defaultEmailAddress } = customer;
  return {
    customerId: id,
    email: defaultEmailAddress?.emailAddress ?? email,
    firstName,
    lastName,
  };
}
