/**
 * Contacts: customers who act for a company, and the role each has in its locations. A customer is a
 * contact of one company at most, and has one role at most in each location; the app and staff meet
 * the same rules.
 */
import type { SQLOutputValue } from 'node:sqlite';
import {
  type Company,
  type CompanyLocation,
  type CompanyRole,
  setMainContact,
} from './companies.ts';
import type { Customer } from './customer.ts';
import type { Database } from './database.ts';
import type { Problem } from './problem.ts';
import type { Actor, Shop } from './shop.ts';
import { writeTimeline } from './timeline.ts';

type Row = Record<string, SQLOutputValue>;

export interface CompanyContact {
  readonly __typename: 'CompanyContact';
  readonly id: number;
  readonly companyId: number;
  readonly customerId: number;
  readonly title: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface RoleAssignment {
  readonly __typename: 'CompanyContactRoleAssignment';
  readonly id: number;
  readonly contactId: number;
  readonly locationId: number;
  readonly roleId: number;
  readonly createdAt: number;
}

interface NewContact {
  readonly company: Company;
  readonly customer: Customer;
  /** The person's job title. */
  readonly title?: string | null;
}

/** Makes a customer a contact of the company, or says why not. */
export function addContact(
  shop: Shop,
  actor: Actor,
  { company, customer, title = null }: NewContact,
): CompanyContact | Problem {
  const { database } = shop;
  if (findContactOf(database, customer.id)) return alreadyContact;
  if (customer.email === null) return withoutEmail;
  const id = database.nextId('companyContact');
  return database.transaction(() => {
    const row = database
      .statement(
        `INSERT INTO company_contacts (id, company_id, customer_id, title, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?5) RETURNING *`,
      )
      .get(id, company.id, customer.id, title, shop.now());
    if (!row) throw new Error('SQLite returned no row for a written contact');
    writeTimeline(shop, customer.id, actor, `Contact of ${company.name}`);
    return readContact(row);
  });
}

const alreadyContact: Problem = {
  field: ['companyId'],
  message: 'Customer is already associated with a company contact.',
  code: 'INVALID_INPUT',
};

const withoutEmail: Problem = {
  field: ['companyId'],
  message: 'Customer must have an email address.',
  code: 'INVALID_INPUT',
};

/** The contact goes with its roles; the customer stays. */
export function removeContact(
  shop: Shop,
  actor: Actor,
  { contact, company }: { readonly contact: CompanyContact; readonly company: Company },
): void {
  const { database } = shop;
  database.transaction(() => {
    database.statement('DELETE FROM company_role_assignments WHERE contact_id = ?').run(contact.id);
    database.statement('DELETE FROM company_contacts WHERE id = ?').run(contact.id);
    if (company.mainContactId === contact.id) setMainContact(shop, company.id, null);
    writeTimeline(shop, contact.customerId, actor, `No longer a contact of ${company.name}`);
  });
}

/** The contact a customer is, gone with the customer. */
export function deleteContactOf({ database }: Shop, customerId: number): void {
  const contact = findContactOf(database, customerId);
  if (!contact) return;
  database.statement('DELETE FROM company_role_assignments WHERE contact_id = ?').run(contact.id);
  database.statement('DELETE FROM company_contacts WHERE id = ?').run(contact.id);
  database
    .statement('UPDATE companies SET main_contact_id = NULL WHERE main_contact_id = ?')
    .run(contact.id);
}

interface NewAssignment {
  readonly contact: CompanyContact;
  readonly location: CompanyLocation;
  readonly role: CompanyRole;
}

/** Gives a contact a role in a location, or says that it has one there. */
export function assignRole(
  shop: Shop,
  actor: Actor,
  { contact, location, role }: NewAssignment,
): RoleAssignment | Problem {
  const { database } = shop;
  if (listAssignments(database, contact.id).some(({ locationId }) => locationId === location.id))
    return hasRole;
  return database.transaction(() => {
    const row = database
      .statement(
        `INSERT INTO company_role_assignments (id, contact_id, location_id, role_id, created_at)
         VALUES (?, ?, ?, ?, ?) RETURNING *`,
      )
      .get(database.nextId('roleAssignment'), contact.id, location.id, role.id, shop.now());
    if (!row) throw new Error('SQLite returned no row for a written role');
    writeTimeline(shop, contact.customerId, actor, `${role.name} in ${location.name}`);
    return readAssignment(row);
  });
}

const hasRole: Problem = {
  field: [],
  message: 'Company contact has already been assigned a role in that company location.',
  code: 'LIMIT_REACHED',
};

export function revokeRole(
  shop: Shop,
  actor: Actor,
  { contact, assignment }: { contact: CompanyContact; assignment: RoleAssignment },
): void {
  const { database } = shop;
  database.transaction(() => {
    database.statement('DELETE FROM company_role_assignments WHERE id = ?').run(assignment.id);
    writeTimeline(shop, contact.customerId, actor, 'A role in a company location was taken back');
  });
}

export function findContact(database: Database, id: number): CompanyContact | undefined {
  const row = database.statement('SELECT * FROM company_contacts WHERE id = ?').get(id);
  return row && readContact(row);
}

/** The contact a customer is, if it is one. */
export function findContactOf(database: Database, customerId: number): CompanyContact | undefined {
  const row = database
    .statement('SELECT * FROM company_contacts WHERE customer_id = ?')
    .get(customerId);
  return row && readContact(row);
}

/** The contacts of a company, in the order they became so. */
export function listContacts(database: Database, companyId: number): CompanyContact[] {
  return database
    .statement('SELECT * FROM company_contacts WHERE company_id = ? ORDER BY id')
    .all(companyId)
    .map(readContact);
}

/** The roles a contact has, in the order they were given. */
export function listAssignments(database: Database, contactId: number): RoleAssignment[] {
  return database
    .statement('SELECT * FROM company_role_assignments WHERE contact_id = ? ORDER BY id')
    .all(contactId)
    .map(readAssignment);
}

/** The roles contacts have in a location. */
export function listAssignmentsAt(database: Database, locationId: number): RoleAssignment[] {
  return database
    .statement('SELECT * FROM company_role_assignments WHERE location_id = ? ORDER BY id')
    .all(locationId)
    .map(readAssignment);
}

export function findAssignment(database: Database, id: number): RoleAssignment | undefined {
  const row = database.statement('SELECT * FROM company_role_assignments WHERE id = ?').get(id);
  return row && readAssignment(row);
}

function readContact(row: Row): CompanyContact {
  return {
    __typename: 'CompanyContact',
    id: Number(row.id),
    companyId: Number(row.company_id),
    customerId: Number(row.customer_id),
    title: row.title === null ? null : String(row.title),
    createdAt: Number(row.created_at),
    updatedAt: Number(row.updated_at),
  };
}

function readAssignment(row: Row): RoleAssignment {
  return {
    __typename: 'CompanyContactRoleAssignment',
    id: Number(row.id),
    contactId: Number(row.contact_id),
    locationId: Number(row.location_id),
    roleId: Number(row.role_id),
    createdAt: Number(row.created_at),
  };
}
