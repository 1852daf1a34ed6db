/**
 * Making, changing and deleting a customer: the row, its indexes, the timeline entry and the
 * webhook are one transaction.
 */
import { deleteContactOf } from './company-contacts.ts';
import type { Customer } from './customer.ts';
import {
  deleteCustomer,
  findCustomerByEmail,
  findCustomerByPhone,
  insertCustomer,
  updateCustomer,
} from './customer-rows.ts';
import { deleteMetafieldsOf } from './metafields.ts';
import { type Problem, problemIf } from './problem.ts';
import type { Actor, Shop } from './shop.ts';
import { describeChange, writeTimeline } from './timeline.ts';
import { writeDeliveries } from './webhook-outbox.ts';
import { customerDeletePayload, customerPayload, tagMessages } from './webhook-payloads.ts';

/** Which of the customer's unique values another customer holds already. */
export function takenProblems({ database }: Shop, customer: Customer): Problem[] {
  const byEmail = customer.email ? findCustomerByEmail(database, customer.email) : undefined;
  const byPhone = customer.phone ? findCustomerByPhone(database, customer.phone) : undefined;
  return [
    ...problemIf(
      byEmail !== undefined && byEmail.id !== customer.id,
      'email',
      'Email has already been taken',
      'TAKEN',
    ),
    ...problemIf(
      byPhone !== undefined && byPhone.id !== customer.id,
      'phone',
      'Phone has already been taken',
      'TAKEN',
    ),
  ];
}

export function createCustomer(shop: Shop, actor: Actor, customer: Customer): Customer {
  return shop.database.transaction(() => {
    insertCustomer(shop.database, customer, shop.now() + shop.live.indexLagMs);
    writeTimeline(shop, customer.id, actor, 'Customer created');
    writeDeliveries(shop, [
      ['customers/create', customerPayload(customer)],
      ...tagMessages(null, customer),
    ]);
    return customer;
  });
}

/** Writes what differs; a change that changes nothing leaves no trace and sends no webhook. */
export function changeCustomer(
  shop: Shop,
  actor: Actor,
  { before, after }: { readonly before: Customer; readonly after: Customer },
): Customer {
  if (JSON.stringify(before) === JSON.stringify(after)) return before;
  return touchCustomer(shop, actor, { before, after, message: describeChange(before, after) });
}

/** Writes the customer with a new `updatedAt`, also when only something beside it has changed. */
export function touchCustomer(
  shop: Shop,
  actor: Actor,
  change: { readonly before: Customer; readonly after: Customer; readonly message: string },
): Customer {
  return shop.database.transaction(() => {
    const customer = { ...change.after, updatedAt: shop.now() };
    updateCustomer(shop.database, change.before, customer);
    writeTimeline(shop, customer.id, actor, change.message);
    writeDeliveries(shop, [
      ['customers/update', customerPayload(customer)],
      ...tagMessages(change.before, customer),
    ]);
    return customer;
  });
}

/** Whether the store lets the customer go: not once orders point at it. */
export function canDelete(customer: Customer): boolean {
  return customer.numberOfOrders === 0;
}

export function removeCustomer(shop: Shop, actor: Actor, customer: Customer): void {
  shop.database.transaction(() => {
    eraseCustomer(shop, customer);
    writeTimeline(shop, customer.id, actor, 'Customer deleted');
    writeDeliveries(shop, [['customers/delete', customerDeletePayload(customer)]]);
  });
}

/** Takes the customer and what hangs on it out of the tables; says nothing to anybody. */
export function eraseCustomer(shop: Shop, customer: Customer): void {
  deleteCustomer(shop.database, customer);
  deleteMetafieldsOf(shop.database, 'CUSTOMER', customer.id);
  deleteContactOf(shop, customer.id);
}
