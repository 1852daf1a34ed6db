/** Whose a remote account is: one belongs to one link. */
import type pg from 'pg';
import type { Lease } from './links.ts';
import { type Queryable, statement, transaction, violatedUnique } from './statement.ts';

/** Who holds a remote account. */
export interface RemoteOwner {
  readonly remoteId: string;
  readonly sourceId: string;
  readonly sourceName: string;
  /**
   * `leaving`: its person was deleted and the leave is still to be done; `vacant`: it is done;
   * `unsettled`: its person changed, and may be about to let go of the account's address.
   */
  readonly claim: 'held' | 'unsettled' | 'leaving' | 'vacant';
}

const selectOwners = statement<
  RemoteOwner,
  [string, string, string, readonly string[], readonly (string | null)[]]
>(
  'link-owners',
  `select found.remote_id as "remoteId", s.id as "sourceId", s.name as "sourceName",
          case when l.deleted_at is null then case when l.wanted > l.done then 'unsettled' else 'held' end
               when l.wanted > l.done then 'leaving' else 'vacant' end as claim
   from unnest($4::text[], $5::uuid[]) as found (remote_id, key)
   join lateral (
     select * from links where tenant_id = $1 and destination_id = $2 and remote_id = found.remote_id
     union all
     -- A bulk run made it, and has not written down yet whose it is.
     select * from links where tenant_id = $1 and destination_id = $2 and id = found.key and in_flight
       and remote_id is null
   ) l on l.id <> $3
   join sources s on s.tenant_id = l.tenant_id and s.id = l.source_id`,
);

/** A remote account, and our key where it carries one. */
export interface KeyedAccount {
  readonly remoteId: string;
  readonly key?: string | null;
}

const linkId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The other links that hold any of these remote accounts. */
export async function remoteOwners(
  db: Queryable,
  lease: Pick<Lease, 'tenantId' | 'destinationId'>,
  id: string,
  accounts: readonly KeyedAccount[],
): Promise<readonly RemoteOwner[]> {
  if (accounts.length === 0) return [];
  const remoteIds = accounts.map(({ remoteId }) => remoteId);
  const keys = accounts.map(({ key }) => (key != null && linkId.test(key) ? key : null));
  return selectOwners(db, lease.tenantId, lease.destinationId, id, remoteIds, keys);
}

/**
 * Reserves a remote account for a link before anything is written to it, taking it from a vacant
 * tombstone if one holds it. One remote account belongs to one resource.
 * @returns `claimed`; `taken` when another link was faster; `lost` when the lease is gone
 */
export async function claimRemote(
  pool: pg.Pool,
  lease: Lease,
  linkId: string,
  remoteId: string,
): Promise<'claimed' | 'taken' | 'lost'> {
  const leased = `exists (select from destinations where tenant_id = $1 and id = $2 and epoch = $3)`;
  const values = [lease.tenantId, lease.destinationId, lease.epoch, linkId, remoteId];
  try {
    return await transaction(pool, async (client) => {
      await client.query(
        `update links set remote_id = null, fingerprint = null, leave = null, withheld = null
         where tenant_id = $1 and destination_id = $2 and remote_id = $5 and id <> $4
           and deleted_at is not null and wanted = done and ${leased}`,
        values,
      );
      const { rowCount } = await client.query(
        `update links set remote_id = $5 where tenant_id = $1 and destination_id = $2 and id = $4 and ${leased}`,
        values,
      );
      return rowCount === 1 ? 'claimed' : 'lost';
    });
  } catch (error) {
    if (violatedUnique(error) === 'links_remote_id') return 'taken';
    throw error;
  }
}
