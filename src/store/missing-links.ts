/** Links for users who were there before a destination. */
import type { DestinationKey } from './destinations.ts';
import { type Queryable, statement } from './statement.ts';

/** A user, in the order of which links are made. */
export interface UserKey {
  readonly sourceId: string;
  readonly id: string;
}

const linkStatement = statement<
  UserKey & { readonly users: number },
  [tenantId: string, destinationId: string, afterSource: string, afterId: string, limit: number]
>(
  'users-link',
  `with page as materialized (
     select source_id, id from resources
     where tenant_id = $1 and type = 'User' and (source_id, id) > ($3, $4::uuid)
     order by source_id, id limit $5
   ), linked as (
     -- Who has one is met in the index: looked for first, they are planned for as few as there were.
     insert into links (tenant_id, destination_id, id, resource_id, source_id)
     select $1, $2, gen_random_uuid(), id, source_id from page order by source_id, id
     on conflict (tenant_id, destination_id, resource_id) do nothing
   )
   select source_id as "sourceId", id, count(*) over ()::int as users
   from page order by source_id desc, id desc limit 1`,
);

/** Before all users. */
const beforeAll: UserKey = { sourceId: '', id: '00000000-0000-0000-0000-000000000000' };

/**
 * Makes links at a destination for the users of a page who have none; somebody else doing the same at
 * once is harmless.
 * @returns the last user of the page; `null` where it was the last page
 */
export async function linkUsers(
  db: Queryable,
  { tenantId, destinationId }: DestinationKey,
  after: UserKey | null,
  limit: number,
): Promise<UserKey | null> {
  const { sourceId, id } = after ?? beforeAll;
  const [last] = await linkStatement(db, tenantId, destinationId, sourceId, id, limit);
  return last === undefined || last.users < limit ? null : last;
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
