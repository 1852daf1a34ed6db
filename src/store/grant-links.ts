/** How destinations have got with the people whose rights these are. */
import { type LinkState, linkState } from './source-status.ts';
import { type Queryable, statement } from './statement.ts';

/** The person of a right, and the link that brings it to its destination. */
export interface GrantLink {
  readonly grantId: string;
  readonly userName: string | null;
  /** False of who is inactive; `null` of somebody who is not on the roll any more. */
  readonly active: boolean | null;
  readonly destinationName: string;
  readonly remoteId: string | null;
  /** Memberships that were granted there, or are about to be. */
  readonly memberships: readonly string[];
  /** `null` where there is no link. */
  readonly status: LinkState | null;
  readonly reason: string | null;
}

const selectLinks = statement<GrantLink, [string, readonly string[]]>(
  'grant-links',
  `select g.id as "grantId", coalesce(r.user_name, link.user_name) as "userName",
          case when r.id is not null then (r.data ->> 'active')::boolean is distinct from false end as active,
          d.name as "destinationName", link.remote_id as "remoteId", coalesce(link.memberships, '{}') as memberships,
          link.status, link.reason
   from grants g
   join destinations d on d.tenant_id = $1 and d.id = g.destination_id
   left join resources r on r.tenant_id = $1 and r.source_id = g.source_id and r.id = g.resource_id
   left join lateral (
     select remote_id, memberships, reason, user_name,
            ${linkState} as status
     from links where tenant_id = $1 and resource_id = g.resource_id and destination_id = g.destination_id
   ) link on true
   where g.tenant_id = $1 and g.id = any($2)`,
);

/** The links of these rights. */
export const linksOfGrants = (db: Queryable, tenantId: string, grantIds: readonly string[]) =>
  selectLinks(db, tenantId, grantIds);
