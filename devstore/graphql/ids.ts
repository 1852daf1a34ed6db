/** Global ids in arguments: which thing of the store is meant. */
import type { Address } from '../shop/addresses.ts';
import type { Customer } from '../shop/customer.ts';
import { findAddressOwner, findCustomer } from '../shop/customer-rows.ts';
import { parseGlobalId } from '../shop/global-id.ts';
import type { Shop } from '../shop/shop.ts';
import { apiError } from './errors.ts';

/** The customer of an id that has to be a customer's, or undefined when there is none. */
export function customerOf(shop: Shop, id: string): Customer | undefined {
  const parsed = globalIdOf(id);
  if (parsed.type !== 'Customer') throw unknownId(id);
  return findCustomer(shop.database, parsed.number);
}

/** The number of an id that has to be of one type; 0, which nothing has, for one of another. */
export function numberOf(type: string, id: string): number {
  const parsed = globalIdOf(id);
  return parsed.type === type ? parsed.number : 0;
}

/** An id that is no global id at all is an error of its own. */
export function globalIdOf(id: string) {
  const parsed = parseGlobalId(id);
  if (!parsed) throw apiError(`Invalid global id '${id}'`, 'argumentLiteralsIncompatible');
  return parsed;
}

export interface OwnedAddress {
  readonly owner: Customer;
  readonly address: Address;
}

/** The address of an id; one that nobody has is an error at the top of the answer. */
export function addressOf(shop: Shop, id: string): OwnedAddress {
  const parsed = globalIdOf(id);
  const owner =
    parsed.type === 'MailingAddress' ? findAddressOwner(shop.database, parsed.number) : undefined;
  const address = owner?.addresses.find((candidate) => candidate.id === parsed.number);
  if (!owner || !address) throw unknownId(id);
  return { owner, address };
}

/** An id that names nothing the field could answer. */
export function unknownId(id: string) {
  return apiError(`Invalid id: ${id}`, 'RESOURCE_NOT_FOUND');
}
