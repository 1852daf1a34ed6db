/** Products and orders for a test. */
import assert from 'node:assert/strict';
import type { Json, RemoteStore } from './support.ts';

/** A course in two variants, a second course, and a thing that is sent by post. */
export async function sellCourses(store: RemoteStore): Promise<Json> {
  const { products } = await store.control('POST', 'products', [
    {
      title: 'Welding 101',
      tags: ['course'],
      variants: [
        { title: 'Self-paced', sku: 'WELD-101', price: '149.00' },
        { title: 'With tutor', sku: 'WELD-101-TUTOR', price: '299.00' },
      ],
    },
    { title: 'First Aid', tags: ['course'], variants: [{ sku: 'FIRST-AID', price: 59.5 }] },
    { title: 'Helmet', variants: [{ sku: 'HELMET', price: 89, requiresShipping: true }] },
  ]);
  return products ?? assert.fail('The store made no products');
}

/** Places an order; of one item somebody typed in, unless lines are given. */
export function placeOrder(store: RemoteStore, input: object): Promise<Json> {
  return store.control('POST', 'orders', { lines: [{ title: 'Tea', price: '4.50' }], ...input });
}

/** What the app may ask of an order. */
export const orderFields = `
fragment OrderFields on Order {
  id name createdAt processedAt updatedAt cancelledAt cancelReason displayFinancialStatus
  fullyPaid unpaid edited test confirmed closed email phone note tags customAttributes { key value }
  customer { id displayName defaultEmailAddress { emailAddress } }
  disputes { id initiatedAs status }
  currentTotalPriceSet { shopMoney { amount currencyCode } }
  originalTotalPriceSet { shopMoney { amount } }
  totalPriceSet { shopMoney { amount } }
  totalReceivedSet { shopMoney { amount } }
  totalRefundedSet { shopMoney { amount } }
  lineItems(first: 50) {
    nodes {
      id name title variantTitle sku quantity currentQuantity refundableQuantity isGiftCard
      requiresShipping customAttributes { key value } product { id title } variant { id title sku }
      originalTotalSet { shopMoney { amount } } discountedTotalSet { shopMoney { amount } }
    }
    pageInfo { hasNextPage endCursor }
  }
  refunds(first: 10) {
    id createdAt processedAt note totalRefundedSet { shopMoney { amount } }
    refundLineItems(first: 10) {
      nodes { id quantity lineItem { id } restockType }
      pageInfo { hasNextPage endCursor }
    }
  }
}`;

/** The order as the app reads it. */
export async function readOrder(store: RemoteStore, id: unknown): Promise<Json> {
  const query = `query ($id: ID!) { order(id: $id) { ...OrderFields } } ${orderFields}`;
  const { data, errors } = await store.graphql(query, { id });
  assert.equal(errors, undefined, JSON.stringify(errors));
  return data.order ?? assert.fail('There is no such order');
}

/** How an order stands with its payment: status, paid in full, and what it costs now. */
export async function standing(store: RemoteStore, id: unknown): Promise<readonly unknown[]> {
  const order = await readOrder(store, id);
  return [
    order.displayFinancialStatus,
    order.fullyPaid,
    order.currentTotalPriceSet?.shopMoney?.amount,
  ];
}
