/** People whose account a person has to choose, because more than one might be theirs or somebody holds it. */
import type { DestinationKey } from './destinations.ts';
import { type Queryable, statement } from './statement.ts';

/** Somebody to be reviewed. */
export interface Review {
  readonly linkId: string;
  readonly userName: string | null;
  readonly email: string | null;
  readonly reason: string | null;
  /** Remote ids of the accounts that might be theirs. */
  readonly candidates: readonly string[];
}

const selectReviews = statement<Review, [string, string, string, number]>(
  'reviews',
  `select l.id as "linkId", r.data ->> 'userName' as "userName", l.email, l.reason, l.candidates
   from links l left join resources r on r.tenant_id = l.tenant_id and r.source_id = l.source_id and r.id = l.resource_id
   where l.tenant_id = $1 and l.destination_id = $2 and l.candidates is not null and l.id > $3
   order by l.id limit $4`,
);

/** A page of people to be reviewed, in the order of their links. */
export async function reviewsPage(
  db: Queryable,
  { tenantId, destinationId }: DestinationKey,
  { after, limit }: { readonly after: string; readonly limit: number },
): Promise<readonly Review[]> {
  return selectReviews(db, tenantId, destinationId, after, limit);
}

/** What was decided: which account is theirs, or that nothing is done about them here. */
export type Settlement =
  | { readonly kind: 'chosen'; readonly remoteId: string }
  | { readonly kind: 'leftAlone' };

/**
 * Keeps what was decided and has the link looked at.
 * @returns false where nobody is to be reviewed under this link
 */
export async function settleReview(
  db: Queryable,
  { tenantId, destinationId }: DestinationKey,
  linkId: string,
  settlement: Settlement,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update links set chosen = $4, left_alone = $5, candidates = null, wanted = wanted + 1, look_again = true,
            not_before = now(), attempts = 0,
            requested_at = case when wanted > done then requested_at else now() end
     where tenant_id = $1 and destination_id = $2 and id = $3 and candidates is not null`,
    [
      tenantId,
      destinationId,
      linkId,
      settlement.kind === 'chosen' ? settlement.remoteId : null,
      settlement.kind === 'leftAlone',
    ],
  );
  return rowCount === 1;
}
