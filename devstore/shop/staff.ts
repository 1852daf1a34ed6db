/** What the merchant's staff can do to a customer in the store's own back office. */
import { type Customer, type CustomerState, newCustomer } from './customer.ts';
import { applyCustomerInput, type CustomerFields } from './customer-input.ts';
import {
  canDelete,
  changeCustomer,
  createCustomer,
  removeCustomer,
  takenProblems,
} from './customers.ts';
import { resolveNamespace } from './metafield-definitions.ts';
import { type MetafieldWrite, metafieldProblems, writeMetafield } from './metafields.ts';
import { type Problem, problemIf } from './problem.ts';
import { type Shop, shopLocale } from './shop.ts';

export interface StaffInput extends CustomerFields {
  readonly state?: CustomerState;
  readonly metafields?: readonly StaffMetafield[];
}

export interface StaffMetafield {
  readonly namespace?: string;
  readonly key: string;
  readonly type?: string;
  readonly value: string;
}

/** The customer as it stands afterwards, or why not. */
export type StaffResult = Customer | readonly Problem[];

export function staffCreate(shop: Shop, input: StaffInput): StaffResult {
  return shop.database.transaction(() => {
    const blank = newCustomer(shop.database.nextId('customer'), shop.now(), shopLocale);
    const { customer, metafields, problems } = draft(shop, blank, input);
    if (problems.length > 0) return problems;
    const created = createCustomer(shop, 'staff', customer);
    for (const metafield of metafields) writeMetafield(shop, metafield);
    return created;
  });
}

export function staffUpdate(shop: Shop, before: Customer, input: StaffInput): StaffResult {
  return shop.database.transaction(() => {
    const { customer: after, metafields, problems } = draft(shop, before, input);
    if (problems.length > 0) return problems;
    for (const metafield of metafields) writeMetafield(shop, metafield);
    return changeCustomer(shop, 'staff', { before, after });
  });
}

/** Deletes the customer; orders keep staff from it as they keep apps. */
export function staffDelete(shop: Shop, customer: Customer): readonly Problem[] {
  const message = 'Customer can’t be deleted because they have associated orders';
  if (!canDelete(customer)) return problemIf(true, 'id', message, null);
  removeCustomer(shop, 'staff', customer);
  return [];
}

function draft(shop: Shop, base: Customer, input: StaffInput) {
  const applied = applyCustomerInput(base, input, {
    newAddressId: () => shop.database.nextId('address'),
    blankAddresses: 'refused',
  });
  const customer: Customer = {
    ...applied.customer,
    state: input.state ?? base.state,
  };
  const metafields = (input.metafields ?? []).map((given) => metafieldWrite(base.id, given));
  const problems = [
    ...applied.problems,
    ...takenProblems(shop, customer),
    ...metafields.flatMap((write) => metafieldProblems(shop, write)),
  ];
  return { customer, metafields, problems };
}

function metafieldWrite(ownerId: number, given: StaffMetafield): MetafieldWrite {
  return {
    ownerType: 'CUSTOMER',
    ownerId,
    namespace: resolveNamespace(given.namespace),
    key: given.key,
    type: given.type ?? null,
    value: given.value,
    compareDigest: undefined,
  };
}
