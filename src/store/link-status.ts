/** How each destination has got with single users, as an identity provider may ask. */
import type { Owner } from './resources.ts';
import { type LinkState, linkState } from './source-status.ts';
import { type Queryable, statement } from './statement.ts';

/** How a destination has got with a user. */
export interface LinkStatus {
  readonly resourceId: string;
  readonly destinationId: string;
  readonly destinationName: string;
  readonly status: LinkState;
  readonly remoteId: string | null;
  readonly reason: string | null;
  readonly lastSuccess: Date | null;
}

const selectStatus = statement<LinkStatus, [string, string, readonly string[]]>(
  'link-status',
  `select link.*, d.name as "destinationName" from (
     select resource_id as "resourceId", destination_id as "destinationId", remote_id as "remoteId", reason,
            applied_at as "lastSuccess",
            ${linkState} as status
     from links where tenant_id = $1 and source_id = $2 and resource_id = any($3)
   ) link
   join destinations d on d.tenant_id = $1 and d.id = link."destinationId"
   order by d.created_at, d.id`,
);

/** The status of these users at every destination. */
export async function linkStatusOf(
  db: Queryable,
  owner: Owner,
  userIds: readonly string[],
): Promise<readonly LinkStatus[]> {
  return selectStatus(db, owner.tenantId, owner.sourceId, userIds);
}
