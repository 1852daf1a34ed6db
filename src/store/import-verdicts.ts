/** Whose the accounts of an import are. */
import type { ListingKey } from './listings.ts';
import type { Queryable } from './statement.ts';

/** What was found about a listed account: nobody's have none. */
export interface ImportVerdict {
  readonly remoteId: string;
  readonly verdict: 'linked' | 'adopt' | 'conflict';
  readonly linkId: string;
  /** Why it is in conflict. */
  readonly reason: string | null;
}

/** Keeps the verdicts of a page of links and how far matching has come. An account two claim is in conflict. */
export async function keepVerdicts(
  db: Queryable,
  { tenantId, listingId }: ListingKey,
  verdicts: readonly ImportVerdict[],
  matchedTo: string,
): Promise<void> {
  await db.query(
    `with given as (
       select "remoteId", min(verdict) as verdict, min("linkId"::text)::uuid as link_id, count(*) as claims, min(reason) as reason
       from json_to_recordset($3) as given ("remoteId" text, verdict text, "linkId" uuid, reason text) group by 1
     ), judged as (
       update listed_accounts a set link_id = given.link_id,
         verdict = case when given.claims > 1 or a.verdict is not null then 'conflict' else given.verdict end,
         reason = case when given.claims > 1 or a.verdict is not null then coalesce(a.reason, given.reason, 'more than one person of the roll matches') else given.reason end
       from given where a.tenant_id = $1 and a.listing_id = $2 and a.remote_id = given."remoteId"
         and a.link_id is distinct from given.link_id
     )
     update listings set matched_to = $4 where tenant_id = $1 and id = $2`,
    [tenantId, listingId, JSON.stringify(verdicts), matchedTo],
  );
}

/** How many accounts of an import are whose. */
export interface ImportCounts {
  readonly linked: number;
  readonly adopt: number;
  readonly conflict: number;
  /** Nobody on the roll is theirs: they are left alone. */
  readonly ignore: number;
}

/** Counts the accounts of an import. */
export async function countVerdicts(
  db: Queryable,
  { tenantId, listingId }: ListingKey,
): Promise<ImportCounts> {
  const { rows } = await db.query<ImportCounts>(
    `select count(*) filter (where verdict = 'linked')::int as linked,
            count(*) filter (where verdict = 'adopt')::int as adopt,
            count(*) filter (where verdict = 'conflict')::int as conflict,
            count(*) filter (where verdict is null)::int as ignore
     from listed_accounts where tenant_id = $1 and listing_id = $2`,
    [tenantId, listingId],
  );
  return rows[0] ?? { linked: 0, adopt: 0, conflict: 0, ignore: 0 };
}

/** An account of an import. */
export interface ImportedAccount {
  readonly remoteId: string;
  readonly email: string | null;
  readonly verdict: keyof ImportCounts;
  readonly linkId: string | null;
  /** Whose it is, or would be. */
  readonly userName: string | null;
  readonly reason: string | null;
}

/** A page of the accounts with a verdict, in the order of their remote ids. */
export async function importedAccounts(
  db: Queryable,
  { tenantId, listingId }: ListingKey,
  page: { readonly verdict: keyof ImportCounts; readonly after: string; readonly limit: number },
): Promise<readonly ImportedAccount[]> {
  const { rows } = await db.query<ImportedAccount>(
    `select a.remote_id as "remoteId", a.email, coalesce(a.verdict, 'ignore') as verdict, a.link_id as "linkId",
            coalesce(r.data ->> 'userName', l.user_name) as "userName", a.reason
     from listed_accounts a
     left join links l on l.tenant_id = $1 and l.id = a.link_id
     left join resources r on r.tenant_id = $1 and r.source_id = l.source_id and r.id = l.resource_id
     where a.tenant_id = $1 and a.listing_id = $2 and coalesce(a.verdict, 'ignore') = $3 and a.remote_id > $4
     order by a.remote_id limit $5`,
    [tenantId, listingId, page.verdict, page.after, page.limit],
  );
  return rows;
}
