/** What is held of a customer: who of the roll they are, and everything about them. */
import type { Json } from '../model.ts';
import { deletedCalled } from './deleted-users.ts';
import { meantByCustomer, meantByEmail } from './learners.ts';
import type { Queryable } from './statement.ts';

/** A customer whom somebody asks about. */
export interface CustomerAsked {
  readonly customerId: string;
  /** In small letters. */
  readonly emails: readonly string[];
  readonly orderIds: readonly string[];
}

/** Somebody of the roll, or who was deleted from it. */
export interface PersonAsked {
  readonly resourceId: string;
  readonly sourceId: string;
  /** They are on the roll; else only their links remember them, or the directory they were deleted from. */
  readonly present: boolean;
}

/** Everybody who is this customer: by their account in the shop, or by an address. */
export async function peopleAsked(
  db: Queryable,
  tenantId: string,
  { customerId, emails }: CustomerAsked,
): Promise<readonly PersonAsked[]> {
  const present = [
    ...(await meantByCustomer(db, tenantId, [customerId])),
    ...(await meantByEmail(db, tenantId, emails)),
  ];
  const { rows } = await db.query<{ resourceId: string; sourceId: string }>(
    `select resource_id as "resourceId", source_id as "sourceId" from links
     where tenant_id = $1 and (deleted_at is not null or erase)
       and (remote_id = $2 or user_name = any($3) or email = any($3))
     union
     select u.id, s.id from deleted_users u join sources s on s.tenant_id = $1 and s.kind = 'local'
     where u.tenant_id = $1 and ${deletedCalled('$3')}`,
    [tenantId, customerId, emails],
  );
  const people = [
    ...rows.map((one) => ({ ...one, present: false })),
    ...present.map(({ resourceId, sourceId }) => ({ resourceId, sourceId, present: true })),
  ];
  return [...new Map(people.map((person) => [person.resourceId, person])).values()];
}

/** The addresses by which these people are remembered here. */
export async function addressesOf(
  db: Queryable,
  tenantId: string,
  people: readonly PersonAsked[],
): Promise<readonly string[]> {
  const { rows } = await db.query<{ address: string }>(
    `select distinct lower(address) as address from (
       select unnest(emails || user_name) as address from resources where tenant_id = $1 and source_id = any($3) and id = any($2)
       union all
       select unnest(array[email, user_name]) from links where tenant_id = $1 and resource_id = any($2)
       union all
       select jsonb_path_query(data, '$.emails[*].value') #>> '{}' from deleted_users where tenant_id = $1 and id = any($2)
       union all
       select user_name from deleted_users where tenant_id = $1 and id = any($2)
     ) known where address is not null`,
    [tenantId, people.map(({ resourceId }) => resourceId), people.map(({ sourceId }) => sourceId)],
  );
  return rows.map(({ address }) => address);
}

/** Of orders, those of a customer; `$2` are ids, `$3` the customer, `$4` addresses. */
export const ordersOfCustomer = `(o.id = any($2::text[]) or o.data#>>'{buyer,customerId}' = $3
  or lower(o.data#>>'{buyer,email}') = any($4::text[]))`;

/** Gathers everything, as JSON for a person to read. */
export async function gatherData(
  db: Queryable,
  tenantId: string,
  people: readonly PersonAsked[],
  { customerId, emails, orderIds }: CustomerAsked,
): Promise<{ readonly people: Json; readonly orders: Json }> {
  const ids = people.map(({ resourceId }) => resourceId);
  const { rows: found } = await db.query<{ people: Json }>(
    `select coalesce(jsonb_agg(jsonb_build_object(
       'id', person.id, 'source', s.name, 'resource', r.data, 'createdAt', r.created_at, 'lastModified', r.last_modified,
       'groups', (select coalesce(jsonb_agg(g.data->>'displayName' order by g.id), '[]')
                  from members m join resources g on g.tenant_id = $1 and g.source_id = m.source_id and g.id = m.group_id
                  where m.tenant_id = $1 and m.source_id = person.source_id and m.key = person.id::text),
       'deleted', (select jsonb_build_object(
                     'resource', u.data, 'at', u.deleted_at, 'by', u.deleted_by,
                     'groups', (select coalesce(jsonb_agg(g.data->>'displayName' order by g.id), '[]') from resources g
                                where g.tenant_id = $1 and g.source_id = person.source_id and g.id = any(u.groups)))
                   from deleted_users u where u.tenant_id = $1 and u.id = person.id),
       'accounts', (select coalesce(jsonb_agg(jsonb_build_object(
                      'destination', d.name, 'account', l.remote_id, 'userName', l.user_name, 'email', l.email,
                      'memberships', l.memberships, 'attributes', l.applied, 'outcome', l.outcome, 'reason', l.reason,
                      'appliedAt', l.applied_at, 'deletedAt', l.deleted_at) order by d.id), '[]')
                    from links l join destinations d on d.tenant_id = $1 and d.id = l.destination_id
                    where l.tenant_id = $1 and l.resource_id = person.id),
       'rights', (select coalesce(jsonb_agg(jsonb_build_object(
                    'membership', g.membership, 'state', g.state, 'because', g.words, 'reason', g.reason, 'note', g.note,
                    'order', g.order_id, 'learner', g.learner, 'from', g.starts_at, 'until', g.ends_at,
                    'endedAt', g.ended_at) order by g.created_at, g.id), '[]')
                  from grants g where g.tenant_id = $1 and g.resource_id = person.id),
       'activity', (select coalesce(jsonb_agg(jsonb_build_object(
                      'at', a.at, 'kind', a.kind, 'by', a.actor, 'outcome', a.outcome, 'message', a.message,
                      'detail', a.detail) order by a.id), '[]')
                    from activity a where a.tenant_id = $1 and a.resource_id = person.id)
     ) order by person.id), '[]') as people
     from unnest($2::uuid[], $3::text[]) person (id, source_id)
     left join sources s on s.tenant_id = $1 and s.id = person.source_id
     left join resources r on r.tenant_id = $1 and r.source_id = person.source_id and r.id = person.id`,
    [tenantId, ids, people.map(({ sourceId }) => sourceId)],
  );
  const { rows: bought } = await db.query<{ orders: Json }>(
    `select coalesce(jsonb_agg(o.data order by o.processed_at, o.id), '[]') as orders
     from orders o where o.tenant_id = $1 and ${ordersOfCustomer}`,
    [tenantId, orderIds, customerId, emails],
  );
  return { people: found[0]?.people ?? [], orders: bought[0]?.orders ?? [] };
}
