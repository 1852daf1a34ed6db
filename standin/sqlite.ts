/**
 * A SQLite file: a cache of prepared statements, and transactions.
 *
 * WAL with `synchronous = NORMAL` survives `kill -9` of the process (the log is in the operating
 * system's hands once written); only a power cut can take the last moments, which a stand-in may lose.
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

/** The opened file. */
export interface Sqlite {
  /** The prepared statement for this text, prepared once. */
  readonly statement: (sql: string) => StatementSync;
  /** Runs `work` in a transaction; within another one it can still fail alone. */
  readonly transaction: <T>(work: () => T) => T;
  readonly close: () => void;
  readonly connection: DatabaseSync;
}

/** Opens the file (made when missing, with its folder) or `:memory:`, and makes the tables. */
export function openSqlite(path: string, tables: string): Sqlite {
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true });
  const connection = new DatabaseSync(path);
  connection.exec(pragmas);
  connection.exec(tables);
  const statements = new Map<string, StatementSync>();
  const statement = (sql: string): StatementSync => {
    const known = statements.get(sql);
    if (known) return known;
    const prepared = connection.prepare(sql);
    statements.set(sql, prepared);
    return prepared;
  };
  return {
    statement,
    transaction: (work) =>
      allOrNothing(statement, connection.isTransaction ? savepoint : wholeTransaction, work),
    close: () => connection.close(),
    connection,
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
function allOrNothing<T>(statement: Sqlite['statement'], bracket: Bracket, work: () => T): T {
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
