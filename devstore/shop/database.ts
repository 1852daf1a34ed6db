/**
 * The store's SQLite file: its tables, a cache of prepared statements and transactions.
 *
 * WAL with `synchronous = NORMAL` survives `kill -9` of the process (the log is in the operating
 * system's hands once written); only a power cut can take the last moments, which a development
 * store may lose.
 */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';

// A checkpoint is what costs in WAL mode; every 64 MB of log it is hardly felt.
const pragmas = `
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
PRAGMA busy_timeout = 5000;
PRAGMA wal_autocheckpoint = 16384;
PRAGMA cache_size = -65536;
PRAGMA temp_store = MEMORY;
`;

const tables = `
CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;

-- The document is the truth; the columns beside it exist to be searched and sorted by.
CREATE TABLE IF NOT EXISTS customers (
  id INTEGER PRIMARY KEY,
  email TEXT UNIQUE,
  phone TEXT UNIQUE,
  first_name TEXT NOT NULL,
  last_name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  location_key TEXT NOT NULL,
  words TEXT NOT NULL,
  country_code TEXT,
  country TEXT,
  state TEXT NOT NULL,
  marketing TEXT NOT NULL,
  orders INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  searchable_at INTEGER NOT NULL,
  document TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS customers_updated ON customers (updated_at, id);
CREATE INDEX IF NOT EXISTS customers_name ON customers (name_key, id);

CREATE TABLE IF NOT EXISTS customer_tags (
  tag TEXT NOT NULL,
  customer_id INTEGER NOT NULL,
  PRIMARY KEY (tag, customer_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS address_owners (
  address_id INTEGER PRIMARY KEY,
  customer_id INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS metafield_definitions (
  id INTEGER PRIMARY KEY,
  owner_type TEXT NOT NULL,
  namespace TEXT NOT NULL,
  key TEXT NOT NULL,
  document TEXT NOT NULL,
  UNIQUE (owner_type, namespace, key)
) STRICT;

CREATE TABLE IF NOT EXISTS metafields (
  id INTEGER PRIMARY KEY,
  owner_type TEXT NOT NULL,
  owner_id INTEGER NOT NULL,
  namespace TEXT NOT NULL,
  key TEXT NOT NULL,
  type TEXT NOT NULL,
  value TEXT NOT NULL,
  unique_value TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (owner_type, owner_id, namespace, key)
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS metafields_unique_value
  ON metafields (owner_type, namespace, key, unique_value) WHERE unique_value IS NOT NULL;

CREATE TABLE IF NOT EXISTS companies (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  external_id TEXT UNIQUE,
  note TEXT,
  default_role_id INTEGER,
  main_contact_id INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS company_roles (
  id INTEGER PRIMARY KEY,
  company_id INTEGER NOT NULL,
  name TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS company_roles_company ON company_roles (company_id);

CREATE TABLE IF NOT EXISTS company_locations (
  id INTEGER PRIMARY KEY,
  company_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  external_id TEXT UNIQUE,
  note TEXT,
  phone TEXT,
  locale TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS company_locations_company ON company_locations (company_id);

-- A customer acts for one company at most.
CREATE TABLE IF NOT EXISTS company_contacts (
  id INTEGER PRIMARY KEY,
  company_id INTEGER NOT NULL,
  customer_id INTEGER NOT NULL UNIQUE,
  title TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS company_contacts_company ON company_contacts (company_id);

-- And a contact has one role at most in each location.
CREATE TABLE IF NOT EXISTS company_role_assignments (
  id INTEGER PRIMARY KEY,
  contact_id INTEGER NOT NULL,
  location_id INTEGER NOT NULL,
  role_id INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  UNIQUE (contact_id, location_id)
) STRICT;
CREATE INDEX IF NOT EXISTS company_role_assignments_location
  ON company_role_assignments (location_id);

CREATE TABLE IF NOT EXISTS timeline (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  customer_id INTEGER NOT NULL,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  message TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS timeline_customer ON timeline (customer_id, id);

CREATE TABLE IF NOT EXISTS webhook_deliveries (
  id TEXT PRIMARY KEY,
  event_id TEXT NOT NULL,
  topic TEXT NOT NULL,
  body TEXT NOT NULL,
  triggered_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  next_at INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS webhook_deliveries_due ON webhook_deliveries (next_at);

-- A place to upload a file to; the file there last is its content.
CREATE TABLE IF NOT EXISTS staged_uploads (
  key TEXT PRIMARY KEY,
  parameters TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  content_id INTEGER,
  size INTEGER,
  lines INTEGER
) STRICT;

-- An uploaded file in blocks of whole lines.
CREATE TABLE IF NOT EXISTS upload_blocks (
  content_id INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  first_line INTEGER NOT NULL,
  data BLOB NOT NULL,
  PRIMARY KEY (content_id, sequence)
) STRICT;

-- The position says where to go on; it is written with what was done up to there.
CREATE TABLE IF NOT EXISTS bulk_operations (
  id INTEGER PRIMARY KEY,
  type TEXT NOT NULL,
  status TEXT NOT NULL,
  error_code TEXT,
  document TEXT NOT NULL,
  client_identifier TEXT,
  content_id INTEGER,
  lines INTEGER,
  position TEXT,
  objects INTEGER NOT NULL DEFAULT 0,
  root_objects INTEGER NOT NULL DEFAULT 0,
  result_size INTEGER NOT NULL DEFAULT 0,
  result_token TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  completed_at INTEGER,
  ended_at INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS bulk_operations_status ON bulk_operations (status, id);

CREATE TABLE IF NOT EXISTS bulk_results (
  id INTEGER PRIMARY KEY,
  operation_id INTEGER NOT NULL,
  data TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS bulk_results_operation ON bulk_results (operation_id, id);
`;

/** Where each kind of id starts: well apart, so that one kind is never taken for another. */
const firstIds = {
  customer: 8_000_000_000_000,
  address: 9_000_000_000_000,
  metafield: 40_000_000_000_000,
  definition: 200_000_000_000,
  company: 500_000_000,
  companyRole: 600_000_000,
  companyLocation: 700_000_000,
  companyContact: 800_000_000,
  roleAssignment: 900_000_000,
  bulkOperation: 5_000_000_000_000,
  upload: 0,
} as const;

export type IdKind = keyof typeof firstIds;

export interface Database {
  /** The prepared statement for this text, prepared once. */
  readonly statement: (sql: string) => StatementSync;
  /** Runs `work` in a transaction; within another one it can still fail alone. */
  readonly transaction: <T>(work: () => T) => T;
  /** A fresh id; never given twice, not even after a reset. */
  readonly nextId: (kind: IdKind) => number;
  readonly close: () => void;
}

/** Opens the file (made when missing, with its folder) or `:memory:`. */
export function openDatabase(path: string): Database {
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true });
  const sqlite = new DatabaseSync(path);
  sqlite.exec(pragmas);
  sqlite.exec(tables);
  registerWordMatch(sqlite);
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
    transaction: (work) =>
      allOrNothing(statement, sqlite.isTransaction ? savepoint : wholeTransaction, work),
    nextId: idGenerator(statement),
    close: () => sqlite.close(),
  };
}

const idsReserved = 1000;

/** Ids are reserved a thousand at a time: a crash leaves a gap, and no write is spent on each. */
function idGenerator(statement: Database['statement']): Database['nextId'] {
  const blocks = new Map<IdKind, { next: number; end: number }>();
  const reserve = (kind: IdKind) => {
    const row = statement(
      `INSERT INTO counters (name, value) VALUES (?1, ?2 + ?3)
       ON CONFLICT (name) DO UPDATE SET value = value + ?3 RETURNING value`,
    ).get(kind, firstIds[kind], idsReserved);
    const end = Number(row?.value);
    const block = { next: end - idsReserved, end };
    blocks.set(kind, block);
    return block;
  };
  return (kind) => {
    const known = blocks.get(kind);
    const block = known && known.next < known.end ? known : reserve(kind);
    block.next += 1;
    return block.next;
  };
}

interface Bracket {
  readonly begin: string;
  readonly commit: string;
  readonly rollback: readonly string[];
}

const wholeTransaction: Bracket = {
  begin: 'BEGIN IMMEDIATE',
  commit: 'COMMIT',
  rollback: ['ROLLBACK'],
};

const savepoint: Bracket = {
  begin: 'SAVEPOINT inner',
  commit: 'RELEASE inner',
  rollback: ['ROLLBACK TO inner', 'RELEASE inner'],
};

/** Runs `work` and undoes all of it when it throws. */
function allOrNothing<T>(statement: Database['statement'], bracket: Bracket, work: () => T): T {
  statement(bracket.begin).run();
  try {
    const result = work();
    statement(bracket.commit).run();
    return result;
  } catch (error) {
    for (const sql of bracket.rollback) statement(sql).run();
    throw error;
  }
}

/**
 * `word_match(text, phrase)`: whether the phrase stands in the text between word borders; with a
 * trailing `*`, whether a word of the text starts with it. Both are expected in lower case.
 */
function registerWordMatch(sqlite: DatabaseSync): void {
  const wordCharacter = /[\p{L}\p{N}]/u;
  const borders = (text: string, at: number): boolean =>
    at < 0 || at >= text.length || !wordCharacter.test(text.charAt(at));
  sqlite.function('word_match', { deterministic: true }, (text, phrase) => {
    const haystack = String(text);
    const prefix = String(phrase).endsWith('*');
    const needle = prefix ? String(phrase).slice(0, -1) : String(phrase);
    for (let at = haystack.indexOf(needle); at !== -1; at = haystack.indexOf(needle, at + 1))
      if (borders(haystack, at - 1) && (prefix || borders(haystack, at + needle.length))) return 1;
    return 0;
  });
}
