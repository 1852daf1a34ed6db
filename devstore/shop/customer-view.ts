/** A customer as the control API and the page show it: everything there is, in one JSON object. */
import { formattedArea } from './addresses.ts';
import { companiesOfCustomer } from './company-view.ts';
import { type Customer, defaultAddress, displayName } from './customer.ts';
import { countCustomers } from './customer-list.ts';
import { readCustomer } from './customer-rows.ts';
import { canDelete } from './customers.ts';
import { globalId } from './global-id.ts';
import { listMetafields } from './metafields.ts';
import type { Condition } from './search-filter.ts';
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

export interface ViewRequest {
  /** Part of a name, e-mail address, phone number or tag, or a whole id. */
  readonly query: string;
  readonly limit: number;
  /** The number of the last customer seen. */
  readonly after: number | null;
  readonly order: 'oldest' | 'newest';
}

/** A page of customers, and how many there are in all; straight from the table, without lag. */
export function listViews(shop: Shop, request: ViewRequest) {
  const matching = matches(request.query.trim());
  const newest = request.order === 'newest';
  const beyond: Condition =
    request.after === null
      ? { sql: 'TRUE', parameters: [] }
      : { sql: newest ? 'id < ?' : 'id > ?', parameters: [request.after] };
  const rows = shop.database
    .statement(
      `SELECT document FROM customers WHERE (${matching.sql}) AND (${beyond.sql})
       ORDER BY id ${newest ? 'DESC' : 'ASC'} LIMIT ?`,
    )
    .all(...matching.parameters, ...beyond.parameters, request.limit + 1);
  const customers = rows.slice(0, request.limit).map(readCustomer);
  return {
    customers: customers.map((customer) => customerView(shop, customer)),
    total: countCustomers(shop, matching),
    next: rows.length > request.limit ? (customers.at(-1)?.id ?? null) : null,
  };
}

function matches(query: string): Condition {
  if (query === '') return { sql: 'TRUE', parameters: [] };
  const number = Number(query.split('/').pop());
  return {
    sql: 'instr(words, ?) > 0 OR id = ?',
    parameters: [query.toLowerCase(), Number.isSafeInteger(number) ? number : -1],
  };
}
