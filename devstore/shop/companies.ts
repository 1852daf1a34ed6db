/**
 * Companies of B2B: their locations and the roles a contact can have there. Shopify gives every
 * company one location and two roles from the start.
 * https://shopify.dev/docs/apps/build/b2b
 */
import type { SQLOutputValue } from 'node:sqlite';
import type { Database } from './database.ts';
import type { Shop } from './shop.ts';

type Row = Record<string, SQLOutputValue>;

export interface Company {
  readonly __typename: 'Company';
  readonly id: number;
  readonly name: string;
  /** The merchant's own id, unique in the shop. */
  readonly externalId: string | null;
  readonly note: string | null;
  readonly defaultRoleId: number | null;
  readonly mainContactId: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface CompanyRole {
  readonly __typename: 'CompanyContactRole';
  readonly id: number;
  readonly companyId: number;
  readonly name: string;
}

export interface CompanyLocation {
  readonly __typename: 'CompanyLocation';
  readonly id: number;
  readonly companyId: number;
  readonly name: string;
  readonly externalId: string | null;
  readonly note: string | null;
  readonly phone: string | null;
  readonly locale: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export type NewLocation = Pick<CompanyLocation, 'name'> &
  Partial<Pick<CompanyLocation, 'externalId' | 'note' | 'phone' | 'locale'>>;

export interface NewCompany {
  readonly name: string;
  readonly externalId?: string | null;
  readonly note?: string | null;
  readonly locations: readonly NewLocation[];
}

const roleNames = ['Location admin', 'Ordering only'] as const;

/** The company with its roles and, where none is named, a location of its own name. */
export function createCompany(shop: Shop, input: NewCompany): Company {
  const { database } = shop;
  return database.transaction(() => {
    const id = database.nextId('company');
    const roles = roleNames.map((name) => insertRole(database, id, name));
    database
      .statement(
        `INSERT INTO companies (id, name, external_id, note, default_role_id, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)`,
      )
      .run(
        id,
        input.name,
        input.externalId ?? null,
        input.note ?? null,
        roles.at(-1) ?? null,
        shop.now(),
      );
    const locations = input.locations.length > 0 ? input.locations : [{ name: input.name }];
    for (const location of locations) createLocation(shop, id, location);
    return existing(findCompany(database, id));
  });
}

function insertRole(database: Database, companyId: number, name: string): number {
  const id = database.nextId('companyRole');
  database
    .statement('INSERT INTO company_roles (id, company_id, name) VALUES (?, ?, ?)')
    .run(id, companyId, name);
  return id;
}

export function createLocation(shop: Shop, companyId: number, input: NewLocation): CompanyLocation {
  const { database } = shop;
  const id = database.nextId('companyLocation');
  database
    .statement(
      `INSERT INTO company_locations
         (id, company_id, name, external_id, note, phone, locale, created_at, updated_at)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)`,
    )
    .run(
      id,
      companyId,
      input.name,
      input.externalId ?? null,
      input.note ?? null,
      input.phone ?? null,
      input.locale ?? null,
      shop.now(),
    );
  return existing(findLocation(database, id));
}

/** The company goes with its locations, roles and contacts; the customers stay. */
export function deleteCompany({ database }: Shop, { id }: Company): void {
  database.transaction(() => {
    for (const location of listLocations(database, id)) deleteLocation(database, location);
    for (const table of ['company_contacts', 'company_roles'])
      database.statement(`DELETE FROM ${table} WHERE company_id = ?`).run(id);
    database.statement('DELETE FROM companies WHERE id = ?').run(id);
  });
}

/** The location goes with the roles contacts have there. */
export function deleteLocation(database: Database, { id }: CompanyLocation): void {
  database.transaction(() => {
    database.statement('DELETE FROM company_role_assignments WHERE location_id = ?').run(id);
    database.statement('DELETE FROM company_locations WHERE id = ?').run(id);
  });
}

export function setMainContact(shop: Shop, companyId: number, contactId: number | null): void {
  shop.database
    .statement('UPDATE companies SET main_contact_id = ?, updated_at = ? WHERE id = ?')
    .run(contactId, shop.now(), companyId);
}

export function findCompany(database: Database, id: number): Company | undefined {
  const row = database.statement('SELECT * FROM companies WHERE id = ?').get(id);
  return row && readCompany(row);
}

/** Every company, in the order they were made. */
export function listCompanies(database: Database): Company[] {
  return database.statement('SELECT * FROM companies ORDER BY id').all().map(readCompany);
}

export function findRole(database: Database, id: number): CompanyRole | undefined {
  const row = database.statement('SELECT * FROM company_roles WHERE id = ?').get(id);
  return row && readRole(row);
}

export function listRoles(database: Database, companyId: number): CompanyRole[] {
  return database
    .statement('SELECT * FROM company_roles WHERE company_id = ? ORDER BY id')
    .all(companyId)
    .map(readRole);
}

export function findLocation(database: Database, id: number): CompanyLocation | undefined {
  const row = database.statement('SELECT * FROM company_locations WHERE id = ?').get(id);
  return row && readLocation(row);
}

export function listLocations(database: Database, companyId: number): CompanyLocation[] {
  return database
    .statement('SELECT * FROM company_locations WHERE company_id = ? ORDER BY id')
    .all(companyId)
    .map(readLocation);
}

/** Every location of the shop, in the order they were made. */
export function listAllLocations(database: Database): CompanyLocation[] {
  return database.statement('SELECT * FROM company_locations ORDER BY id').all().map(readLocation);
}

/** Whether a company or a location has this external id already. */
export function isExternalIdTaken(
  database: Database,
  table: 'companies' | 'company_locations',
  externalId: string,
): boolean {
  return Boolean(
    database.statement(`SELECT 1 AS taken FROM ${table} WHERE external_id = ?`).get(externalId),
  );
}

/** What was written a moment ago is there. */
function existing<T>(found: T | undefined): T {
  if (found === undefined) throw new Error('SQLite lost a row that was just written');
  return found;
}

function readCompany(row: Row): Company {
  return {
    __typename: 'Company',
    id: Number(row.id),
    name: String(row.name),
    externalId: textOrNull(row.external_id),
    note: textOrNull(row.note),
    defaultRoleId: row.default_role_id === null ? null : Number(row.default_role_id),
    mainContactId: row.main_contact_id === null ? null : Number(row.main_contact_id),
    createdAt: Number(row.created_at),
    updatedAt: Number(row.updated_at),
  };
}

function readRole(row: Row): CompanyRole {
  return {
    __typename: 'CompanyContactRole',
    id: Number(row.id),
    companyId: Number(row.company_id),
    name: String(row.name),
  };
}

function readLocation(row: Row): CompanyLocation {
  return {
    __typename: 'CompanyLocation',
    id: Number(row.id),
    companyId: Number(row.company_id),
    name: String(row.name),
    externalId: textOrNull(row.external_id),
    note: textOrNull(row.note),
    phone: textOrNull(row.phone),
    locale: textOrNull(row.locale),
    createdAt: Number(row.created_at),
    updatedAt: Number(row.updated_at),
  };
}

function textOrNull(value: SQLOutputValue | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}
