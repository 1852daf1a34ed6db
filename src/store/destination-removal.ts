/** Removes a destination with all that hangs on it; its activity and its notices stay. */
import type { DestinationKey } from './destinations.ts';
import { lockedLinks } from './link-locks.ts';
import type { Queryable } from './statement.ts';

/** How many accounts people have at a destination by us. */
export async function countAccounts(
  db: Queryable,
  { tenantId, destinationId }: DestinationKey,
): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    'select count(*) as count from links where tenant_id = $1 and destination_id = $2 and remote_id is not null',
    [tenantId, destinationId],
  );
  return rows[0]?.count ?? 0;
}

/** The names of offers in force that give something at a destination. */
export async function offersGivingAt(
  db: Queryable,
  { tenantId, destinationId }: DestinationKey,
): Promise<readonly string[]> {
  const { rows } = await db.query<{ name: string }>(
    `select name from offers where tenant_id = $1 and valid_until is null
       and jsonb_path_exists(terms, '$.courses[*] ? (@.destination == $id)', jsonb_build_object('id', $2::text))
     order by name`,
    [tenantId, destinationId],
  );
  return rows.map(({ name }) => name);
}

/** Tables whose rows are about one destination and nothing else, what depends on others first. */
const about = [
  `bulk_lines using bulk_runs o where bulk_lines.tenant_id = $1 and o.tenant_id = $1 and o.id = bulk_lines.run_id and o.destination_id = $2`,
  `listed_aliases using listings o where listed_aliases.tenant_id = $1 and o.tenant_id = $1 and o.id = listed_aliases.listing_id and o.destination_id = $2`,
  `listed_accounts using listings o where listed_accounts.tenant_id = $1 and o.tenant_id = $1 and o.id = listed_accounts.listing_id and o.destination_id = $2`,
  `preview_lines using previews o where preview_lines.tenant_id = $1 and o.tenant_id = $1 and o.id = preview_lines.preview_id and o.destination_id = $2`,
  ...[
    'group_links',
    'bulk_runs',
    'bulk_loads',
    'listings',
    'previews',
    'spreads',
    'alarms',
    'destination_minutes',
  ].map((table) => `${table} where tenant_id = $1 and destination_id = $2`),
  'allowances where tenant_id = $1 and name = $2',
];

/**
 * Removes a destination. Nothing is done there: its accounts stay as they are. Rights at it end. To be called inside
 * a transaction; that the row of the destination goes first takes the lease from whoever works on it.
 */
export async function removeDestination(
  client: Queryable,
  { tenantId, destinationId }: DestinationKey,
): Promise<void> {
  const key = [tenantId, destinationId];
  // As many rows as there are people: longer than a statement usually may take.
  await client.query("set local statement_timeout = '10min'");
  await client.query('delete from destinations where tenant_id = $1 and id = $2', key);
  await client.query(
    `update grants set state = 'ended', reason = 'its destination was removed', ended_at = now(), next_at = null, question = null
     where tenant_id = $1 and destination_id = $2 and state <> 'ended'`,
    key,
  );
  await client.query(
    `with ${lockedLinks('select l.id from links l where l.tenant_id = $1 and l.destination_id = $2')}
     delete from links using locked where links.tenant_id = $1 and links.id = locked.id`,
    key,
  );
  for (const rows of about) await client.query(`delete from ${rows}`, key);
}
