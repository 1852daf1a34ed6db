/** Whether an administrator has a destination worked on. Pausing is not quarantine: nobody probes it. */
import { v7 as uuidv7 } from 'uuid';
import type { DestinationKey } from './destinations.ts';
import { beforeSql, leaveQuarantineSql } from './quarantine.ts';
import type { Queryable } from './statement.ts';

const cleared = `reason_code = null, quarantined_at = null, probe_at = null, failures = 0,
  recent = '', probes = 0, paused_until = null, epoch = epoch + 1`;

/**
 * Has a destination worked on and everybody looked at; one in quarantine is tried.
 * @returns false where it was active already
 */
export async function activate(
  db: Queryable,
  { tenantId, destinationId }: DestinationKey,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `with ${beforeSql}, changed as (
       update destinations set state = 'active', reason = null, ${cleared}
       where tenant_id = $1 and id = (select id from before where state <> 'active') returning id
     ), ${leaveQuarantineSql({ id: '$2', message: "'It was activated by an administrator: it is tried again.'" })}, rolled as (
       insert into spreads (tenant_id, destination_id, what) select $1, id, '{"kind":"roll"}' from changed
     )
     select from changed`,
    [tenantId, uuidv7(), destinationId],
  );
  return rowCount === 1;
}

/**
 * Has nobody work on a destination; what waits goes on waiting, and whoever works on it loses the lease.
 * @param reason why, where somebody said so
 * @returns false where it was paused already
 */
export async function pause(
  db: Queryable,
  { tenantId, destinationId }: DestinationKey,
  reason: string | null = null,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update destinations set state = 'paused', ${cleared}, reason = $3
     where tenant_id = $1 and id = $2 and state <> 'paused'`,
    [tenantId, destinationId, reason],
  );
  return rowCount === 1;
}

/**
 * Has a tenant's destinations worked on again that were stopped because the app was uninstalled, and its shop where
 * somebody had to open the app: somebody just did.
 */
export async function activateOpened(
  client: Queryable,
  tenantId: string,
  connector: string,
): Promise<void> {
  const { rows } = await client.query<{ id: string }>(
    `select id from destinations where tenant_id = $1 and state <> 'active'
       and (reason_code = 'uninstalled' or (reason_code = 'needs_reopening' and connector = $2)) order by id`,
    [tenantId, connector],
  );
  for (const { id } of rows) await activate(client, { tenantId, destinationId: id });
}
