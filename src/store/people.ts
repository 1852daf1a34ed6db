/** Finds people and their links by what an administrator knows of them. */
import { validate } from 'uuid';
import type { DestinationKey } from './destinations.ts';
import { type Queryable, statement } from './statement.ts';

/** A link of somebody who was looked for. */
export interface FoundLink {
  readonly linkId: string;
  readonly destinationId: string;
}

const most = 50;

const byId = statement<FoundLink, [string, string]>(
  'people-by-id',
  `select id as "linkId", destination_id as "destinationId" from links
   where tenant_id = $1 and resource_id = $2
   union select id, destination_id from links where tenant_id = $1 and id = $2 limit ${most}`,
);

const byName = statement<FoundLink, [string, string]>(
  'people-by-name',
  `with person as (
     select r.id from sources s join resources r on r.tenant_id = $1 and r.source_id = s.id and r.type = 'User'
       and (r.user_name = $2 or (cardinality(r.emails) > 0 and r.emails[1] = $2) or (cardinality(r.emails) > 1 and r.emails @> array[$2]))
     where s.tenant_id = $1
   )
   select l.id as "linkId", l.destination_id as "destinationId" from links l join person on person.id = l.resource_id
   where l.tenant_id = $1
   union
   select l.id, l.destination_id from links l
   where l.tenant_id = $1 and l.deleted_at is not null and (l.user_name = $2 or l.email = $2)
   limit ${most}`,
);

/** The links of whoever has this userName, e-mail address, SCIM id or link id; also of somebody who was deleted. */
export async function findLinks(
  db: Queryable,
  tenantId: string,
  person: string,
): Promise<readonly FoundLink[]> {
  const text = person.trim().toLowerCase();
  return validate(text) ? byId(db, tenantId, text) : byName(db, tenantId, text);
}

/** What an explanation tells of a link beside what a look needs. */
export interface LinkHistory {
  readonly due: boolean;
  readonly notBefore: Date;
  readonly appliedAt: Date | null;
  readonly deletedAt: Date | null;
  /** Of somebody who was deleted. */
  readonly userName: string | null;
  /** The last time its source said something about this person. */
  readonly askedAt: Date | null;
  readonly askedKind: string | null;
  readonly askedBy: string | null;
}

const selectHistory = statement<LinkHistory, [string, string, string]>(
  'link-history',
  `select l.wanted > l.done as due, l.not_before as "notBefore", l.applied_at as "appliedAt",
          l.deleted_at as "deletedAt", l.user_name as "userName", asked.at as "askedAt",
          asked.kind as "askedKind", asked.actor as "askedBy"
   from links l left join lateral (
     select at, kind, actor from activity
     where tenant_id = $1 and resource_id = l.resource_id and kind in ('User.create', 'User.update', 'User.delete')
     order by id desc limit 1
   ) asked on true
   where l.tenant_id = $1 and l.destination_id = $2 and l.id = $3`,
);

/** The history of a link; `null` where there is no such link. */
export async function linkHistory(
  db: Queryable,
  { tenantId, destinationId }: DestinationKey,
  linkId: string,
): Promise<LinkHistory | null> {
  const [row] = await selectHistory(db, tenantId, destinationId, linkId);
  return row ?? null;
}
