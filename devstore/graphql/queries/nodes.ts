/** `node`, `nodes`: anything by its global id. */
import { findBulkOperation } from '../../shop/bulk-operations.ts';
import { findCompany, findLocation, findRole } from '../../shop/companies.ts';
import { findAssignment, findContact } from '../../shop/company-contacts.ts';
import { findCustomer } from '../../shop/customer-rows.ts';
import { findVisibleOrder } from '../../shop/order-access.ts';
import { findProduct, findVariant } from '../../shop/product-rows.ts';
import type { Scope, Shop } from '../../shop/shop.ts';
import type { Fields } from '../context.ts';
import { accessDenied, apiError, notImplemented } from '../errors.ts';
import { globalIdOf } from '../ids.ts';
import { requireScope } from '../scopes.ts';

const maximumIds = 250;

export const nodeQueries: Fields<undefined> = {
  node: (_, { id }: { id: string }, { shop }) => nodeOf(shop, id),
  nodes: (_, { ids }: { ids: readonly string[] }, { shop }) => {
    if (ids.length > maximumIds)
      throw apiError(
        `The input array size of ${ids.length} is greater than the maximum allowed of ${maximumIds}.`,
        'MAX_INPUT_SIZE_EXCEEDED',
      );
    return ids.map((id) => nodeOf(shop, id));
  },
};

const finders = {
  Customer: findCustomer,
  Company: findCompany,
  CompanyContact: findContact,
  CompanyContactRole: findRole,
  CompanyContactRoleAssignment: findAssignment,
  CompanyLocation: findLocation,
  Product: findProduct,
  ProductVariant: findVariant,
} as const;

/** What the app has to be granted to read a thing of a type. */
const scopes: Readonly<Record<string, Scope>> = {
  Order: 'read_orders',
  Product: 'read_products',
  ProductVariant: 'read_products',
};

function nodeOf(shop: Shop, id: string) {
  const { database, live } = shop;
  const { type, number } = globalIdOf(id);
  const scope = scopes[type];
  if (scope) requireScope(shop, scope, 'node');
  if (type === 'Order') return findVisibleOrder(shop, number) ?? null;
  if (type === 'BulkOperation') return findBulkOperation(shop, number) ?? null;
  const found = Object.entries(finders).find(([name]) => name === type);
  if (!found) throw notImplemented(`node(id:) for ${type}`);
  if (type.startsWith('Company') && !live.b2b) throw accessDenied('node');
  return found[1](database, number) ?? null;
}
