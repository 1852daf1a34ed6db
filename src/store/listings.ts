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

const selectUnfinished = statement<Listing, []>(
  'unfinished-imports',
  `select ${columns} from listings where state in ('reading', 'matching') and kind = 'import' and not_before <= now()
   order by created_at limit 10`,
);

/** The imports of all tenants that are not finished, oldest first. */
export async function unfinishedImports(db: Queryable): Promise<readonly Listing[]> {
  return selectUnfinished(db);
}

/** An account to be kept. */
export interface ListedAccount {
  readonly remoteId: string;
  readonly key: string | null;
  /** In the destination's own form. */
  readonly email: string | null;
  readonly phone: string | null;
  /** Other names by which a look for its e-mail address finds it. */
  readonly aliases: readonly string[];
  readonly observed: Json;
}

/** Where a page began, where the next one does, and about how many accounts there are. */
export interface ListedPage {
  readonly from: string | null;
  /** `null` ends the reading. */
  readonly next: string | null;
  readonly about: number | null;
}

/** Keeps the accounts of `$3` in the listing that is `here`, each once; those that are new are `kept`. */
const keeping = `given as (
    select given.* from here, json_to_recordset($3)
      as given ("remoteId" text, key text, email text, phone text, aliases text[], observed jsonb)
  ), kept as (
    insert into listed_accounts (tenant_id, listing_id, remote_id, key, email, phone, observed)
    select $1, $2, "remoteId", key, email, phone, observed from given
    on conflict do nothing returning remote_id
  ), called as (
    insert into listed_aliases (tenant_id, listing_id, alias, remote_id)
    select $1, $2, alias, "remoteId" from given join kept on remote_id = "remoteId", unnest(aliases) as alias
    on conflict do nothing
  )`;

/**
 * Keeps a page of accounts and how far reading has come, all or nothing, and answers how many of them are new. A
 * page that was kept already, by whoever reads as well, is not kept again.
 */
export async function keepListed(
  db: Queryable,
  { tenantId, listingId }: ListingKey,
  accounts: readonly ListedAccount[],
  { from, next, about }: ListedPage,
): Promise<number> {
  const { rows } = await db.query<{ kept: number }>(
    `with here as (
       select id from listings
       where tenant_id = $1 and id = $2 and state = 'reading' and cursor is not distinct from $6 for update
     ), ${keeping}
     update listings set listed = listed + (select count(*) from kept), cursor = $4, error = null,
       about = coalesce($5, about), state = case when $4::text is null then 'matching' else state end
     from here where tenant_id = $1 and listings.id = here.id
     returning (select count(*)::int from kept) as kept`,
    [tenantId, listingId, JSON.stringify(accounts), next, about, from],
  );
  return rows[0]?.kept ?? 0;
}

/** Keeps accounts that were met after all pages were read. */
export async function keepLate(
  db: Queryable,
  { tenantId, listingId }: ListingKey,
  accounts: readonly ListedAccount[],
): Promise<void> {
  await db.query(
    `with here as (select id from listings where tenant_id = $1 and id = $2), ${keeping}
     update listings set listed = listed + (select count(*) from kept)
     from here where tenant_id = $1 and listings.id = here.id`,
    [tenantId, listingId, JSON.stringify(accounts)],
  );
}

/** What an account is looked for by. */
export type ListedColumn = 'remote_id' | 'key' | 'email' | 'phone';

/** The accounts of which `value` is an alias. */
const called = `union all
  select (select observed from listed_accounts a where a.tenant_id = $1 and a.listing_id = $2 and a.remote_id = l.remote_id)
  from listed_aliases l where l.tenant_id = $1 and l.listing_id = $2 and l.alias = value`;

/**
 * A look-up by one column; those of the same turn of the event loop are one statement. Value by value (`offset 0`
 * keeps the planner to it), which needs no statistics: of a listing that was just read there are none, and all of it
 * would be gone through.
 */
function lookup(column: ListedColumn) {
  const select = statement<{ value: string; observed: Json }, [string, string, readonly string[]]>(
    `listed-by-${column}`,
    `select value, found.observed from unnest($3::text[]) as value cross join lateral (
       select observed from listed_accounts where tenant_id = $1 and listing_id = $2 and ${column} = value
       ${column === 'email' ? called : ''} offset 0
     ) found`,
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

/** The listed accounts with this remote id, key, e-mail address (or alias) or phone number. */
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
     ), forgotten as (
       delete from listed_aliases where tenant_id = $1 and listing_id = $2
         and (select kind from ended) = 'preview'
     )
     delete from listed_accounts where tenant_id = $1 and listing_id = $2
       and (select kind from ended) = 'preview'`,
    [tenantId, listingId, error],
  );
}
