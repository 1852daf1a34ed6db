/** A page of rows that keep a document: filtered, sorted, continued by the sort key and the id. */
import type { SQLOutputValue } from 'node:sqlite';
import type { Condition } from './search-filter.ts';
import type { Shop } from './shop.ts';

export type Row = Record<string, SQLOutputValue>;

/** A table of documents and how one is read. */
export interface Documents<T> {
  readonly table: 'customers' | 'orders' | 'products';
  readonly read: (row: Row) => T;
}

/** What a cursor points at: the last one seen. */
export interface Position {
  readonly id: number;
  readonly value: string | number;
}

/** What is listed at all, and what of it a search asks for. */
export interface Selection {
  /** Null lists everything straight from the table; a search goes through the lagging index. */
  readonly search: Condition | null;
  /** What else must hold, whether anything is searched or not. */
  readonly within: Condition | null;
}

export interface PageRequest extends Selection {
  /** The column to sort by. */
  readonly column: string;
  readonly reverse: boolean;
  /** `next` goes on from `position`, `previous` back from it. */
  readonly direction: 'next' | 'previous';
  readonly position: Position | null;
  readonly size: number;
}

export interface Page<T> {
  readonly items: readonly { readonly item: T; readonly position: Position }[];
  /** Whether there is more in the direction asked for. */
  readonly more: boolean;
}

export function pageOf<T>(
  shop: Shop,
  { table, read }: Documents<T>,
  request: PageRequest,
): Page<T> {
  const { column, size } = request;
  const backwards = request.direction === 'previous';
  const descending = request.reverse !== backwards;
  const where = and([selected(shop, request), after(request, descending)]);
  const order = descending ? 'DESC' : 'ASC';
  const rows = shop.database
    .statement(
      `SELECT document, id, ${column} AS sort_value FROM ${table} WHERE ${where.sql}
       ORDER BY ${column} ${order}, id ${order} LIMIT ?`,
    )
    .all(...where.parameters, size + 1);
  const items = rows.slice(0, size).map((row) => ({
    item: read(row),
    position: { id: Number(row.id), value: positionValue(row.sort_value) },
  }));
  return { items: backwards ? items.reverse() : items, more: rows.length > size };
}

/** How many there are. */
export function countOf(
  shop: Shop,
  { table }: Pick<Documents<unknown>, 'table'>,
  selection: Selection,
): number {
  const { sql, parameters } = selected(shop, selection);
  const row = shop.database
    .statement(`SELECT count(*) AS total FROM ${table} WHERE ${sql}`)
    .get(...parameters);
  return Number(row?.total);
}

/** Every condition at once; the ones that are null say nothing. */
export function and(conditions: readonly (Condition | null)[]): Condition {
  const said = conditions.filter((condition) => condition !== null);
  return {
    sql: ['TRUE', ...said.map(({ sql }) => `(${sql})`)].join(' AND '),
    parameters: said.flatMap(({ parameters }) => parameters),
  };
}

function selected({ now }: Shop, { search, within }: Selection): Condition {
  const indexed = search && { sql: 'searchable_at <= ?', parameters: [now()] };
  return and([search, indexed, within]);
}

function after({ column, position }: PageRequest, descending: boolean): Condition | null {
  if (!position) return null;
  const comparator = descending ? '<' : '>';
  return {
    sql: `(${column}, id) ${comparator} (?, ?)`,
    parameters: [position.value, position.id],
  };
}

function positionValue(value: unknown): string | number {
  return typeof value === 'number' ? value : String(value);
}
