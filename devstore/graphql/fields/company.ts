/** `Company`, its locations and roles, `CompanyContact` and `CompanyContactRoleAssignment`. */
import {
  type Company,
  type CompanyLocation,
  type CompanyRole,
  findCompany,
  findLocation,
  findRole,
  listLocations,
  listRoles,
} from '../../shop/companies.ts';
import {
  type CompanyContact,
  findContact,
  listAssignments,
  listAssignmentsAt,
  listContacts,
  type RoleAssignment,
} from '../../shop/company-contacts.ts';
import { findCustomer } from '../../shop/customer-rows.ts';
import { globalId } from '../../shop/global-id.ts';
import { isoTime } from '../../shop/time.ts';
import { listConnection } from '../connection.ts';
import type { Fields } from '../context.ts';
import { notImplemented } from '../errors.ts';
import type { PageArguments } from '../inputs.ts';

interface ListArguments extends PageArguments {
  readonly query?: string | null;
  readonly sortKey?: string | null;
}

/** A connection over a list, in the order of ids; searching and other orders are not here. */
export function companyConnection<Node extends { readonly id: number }>(
  list: readonly Node[],
  args: ListArguments,
) {
  if (args.query) throw notImplemented('searching companies, contacts and roles');
  if (args.sortKey && args.sortKey !== 'ID') throw notImplemented(`the sort key ${args.sortKey}`);
  return listConnection(list, args);
}

const count = (list: readonly unknown[]) => ({ count: list.length, precision: 'EXACT' });

export const companyFields: Fields<Company> = {
  id: ({ id }) => globalId('Company', id),
  createdAt: ({ createdAt }) => isoTime(createdAt),
  updatedAt: ({ updatedAt }) => isoTime(updatedAt),
  customerSince: ({ createdAt }) => isoTime(createdAt),
  defaultRole: ({ defaultRoleId }, _args, { shop }) =>
    (defaultRoleId && findRole(shop.database, defaultRoleId)) ?? null,
  mainContact: ({ mainContactId }, _args, { shop }) =>
    (mainContactId && findContact(shop.database, mainContactId)) ?? null,
  contactRoles: ({ id }, args: ListArguments, { shop }) =>
    companyConnection(listRoles(shop.database, id), args),
  locations: ({ id }, args: ListArguments, { shop }) =>
    companyConnection(listLocations(shop.database, id), args),
  locationsCount: ({ id }, _args, { shop }) => count(listLocations(shop.database, id)),
  contacts: ({ id }, args: ListArguments, { shop }) =>
    companyConnection(listContacts(shop.database, id), args),
  contactsCount: ({ id }, _args, { shop }) => count(listContacts(shop.database, id)),
  // Nobody orders for a company in this store.
  ordersCount: () => count([]),
  totalSpent: () => ({ amount: '0.0', currencyCode: 'USD' }),
  hasTimelineComment: () => false,
};

export const companyLocationFields: Fields<CompanyLocation> = {
  id: ({ id }) => globalId('CompanyLocation', id),
  company: ({ companyId }, _args, { shop }) => findCompany(shop.database, companyId),
  currency: () => 'USD',
  createdAt: ({ createdAt }) => isoTime(createdAt),
  updatedAt: ({ updatedAt }) => isoTime(updatedAt),
  billingAddress: () => null,
  shippingAddress: () => null,
  roleAssignments: ({ id }, args: ListArguments, { shop }) =>
    companyConnection(listAssignmentsAt(shop.database, id), args),
};

export const companyRoleFields: Fields<CompanyRole> = {
  id: ({ id }) => globalId('CompanyContactRole', id),
  note: () => null,
};

export const companyContactFields: Fields<CompanyContact> = {
  id: ({ id }) => globalId('CompanyContact', id),
  company: ({ companyId }, _args, { shop }) => findCompany(shop.database, companyId),
  customer: ({ customerId }, _args, { shop }) => findCustomer(shop.database, customerId),
  locale: ({ customerId }, _args, { shop }) => findCustomer(shop.database, customerId)?.locale,
  isMainContact: ({ id, companyId }, _args, { shop }) =>
    findCompany(shop.database, companyId)?.mainContactId === id,
  createdAt: ({ createdAt }) => isoTime(createdAt),
  updatedAt: ({ updatedAt }) => isoTime(updatedAt),
  roleAssignments: ({ id }, args: ListArguments, { shop }) =>
    companyConnection(listAssignments(shop.database, id), args),
};

export const roleAssignmentFields: Fields<RoleAssignment> = {
  id: ({ id }) => globalId('CompanyContactRoleAssignment', id),
  company: ({ locationId }, _args, { shop }) => {
    const location = findLocation(shop.database, locationId);
    return location && findCompany(shop.database, location.companyId);
  },
  companyContact: ({ contactId }, _args, { shop }) => findContact(shop.database, contactId),
  companyLocation: ({ locationId }, _args, { shop }) => findLocation(shop.database, locationId),
  role: ({ roleId }, _args, { shop }) => findRole(shop.database, roleId),
  createdAt: ({ createdAt }) => isoTime(createdAt),
  updatedAt: ({ createdAt }) => isoTime(createdAt),
};
