/** Stored grants: rights to a membership that were bought, or given by hand. The ledger. */

/** Why somebody has a stored right. */
export type GrantKind = 'order' | 'hand';

/** A stored right of a person at a destination, as a look at their link sees it. */
export interface StoredGrant {
  readonly id: string;
  readonly membership: string;
  readonly kind: GrantKind;
  /** `ended`: it was taken back; one that stands may still be over by its date. */
  readonly state: 'standing' | 'ended';
  /** When it begins; ISO 8601. */
  readonly startsAt: string;
  /** When it is over; `null`: never. */
  readonly endsAt: string | null;
  /** What becomes of the membership when it is over or was taken back. */
  readonly ending: 'suspend' | 'remove';
  /** When it was taken back. */
  readonly endedAt: string | null;
  /** Its reason, in words that go on after "because of ". */
  readonly words: string;
  /** Why it was taken back. */
  readonly reason: string | null;
  /** What somebody is asked about it. */
  readonly question: string | null;
}

/** The stored grants of the person of the link `l` at its destination, as JSON. */
export const grantsOfLink = `coalesce((
  select json_agg(json_build_object(
           'id', g.id, 'membership', g.membership, 'kind', g.kind, 'state', g.state,
           'startsAt', g.starts_at, 'endsAt', g.ends_at, 'ending', g.ending, 'endedAt', g.ended_at,
           'words', g.words, 'reason', g.reason, 'question', g.question) order by g.starts_at, g.id)
  from grants g
  where g.tenant_id = l.tenant_id and g.destination_id = l.destination_id and g.resource_id = l.resource_id
    and g.state in ('standing', 'ended') and g.starts_at is not null), '[]')`;
