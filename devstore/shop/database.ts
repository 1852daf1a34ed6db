/** The store's SQLite file: its ids, and a function of its own for searching. */
import type { DatabaseSync } from 'node:sqlite';
import { openSqlite, type Sqlite } from '../../standin/sqlite.ts';
import { tables } from './tables.ts';

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

export interface Database extends Omit<Sqlite, 'connection'> {
  /** A fresh id; never given twice, not even after a reset. */
  readonly nextId: (kind: IdKind) => number;
  /** The next number of an order, from 1001 on: no gaps, as people read them. */
  readonly nextOrderNumber: () => number;
}

/** Opens the file (made when missing, with its folder) or `:memory:`. */
export function openDatabase(path: string): Database {
  const { connection, ...sqlite } = openSqlite(path, tables);
  registerWordMatch(connection);
  return {
    ...sqlite,
    nextId: idGenerator(sqlite.statement),
    nextOrderNumber: () => nextOrderNumber(sqlite.statement),
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
