/**
 * `customerAddressCreate`, `…Update`, `…Delete` and `customerUpdateDefaultAddress`. An address id
 * nobody has is an error of the request; one of another customer is a user error.
 */
import {
  type Address,
  type AddressDraft,
  applyAddressInput,
  emptyAddress,
  isSameAddress,
} from '../../shop/addresses.ts';
import { type Customer, withAddresses } from '../../shop/customer.ts';
import { changeCustomer } from '../../shop/customers.ts';
import { addressGlobalId } from '../../shop/global-id.ts';
import { type Problem, under } from '../../shop/problem.ts';
import type { Shop } from '../../shop/shop.ts';
import type { Fields } from '../context.ts';
import { addressOf, customerOf } from '../ids.ts';
import type { AddressArguments } from '../inputs.ts';
import { plainErrors } from './user-errors.ts';

interface AddressIds {
  readonly customerId: string;
  readonly addressId: string;
}

export const addressMutations: Fields<undefined> = {
  customerAddressCreate: (_, args: AddressArguments, { shop }) => {
    const customer = customerOf(shop, args.customerId);
    if (!customer) return noAddress([noCustomer]);
    const base = emptyAddress(shop.database.nextId('address'), customer);
    return save(shop, { customer, base, args });
  },

  customerAddressUpdate: (_, args: AddressArguments & AddressIds, { shop }) => {
    const found = findOwned(shop, args);
    return 'problem' in found
      ? noAddress([found.problem])
      : save(shop, { customer: found.customer, base: found.address, args });
  },

  customerAddressDelete: (_, args: AddressIds, { shop }) => {
    const found = findOwned(shop, args);
    if ('problem' in found)
      return { deletedAddressId: null, userErrors: plainErrors([found.problem]) };
    const { customer, address } = found;
    const rest = customer.addresses.filter(({ id }) => id !== address.id);
    changeCustomer(shop, 'app', { before: customer, after: withAddresses(customer, rest) });
    return { deletedAddressId: addressGlobalId(address.id), userErrors: [] };
  },

  customerUpdateDefaultAddress: (_, args: AddressIds, { shop }) => {
    const found = findOwned(shop, args);
    if ('problem' in found)
      return { customer: found.customer ?? null, userErrors: plainErrors([found.problem]) };
    const { customer: before, address } = found;
    const after = { ...before, defaultAddressId: address.id };
    return { customer: changeCustomer(shop, 'app', { before, after }), userErrors: [] };
  },
};

type Owned =
  | { readonly customer: Customer; readonly address: Address }
  | { readonly customer?: Customer; readonly problem: Problem };

function findOwned(shop: Shop, { customerId, addressId }: AddressIds): Owned {
  const { owner, address } = addressOf(shop, addressId);
  const customer = customerOf(shop, customerId);
  if (!customer) return { problem: noCustomer };
  return owner.id === customer.id ? { customer, address } : { customer, problem: notTheirs };
}

interface Saving {
  readonly customer: Customer;
  readonly base: Address;
  readonly args: AddressArguments;
}

function save(shop: Shop, { customer, base, args }: Saving) {
  const draft: AddressDraft = applyAddressInput(base, args.address);
  const others = customer.addresses.filter(({ id }) => id !== base.id);
  const problems: Problem[] = draft.problems.map((problem) => under(['address'], problem));
  if (others.some((other) => isSameAddress(other, draft.address))) problems.push(alreadyThere);
  if (problems.length > 0) return noAddress(problems);
  const known = customer.addresses.some(({ id }) => id === base.id);
  const list = known
    ? customer.addresses.map((old) => (old.id === base.id ? draft.address : old))
    : [...customer.addresses, draft.address];
  const after = withAddresses(
    args.setAsDefault ? { ...customer, defaultAddressId: base.id } : customer,
    list,
  );
  changeCustomer(shop, 'app', { before: customer, after });
  return { address: draft.address, userErrors: [] };
}

const noAddress = (problems: readonly Problem[]) => ({
  address: null,
  userErrors: plainErrors(problems),
});

const noCustomer: Problem = {
  field: ['customerId'],
  message: 'Customer does not exist',
  code: null,
};

const notTheirs: Problem = {
  field: ['addressId'],
  message: 'Address does not exist',
  code: null,
};

const alreadyThere: Problem = {
  field: ['address'],
  message: 'Address already exists',
  code: null,
};
