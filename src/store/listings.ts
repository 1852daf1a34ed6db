/** Accounts of a destination as they were read once: for a preview of many people, or an import. */
import type { Json } from '../model.ts';
import type { DestinationKey } from './destinations.ts';
import { type Queryable, statement } from './statement.ts';

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

/** The imports of all tenants that are not finished, oldest first. */
export async function unfinishedImports(db: Queryable): Promise<readonly Listing[]> {
  const { rows } = await db.query<Listing>(
    `select ${columns} from listings where state in ('reading', 'matching') and kind = 'import'
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
  readonly observed: Json;
}

/** Keeps a page of accounts and how far reading has come, all or nothing; `next` null ends the reading. */
export async function keepListed(
  db: Queryable,
  { tenantId, listingId }: ListingKey,
  accounts: readonly ListedAccount[],
  { next, about }: { readonly next: string | null; readonly about: number | null },
): Promise<void> {
  await db.query(
    `with given as (
       select * from json_to_recordset($3) as given ("remoteId" text, key text, email text, observed jsonb)
     ), kept as (
       insert into listed_accounts (tenant_id, listing_id, remote_id, key, email, observed)
       select $1, $2, "remoteId", key, email, observed from given on conflict do nothing
       returning remote_id
     )
     update listings set listed = listed + (select count(*) from kept), cursor = $4, about = coalesce($5, about),
       state = case when $4::text is null then 'matching' else state end
     where tenant_id = $1 and id = $2`,
    [tenantId, listingId, JSON.stringify(accounts), next, about],
  );
}

const observedColumn = `observed`;

const selectRead = statement<{ observed: Json }, [string, string, string]>(
  'listed-read',
  `select ${observedColumn} from listed_accounts where tenant_id = $1 and listing_id = $2 and remote_id = $3`,
);
const selectByKey = statement<{ observed: Json }, [string, string, string]>(
  'listed-by-key',
  `select ${observedColumn} from listed_accounts where tenant_id = $1 and listing_id = $2 and key = $3`,
);
const selectByEmail = statement<{ observed: Json }, [string, string, string]>(
  'listed-by-email',
  `select ${observedColumn} from listed_accounts where tenant_id = $1 and listing_id = $2 and email = $3`,
);

const selects = { remoteId: selectRead, key: selectByKey, email: selectByEmail };

/** The listed accounts with this remote id, key or e-mail address. */
export async function listedBy(
  db: Queryable,
  { tenantId, listingId }: ListingKey,
  by: keyof typeof selects,
  value: string,
): Promise<readonly Json[]> {
  const rows = await selects[by](db, tenantId, listingId, value);
  return rows.map(({ observed }) => observed);
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
