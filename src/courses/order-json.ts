/** Orders as they are stored: JSON, with times as text. */

import { z } from 'zod';
import type { JsonObject } from '../model.ts';
import { storable } from '../scim/json.ts';
import type { Order } from './order.ts';

const buyer = z.object({
  customerId: z.string().nullable(),
  email: z.string().nullable(),
  firstName: z.string().nullable(),
  lastName: z.string().nullable(),
});

const line = z.object({
  id: z.string(),
  title: z.string(),
  productId: z.string().nullable(),
  variantId: z.string().nullable(),
  sku: z.string().nullable(),
  quantity: z.number(),
  currentQuantity: z.number(),
  properties: z.record(z.string(), z.string()),
});

const refund = z.object({
  id: z.string(),
  at: z.coerce.date(),
  amount: z.number(),
  lines: z.array(z.object({ lineId: z.string(), quantity: z.number() })),
});

const schema = z.object({
  id: z.string(),
  name: z.string(),
  processedAt: z.coerce.date(),
  updatedAt: z.coerce.date(),
  cancelledAt: z.coerce.date().nullable(),
  financialStatus: z.string().nullable(),
  fullyPaid: z.boolean(),
  edited: z.boolean(),
  total: z.number(),
  buyer,
  lines: z.array(line),
  refunds: z.array(refund),
  disputes: z.array(
    z.object({ id: z.string(), kind: z.enum(['CHARGEBACK', 'INQUIRY']), status: z.string() }),
  ),
}) satisfies z.ZodType<Order>;

/** An order as it is stored. */
export function orderJson(order: Order): JsonObject {
  const text = JSON.stringify(order, (_name, value: unknown) =>
    typeof value === 'string' ? storable(value) : value,
  );
  return JSON.parse(text) as JsonObject;
}

/** The order that was stored. */
export function orderFrom(data: JsonObject): Order {
  return schema.parse(data);
}
