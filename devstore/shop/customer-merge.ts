/**
 * Staff merge two customers: the one is gone, the other has what both had. Which of two values stays
 * is the kept customer's; the one that goes fills what was empty.
 * https://help.shopify.com/en/manual/customers/manage-customers/merge-customers
 */
import { type Address, isSameAddress } from './addresses.ts';
import { findContactOf } from './company-contacts.ts';
import { type Customer, displayName, withAddresses } from './customer.ts';
import { updateCustomer } from './customer-rows.ts';
import { eraseCustomer } from './customers.ts';
import { ordersOfCustomer } from './order-rows.ts';
import { changeOrder } from './orders.ts';
import { type Problem, problemIf } from './problem.ts';
import type { Shop } from './shop.ts';
import { normaliseTags, tagProblems } from './tags.ts';
import { writeTimeline } from './timeline.ts';
import { asOneEvent, writeDeliveries } from './webhook-outbox.ts';
import {
  customerDeletePayload,
  customerMergePayload,
  customerPayload,
  tagMessages,
} from './webhook-payloads.ts';

interface Merge {
  readonly kept: Customer;
  readonly deleted: Customer;
}

/** The customer that both have become, or why they cannot. Metafields of the other go with it. */
export function mergeCustomers(shop: Shop, merge: Merge): Customer | readonly Problem[] {
  const merged = { ...mergedCustomer(merge), updatedAt: shop.now() };
  const problems = mergeProblems(shop, merge, merged);
  if (problems.length > 0) return problems;
  return shop.database.transaction(() =>
    asOneEvent(shop, () => {
      // First: an e-mail address, a phone number or an address belongs to one customer at a time.
      eraseCustomer(shop, merge.deleted);
      updateCustomer(shop.database, merge.kept, merged);
      writeTimeline(shop, merged.id, 'staff', `Merged with ${displayName(merge.deleted)}`);
      for (const order of ordersOfCustomer(shop.database, merge.deleted.id))
        changeOrder(shop, 'staff', {
          after: { ...order, customerId: merged.id },
          message: `Now of ${displayName(merged)}`,
        });
      writeDeliveries(shop, [
        ['customers/merge', customerMergePayload(merge)],
        ['customers/update', customerPayload(merged)],
        ...tagMessages(merge.kept, merged),
        ['customers/delete', customerDeletePayload(merge.deleted)],
      ]);
      return merged;
    }),
  );
}

function mergeProblems(shop: Shop, { kept, deleted }: Merge, merged: Customer): Problem[] {
  const contacts = [kept, deleted].filter(({ id }) => findContactOf(shop.database, id));
  return [
    ...problemIf(
      kept.id === deleted.id,
      'into',
      'A customer cannot be merged with itself.',
      'INVALID_CUSTOMER',
    ),
    ...contacts.map((customer) => ({
      field: ['company_contact'],
      message: `${displayName(customer)} is a company contact and can’t be merged.`,
      code: 'INVALID_CUSTOMER',
    })),
    ...tagProblems(merged.tags),
  ];
}

function mergedCustomer({ kept, deleted }: Merge): Customer {
  const added = deleted.addresses.filter(
    (address) => !kept.addresses.some((known) => isSameAddress(known, address)),
  );
  const addresses: readonly Address[] = [...kept.addresses, ...added];
  return withAddresses(
    {
      ...kept,
      email: kept.email ?? deleted.email,
      phone: kept.phone ?? deleted.phone,
      firstName: kept.firstName ?? deleted.firstName,
      lastName: kept.lastName ?? deleted.lastName,
      note: [kept.note, deleted.note].filter(Boolean).join('\n') || null,
      tags: normaliseTags([...kept.tags, ...deleted.tags]),
      numberOfOrders: kept.numberOfOrders + deleted.numberOfOrders,
    },
    addresses,
  );
}
