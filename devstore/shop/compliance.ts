/** What the law has every app asked of: webhooks of a merchant's or customer's request, sent on demand. */
import type { Customer } from './customer.ts';
import { ordersOfCustomer } from './order-rows.ts';
import type { Shop } from './shop.ts';
import { type Topic, writeDeliveries } from './webhook-outbox.ts';

/** The topics: no app can leave them out. */
export const complianceTopics = [
  'customers/data_request',
  'customers/redact',
  'shop/redact',
] as const satisfies readonly Topic[];

/** What is asked; `customer` where it is about one. */
export interface ComplianceRequest {
  readonly topic: (typeof complianceTopics)[number];
  readonly customer: Customer | null;
}

/** The shop's number. */
const shopId = 60_000_000_001;

/** Sends a request. https://shopify.dev/docs/apps/build/compliance/privacy-law-compliance */
export function askCompliance(shop: Shop, { topic, customer }: ComplianceRequest): object {
  const of = { shop_id: shopId, shop_domain: shop.domain };
  const payload = customer === null ? of : { ...of, ...customerPart(shop, topic, customer) };
  writeDeliveries(shop, [[topic, payload]]);
  return payload;
}

function customerPart(shop: Shop, topic: ComplianceRequest['topic'], customer: Customer): object {
  const { id, email, phone } = customer;
  const orders = ordersOfCustomer(shop.database, id).map((order) => order.id);
  return {
    customer: { id, email, phone },
    ...(topic === 'customers/redact'
      ? { orders_to_redact: orders }
      : {
          orders_requested: orders,
          data_request: { id: Math.floor(shop.now() / 1_000) },
        }),
  };
}
