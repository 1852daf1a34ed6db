/** The bodies of `/_dev/products` and `/_dev/orders`, checked. */
import { z } from 'zod';
import { centsOf } from '../shop/money.ts';
import { numberIn } from './control-requests.ts';

/** A number or a global id. */
const id = z.union([z.string(), z.number()]).transform(numberIn);

const amount = z.union([z.number(), z.string().regex(/^\d+(\.\d{1,2})?$/)]);

/** In cents. */
const cents = amount.transform(centsOf).refine((value) => value >= 0);

const time = z
  .string()
  .refine((value) => !Number.isNaN(Date.parse(value)), 'must be a time in ISO 8601')
  .transform((value) => Date.parse(value));

const quantity = z.number().int().min(1);
const entries = z.record(z.string(), z.string());
const email = z.string().nullable().exactOptional();
const name = z.string().nullable().exactOptional();

const variantBody = z.strictObject({
  id: id.exactOptional(),
  title: z.string().trim().min(1).exactOptional(),
  sku: z.string().nullable().exactOptional(),
  price: amount.exactOptional(),
  requiresShipping: z.boolean().exactOptional(),
});

/** What staff may write of a product. */
export const productBody = z.strictObject({
  title: z.string().exactOptional(),
  handle: z.string().trim().min(1).exactOptional(),
  status: z.enum(['ACTIVE', 'ARCHIVED', 'DRAFT', 'UNLISTED']).exactOptional(),
  descriptionHtml: z.string().exactOptional(),
  vendor: z.string().exactOptional(),
  productType: z.string().exactOptional(),
  tags: z.array(z.string()).exactOptional(),
  isGiftCard: z.boolean().exactOptional(),
  variants: z.array(variantBody).exactOptional(),
});

const lineBody = z
  .strictObject({
    variantId: id.exactOptional(),
    sku: z.string().exactOptional(),
    title: z.string().exactOptional(),
    price: amount.exactOptional(),
    requiresShipping: z.boolean().exactOptional(),
    quantity: quantity.default(1),
    properties: entries.exactOptional(),
  })
  .refine(
    ({ variantId, sku, title }) => [variantId, sku, title].some((given) => given !== undefined),
    'says what is bought: a variantId, a sku, or a title with a price',
  );

/** An order to be placed. */
export const orderBody = z
  .strictObject({
    email,
    customerId: id.exactOptional(),
    guest: z.boolean().exactOptional(),
    firstName: name,
    lastName: name,
    phone: z.string().nullable().exactOptional(),
    lines: z.array(lineBody).min(1),
    paid: z.boolean().default(false),
    authorized: z.boolean().default(false),
    note: z.string().nullable().exactOptional(),
    tags: z.array(z.string()).exactOptional(),
    attributes: entries.exactOptional(),
    test: z.boolean().exactOptional(),
    createdAt: time.exactOptional(),
    processedAt: time.exactOptional(),
  })
  .transform(({ paid, authorized, ...order }) => {
    const payment: 'paid' | 'authorized' | 'none' = paid
      ? 'paid'
      : authorized
        ? 'authorized'
        : 'none';
    return { ...order, payment };
  });

/** What staff may write of an order that is placed. */
export const orderChangeBody = z.strictObject({
  email,
  note: z.string().nullable().exactOptional(),
  tags: z.array(z.string()).exactOptional(),
  attributes: entries.exactOptional(),
});

/** All that is owed, or an amount of it. */
export const paymentBody = z.strictObject({ amount: cents.exactOptional() });

export const cancelBody = z.strictObject({
  reason: z
    .enum(['CUSTOMER', 'DECLINED', 'FRAUD', 'INVENTORY', 'OTHER', 'STAFF'])
    .default('CUSTOMER'),
  refund: z.boolean().default(true),
  note: z.string().nullable().default(null),
});

/** A line of an order, by its id or its SKU. */
const line = z.union([z.string(), z.number()]);

export const editBody = z.strictObject({
  add: z.array(lineBody).default([]),
  set: z.array(z.strictObject({ line, quantity: z.number().int().min(0) })).default([]),
  remove: z.array(line).default([]),
});

/** Without `lines` and `amount`: everything. */
export const refundBody = z.strictObject({
  lines: z.array(z.strictObject({ line, quantity: quantity.exactOptional() })).exactOptional(),
  amount: cents.exactOptional(),
  restockType: z.enum(['CANCEL', 'NO_RESTOCK', 'RETURN']).default('RETURN'),
  note: z.string().nullable().default(null),
});

export const disputeBody = z.strictObject({
  type: z.enum(['CHARGEBACK', 'INQUIRY']).default('CHARGEBACK'),
  status: z
    .enum([
      'ACCEPTED',
      'CHARGE_REFUNDED',
      'LOST',
      'NEEDS_RESPONSE',
      'PREVENTED',
      'UNDER_REVIEW',
      'WON',
    ])
    .default('NEEDS_RESPONSE'),
});
