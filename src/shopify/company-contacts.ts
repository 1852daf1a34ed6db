/**
 * Who acts for a company, and in which role where: read and changed for one customer. Shopify allows a
 * customer one company and, there, one role in each location; whoever has given another one already
 * must take it back first.
 * https://shopify.dev/docs/apps/build/b2b/manage-customer-contacts
 */
import { readMembership, type ShopifyMembership, writeMembership } from './membership.ts';
import * as operations from './operations.generated.ts';

/** Sends one operation for one customer. */
export type Send = <Result, Variables>(
  operation: operations.Operation<Result, Variables>,
  variables: Variables,
) => Promise<Result>;

/** A contact with all of its roles. Ids are global ones. */
export interface CompanyContact {
  readonly id: string;
  readonly company: Named;
  /** The company's main contact, which staff choose. */
  readonly main: boolean;
  readonly roles: readonly operations.RoleAssignmentState[];
}

interface Named {
  readonly id: string;
  readonly name: string;
}

/** A membership that could not be granted, and why, in a sentence that says what to do. */
export interface RefusedMembership {
  readonly membership: string;
  readonly why: string;
}

/** The contacts as read, with the roles beyond the first page. */
export function completeContacts(
  profiles: readonly operations.CompanyContactState[],
  send: Send,
): Promise<readonly CompanyContact[]> {
  return Promise.all(
    profiles.map(async ({ id, company, isMainContact, roleAssignments }) => {
      const roles = [...roleAssignments.nodes];
      let page = roleAssignments.pageInfo;
      while (page.hasNextPage) {
        const { companyContact } = await send(operations.CompanyContactRoles, {
          id,
          after: page.endCursor,
        });
        if (companyContact === null) break;
        roles.push(...companyContact.roleAssignments.nodes);
        page = companyContact.roleAssignments.pageInfo;
      }
      return { id, company, main: isMainContact, roles };
    }),
  );
}

/** The memberships that these contacts are. */
export function membershipsOfContacts(contacts: readonly CompanyContact[]): readonly string[] {
  return contacts.flatMap(({ company, roles }) => [
    writeMembership({ kind: 'contact', company: numberOf(company.id) }),
    ...roles.map((role) => membershipOfRole(company.id, role)),
  ]);
}

/**
 * Takes memberships back. A contact is removed where nothing of others hangs on it: a role somebody
 * else gave, or being the company's main contact. What is gone already is done.
 */
export async function revokeCompanies(
  customerId: string,
  memberships: readonly string[],
  send: Send,
): Promise<void> {
  if (memberships.length === 0) return;
  for (const contact of await contactsOf(customerId, send)) {
    const { id, company, main, roles } = contact;
    const ours = roles.filter((role) => memberships.includes(membershipOfRole(company.id, role)));
    for (const some of inFifties(ours)) {
      const assignmentIds = some.map((role) => role.id);
      const { companyContactRevokeRoles } = await send(operations.CompanyContactRevokeRoles, {
        contactId: id,
        assignmentIds,
      });
      accept(companyContactRevokeRoles?.userErrors, ['RESOURCE_NOT_FOUND']);
    }
    const [contactMembership = ''] = membershipsOfContacts([contact]);
    if (!memberships.includes(contactMembership) || main || ours.length < roles.length) continue;
    const { companyContactRemoveFromCompany } = await send(operations.CompanyContactRemove, {
      contactId: id,
    });
    // One that has ordered may have to stay; without a role it cannot order any more.
    accept(companyContactRemoveFromCompany?.userErrors, ['RESOURCE_NOT_FOUND', 'FAILED_TO_DELETE']);
  }
}

/** Grants what can be granted; the rest is told, each with its reason. */
export async function grantCompanies(
  customerId: string,
  memberships: readonly string[],
  send: Send,
): Promise<readonly RefusedMembership[]> {
  if (memberships.length === 0) return [];
  const contacts = await contactsOf(customerId, send);
  const refused: RefusedMembership[] = [];
  for (const [company, wanted] of byCompany(memberships)) {
    const contact = await becomeContact({ customerId, company, contacts }, send);
    if ('why' in contact) {
      const { why } = contact;
      refused.push(...wanted.map((membership) => ({ membership, why })));
    } else {
      refused.push(...(await grantRoles(contact, wanted, send)));
    }
  }
  return refused;
}

async function contactsOf(customerId: string, send: Send): Promise<readonly CompanyContact[]> {
  const { customer } = await send(operations.CustomerCompanies, { id: customerId });
  return completeContacts(customer?.companyContactProfiles ?? [], send);
}

/** The company's number → the memberships wanted there. */
function byCompany(memberships: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const companies = new Map<string, string[]>();
  for (const text of memberships) {
    const membership = readMembership(text);
    if (membership.kind === 'tag') continue;
    const wanted = companies.get(membership.company) ?? [];
    wanted.push(text);
    companies.set(membership.company, wanted);
  }
  return companies;
}

interface Becoming {
  readonly customerId: string;
  /** A company's number. */
  readonly company: string;
  readonly contacts: readonly CompanyContact[];
}

async function becomeContact(
  { customerId, company, contacts }: Becoming,
  send: Send,
): Promise<CompanyContact | { readonly why: string }> {
  const companyId = globalId('Company', company);
  const known = contacts.find((contact) => contact.company.id === companyId);
  if (known !== undefined) return known;
  const { companyAssignCustomerAsContact } = await send(operations.CompanyAssignCustomer, {
    companyId,
    customerId,
  });
  const made = companyAssignCustomerAsContact?.companyContact ?? null;
  if (made !== null)
    return { id: made.id, company: { id: companyId, name: company }, main: false, roles: [] };
  const [error] = companyAssignCustomerAsContact?.userErrors ?? [];
  if (error?.field?.at(-1) === 'customerId') throw new CustomerGone();
  if (error?.code === 'RESOURCE_NOT_FOUND') {
    return {
      why: `There is no company ${company} in the shop (any more): take it out of the policy, or choose another.`,
    };
  }
  const [other] = contacts;
  if (other === undefined) return { why: `Shopify: ${error?.message ?? 'no contact came back.'}` };
  return {
    why: `The customer acts for ${other.company.name} already, and Shopify allows one company for each customer: remove the contact of ${other.company.name} in Shopify, or take company:${company} out of the policy.`,
  };
}

async function grantRoles(
  contact: CompanyContact,
  memberships: readonly string[],
  send: Send,
): Promise<readonly RefusedMembership[]> {
  const has = new Set(membershipsOfContacts([contact]));
  const missing = memberships
    .filter((text) => !has.has(text))
    .flatMap((text) => roleOf(text) ?? []);
  const refused: RefusedMembership[] = [];
  for (const some of inFifties(missing)) {
    const { companyContactAssignRoles } = await send(operations.CompanyContactAssignRoles, {
      contactId: contact.id,
      roles: some.map(({ location, role }) => ({
        companyLocationId: globalId('CompanyLocation', location),
        companyContactRoleId: globalId('CompanyContactRole', role),
      })),
    });
    for (const error of companyContactAssignRoles?.userErrors ?? []) {
      const wanted = some[Number(error.field?.[1] ?? 0)];
      if (error.field?.at(-1) === 'companyContactId' || wanted === undefined)
        throw new CustomerGone();
      refused.push({ membership: writeMembership(wanted), why: whyNot(wanted, error, contact) });
    }
  }
  return refused;
}

type Role = Extract<ShopifyMembership, { kind: 'role' }>;

function roleOf(text: string): Role | null {
  const membership = readMembership(text);
  return membership.kind === 'role' ? membership : null;
}

function whyNot(wanted: Role, error: UserError, { company, roles }: CompanyContact): string {
  const mend = 'take it out of the policy, or choose another';
  if (error.code === 'RESOURCE_NOT_FOUND') {
    const what =
      error.field?.at(-1) === 'companyLocationId'
        ? `location ${wanted.location}`
        : `role ${wanted.role}`;
    return `There is no ${what} of company ${wanted.company} (any more): ${mend}.`;
  }
  if (error.code !== 'LIMIT_REACHED') return `Shopify: ${error.message}`;
  const place = globalId('CompanyLocation', wanted.location);
  const other = roles.find(({ companyLocation }) => companyLocation.id === place);
  const has =
    other === undefined
      ? `another role in location ${wanted.location} of company ${wanted.company}`
      : `the role ${other.role.name} in ${other.companyLocation.name} of ${company.name}`;
  return `The customer has ${has} already, and Shopify allows one role in each location: take that one back in Shopify, or ${writeMembership(wanted)} out of the policy.`;
}

interface UserError {
  readonly field: readonly string[] | null;
  readonly message: string;
  readonly code: string | null;
}

/** The customer or its contact went away while it was written to: another look tells. */
export class CustomerGone extends Error {
  override readonly name = 'CustomerGone';
}

/** Shopify would not take a membership back. */
export class RevocationRefused extends Error {
  override readonly name = 'RevocationRefused';
}

function accept(errors: readonly UserError[] | undefined, harmless: readonly string[]): void {
  const error = errors?.find(({ code }) => !harmless.includes(code ?? ''));
  if (error !== undefined) throw new RevocationRefused(`Shopify: ${error.message}`);
}

function membershipOfRole(
  companyId: string,
  { role, companyLocation }: operations.RoleAssignmentState,
): string {
  return writeMembership({
    kind: 'role',
    company: numberOf(companyId),
    location: numberOf(companyLocation.id),
    role: numberOf(role.id),
  });
}

/** Shopify takes at most fifty in one list. */
function inFifties<T>(list: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(list.length / 50) }, (_, page) =>
    list.slice(page * 50, (page + 1) * 50),
  );
}

/** The number in a global id. */
export function numberOf(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}

const globalId = (type: string, number: string): string => `gid://shopify/${type}/${number}`;
