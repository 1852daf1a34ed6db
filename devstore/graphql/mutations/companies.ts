/** `companyCreate`, `companyLocationCreate`. */
import {
  type Company,
  createCompany,
  createLocation,
  findCompany,
  isExternalIdTaken,
  type NewLocation,
  setMainContact,
} from '../../shop/companies.ts';
import { addContact, type CompanyContact } from '../../shop/company-contacts.ts';
import { newCustomer } from '../../shop/customer.ts';
import { applyCustomerInput } from '../../shop/customer-input.ts';
import { createCustomer, takenProblems } from '../../shop/customers.ts';
import type { Database } from '../../shop/database.ts';
import { type Problem, problemIf, under } from '../../shop/problem.ts';
import { type Shop, shopLocale } from '../../shop/shop.ts';
import { b2bOnly } from '../b2b-access.ts';
import type { Fields } from '../context.ts';
import { notImplemented } from '../errors.ts';
import { numberOf } from '../ids.ts';
import type { CompanyContactInput, CompanyCreateInput, CompanyLocationInput } from '../inputs.ts';
import { codedErrors } from './user-errors.ts';

const longestName = 255;
const longestExternalId = 64;

export const companyMutations: Fields<undefined> = b2bOnly('write', {
  companyCreate: (_, { input }: { input: CompanyCreateInput }, { shop }) => {
    const problems = companyProblems(shop.database, input);
    if (problems.length > 0) return noCompany(problems);
    try {
      return { company: shop.database.transaction(() => create(shop, input)), userErrors: [] };
    } catch (error) {
      // The contact was refused, and the company with it.
      if (error instanceof Refused) return noCompany(error.problems);
      throw error;
    }
  },

  companyLocationCreate: (_, args: LocationArguments, { shop }) => {
    const { database } = shop;
    const company = findCompany(database, numberOf('Company', args.companyId));
    const problems = company
      ? locationProblems(database, args.input).map((problem) => under(['input'], problem))
      : [noSuchCompany];
    if (!company || problems.length > 0)
      return { companyLocation: null, userErrors: codedErrors(problems, []) };
    const companyLocation = createLocation(shop, company.id, locationOf(args.input, company.name));
    return { companyLocation, userErrors: [] };
  },
});

interface LocationArguments {
  readonly companyId: string;
  readonly input: CompanyLocationInput;
}

class Refused extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super('The company was refused');
    this.problems = problems;
  }
}

function create(shop: Shop, input: CompanyCreateInput): Company {
  const { company: fields, companyContact, companyLocation } = input;
  const company = createCompany(shop, {
    name: fields.name,
    externalId: fields.externalId ?? null,
    note: fields.note ?? null,
    locations: [locationOf(companyLocation ?? {}, fields.name)],
  });
  if (companyContact)
    setMainContact(shop, company.id, firstContact(shop, company, companyContact).id);
  return findCompany(shop.database, company.id) ?? company;
}

/** The contact a company is made with is a new customer, and the company's main contact. */
function firstContact(shop: Shop, company: Company, input: CompanyContactInput): CompanyContact {
  const blank = newCustomer(shop.database.nextId('customer'), shop.now(), shopLocale);
  const { title = null, ...fields } = input;
  const draft = applyCustomerInput(blank, fields, {
    newAddressId: () => shop.database.nextId('address'),
    blankAddresses: 'allowed',
  });
  const problems = [...draft.problems, ...takenProblems(shop, draft.customer)];
  if (problems.length > 0) throw new Refused(problems.map(inContact));
  const customer = createCustomer(shop, 'app', draft.customer);
  const contact = addContact(shop, 'app', { company, customer, title });
  if (!('id' in contact)) throw new Refused([contact]);
  return contact;
}

const inContact = (problem: Problem): Problem => under(['input', 'companyContact'], problem);

function companyProblems(database: Database, input: CompanyCreateInput): Problem[] {
  const { name, externalId } = input.company;
  return [...named(name, 'Name'), ...external(database, 'companies', externalId)]
    .map((problem) => under(['input', 'company'], problem))
    .concat(
      locationProblems(database, input.companyLocation ?? {}).map((problem) =>
        under(['input', 'companyLocation'], problem),
      ),
    );
}

function locationProblems(database: Database, input: CompanyLocationInput): Problem[] {
  for (const field of [
    'shippingAddress',
    'billingAddress',
    'buyerExperienceConfiguration',
  ] as const)
    if (input[field]) throw notImplemented(`CompanyLocationInput.${field}`);
  return [
    ...(input.name === undefined || input.name === null ? [] : named(input.name, 'Name')),
    ...external(database, 'company_locations', input.externalId),
  ];
}

function named(name: string, label: string): Problem[] {
  return [
    ...problemIf(name.trim() === '', 'name', `${label} can't be blank`, 'BLANK'),
    ...problemIf(
      name.length > longestName,
      'name',
      `${label} is too long (maximum is ${longestName} characters)`,
      'TOO_LONG',
    ),
  ];
}

function external(
  database: Database,
  table: 'companies' | 'company_locations',
  externalId: string | null | undefined,
): Problem[] {
  if (!externalId) return [];
  const long = `External is too long (maximum is ${longestExternalId} characters)`;
  return [
    ...problemIf(externalId.length > longestExternalId, 'externalId', long, 'TOO_LONG'),
    ...problemIf(
      isExternalIdTaken(database, table, externalId),
      'externalId',
      'External has already been taken',
      'TAKEN',
    ),
  ];
}

function locationOf(input: CompanyLocationInput, companyName: string): NewLocation {
  return {
    name: input.name ?? companyName,
    externalId: input.externalId ?? null,
    note: input.note ?? null,
    phone: input.phone ?? null,
    locale: input.locale ?? null,
  };
}

const noCompany = (problems: readonly Problem[]) => ({
  company: null,
  userErrors: codedErrors(problems, []),
});

const noSuchCompany: Problem = {
  field: ['companyId'],
  message: 'Resource requested does not exist.',
  code: 'RESOURCE_NOT_FOUND',
};
