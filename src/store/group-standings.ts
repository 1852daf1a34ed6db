/** How the groups that are made at a destination stand there. */
import type { DestinationKey } from './destinations.ts';
import type { LinkOutcome } from './due-links.ts';
import { type Queryable, statement } from './statement.ts';

/** A group of the roll at a destination. */
export interface GroupStanding {
  readonly id: string;
  readonly name: string;
  /** What it is there, as the connector names memberships; `null` while it is nothing. */
  readonly membership: string | null;
  /** We made it there; what was there before is never deleted. */
  readonly made: boolean;
  /** How the last look ended; `null` before the first. */
  readonly outcome: LinkOutcome | null;
  readonly reason: string | null;
  /** It is looked at, now or at another try. */
  readonly waiting: boolean;
}

const selectStandings = statement<
  GroupStanding & { readonly total: number },
  [tenantId: string, destinationId: string, limit: number]
>(
  'group-standings',
  `select g.group_id as id, coalesce(r.data ->> 'displayName', g.name, g.group_id::text) as name, g.membership, g.made,
          g.outcome, g.reason, g.wanted > g.done as waiting, count(*) over ()::int as total
   from group_links g
   left join resources r on r.tenant_id = g.tenant_id and r.source_id = g.source_id and r.id = g.group_id
     and r.type = 'Group'
   where g.tenant_id = $1 and g.destination_id = $2
   order by g.outcome is distinct from 'done' desc, lower(coalesce(r.data ->> 'displayName', g.name)), g.group_id
   limit $3`,
);

/** The first groups, those that do not get on before others, and how many there are. */
export async function groupStandings(
  db: Queryable,
  { tenantId, destinationId }: DestinationKey,
  limit: number,
): Promise<{ readonly groups: readonly GroupStanding[]; readonly total: number }> {
  const rows = await selectStandings(db, tenantId, destinationId, limit);
  return { groups: rows.map(({ total: _, ...group }) => group), total: rows[0]?.total ?? 0 };
}
