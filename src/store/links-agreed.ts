/** Writes down many links at once that were looked at and agree with their account. */
import { lockedLinks } from './link-locks.ts';
import type { Lease } from './links.ts';
import { type Queryable, statement } from './statement.ts';

/** A link whose account is as it should be. */
export interface Agreed {
  readonly linkId: string;
  /** The trigger that was answered. */
  readonly wanted: number;
  readonly fingerprint: string | null;
  readonly reason: string | null;
  /** When the account changed last, as far as we saw. */
  readonly version: string | null;
}

const recordStatement = statement<
  { id: string },
  [
    tenantId: string,
    destinationId: string,
    epoch: number,
    linkIds: readonly string[],
    wanted: readonly number[],
    fingerprints: readonly (string | null)[],
    reasons: readonly (string | null)[],
    versions: readonly (string | null)[],
  ]
>(
  'links-agreed',
  `with ${lockedLinks('select unnest($4::uuid[])')}
   update links l set
     done = l.wanted, look_again = false, applied_at = now(), fingerprint = a.fingerprint, outcome = 'done',
     reason = a.reason, attempts = 0, leaving_since = null, candidates = null,
     remote_version = a.version::timestamptz
   from unnest($4::uuid[], $5::bigint[], $6::text[], $7::text[], $8::text[])
     as a (id, wanted, fingerprint, reason, version) join locked using (id)
   where l.tenant_id = $1 and l.destination_id = $2 and l.id = a.id and l.wanted = a.wanted
     and l.wanted > l.done and not l.in_flight
     and exists (select from destinations where tenant_id = $1 and id = $2 and epoch = $3)
   returning l.id`,
);

/**
 * Writes down those about whom nothing was asked since they were read.
 * @returns the ids of those written down; the others are still due
 */
export async function recordAgreed(
  db: Queryable,
  { tenantId, destinationId, epoch }: Lease,
  agreed: readonly Agreed[],
): Promise<readonly string[]> {
  if (agreed.length === 0) return [];
  const rows = await recordStatement(
    db,
    tenantId,
    destinationId,
    epoch,
    agreed.map(({ linkId }) => linkId),
    agreed.map(({ wanted }) => wanted),
    agreed.map(({ fingerprint }) => fingerprint),
    agreed.map(({ reason }) => reason),
    agreed.map(({ version }) => version),
  );
  return rows.map(({ id }) => id);
}
