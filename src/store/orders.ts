/** Orders as they were last read. */
import type { JsonObject } from '../model.ts';
import { type Queryable, statement } from './statement.ts';

/** An order about to be stored. */
export interface NewOrder {
  readonly id: string;
  readonly name: string;
  readonly processedAt: Date;
  readonly updatedAt: Date;
  /** When reading it began, by the database's clock. */
  readonly readAt: Date;
  readonly data: JsonObject;
}

/** An order as it is stored. */
export interface StoredOrder {
  readonly id: string;
  readonly data: JsonObject;
  readonly deletedAt: Date | null;
}

const columns = `id, data, deleted_at as "deletedAt"`;

const upsertStatement = statement<StoredOrder, [tenantId: string, rows: string]>(
  'orders-upsert',
  `insert into orders as o (tenant_id, id, name, processed_at, updated_at, read_at, data)
   select $1, id, name, "processedAt", "updatedAt", "readAt", data
   from json_to_recordset($2) as given (id text, name text, "processedAt" timestamptz, "updatedAt" timestamptz,
     "readAt" timestamptz, data jsonb)
   order by id
   on conflict (tenant_id, id) do update
     set name = excluded.name, processed_at = excluded.processed_at, updated_at = excluded.updated_at,
         data = excluded.data, read_at = excluded.read_at
     -- A shop tells whole seconds: of two reads that say the same one, the later counts.
     where (excluded.updated_at, excluded.read_at) >= (o.updated_at, o.read_at)
   returning ${columns}`,
);

/** The database's clock: reads of any instance that began one after the other are told apart by it. */
export async function databaseTime(db: Queryable): Promise<Date> {
  const { rows } = await db.query<{ at: Date }>('select clock_timestamp() as at');
  return rows[0]?.at ?? new Date(0);
}

/**
 * Stores orders as they were read; one that was stored from a newer read stays as it is.
 * @returns those that were stored
 */
export async function storeOrders(
  db: Queryable,
  tenantId: string,
  orders: readonly NewOrder[],
): Promise<readonly StoredOrder[]> {
  return orders.length === 0 ? [] : upsertStatement(db, tenantId, JSON.stringify(orders));
}

/** Notes that orders were deleted; gives those we have. */
export async function deleteOrders(
  db: Queryable,
  tenantId: string,
  ids: readonly string[],
  at: Date,
): Promise<readonly StoredOrder[]> {
  if (ids.length === 0) return [];
  const { rows } = await db.query<StoredOrder>(
    `update orders set deleted_at = coalesce(deleted_at, $3) where tenant_id = $1 and id = any($2) returning ${columns}`,
    [tenantId, ids, at],
  );
  return rows;
}

const selectThese = statement<StoredOrder, [string, readonly string[]]>(
  'orders-these',
  `select ${columns} from orders where tenant_id = $1 and id = any($2) order by id`,
);

/** Orders of a tenant by their ids. */
export const storedOrders = (db: Queryable, tenantId: string, ids: readonly string[]) =>
  selectThese(db, tenantId, ids);
