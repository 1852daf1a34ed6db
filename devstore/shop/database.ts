/**
 * The store's SQLite file: a cache of prepared statements, transactions and ids.
 *
 * WAL with `synchronous = NORMAL` survives `kill -9` of the process (the log is in the operating
 * system's hands once written); only a power cut can take the last moments, which a development
 * store may lose.
 */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { tables } from './tables.ts';

// A checkpoint is what costs in WAL mode; every 64 MB of log it is hardly felt.
const pragmas = `
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
PRAGMA busy_timeout = 5000;
PRAGMA wal_autocheckpoint = 16384;
PRAGMA cache_size = -65536;
PRAGMA temp_store = MEMORY;
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
  order: 6_000_000_000_000,
  product: 7_000_000_000_000,
  lineItem: 13_000_000_000_000,
  variant: 42_000_000_000_000,
  refund: 900_000_000_000,
  refundLine: 400_000_000_000,
  dispute: 10_000_000_000,
  orderEdit: 800_000_000_000,
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
  /** The next number of an order, from 1001 on: no gaps, as people read them. */
  readonly nextOrderNumber: () => number;
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
    nextOrderNumber: () => nextOrderNumber(statement),
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

function nextOrderNumber(statement: Database['statement']): number {
  const row = statement(
    `INSERT INTO counters (name, value) VALUES ('orderNumber', 1001)
     ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value`,
  ).get();
  return Number(row?.value);
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
