/** `customer`, `customerByIdentifier`, `customers`, `customersCount`. */
import { normaliseEmail, normalisePhone } from '../../shop/contact.ts';
import type { Customer } from '../../shop/customer.ts';
import { customerCountFilter, customerFilter } from '../../shop/customer-filter.ts';
import {
  customerDocuments,
  findCustomer,
  findCustomerByEmail,
  findCustomerByPhone,
} from '../../shop/customer-rows.ts';
import { findDefinition, resolveNamespace } from '../../shop/metafield-definitions.ts';
import { findByUniqueValue } from '../../shop/metafields.ts';
import type { Shop } from '../../shop/shop.ts';
import type { Fields } from '../context.ts';
import { apiError } from '../errors.ts';
import { customerOf } from '../ids.ts';
import type { CustomerIdentifier, UniqueMetafieldValue } from '../inputs.ts';
import {
  type CountArguments,
  type SearchArguments,
  searchedConnection,
  searchedCount,
} from '../searched-connection.ts';

type CustomerSortKey = 'CREATED_AT' | 'ID' | 'LOCATION' | 'NAME' | 'RELEVANCE' | 'UPDATED_AT';

interface CustomersArguments extends SearchArguments {
  readonly sortKey: CustomerSortKey;
}

const sortColumns: Readonly<Record<CustomerSortKey, string>> = {
  CREATED_AT: 'created_at',
  ID: 'id',
  LOCATION: 'location_key',
  NAME: 'name_key',
  RELEVANCE: 'id',
  UPDATED_AT: 'updated_at',
};

const search = { documents: customerDocuments, filter: customerFilter };

export const customerQueries: Fields<undefined> = {
  customer: (_, { id }: { id: string }, { shop }) => customerOf(shop, id) ?? null,

  customerByIdentifier: (_, { identifier }: { identifier: CustomerIdentifier }, { shop }) =>
    identifiedCustomer(shop, identifier) ?? null,

  customers: (_, args: CustomersArguments, context, info) =>
    searchedConnection({ ...search, column: sortColumns[args.sortKey] }, args, context, info),

  customersCount: (_, args: CountArguments, context, info) =>
    searchedCount({ ...search, filter: customerCountFilter }, args, context, info),
};

function identifiedCustomer(shop: Shop, identifier: CustomerIdentifier): Customer | undefined {
  const { customId, id, emailAddress, phoneNumber } = identifier;
  if (id !== undefined) return customerOf(shop, id);
  if (customId !== undefined) return customerByCustomId(shop, customId);
  if (emailAddress !== undefined)
    return findCustomerByEmail(shop.database, normaliseEmail(emailAddress) ?? '');
  return findCustomerByPhone(shop.database, normalisePhone(phoneNumber ?? '', null) ?? '');
}

/** The customer that holds a custom id; the definition has to be of type `id`. */
export function customerByCustomId(
  { database }: Shop,
  { namespace, key, value }: UniqueMetafieldValue,
): Customer | undefined {
  const place = { namespace: resolveNamespace(namespace), key };
  const definition = findDefinition(database, 'CUSTOMER', place);
  if (definition?.type !== 'id')
    throw apiError(
      "Metafield definition of type 'id' is required when using custom ids.",
      'NOT_FOUND',
    );
  const metafield = findByUniqueValue(database, definition, value);
  return metafield && findCustomer(database, metafield.ownerId);
}
