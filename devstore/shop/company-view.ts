/** Companies as the control API and the page show them: names and ids side by side. */
import {
  type Company,
  findCompany,
  findLocation,
  findRole,
  listLocations,
  listRoles,
} from './companies.ts';
import {
  type CompanyContact,
  findContactOf,
  listAssignments,
  listContacts,
  type RoleAssignment,
} from './company-contacts.ts';
import { globalId } from './global-id.ts';
import type { Shop } from './shop.ts';

/** A company with everything that hangs on it. */
export function companyView(shop: Shop, company: Company) {
  const { database } = shop;
  return {
    id: globalId('Company', company.id),
    number: company.id,
    name: company.name,
    externalId: company.externalId,
    locations: listLocations(database, company.id).map(({ id, name, externalId }) => ({
      id: globalId('CompanyLocation', id),
      name,
      externalId,
    })),
    roles: listRoles(database, company.id).map(({ id, name }) => ({
      id: globalId('CompanyContactRole', id),
      name,
    })),
    contacts: listContacts(database, company.id).map((contact) => contactView(shop, contact)),
  };
}

export function contactView(shop: Shop, contact: CompanyContact) {
  return {
    id: globalId('CompanyContact', contact.id),
    customerId: globalId('Customer', contact.customerId),
    roles: listAssignments(shop.database, contact.id).map((role) => assignmentView(shop, role)),
  };
}

export function assignmentView({ database }: Shop, { id, locationId, roleId }: RoleAssignment) {
  return {
    id: globalId('CompanyContactRoleAssignment', id),
    role: findRole(database, roleId)?.name ?? '',
    roleId: globalId('CompanyContactRole', roleId),
    location: findLocation(database, locationId)?.name ?? '',
    locationId: globalId('CompanyLocation', locationId),
  };
}

/** What a customer is in B2B: the company it acts for, and where as what. */
export function companiesOfCustomer(shop: Shop, customerId: number) {
  const contact = findContactOf(shop.database, customerId);
  const company = contact && findCompany(shop.database, contact.companyId);
  if (!contact || !company) return [];
  const { id, roles } = contactView(shop, contact);
  return [
    {
      id: globalId('Company', company.id),
      name: company.name,
      contactId: id,
      isMainContact: company.mainContactId === contact.id,
      roles,
    },
  ];
}
