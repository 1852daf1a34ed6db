/** The site's tables. */
import { openSqlite, type Sqlite } from '../../standin/sqlite.ts';

const tables = `
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

-- Ids are never given twice, not even after a reset.
CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;

CREATE TABLE IF NOT EXISTS users (
  id INTEGER PRIMARY KEY,
  username TEXT NOT NULL UNIQUE,
  email TEXT NOT NULL,
  firstname TEXT NOT NULL,
  lastname TEXT NOT NULL,
  idnumber TEXT NOT NULL,
  auth TEXT NOT NULL,
  lang TEXT NOT NULL,
  suspended INTEGER NOT NULL,
  confirmed INTEGER NOT NULL,
  deleted INTEGER NOT NULL,
  site_admin INTEGER NOT NULL,
  password_digest TEXT NOT NULL,
  profile TEXT NOT NULL,
  preferences TEXT NOT NULL,
  capabilities TEXT NOT NULL,
  assignable_roles TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  modified_at INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS users_email ON users (email);
CREATE INDEX IF NOT EXISTS users_email_lower ON users (lower(email));
CREATE INDEX IF NOT EXISTS users_idnumber ON users (idnumber);

CREATE TABLE IF NOT EXISTS courses (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  shortname TEXT NOT NULL UNIQUE,
  fullname TEXT NOT NULL,
  idnumber TEXT NOT NULL,
  visible INTEGER NOT NULL,
  start_date INTEGER NOT NULL,
  end_date INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  modified_at INTEGER NOT NULL
) STRICT;

-- Ways into a course: manual, self.
CREATE TABLE IF NOT EXISTS enrolment_methods (
  id INTEGER PRIMARY KEY,
  course_id INTEGER NOT NULL,
  method TEXT NOT NULL,
  enabled INTEGER NOT NULL,
  UNIQUE (course_id, method)
) STRICT;

CREATE TABLE IF NOT EXISTS enrolments (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  method_id INTEGER NOT NULL,
  user_id INTEGER NOT NULL,
  suspended INTEGER NOT NULL,
  time_start INTEGER NOT NULL,
  time_end INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  modified_at INTEGER NOT NULL,
  UNIQUE (method_id, user_id)
) STRICT;
CREATE INDEX IF NOT EXISTS enrolments_user ON enrolments (user_id);

CREATE TABLE IF NOT EXISTS role_assignments (
  course_id INTEGER NOT NULL,
  user_id INTEGER NOT NULL,
  role_id INTEGER NOT NULL,
  PRIMARY KEY (course_id, user_id, role_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS services (
  shortname TEXT PRIMARY KEY,
  functions TEXT NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS tokens (
  token TEXT PRIMARY KEY,
  user_id INTEGER NOT NULL,
  service TEXT NOT NULL,
  valid_until INTEGER NOT NULL,
  ip_restriction TEXT NOT NULL
) STRICT;
`;

/** A row as SQLite gives it. */
export type Row = Readonly<Record<string, unknown>>;

/** The opened file. */
export type Database = Sqlite;

/** Opens the file (made when missing, with its folder) or `:memory:`. */
export const openDatabase = (path: string): Database => openSqlite(path, tables);
