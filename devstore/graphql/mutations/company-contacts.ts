/**
 * Who acts for a company: `companyAssignCustomerAsContact`, `companyContactRemoveFromCompany`,
 * `companyContactDelete`, and the roles `companyContactAssignRole(s)` and `…RevokeRole(s)`. What
 * belongs to another company is told as if it did not exist.
 */
import { findCompany, findLocation, findRole } from '../../shop/companies.ts';
import {
  addContact,
  assignRole,
  type CompanyContact,
  findAssignment,
  findContact,
  listAssignments,
  type RoleAssignment,
  removeContact,
  revokeRole,
} from '../../shop/company-contacts.ts';
import { findCustomer } from '../../shop/customer-rows.ts';
import { canDelete } from '../../shop/customers.ts';
import { globalId } from '../../shop/global-id.ts';
import { type Problem, under } from '../../shop/problem.ts';
import type { Shop } from '../../shop/shop.ts';
import { b2bOnly } from '../b2b-access.ts';
import type { Fields } from '../context.ts';
import { customerOf, numberOf } from '../ids.ts';
import { businessErrors } from './user-errors.ts';

const maximumList = 50;

interface ContactId {
  readonly companyContactId: string;
}

interface RoleIds {
  readonly companyContactRoleId: string;
  readonly companyLocationId: string;
}

interface Revoking extends ContactId {
  readonly revokeAll?: boolean | null;
  readonly roleAssignmentIds?: readonly string[] | null;
}

export const companyContactMutations: Fields<undefined> = b2bOnly('write', {
  companyAssignCustomerAsContact: (
    _,
    args: { companyId: string; customerId: string },
    { shop },
  ) => {
    const company = findCompany(shop.database, numberOf('Company', args.companyId));
    if (!company) return noContact(missing(['companyId']));
    const customer = customerOf(shop, args.customerId);
    if (!customer) return noContact(noSuchCustomer);
    const contact = addContact(shop, 'app', { company, customer });
    return 'id' in contact ? { companyContact: contact, userErrors: [] } : noContact(contact);
  },

  companyContactRemoveFromCompany: (_, { companyContactId }: ContactId, { shop }) => {
    const contact = contactOf(shop, companyContactId);
    if (!contact) return noRemoval(noSuchContact);
    remove(shop, contact);
    return { removedCompanyContactId: companyContactId, userErrors: [] };
  },

  companyContactDelete: (_, { companyContactId }: ContactId, { shop }) => {
    const contact = contactOf(shop, companyContactId);
    const customer = contact && findCustomer(shop.database, contact.customerId);
    if (!contact) return noDeletion(noSuchContact);
    if (customer && !canDelete(customer)) return noDeletion(hasOrders);
    remove(shop, contact);
    return { deletedCompanyContactId: companyContactId, userErrors: [] };
  },

  companyContactAssignRole: (_, args: ContactId & RoleIds, { shop }) => {
    const contact = contactOf(shop, args.companyContactId);
    const assigned = contact
      ? assign(shop, contact, args, singularWords)
      : missing(['companyContactId']);
    return 'id' in assigned
      ? { companyContactRoleAssignment: assigned, userErrors: [] }
      : { companyContactRoleAssignment: null, userErrors: businessErrors([assigned]) };
  },

  // What can be assigned is, also where another entry of the list is refused.
  companyContactAssignRoles: (_, args: ContactId & { rolesToAssign: RoleIds[] }, { shop }) => {
    const contact = contactOf(shop, args.companyContactId);
    if (!contact)
      return { roleAssignments: null, userErrors: businessErrors([missing(['companyContactId'])]) };
    if (args.rolesToAssign.length > maximumList)
      return { roleAssignments: null, userErrors: businessErrors([tooMany('rolesToAssign')]) };
    const results = args.rolesToAssign.map((ids, index) => {
      const result = assign(shop, contact, ids, pluralWords);
      return 'id' in result ? result : under(['rolesToAssign', `${index}`], result);
    });
    const { done, problems } = separated(results);
    return { roleAssignments: done, userErrors: businessErrors(problems) };
  },

  companyContactRevokeRole: (
    _,
    args: ContactId & { companyContactRoleAssignmentId: string },
    { shop },
  ) => {
    const { companyContactRoleAssignmentId: id, companyContactId } = args;
    const contact = contactOf(shop, companyContactId);
    const problem = !contact
      ? missing(['companyContactId'])
      : revoke(shop, contact, id)
        ? null
        : missing(['companyContactRoleAssignmentId']);
    return {
      revokedCompanyContactRoleAssignmentId: problem ? null : id,
      userErrors: businessErrors(problem ? [problem] : []),
    };
  },

  companyContactRevokeRoles: (_, args: Revoking, { shop }) => {
    const contact = contactOf(shop, args.companyContactId);
    if (!contact) return noRevocation([missing(['companyContactId'])]);
    const ids = args.revokeAll
      ? listAssignments(shop.database, contact.id).map(({ id }) => assignmentId(id))
      : (args.roleAssignmentIds ?? []);
    if (ids.length > maximumList) return noRevocation([tooMany('roleAssignmentIds')]);
    const revoked = ids.map((id) => revoke(shop, contact, id));
    const problems = ids.flatMap((_id, index) =>
      revoked[index] ? [] : [missing(['roleAssignmentIds', `${index}`])],
    );
    return {
      revokedRoleAssignmentIds: ids.filter((_id, index) => revoked[index]),
      userErrors: businessErrors(problems),
    };
  },
});

function contactOf(shop: Shop, id: string): CompanyContact | undefined {
  return findContact(shop.database, numberOf('CompanyContact', id));
}

function remove(shop: Shop, contact: CompanyContact): void {
  const company = findCompany(shop.database, contact.companyId);
  if (company) removeContact(shop, 'app', { contact, company });
}

interface Words {
  readonly role: string;
  readonly location: string;
}

// The mutation for one role and the one for many say it differently.
const singularWords: Words = {
  role: "The company contact role doesn't exist.",
  location: "The company location doesn't exist.",
};

const pluralWords: Words = {
  role: 'Resource requested does not exist.',
  location: 'Resource requested does not exist.',
};

function assign(
  shop: Shop,
  contact: CompanyContact,
  ids: RoleIds,
  words: Words,
): RoleAssignment | Problem {
  const location = findLocation(shop.database, numberOf('CompanyLocation', ids.companyLocationId));
  if (location?.companyId !== contact.companyId)
    return missing(['companyLocationId'], words.location);
  const role = findRole(shop.database, numberOf('CompanyContactRole', ids.companyContactRoleId));
  if (role?.companyId !== contact.companyId) return missing(['companyContactRoleId'], words.role);
  return assignRole(shop, 'app', { contact, location, role });
}

/** Whether there was such a role to take back. */
function revoke(shop: Shop, contact: CompanyContact, id: string): boolean {
  const number = numberOf('CompanyContactRoleAssignment', id);
  const assignment = findAssignment(shop.database, number);
  if (assignment?.contactId !== contact.id) return false;
  revokeRole(shop, 'app', { contact, assignment });
  return true;
}

const assignmentId = (id: number): string => globalId('CompanyContactRoleAssignment', id);

function separated(results: readonly (RoleAssignment | Problem)[]) {
  const done: RoleAssignment[] = [];
  const problems: Problem[] = [];
  for (const result of results)
    if ('id' in result) done.push(result);
    else problems.push(result);
  return { done, problems };
}

const noContact = (problem: Problem) => ({
  companyContact: null,
  userErrors: businessErrors([problem]),
});

const noRemoval = (problem: Problem) => ({
  removedCompanyContactId: null,
  userErrors: businessErrors([problem]),
});

const noDeletion = (problem: Problem) => ({
  deletedCompanyContactId: null,
  userErrors: businessErrors([problem]),
});

const noRevocation = (problems: readonly Problem[]) => ({
  revokedRoleAssignmentIds: null,
  userErrors: businessErrors(problems),
});

function missing(
  field: readonly string[],
  message = 'Resource requested does not exist.',
): Problem {
  return { field, message, code: 'RESOURCE_NOT_FOUND' };
}

const noSuchContact = missing(['companyContactId'], "The company contact doesn't exist.");

const noSuchCustomer = missing(['customerId'], 'Customer does not exist.');

const hasOrders: Problem = {
  field: ['companyContactId'],
  message: 'Cannot delete a company contact with existing orders or draft orders.',
  code: 'FAILED_TO_DELETE',
};

const tooMany = (field: string): Problem => ({
  field: [field],
  message: `The maximum number of ${field} is ${maximumList}.`,
  code: 'LIMIT_REACHED',
});
