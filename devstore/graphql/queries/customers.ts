/** `customer`, `customerByIdentifier`, `customers`, `customersCount`. */
import { responsePathAsArray } from 'graphql';
import { normaliseEmail, normalisePhone } from '../../shop/contact.ts';
import type { Customer } from '../../shop/customer.ts';
import {
  type CustomerSortKey,
  countCustomers,
  listCustomers,
  type Position,
} from '../../shop/customer-list.ts';
import {
  findCustomer,
  findCustomerByEmail,
  findCustomerByPhone,
} from '../../shop/customer-rows.ts';
import { findDefinition, resolveNamespace } from '../../shop/metafield-definitions.ts';
import { findByUniqueValue } from '../../shop/metafields.ts';
import { customerCountFilter, customerFilter } from '../../shop/search-filter.ts';
import type { Shop } from '../../shop/shop.ts';
import { connection, decodeCursor, encodeCursor, requestedPage } from '../connection.ts';
import type { Fields } from '../context.ts';
import { apiError } from '../errors.ts';
import { customerOf } from '../ids.ts';
import type { CustomerIdentifier, PageArguments, UniqueMetafieldValue } from '../inputs.ts';
import { reportSearch } from '../search-report.ts';

interface CustomersArguments extends PageArguments {
  readonly query?: string | null;
  readonly sortKey: CustomerSortKey;
}

export const customerQueries: Fields<undefined> = {
  customer: (_, { id }: { id: string }, { shop }) => customerOf(shop, id) ?? null,

  customerByIdentifier: (_, { identifier }: { identifier: CustomerIdentifier }, { shop }) =>
    identifiedCustomer(shop, identifier) ?? null,

  customers: (_, args: CustomersArguments, context, info) => {
    const { shop } = context;
    const page = requestedPage(args);
    const filter = customerFilter(args.query ?? '', shop.now());
    reportSearch(context, responsePathAsArray(info.path), { text: args.query ?? '', filter });
    const { items, more } = listCustomers(shop, {
      condition: filter?.condition ?? null,
      sortKey: args.sortKey,
      reverse: args.reverse ?? false,
      direction: page.direction,
      position: page.cursor === null ? null : positionIn(page.cursor),
      size: page.size,
    });
    const edges = items.map(({ customer, position }) => ({
      cursor: encodeCursor({ last_id: position.id, last_value: position.value }),
      node: customer,
    }));
    return connection(edges, page, more);
  },

  customersCount: (_, args: { query?: string | null; limit?: number | null }, context, info) => {
    const filter = customerCountFilter(args.query ?? '', context.shop.now());
    reportSearch(context, responsePathAsArray(info.path), { text: args.query ?? '', filter });
    const total = countCustomers(context.shop, filter?.condition ?? null);
    const limit = args.limit ?? Number.POSITIVE_INFINITY;
    return { count: Math.min(total, limit), precision: total > limit ? 'AT_LEAST' : 'EXACT' };
  },
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

function positionIn(cursor: string): Position {
  const decoded = decodeCursor(cursor);
  if (decoded && typeof decoded === 'object' && 'last_id' in decoded && 'last_value' in decoded) {
    const { last_id: id, last_value: value } = decoded;
    if (typeof id === 'number' && (typeof value === 'string' || typeof value === 'number'))
      return { id, value };
  }
  throw apiError('Invalid cursor for current pagination sort.', 'BAD_REQUEST');
}
