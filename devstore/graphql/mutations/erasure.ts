/**
 * `customerRequestDataErasure`, `customerCancelDataErasure`. Nothing visible changes at once:
 * Shopify redacts days or months later, which this store does not live to see.
 */
import type { Customer } from '../../shop/customer.ts';
import { touchCustomer } from '../../shop/customers.ts';
import { globalId } from '../../shop/global-id.ts';
import type { Problem } from '../../shop/problem.ts';
import type { Shop } from '../../shop/shop.ts';
import type { Fields } from '../context.ts';
import { customerOf } from '../ids.ts';
import { codedErrors } from './user-errors.ts';

interface ErasureArguments {
  readonly customerId: string;
}

export const erasureMutations: Fields<undefined> = {
  customerRequestDataErasure: (_, { customerId }: ErasureArguments, { shop }) => {
    const customer = customerOf(shop, customerId);
    if (!customer) return refused(doesNotExist);
    if (customer.erasureRequestedAt === null) schedule(shop, customer, shop.now());
    return { customerId: globalId('Customer', customer.id), userErrors: [] };
  },

  customerCancelDataErasure: (_, { customerId }: ErasureArguments, { shop }) => {
    const customer = customerOf(shop, customerId);
    if (!customer) return refused(doesNotExist);
    if (customer.erasureRequestedAt === null) return refused(notBeingErased);
    schedule(shop, customer, null);
    return { customerId: globalId('Customer', customer.id), userErrors: [] };
  },
};

function schedule(shop: Shop, before: Customer, erasureRequestedAt: number | null): void {
  const message = erasureRequestedAt === null ? 'Erasure cancelled' : 'Erasure requested';
  touchCustomer(shop, 'app', { before, after: { ...before, erasureRequestedAt }, message });
}

const refused = (problem: Problem) => ({
  customerId: null,
  userErrors: codedErrors([problem], []),
});

const doesNotExist: Problem = {
  field: ['customerId'],
  message: 'Customer does not exist',
  code: 'DOES_NOT_EXIST',
};

const notBeingErased: Problem = {
  field: ['customerId'],
  message: "Customer's data is not scheduled for erasure",
  code: 'NOT_BEING_ERASED',
};
