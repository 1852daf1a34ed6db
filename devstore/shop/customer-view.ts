/** A customer as the control API and the page show it: everything there is, in one JSON object. */
import { formattedArea } from './addresses.ts';
import { companiesOfCustomer } from './company-view.ts';
import { type Customer, defaultAddress, displayName } from './customer.ts';
import { canDelete } from './customers.ts';
import { globalId } from './global-id.ts';
import { listMetafields } from './metafields.ts';
import type { Shop } from './shop.ts';
import { isoTime } from './time.ts';

export function customerView(shop: Shop, customer: Customer) {
  const address = defaultAddress(customer);
  return {
    id: globalId('Customer', customer.id),
    number: customer.id,
    displayName: displayName(customer),
    email: customer.email,
    phone: customer.phone,
    firstName: customer.firstName,
    lastName: customer.lastName,
    locale: customer.locale,
    note: customer.note,
    tags: customer.tags,
    state: customer.state,
    addresses: customer.addresses,
    defaultAddress: address,
    location: address && formattedArea(address),
    metafields: listMetafields(shop.database, 'CUSTOMER', customer.id).map(
      ({ namespace, key, type, value }) => ({ namespace, key, type, value }),
    ),
    companies: companiesOfCustomer(shop, customer.id),
    emailMarketing: customer.emailConsent.marketingState,
    numberOfOrders: customer.numberOfOrders,
    canDelete: canDelete(customer),
    erasureRequestedAt: customer.erasureRequestedAt && isoTime(customer.erasureRequestedAt),
    createdAt: isoTime(customer.createdAt),
    updatedAt: isoTime(customer.updatedAt),
  };
}
