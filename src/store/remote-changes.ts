/** Links whose remote account changed: those are looked at again. */
import { lockedLinks } from './link-locks.ts';
import { type Queryable, statement } from './statement.ts';

/** What was told of a remote account. */
export interface RemoteChange {
  readonly remoteId: string;
  /** When it changed, by the destination's clock; `null`: it is to be looked at in any case. */
  readonly version: Date | null;
}

/** What was made of changes that were told. */
export interface Noticed {
  /** Destinations with links that are due now. */
  readonly destinations: readonly string[];
  /** Accounts that are being written to: what was told may be our own doing. */
  readonly beingWritten: readonly string[];
}

const noticeStatement = statement<
  { readonly destinations: string[]; readonly beingWritten: string[] },
  [
    tenantId: string,
    connector: string,
    remoteIds: readonly string[],
    versions: readonly (Date | null)[],
  ]
>(
  'links-notice-changes',
  `with told as materialized (
     select l.id, l.destination_id, l.remote_id, c.version, l.remote_version from unnest($3::text[], $4::timestamptz[]) c (remote_id, version)
     join destinations d on d.tenant_id = $1 and d.connector = $2
     join links l on l.tenant_id = $1 and l.destination_id = d.id and l.remote_id = c.remote_id
   ), ${lockedLinks('select id from told')}, bumped as (
     update links l set wanted = l.wanted + 1, look_again = true, attempts = 0, not_before = now(),
            requested_at = case when l.wanted > l.done then l.requested_at else now() end
     from told join locked using (id) where l.tenant_id = $1 and l.id = told.id
       -- Asked of the row itself: a record that was written meanwhile counts.
       and (told.version is null or l.remote_version is null or told.version > l.remote_version)
     returning l.destination_id
   )
   select array(select distinct destination_id from bumped) as destinations,
          array(select remote_id from told where version is not null and remote_version = 'infinity') as "beingWritten"`,
);

/**
 * Has the links of a tenant looked at again whose account changed after we last saw or wrote it, at
 * destinations of one kind. What is not later is the echo of our own write.
 */
export async function noticeChanges(
  db: Queryable,
  tenantId: string,
  connector: string,
  changes: readonly RemoteChange[],
): Promise<Noticed> {
  const [row] = await noticeStatement(
    db,
    tenantId,
    connector,
    changes.map(({ remoteId }) => remoteId),
    changes.map(({ version }) => version),
  );
  return row ?? { destinations: [], beingWritten: [] };
}

/** Remembers accounts that were merged into others, and are gone. */
export async function recordMerges(
  db: Queryable,
  tenantId: string,
  merges: readonly { readonly remoteId: string; readonly intoId: string }[],
): Promise<void> {
  await db.query(
    `insert into merged_accounts (tenant_id, remote_id, into_id)
     select distinct on (remote_id) $1, remote_id, into_id from unnest($2::text[], $3::text[]) m (remote_id, into_id)
     on conflict (tenant_id, remote_id) do update set into_id = excluded.into_id, at = now()`,
    [tenantId, merges.map(({ remoteId }) => remoteId), merges.map(({ intoId }) => intoId)],
  );
}
