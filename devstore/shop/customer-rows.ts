/** The SQL of the customers: looking one up, writing one down. Every look-up uses an index. */
import { type Customer, defaultAddress, displayName } from './customer.ts';
import type { Database } from './database.ts';
import type { Documents, Row } from './paging.ts';

/** The customer in a row that has a `document`. */
export function readCustomer(row: Row): Customer {
  return JSON.parse(String(row.document));
}

/** All customers, to be listed. */
export const customerDocuments: Documents<Customer> = { table: 'customers', read: readCustomer };

export function findCustomer(database: Database, id: number): Customer | undefined {
  const row = database.statement('SELECT document FROM customers WHERE id = ?').get(id);
  return row && readCustomer(row);
}

/** By the normalised address. */
export function findCustomerByEmail(database: Database, email: string): Customer | undefined {
  const row = database.statement('SELECT document FROM customers WHERE email = ?').get(email);
  return row && readCustomer(row);
}

/** By the number in E.164. */
export function findCustomerByPhone(database: Database, phone: string): Customer | undefined {
  const row = database.statement('SELECT document FROM customers WHERE phone = ?').get(phone);
  return row && readCustomer(row);
}

/** The customer an address belongs to. */
export function findAddressOwner(database: Database, addressId: number): Customer | undefined {
  const row = database
    .statement(
      `SELECT document FROM customers
       WHERE id = (SELECT customer_id FROM address_owners WHERE address_id = ?)`,
    )
    .get(addressId);
  return row && readCustomer(row);
}

export function insertCustomer(database: Database, customer: Customer, searchableAt: number): void {
  database
    .statement(
      `INSERT INTO customers (email, phone, first_name, last_name, name_key, location_key, words,
         country_code, country, state, marketing, orders, updated_at, document, id, created_at,
         searchable_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(...columns(customer), customer.id, customer.createdAt, searchableAt);
  writeIndexes(database, undefined, customer);
}

export function updateCustomer(database: Database, before: Customer, customer: Customer): void {
  database
    .statement(
      `UPDATE customers SET email = ?, phone = ?, first_name = ?, last_name = ?, name_key = ?,
         location_key = ?, words = ?, country_code = ?, country = ?, state = ?, marketing = ?,
         orders = ?, updated_at = ?, document = ?
       WHERE id = ?`,
    )
    .run(...columns(customer), customer.id);
  writeIndexes(database, before, customer);
}

export function deleteCustomer(database: Database, customer: Customer): void {
  database.statement('DELETE FROM customers WHERE id = ?').run(customer.id);
  writeIndexes(database, customer, undefined);
}

function columns(customer: Customer) {
  const { email, phone, firstName, lastName, state, numberOfOrders, updatedAt } = customer;
  const address = defaultAddress(customer);
  const location = [address?.country, address?.province, address?.city];
  const words = [firstName, lastName, email, phone, ...customer.tags, address?.city];
  const name = [lastName, firstName].filter(Boolean).join(' ') || displayName(customer);
  return [
    email,
    phone,
    (firstName ?? '').toLowerCase(),
    (lastName ?? '').toLowerCase(),
    name.toLowerCase(),
    location
      .map((part) => part ?? '')
      .join(' ')
      .toLowerCase(),
    words.filter(Boolean).join('\n').toLowerCase(),
    address?.countryCode ?? null,
    address?.country?.toLowerCase() ?? null,
    state,
    customer.emailConsent.marketingState,
    numberOfOrders,
    updatedAt,
    JSON.stringify(customer),
  ] as const;
}

function writeIndexes(
  database: Database,
  before: Customer | undefined,
  after: Customer | undefined,
): void {
  const id = after?.id ?? before?.id ?? 0;
  const tags = difference(tagKeys(before), tagKeys(after));
  const addresses = difference(addressIds(before), addressIds(after));
  for (const tag of tags.gone)
    database.statement('DELETE FROM customer_tags WHERE tag = ? AND customer_id = ?').run(tag, id);
  for (const tag of tags.added)
    database.statement('INSERT INTO customer_tags (tag, customer_id) VALUES (?, ?)').run(tag, id);
  for (const address of addresses.gone)
    database.statement('DELETE FROM address_owners WHERE address_id = ?').run(address);
  for (const address of addresses.added)
    database
      .statement('INSERT INTO address_owners (address_id, customer_id) VALUES (?, ?)')
      .run(address, id);
}

const tagKeys = (customer: Customer | undefined): string[] =>
  (customer?.tags ?? []).map((tag) => tag.toLowerCase());

const addressIds = (customer: Customer | undefined): number[] =>
  (customer?.addresses ?? []).map(({ id }) => id);

function difference<T>(before: readonly T[], after: readonly T[]) {
  return {
    gone: before.filter((item) => !after.includes(item)),
    added: after.filter((item) => !before.includes(item)),
  };
}
