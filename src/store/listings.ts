/** Accounts of a destination as they were read once: for a preview of many people, or an import. */
import type { Json } from '../model.ts';
import type { DestinationKey } from './destinations.ts';
import { type Queryable, statement } from './statement.ts';
import { together } from './together.ts';

/** Which listing. */
export interface ListingKey {
  readonly tenantId: string;
  readonly listingId: string;
}

/** A listing and how far it has come. */
export interface Listing extends ListingKey {
  readonly destinationId: string;
  readonly kind: 'preview' | 'import';
  readonly state: 'reading' | 'matching' | 'done' | 'failed';
  readonly cursor: string | null;
  readonly matchedTo: string;
  readonly listed: number;
  /** How many there were to read when it began; `null` where nobody can say. */
  readonly about: number | null;
  readonly error: string | null;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
}

const columns = `tenant_id as "tenantId", id as "listingId", destination_id as "destinationId", kind, state,
  cursor, matched_to as "matchedTo", listed, about, error, created_at as "createdAt", ended_at as "endedAt"`;

/** Begins a listing. */
export async function insertListing(
  db: Queryable,
  { tenantId, destinationId }: DestinationKey,
  { id, kind }: { readonly id: string; readonly kind: Listing['kind'] },
): Promise<void> {
  await db.query(
    'insert into listings (tenant_id, destination_id, id, kind) values ($1, $2, $3, $4)',
    [tenantId, destinationId, id, kind],
  );
}

/** One listing; `null` where there is none. */
export async function findListing(
  db: Queryable,
  { tenantId, listingId }: ListingKey,
): Promise<Listing | null> {
  const { rows } = await db.query<Listing>(
    `select ${columns} from listings where tenant_id = $1 and id = $2`,
    [tenantId, listingId],
  );
  return rows[0] ?? null;
}

const fewImports = 10;

/** The latest imports of a destination, the newest first. */
export async function latestImports(
  db: Queryable,
  { tenantId, destinationId }: DestinationKey,
): Promise<readonly Listing[]> {
  const { rows } = await db.query<Listing>(
    `select ${columns} from listings where tenant_id = $1 and destination_id = $2 and kind = 'import'
     order by created_at desc, id desc limit ${fewImports}`,
    [tenantId, destinationId],
  );
  return rows;
}

/** The imports of all tenants that are not finished, oldest first. */
export async function unfinishedImports(db: Queryable): Promise<readonly Listing[]> {
  const { rows } = await db.query<Listing>(
    `select ${columns} from listings where state in ('reading', 'matching') and kind = 'import' and not_before <= now()
     order by created_at limit 10`,
  );
  return rows;
}

/** An account to be kept. */
export interface ListedAccount {
  readonly remoteId: string;
  readonly key: string | null;
  /** In the destination's own form. */
  readonly email: string | null;
  readonly phone: string | null;
  readonly observed: Json;
}

/** Where a page began, where the next one does, and about how many accounts there are. */
export interface ListedPage {
  readonly from: string | null;
  /** `null` ends the reading. */
  readonly next: string | null;
  readonly about: number | null;
}

/**
 * Keeps a page of accounts and how far reading has come, all or nothing. One that was kept already, by
 * whoever reads as well, is not kept again.
 */
export async function keepListed(
  db: Queryable,
  { tenantId, listingId }: ListingKey,
  accounts: readonly ListedAccount[],
  { from, next, about }: ListedPage,
): Promise<void> {
  await db.query(
    `with moved as (
       update listings set listed = listed + $4, cursor = $5, error = null, about = coalesce($6, about),
         state = case when $5::text is null then 'matching' else state end
       where tenant_id = $1 and id = $2 and state = 'reading' and cursor is not distinct from $7
       returning id
     )
     insert into listed_accounts (tenant_id, listing_id, remote_id, key, email, phone, observed)
     select $1, $2, "remoteId", key, email, phone, observed
     from moved, json_to_recordset($3) as given ("remoteId" text, key text, email text, phone text, observed jsonb)
     on conflict do nothing`,
    [tenantId, listingId, JSON.stringify(accounts), accounts.length, next, about, from],
  );
}

/** What an account is looked for by. */
export type ListedColumn = 'remote_id' | 'key' | 'email' | 'phone';

/** A look-up by one column; those of the same turn of the event loop are one statement. */
function lookup(column: ListedColumn) {
  const select = statement<{ value: string; observed: Json }, [string, string, readonly string[]]>(
    `listed-by-${column}`,
    `select ${column} as value, observed from listed_accounts
     where tenant_id = $1 and listing_id = $2 and ${column} = any($3)`,
  );
  return together<readonly Json[]>(async (db, [tenantId = '', listingId = ''], values) => {
    const found = new Map<string, Json[]>();
    for (const { value, observed } of await select(db, tenantId, listingId, values))
      found.set(value, [...(found.get(value) ?? []), observed]);
    return found;
  });
}

const lookups = {
  remote_id: lookup('remote_id'),
  key: lookup('key'),
  email: lookup('email'),
  phone: lookup('phone'),
};

/** The listed accounts with this remote id, key, e-mail address or phone number. */
export async function listedBy(
  db: Queryable,
  { tenantId, listingId }: ListingKey,
  by: ListedColumn,
  value: string,
): Promise<readonly Json[]> {
  return (await lookups[by](db, [tenantId, listingId], value)) ?? [];
}

/** Has a listing wait, and says why. */
export async function postponeListing(
  db: Queryable,
  { tenantId, listingId }: ListingKey,
  why: string,
  waitMs: number,
): Promise<void> {
  await db.query(
    `update listings set error = $3, not_before = now() + $4 * interval '1 millisecond'
     where tenant_id = $1 and id = $2`,
    [tenantId, listingId, why, waitMs],
  );
}

/** Ends a listing, well or with an error; the accounts of a preview are forgotten. */
export async function endListing(
  db: Queryable,
  { tenantId, listingId }: ListingKey,
  error: string | null,
): Promise<void> {
  await db.query(
    `with ended as (
       update listings set state = case when $3::text is null then 'done' else 'failed' end, error = $3, ended_at = now()
       where tenant_id = $1 and id = $2 returning kind
     )
     delete from listed_accounts where tenant_id = $1 and listing_id = $2
       and (select kind from ended) = 'preview'`,
    [tenantId, listingId, error],
  );
}
