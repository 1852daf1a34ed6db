/** A page of customers: filtered, sorted, continued from a cursor by the sort key and the id. */
import type { Customer } from './customer.ts';
import { readCustomer } from './customer-rows.ts';
import type { Condition } from './search-filter.ts';
import type { Shop } from './shop.ts';

export type CustomerSortKey =
  | 'CREATED_AT'
  | 'ID'
  | 'LOCATION'
  | 'NAME'
  | 'RELEVANCE'
  | 'UPDATED_AT';

/** What a cursor points at: the last customer seen. */
export interface Position {
  readonly id: number;
  readonly value: string | number;
}

export interface CustomerPageRequest {
  /** Null lists everybody straight from the table; a search goes through the lagging index. */
  readonly condition: Condition | null;
  readonly sortKey: CustomerSortKey;
  readonly reverse: boolean;
  /** `next` goes on from `position`, `previous` back from it. */
  readonly direction: 'next' | 'previous';
  readonly position: Position | null;
  readonly size: number;
}

export interface CustomerPage {
  readonly items: readonly { readonly customer: Customer; readonly position: Position }[];
  /** Whether there is more in the direction asked for. */
  readonly more: boolean;
}

const sortColumns: Readonly<Record<CustomerSortKey, string>> = {
  CREATED_AT: 'created_at',
  ID: 'id',
  LOCATION: 'location_key',
  NAME: 'name_key',
  RELEVANCE: 'id',
  UPDATED_AT: 'updated_at',
};

export function listCustomers(shop: Shop, request: CustomerPageRequest): CustomerPage {
  const column = sortColumns[request.sortKey];
  const backwards = request.direction === 'previous';
  const descending = request.reverse !== backwards;
  const where = [searched(shop, request.condition), after(column, request, descending)];
  const order = descending ? 'DESC' : 'ASC';
  const rows = shop.database
    .statement(
      `SELECT document, id, ${column} AS sort_value FROM customers
       WHERE ${where.map(({ sql }) => `(${sql})`).join(' AND ')}
       ORDER BY ${column} ${order}, id ${order} LIMIT ?`,
    )
    .all(...where.flatMap(({ parameters }) => parameters), request.size + 1);
  const items = rows.slice(0, request.size).map((row) => ({
    customer: readCustomer(row),
    position: { id: Number(row.id), value: positionValue(row.sort_value) },
  }));
  return { items: backwards ? items.reverse() : items, more: rows.length > request.size };
}

/** How many customers the condition meets. */
export function countCustomers(shop: Shop, condition: Condition | null): number {
  const { sql, parameters } = condition ?? { sql: 'TRUE', parameters: [] };
  const row = shop.database
    .statement(`SELECT count(*) AS total FROM customers WHERE ${sql}`)
    .get(...parameters);
  return Number(row?.total);
}

function searched(shop: Shop, condition: Condition | null): Condition {
  if (!condition) return { sql: 'TRUE', parameters: [] };
  return {
    sql: `${condition.sql} AND searchable_at <= ?`,
    parameters: [...condition.parameters, shop.now()],
  };
}

function after(column: string, { position }: CustomerPageRequest, descending: boolean): Condition {
  if (!position) return { sql: 'TRUE', parameters: [] };
  const comparator = descending ? '<' : '>';
  const { id, value } = position;
  return { sql: `(${column}, id) ${comparator} (?, ?)`, parameters: [value, id] };
}

function positionValue(value: unknown): string | number {
  return typeof value === 'number' ? value : String(value);
}
