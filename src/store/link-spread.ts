/** Statements that have many links looked at again, page by page. */
import type { Queryable } from './statement.ts';

/**
 * Whose links are looked at again: everybody's, those of a source that a switch had held, or those
 * that wait for somebody to act.
 */
export type Respread =
  | { readonly kind: 'everybody' }
  | { readonly kind: 'held'; readonly sourceId: string }
  | { readonly kind: 'attention' };

/** Outcomes by which links are chosen; `null` is any. */
const outcomes = {
  everybody: null,
  held: ['held'],
  attention: ['held', 'rejected'],
} satisfies Record<Respread['kind'], readonly string[] | null>;

/**
 * Asks for one page of links to be looked at again, in order of their ids.
 * @returns the last id of the page, or `null` when there are no more
 */
export async function respread(
  db: Queryable,
  destination: { readonly tenantId: string; readonly destinationId: string },
  what: Respread,
  after: string | null,
  pageSize: number,
): Promise<string | null> {
  const { rows } = await db.query<{ last: string | null }>(
    `with page as (
       select id from links
       where tenant_id = $1 and destination_id = $2 and ($3::uuid is null or id > $3)
         and ($4::text is null or source_id = $4) and ($6::text[] is null or outcome = any($6))
       order by id limit $5
     ), bumped as (
       update links set wanted = wanted + 1, look_again = true, not_before = now(), attempts = 0,
                        requested_at = case when wanted > done then requested_at else now() end
       from page where links.tenant_id = $1 and links.id = page.id
     )
     select max(id::text) as last from page having count(*) = $5`,
    [
      destination.tenantId,
      destination.destinationId,
      after,
      what.kind === 'held' ? what.sourceId : null,
      pageSize,
      outcomes[what.kind],
    ],
  );
  return rows[0]?.last ?? null;
}

/** A user that has no link at a destination yet. */
export interface Unlinked {
  readonly resourceId: string;
  readonly sourceId: string;
}

/** Users without a link at this destination: those who were there before it. */
export async function unlinkedUsers(
  db: Queryable,
  destination: { readonly tenantId: string; readonly destinationId: string },
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
  destination: { readonly tenantId: string; readonly destinationId: string },
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
