/**
 * Changes that touch many people: one row each, written by the statement that makes the change, and
 * spread over the links page by page, so that it goes on where it was after a crash.
 */
import type { DestinationKey } from './destinations.ts';
import { type Queryable, statement } from './statement.ts';

/**
 * Whose links are looked at again. `everybody`, those of a source that a switch had `held`, and those
 * that wait for somebody's `attention` are looked at on both sides. The `roll`, or a part of it that
 * came from one `source`, is compared with what was last applied: an unchanged person costs no remote
 * call.
 */
export type Spread =
  | { readonly kind: 'everybody' }
  | { readonly kind: 'attention' }
  | { readonly kind: 'roll' }
  | { readonly kind: 'held'; readonly sourceId: string }
  | { readonly kind: 'source'; readonly sourceId: string };

/** A spread under way. */
export interface PendingSpread {
  readonly tenantId: string;
  readonly id: string;
  readonly kind: Spread['kind'];
  /** `null`: every destination of the tenant. */
  readonly destinationId: string | null;
  readonly begun: boolean;
}

/** Records a spread over one destination. */
export async function insertSpread(
  db: Queryable,
  { tenantId, destinationId }: DestinationKey,
  what: Spread,
): Promise<void> {
  await db.query('insert into spreads (tenant_id, destination_id, what) values ($1, $2, $3)', [
    tenantId,
    destinationId,
    JSON.stringify(what),
  ]);
}

const selectPending = statement<PendingSpread, []>(
  'spreads-pending',
  `select tenant_id as "tenantId", id, what ->> 'kind' as kind, destination_id as "destinationId",
          after > '00000000-0000-0000-0000-000000000000' as begun
   from spreads where not_before <= now() order by created_at limit 100`,
);

/** The spreads of all tenants that are not finished, oldest first. */
export async function pendingSpreads(db: Queryable): Promise<readonly PendingSpread[]> {
  return selectPending(db);
}

const pageStatement = statement<
  { readonly ended: boolean; readonly destinations: string[] },
  [tenantId: string, id: string, size: number]
>(
  'spread-page',
  `with spread as materialized (
     select destination_id, what ->> 'kind' as kind, what ->> 'sourceId' as source_id, after
     from spreads where tenant_id = $1 and id = $2 for update skip locked
   ), page as (
     select id from links
     where tenant_id = $1 and id > (select after from spread)
       and destination_id = coalesce((select destination_id from spread), destination_id)
       and source_id = coalesce((select source_id from spread), source_id)
       and case (select kind from spread) when 'held' then outcome = 'held'
             when 'attention' then outcome in ('held', 'rejected') else true end
     -- As lockedLinks does.
     order by id limit $3 for update
   ), bumped as (
     update links set wanted = wanted + 1, not_before = now(), attempts = 0,
                      -- Those whom a switch had held may all be created now: by bulk, where they are many.
                      single = single and (select kind from spread) <> 'held',
                      look_again = look_again or (select kind from spread) not in ('roll', 'source'),
                      requested_at = case when wanted > done then requested_at else now() end
     from page where links.tenant_id = $1 and links.id = page.id
     returning links.destination_id
   ), counted as (
     select count(*) < $3 as ended, max(id::text)::uuid as last from page
   ), moved as (
     update spreads set after = counted.last from counted
     where tenant_id = $1 and spreads.id = $2 and not counted.ended and exists (select from spread)
   ), removed as (
     delete from spreads using counted
     where tenant_id = $1 and spreads.id = $2 and counted.ended and exists (select from spread)
   )
   select ended, array(select distinct destination_id from bumped) as destinations from counted`,
);

/**
 * Has the next page of a spread looked at again, and forgets a spread that has come to its end. One
 * that another process works on is left to it.
 * @returns the destinations to wake, and whether that was the last page
 */
export async function spreadPage(
  db: Queryable,
  { tenantId, id }: Pick<PendingSpread, 'tenantId' | 'id'>,
  size: number,
): Promise<{ readonly ended: boolean; readonly destinations: readonly string[] }> {
  const [row] = await pageStatement(db, tenantId, id, size);
  return row ?? { ended: true, destinations: [] };
}
