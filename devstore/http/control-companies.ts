/** `/_dev/companies` and what hangs on them: what staff do in B2B. */

import { parseBody } from '../../standin/body.ts';
import { HttpError, readJson } from '../../standin/exchange.ts';
import {
  type Company,
  createCompany,
  createLocation,
  deleteCompany,
  deleteLocation,
  findCompany,
  findLocation,
  isExternalIdTaken,
  listCompanies,
  listLocations,
  listRoles,
  setMainContact,
} from '../shop/companies.ts';
import {
  addContact,
  assignRole,
  type CompanyContact,
  findAssignment,
  findContact,
  removeContact,
  revokeRole,
} from '../shop/company-contacts.ts';
import { assignmentView, companyView, contactView } from '../shop/company-view.ts';
import { findCustomer } from '../shop/customer-rows.ts';
import type { Problem } from '../shop/problem.ts';
import type { Shop } from '../shop/shop.ts';
import type { ControlRoute } from './control.ts';
import {
  b2bBody,
  companyBody,
  companyChangeBody,
  contactBody,
  locationBody,
  roleBody,
} from './control-bodies.ts';
import { found, numberIn } from './control-requests.ts';

export const companyRoutes: Readonly<Record<string, ControlRoute>> = {
  'GET companies': ({ shop }) => ({
    companies: listCompanies(shop.database).map((company) => companyView(shop, company)),
  }),

  'POST companies': async ({ shop }, { request }) => {
    const input = parseBody(companyBody, await readJson(request));
    refuseTaken(shop, 'companies', input);
    for (const location of input.locations) refuseTaken(shop, 'company_locations', location);
    return companyView(shop, createCompany(shop, input));
  },

  'GET companies/{id}': ({ shop }, _exchange, id) => companyView(shop, company(shop, id)),

  'PATCH companies/{id}': async ({ shop }, { request }, id) => {
    const { mainContact } = parseBody(companyChangeBody, await readJson(request));
    const { id: companyId } = company(shop, id);
    const main = mainContact === null ? null : contact(shop, `${mainContact}`);
    if (main !== null && main.companyId !== companyId)
      throw new HttpError(422, { errors: `${mainContact} is no contact of this company` });
    setMainContact(shop, companyId, main?.id ?? null);
    return companyView(shop, company(shop, id));
  },

  'DELETE companies/{id}': ({ shop }, _exchange, id) => {
    deleteCompany(shop, company(shop, id));
    return { deleted: numberIn(id) };
  },

  'POST companies/{id}/locations': async ({ shop }, { request }, id) => {
    const input = parseBody(locationBody, await readJson(request));
    refuseTaken(shop, 'company_locations', input);
    createLocation(shop, company(shop, id).id, input);
    return companyView(shop, company(shop, id));
  },

  'DELETE company-locations/{id}': ({ shop }, _exchange, id) => {
    deleteLocation(shop.database, found(findLocation(shop.database, numberIn(id)), id));
    return { deleted: numberIn(id) };
  },

  'POST companies/{id}/contacts': async ({ shop }, { request }, id) => {
    const input = parseBody(contactBody, await readJson(request));
    const owner = company(shop, id);
    const customer = found(
      findCustomer(shop.database, numberIn(`${input.customer}`)),
      `${input.customer}`,
    );
    const contact = accepted(addContact(shop, 'staff', { company: owner, customer }));
    return contactView(shop, contact);
  },

  'DELETE company-contacts/{id}': ({ shop }, _exchange, id) => {
    const gone = contact(shop, id);
    const owner = company(shop, `${gone.companyId}`);
    removeContact(shop, 'staff', { contact: gone, company: owner });
    return { deleted: gone.id };
  },

  // The role and the location by name or id; without a location, the company's first.
  'POST company-contacts/{id}/roles': async ({ shop }, { request }, id) => {
    const input = parseBody(roleBody, await readJson(request));
    const holder = contact(shop, id);
    const assignment = assignRole(shop, 'staff', {
      contact: holder,
      role: named(listRoles(shop.database, holder.companyId), input.role),
      location: named(listLocations(shop.database, holder.companyId), input.location),
    });
    return assignmentView(shop, accepted(assignment));
  },

  'DELETE company-role-assignments/{id}': ({ shop }, _exchange, id) => {
    const assignment = found(findAssignment(shop.database, numberIn(id)), id);
    revokeRole(shop, 'staff', { assignment, contact: contact(shop, `${assignment.contactId}`) });
    return { deleted: assignment.id };
  },

  'POST b2b': async ({ shop }, { request }) => {
    shop.live.b2b = parseBody(b2bBody, await readJson(request)).enabled;
    return { enabled: shop.live.b2b };
  },
};

function refuseTaken(
  { database }: Shop,
  table: 'companies' | 'company_locations',
  { externalId }: { readonly externalId?: string | null },
): void {
  if (!externalId || !isExternalIdTaken(database, table, externalId)) return;
  const errors = [{ field: ['externalId'], message: 'External has already been taken' }];
  throw new HttpError(422, { errors });
}

function company(shop: Shop, id: string): Company {
  return found(findCompany(shop.database, numberIn(id)), id);
}

function contact(shop: Shop, id: string): CompanyContact {
  return found(findContact(shop.database, numberIn(id)), id);
}

function named<T extends { readonly id: number; readonly name: string }>(
  list: readonly T[],
  name: string | undefined,
): T {
  if (name === undefined) return found(list[0], 'location');
  return found(
    list.find((item) => item.name === name || item.id === numberIn(name)),
    name,
  );
}

function accepted<T extends { readonly id: number }>(result: T | Problem): T {
  if ('id' in result) return result;
  throw new HttpError(422, { errors: [{ field: result.field, message: result.message }] });
}
