/** `companies`, `companyLocations`, and everything of B2B by its id. */
import {
  findCompany,
  findLocation,
  findRole,
  listAllLocations,
  listCompanies,
} from '../../shop/companies.ts';
import { findContact } from '../../shop/company-contacts.ts';
import { b2bOnly } from '../b2b-access.ts';
import type { Fields } from '../context.ts';
import { companyConnection } from '../fields/company.ts';
import { numberOf } from '../ids.ts';
import type { PageArguments } from '../inputs.ts';

interface ById {
  readonly id: string;
}

export const companyQueries: Fields<undefined> = b2bOnly('read', {
  companies: (_, args: PageArguments, { shop }) =>
    companyConnection(listCompanies(shop.database), args),
  companiesCount: (_, args: { limit?: number | null }, { shop }) => {
    const total = listCompanies(shop.database).length;
    const limit = args.limit ?? Number.POSITIVE_INFINITY;
    return { count: Math.min(total, limit), precision: total > limit ? 'AT_LEAST' : 'EXACT' };
  },
  company: (_, { id }: ById, { shop }) =>
    findCompany(shop.database, numberOf('Company', id)) ?? null,
  companyContact: (_, { id }: ById, { shop }) =>
    findContact(shop.database, numberOf('CompanyContact', id)) ?? null,
  companyContactRole: (_, { id }: ById, { shop }) =>
    findRole(shop.database, numberOf('CompanyContactRole', id)) ?? null,
  companyLocation: (_, { id }: ById, { shop }) =>
    findLocation(shop.database, numberOf('CompanyLocation', id)) ?? null,
  companyLocations: (_, args: PageArguments, { shop }) =>
    companyConnection(listAllLocations(shop.database), args),
});
