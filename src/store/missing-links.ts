/** Links for users who were there before a destination. */
import type { DestinationKey } from './destinations.ts';
import type { Queryable } from './statement.ts';

/** A user that has no link at a destination yet. */
export interface Unlinked {
  readonly resourceId: string;
  readonly sourceId: string;
}

/** Users without a link at this destination: those who were there before it. */
export async function unlinkedUsers(
  db: Queryable,
  destination: DestinationKey,
  limit: number,
): Promise<readonly Unlinked[]> {
  const { rows } = await db.query<Unlinked>(
    `select r.id as "resourceId", r.source_id as "sourceId" from resources r
     where r.tenant_id = $1 and r.type = 'User'
       and not exists (select from links l where l.tenant_id = $1 and l.destination_id = $2 and l.resource_id = r.id)
     limit $3`,
    [destination.tenantId, destination.destinationId, limit],
  );
  return rows;
}

/** Makes links for users that have none; somebody else doing the same at once is harmless. */
export async function insertLinks(
  db: Queryable,
  destination: DestinationKey,
  links: readonly (Unlinked & { readonly id: string })[],
): Promise<void> {
  await db.query(
    `insert into links (tenant_id, destination_id, id, resource_id, source_id)
     select $1, $2, * from unnest($3::uuid[], $4::uuid[], $5::text[])
     on conflict (tenant_id, destination_id, resource_id) do nothing`,
    [
      destination.tenantId,
      destination.destinationId,
      links.map(({ id }) => id),
      links.map(({ resourceId }) => resourceId),
      links.map(({ sourceId }) => sourceId),
    ],
  );
}

const countToLook = `select count(*)::int as count from links where tenant_id = $1 and destination_id = $2`;

/** How many links a preview has to look for at the destination: all, or those that may be other than was applied. */
export async function linksToLookFor(
  db: Queryable,
  { tenantId, destinationId }: DestinationKey,
  which: 'all' | 'changed',
): Promise<number> {
  const changed =
    which === 'all' ? '' : ' and (fingerprint is null or look_again or wanted > done)';
  const { rows } = await db.query<{ count: number }>(countToLook + changed, [
    tenantId,
    destinationId,
  ]);
  return rows[0]?.count ?? 0;
}
