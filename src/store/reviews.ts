/** People whose account a person has to choose, because more than one might be theirs or somebody holds it. */
import type { DestinationKey } from './destinations.ts';
import { beginning } from './due-links.ts';
import { type Queryable, statement } from './statement.ts';

/** Who holds an account. */
export interface Holder {
  readonly linkId: string;
  readonly userName: string | null;
  readonly sourceName: string;
}

/** An account that may be somebody's. */
export interface ReviewCandidate {
  readonly remoteId: string;
  /** Who has it now; `null` where nobody has. */
  readonly heldBy: Holder | null;
}

/** Somebody to be reviewed. */
export interface Review {
  readonly linkId: string;
  readonly userName: string | null;
  readonly email: string | null;
  readonly sourceName: string;
  readonly reason: string | null;
  readonly candidates: readonly ReviewCandidate[];
}

/** Whoever was deleted and has left holds nothing any more. */
const holder = `
  select h.id as "linkId", coalesce(hr.data ->> 'userName', h.user_name) as "userName", hs.name as "sourceName"
  from links h
  join sources hs on hs.tenant_id = h.tenant_id and hs.id = h.source_id
  left join resources hr on hr.tenant_id = h.tenant_id and hr.source_id = h.source_id and hr.id = h.resource_id
  where h.tenant_id = $1 and h.destination_id = $2 and not (h.deleted_at is not null and h.wanted = h.done)`;

const selectReviews = statement<
  Review,
  [tenantId: string, destinationId: string, after: string, limit: number, linkId: string | null]
>(
  'reviews',
  `select l.id as "linkId", r.data ->> 'userName' as "userName", l.email, s.name as "sourceName", l.reason,
          array(select json_build_object('remoteId', c.remote_id, 'heldBy', (
                  select row_to_json(held) from (${holder} and h.remote_id = c.remote_id) held))
                from unnest(l.candidates) with ordinality c (remote_id, place) order by c.place) as candidates
   from links l
   join sources s on s.tenant_id = l.tenant_id and s.id = l.source_id
   left join resources r on r.tenant_id = l.tenant_id and r.source_id = l.source_id and r.id = l.resource_id
   where l.tenant_id = $1 and l.destination_id = $2 and l.candidates is not null and ($5::uuid is null or l.id = $5) and l.id > $3
   order by l.id limit $4`,
);

/** A page of people to be reviewed, in the order of their links. */
export async function reviewsPage(
  db: Queryable,
  { tenantId, destinationId }: DestinationKey,
  { after, limit }: { readonly after: string; readonly limit: number },
): Promise<readonly Review[]> {
  return selectReviews(db, tenantId, destinationId, after, limit, null);
}

/** Somebody to be reviewed, by their link; `null` where there is nothing to choose for it. */
export async function findReview(
  db: Queryable,
  { tenantId, destinationId }: DestinationKey,
  linkId: string,
): Promise<Review | null> {
  const [review] = await selectReviews(db, tenantId, destinationId, beginning, 1, linkId);
  return review ?? null;
}

/** Who else holds an account; `null` where nobody does. */
export async function holderOf(
  db: Queryable,
  { tenantId, destinationId }: DestinationKey,
  linkId: string,
  remoteId: string,
): Promise<Holder | null> {
  const { rows } = await db.query<Holder>(`${holder} and h.id <> $3 and h.remote_id = $4`, [
    tenantId,
    destinationId,
    linkId,
    remoteId,
  ]);
  return rows[0] ?? null;
}

/**
 * Takes an account from the link that holds it, for another one. What was granted and filled there by us
 * goes along, so that it is taken back where it is not due. Whoever lost it is left alone. Whoever drains
 * loses the lease: it may be about to write to the account.
 */
export async function takeAccount(
  db: Queryable,
  { tenantId, destinationId }: DestinationKey,
  linkId: string,
  fromLinkId: string,
): Promise<void> {
  await db.query('update destinations set epoch = epoch + 1 where tenant_id = $1 and id = $2', [
    tenantId,
    destinationId,
  ]);
  await db.query(
    `with before as materialized (
       select id, memberships, applied from links where tenant_id = $1 and destination_id = $2 and id = $4
     ), given as (
       update links l set
         memberships = array(select unnest(l.memberships) union select unnest(before.memberships)),
         applied = array(select unnest(l.applied) union select unnest(before.applied))
       from before where l.tenant_id = $1 and l.destination_id = $2 and l.id = $3
     )
     update links l set remote_id = null, remote_version = null, fingerprint = null, memberships = '{}', applied = '{}', chosen = null,
       left_alone = true, wanted = l.wanted + 1, not_before = now(), attempts = 0
     from before where l.tenant_id = $1 and l.destination_id = $2 and l.id = before.id`,
    [tenantId, destinationId, linkId, fromLinkId],
  );
}

/** What was decided: which account is theirs, that nothing is done about them here, or that the rules decide. */
export type Settlement =
  /** `takeFrom`: the link that lets go of it. */
  | { readonly kind: 'chosen'; readonly remoteId: string; readonly takeFrom: string | null }
  | { readonly kind: 'leftAlone' }
  | { readonly kind: 'byRules' };

/**
 * Locks a link until the transaction ends; false where nobody is, or was, to be reviewed. Not only those
 * without an account: whose account was merged into somebody else's is known by its id all the same.
 */
export async function lockReviewed(
  db: Queryable,
  { tenantId, destinationId }: DestinationKey,
  linkId: string,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `select from links where tenant_id = $1 and destination_id = $2 and id = $3
       and (candidates is not null or left_alone or chosen is not null and remote_id is null) for update`,
    [tenantId, destinationId, linkId],
  );
  return rowCount === 1;
}

/** Keeps what was decided and has the link looked at, by itself: bulk would make an account. */
export async function settleReview(
  db: Queryable,
  { tenantId, destinationId }: DestinationKey,
  linkId: string,
  settlement: Settlement,
): Promise<void> {
  await db.query(
    `update links set chosen = $4, left_alone = $5, candidates = null, wanted = wanted + 1, look_again = true, single = true,
            not_before = now(), attempts = 0,
            requested_at = case when wanted > done then requested_at else now() end
     where tenant_id = $1 and destination_id = $2 and id = $3`,
    [
      tenantId,
      destinationId,
      linkId,
      settlement.kind === 'chosen' ? settlement.remoteId : null,
      settlement.kind === 'leftAlone',
    ],
  );
}
