/** The accounts of the site, as rows. */
import { createHash } from 'node:crypto';
import { writeRefused } from '../errors.ts';
import type { Row } from './database.ts';
import { type Site, seconds } from './site.ts';

/** An account. */
export interface User {
  readonly id: number;
  readonly username: string;
  readonly email: string;
  readonly firstname: string;
  readonly lastname: string;
  readonly idnumber: string;
  readonly auth: string;
  readonly lang: string;
  readonly suspended: boolean;
  readonly confirmed: boolean;
  readonly deleted: boolean;
  readonly siteAdmin: boolean;
  readonly passwordDigest: string;
  readonly profile: Profile;
  readonly preferences: Readonly<Record<string, string>>;
  /** What the user may do, anywhere on the site. */
  readonly capabilities: readonly string[];
  /** Roles the user may give in courses. */
  readonly assignableRoles: readonly number[];
  readonly createdAt: number;
}

/** The attributes that are only kept and shown. */
export type Profile = Readonly<
  Partial<
    Record<
      | 'address'
      | 'calendartype'
      | 'city'
      | 'country'
      | 'department'
      | 'description'
      | 'institution'
      | 'mailformat'
      | 'phone1'
      | 'phone2'
      | 'theme'
      | 'timezone',
      string
    >
  >
>;

/** Whoever looks at the site without an account. */
export const guestId = 1;
/** The account that installed the site. */
export const adminId = 2;

/** Everything but what must be given. */
const blank = {
  idnumber: '',
  auth: 'manual',
  lang: 'en',
  suspended: false,
  confirmed: true,
  deleted: false,
  siteAdmin: false,
  passwordDigest: '',
  profile: {},
  preferences: {},
  capabilities: [],
  assignableRoles: [],
} satisfies Partial<User>;

/** What a new account has to have, and may have. */
export type NewUser = Pick<User, 'username' | 'email' | 'firstname' | 'lastname'> & Partial<User>;

/** As the site shows it. */
export const fullName = ({ firstname, lastname }: User): string => `${firstname} ${lastname}`;

/** What is kept of a password. */
export const digestPassword = (password: string): string =>
  createHash('sha256').update(password).digest('hex');

/** By id, deleted or not. */
export function findUser({ database }: Site, id: number): User | undefined {
  return userOf(database.statement('SELECT * FROM users WHERE id = ?').get(id));
}

/** By username, deleted or not: Moodle gives those that are deleted another one. */
export function findUsername({ database }: Site, username: string): User | undefined {
  return userOf(database.statement('SELECT * FROM users WHERE username = ?').get(username));
}

/** Adds a user and gives the id, which is used up even when what called this is undone. */
export function insertUser(site: Site, user: NewUser): number {
  refuseLongValues(user);
  const id = user.id ?? nextUserId(site);
  saveUser(site, { ...blank, createdAt: seconds(site), ...user, id });
  return id;
}

function nextUserId(site: Site): number {
  const { database, live } = site;
  const kept = database.statement("SELECT value FROM counters WHERE name = 'user'").get();
  live.lastUserId = Math.max(live.lastUserId, Number(kept?.value ?? 0)) + 1;
  return live.lastUserId;
}

/** Writes the whole row, new or known. */
export function saveUser(site: Site, user: User): void {
  refuseLongValues(user);
  const holder = findUsername(site, user.username);
  if (holder && holder.id !== user.id) throw writeRefused();
  const { database } = site;
  database
    .statement(
      `INSERT INTO users (id, username, email, firstname, lastname, idnumber, auth, lang, suspended,
         confirmed, deleted, site_admin, password_digest, profile, preferences, capabilities,
         assignable_roles, created_at, modified_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET username = excluded.username, email = excluded.email,
         firstname = excluded.firstname, lastname = excluded.lastname, idnumber = excluded.idnumber,
         auth = excluded.auth, lang = excluded.lang, suspended = excluded.suspended,
         confirmed = excluded.confirmed, deleted = excluded.deleted,
         site_admin = excluded.site_admin, password_digest = excluded.password_digest,
         profile = excluded.profile, preferences = excluded.preferences,
         capabilities = excluded.capabilities, assignable_roles = excluded.assignable_roles,
         modified_at = excluded.modified_at`,
    )
    .run(...columnsOf(user), seconds(site));
  database
    .statement(
      `INSERT INTO counters (name, value) VALUES ('user', ?1)
       ON CONFLICT (name) DO UPDATE SET value = max(value, ?1)`,
    )
    .run(user.id);
}

const columnsOf = (user: User) => [
  user.id,
  user.username,
  user.email,
  user.firstname,
  user.lastname,
  user.idnumber,
  user.auth,
  user.lang,
  Number(user.suspended),
  Number(user.confirmed),
  Number(user.deleted),
  Number(user.siteAdmin),
  user.passwordDigest,
  JSON.stringify(user.profile),
  JSON.stringify(user.preferences),
  JSON.stringify(user.capabilities),
  JSON.stringify(user.assignableRoles),
  user.createdAt,
];

/** Moodle's columns; what does not fit fails in the database, which names nothing. */
const longest = { username: 100, email: 100, firstname: 100, lastname: 100, idnumber: 255 };
const longestInProfile: Readonly<Record<string, number>> = {
  city: 120,
  country: 2,
  department: 255,
  institution: 255,
  phone1: 20,
  phone2: 20,
  address: 255,
};

function refuseLongValues(user: NewUser): void {
  const given: Readonly<Record<string, unknown>> = { ...user };
  for (const [column, length] of Object.entries(longest))
    if ([...String(given[column] ?? '')].length > length) throw writeRefused();
  for (const [column, text] of Object.entries(user.profile ?? {}))
    if ([...text].length > (longestInProfile[column] ?? Number.POSITIVE_INFINITY))
      throw writeRefused();
}

const userOf = (row: Row | undefined): User | undefined => row && userFrom(row);

/** A row of the table as a user. */
export function userFrom(row: Row): User {
  return {
    id: Number(row.id),
    username: String(row.username),
    email: String(row.email),
    firstname: String(row.firstname),
    lastname: String(row.lastname),
    idnumber: String(row.idnumber),
    auth: String(row.auth),
    lang: String(row.lang),
    suspended: row.suspended === 1,
    confirmed: row.confirmed === 1,
    deleted: row.deleted === 1,
    siteAdmin: row.site_admin === 1,
    passwordDigest: String(row.password_digest),
    profile: JSON.parse(String(row.profile)),
    preferences: JSON.parse(String(row.preferences)),
    capabilities: JSON.parse(String(row.capabilities)),
    assignableRoles: JSON.parse(String(row.assignable_roles)),
    createdAt: Number(row.created_at),
  };
}
