/**
 * The site's SQLite file: its tables, a cache of prepared statements and transactions.
 *
 * WAL with `synchronous = NORMAL` survives `kill -9` of the process; only a power cut can take the
 * last moments, which a development LMS may lose.
 */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';

const pragmas = `
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
PRAGMA busy_timeout = 5000;
`;

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

export type Row = Readonly<Record<string, unknown>>;

export interface Database {
  /** The prepared statement for this text, prepared once. */
  readonly statement: (sql: string) => StatementSync;
  /** Runs `work` in a transaction; within another one it can still fail alone. */
  readonly transaction: <T>(work: () => T) => T;
  readonly close: () => void;
}

/** Opens the file (made when missing, with its folder) or `:memory:`. */
export function openDatabase(path: string): Database {
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true });
  const sqlite = new DatabaseSync(path);
  sqlite.exec(pragmas);
  sqlite.exec(tables);
  const statements = new Map<string, StatementSync>();
  const statement = (sql: string): StatementSync => {
    const known = statements.get(sql);
    if (known) return known;
    const prepared = sqlite.prepare(sql);
    statements.set(sql, prepared);
    return prepared;
  };
  return {
    statement,
    transaction: (work) => allOrNothing(sqlite, sqlite.isTransaction ? savepoint : whole, work),
    close: () => sqlite.close(),
  };
}

const whole = { begin: 'BEGIN IMMEDIATE', commit: 'COMMIT', rollback: 'ROLLBACK' };
const savepoint = {
  begin: 'SAVEPOINT inner',
  commit: 'RELEASE inner',
  rollback: 'ROLLBACK TO inner; RELEASE inner',
};

/** Runs `work` and undoes all of it when it throws. */
function allOrNothing<T>(sqlite: DatabaseSync, bracket: typeof whole, work: () => T): T {
  sqlite.exec(bracket.begin);
  try {
    const result = work();
    sqlite.exec(bracket.commit);
    return result;
  } catch (error) {
    sqlite.exec(bracket.rollback);
    throw error;
  }
}
