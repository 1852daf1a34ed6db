/** What is kept for a time and no longer, and how old rows are deleted. */
import type { Queryable } from './statement.ts';
import { firstIdAt } from './time-ids.ts';

/**
 * What a limit is on: the log; webhook deliveries, previews and imports; exports of customers' data; the counts of
 * each minute.
 */
export type KeptKind = 'activity' | 'inbox' | 'exports' | 'minutes';

/** A table whose rows are kept for a time. Adding one is a line of `keptTables`. */
interface KeptTable {
  readonly table: string;
  readonly kind: KeptKind;
  /** What tells a row's age: a UUIDv7, or a time. */
  readonly age: { readonly column: string; readonly type: 'uuidv7' | 'timestamptz' };
  /** SQL that holds for rows that may go; `true` for all. */
  readonly may: string;
}

const byId = { column: 'id', type: 'uuidv7' } as const;
const byPreview = { column: 'preview_id', type: 'uuidv7' } as const;
const byListing = { column: 'listing_id', type: 'uuidv7' } as const;
const byMinute = { column: 'minute', type: 'timestamptz' } as const;
const byDeletion = { column: 'deleted_at', type: 'timestamptz' } as const;

/** The tables; a row's age is asked for together with its tenant, which its primary key begins with. */
export const keptTables = [
  { table: 'activity', kind: 'activity', age: byId, may: 'true' },
  { table: 'notices', kind: 'activity', age: byId, may: 'true' },
  { table: 'deleted_users', kind: 'activity', age: byDeletion, may: 'true' },
  { table: 'bulk_runs', kind: 'activity', age: byId, may: 'finished_at is not null' },
  { table: 'previews', kind: 'inbox', age: byId, may: 'true' },
  { table: 'preview_lines', kind: 'inbox', age: byPreview, may: 'true' },
  { table: 'listings', kind: 'inbox', age: byId, may: 'true' },
  { table: 'listed_accounts', kind: 'inbox', age: byListing, may: 'true' },
  { table: 'listed_aliases', kind: 'inbox', age: byListing, may: 'true' },
  { table: 'exports', kind: 'exports', age: byId, may: 'true' },
  // A request to tell or erase somebody that was given up is still owed: it stays until it is worked off.
  {
    table: 'inbox',
    kind: 'inbox',
    age: byId,
    may: `state <> 'waiting'
      and (state <> 'dead' or topic not in ('customers/data_request', 'customers/redact', 'shop/redact'))`,
  },
  {
    table: 'sessions',
    kind: 'minutes',
    age: { column: 'created_at', type: 'timestamptz' },
    may: "last_used_at < now() - interval '12 hours'",
  },
  {
    table: 'password_links',
    kind: 'minutes',
    age: { column: 'created_at', type: 'timestamptz' },
    may: 'expires_at < now()',
  },
  {
    table: 'attempts',
    kind: 'minutes',
    age: { column: 'last_at', type: 'timestamptz' },
    may: 'true',
  },
  { table: 'destination_minutes', kind: 'minutes', age: byMinute, may: 'true' },
] as const satisfies readonly KeptTable[];

/**
 * Deletes some rows of a tenant that are older than `before`.
 * @returns how many were deleted: fewer than `limit` when none are left
 */
export async function deleteOld(
  db: Queryable,
  { table, age, may }: (typeof keptTables)[number],
  tenantId: string,
  before: Date,
  limit: number,
): Promise<number> {
  const oldest = age.type === 'uuidv7' ? firstIdAt(before) : before;
  const { rowCount } = await db.query({
    name: `delete-old-${table}`,
    text: `delete from ${table} where ctid = any (array(
             select ctid from ${table} where tenant_id = $1 and ${age.column} < $2 and ${may} limit $3))`,
    values: [tenantId, oldest, limit],
  });
  return rowCount ?? 0;
}
