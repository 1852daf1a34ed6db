/** People whom the storefront brought and whom somebody else brings too: they become one. */
import type { CourseOfPerson } from './ledger.ts';
import { usersCalled } from './people.ts';
import { type Queryable, statement } from './statement.ts';

/** Somebody who bought, and the user they are. */
export interface Recognised {
  readonly buyerId: string;
  readonly userId: string;
  readonly userSourceId: string;
}

/** Whether the source `s` may speak for the domain of the storefront's person `b`. */
const speaks = `(s.domains is null or exists (
  select from unnest(s.domains) domain where lower(domain) = split_part(b.user_name, '@', 2)))`;

const selectOfUser = statement<Recognised, [tenantId: string, userId: string]>(
  'recognised-of-user',
  `select b.id as "buyerId", u.id as "userId", u.source_id as "userSourceId"
   from sources s join resources u on u.tenant_id = $1 and u.source_id = s.id and u.id = $2 and u.type = 'User'
   join sources shop on shop.tenant_id = $1 and shop.kind = 'storefront'
   join resources b on b.tenant_id = $1 and b.source_id = shop.id and b.type = 'User'
     and b.user_name = any(u.emails || u.user_name)
   where s.tenant_id = $1 and s.kind <> 'storefront' and ${speaks}
   order by b.id`,
);

/** Whom a user is recognised as: of each of their addresses, who bought with it. */
export const recognisedAs = (db: Queryable, tenantId: string, userId: string) =>
  selectOfUser(db, tenantId, userId);

const selectSince = statement<Recognised, [tenantId: string, since: Date]>(
  'recognised-since',
  `select b.id as "buyerId", min(u.id::text)::uuid as "userId", min(u.source_id) as "userSourceId"
   from sources shop
   join resources b on b.tenant_id = $1 and b.source_id = shop.id and b.type = 'User' and b.created_at >= $2
   join sources s on s.tenant_id = $1 and s.kind <> 'storefront' and ${speaks}
   cross join lateral (select distinct called.id from ${usersCalled('b.user_name')} called) found
   join resources u on u.tenant_id = $1 and u.source_id = s.id and u.id = found.id
   where shop.tenant_id = $1 and shop.kind = 'storefront'
   group by b.id having count(*) = 1`,
);

/** Who was brought by the storefront since then, and is one other user, and no more than one. */
export const recognisedSince = (db: Queryable, tenantId: string, since: Date) =>
  selectSince(db, tenantId, since);

/**
 * Makes a person who bought the user they are: links, rights and all. To be done under the lock of the ledger.
 * @returns the courses whose rights moved; `null` where both have an account of their own somewhere: they stay two
 */
export async function unite(
  client: Queryable,
  tenantId: string,
  { buyerId, userId, userSourceId }: Recognised,
): Promise<readonly CourseOfPerson[] | null> {
  const { rows: courses } = await client.query<CourseOfPerson>(
    `select distinct $3::uuid as "resourceId", destination_id as "destinationId", membership
     from grants where tenant_id = $1 and resource_id = $2`,
    [tenantId, buyerId, userId],
  );
  // In the order of their ids, as every statement that writes many links.
  await client.query(
    `select from links where tenant_id = $1 and resource_id in ($2, $3) order by id for update`,
    [tenantId, buyerId, userId],
  );
  const both = `links mine join links theirs on theirs.tenant_id = $1 and theirs.resource_id = $2
      and theirs.destination_id = mine.destination_id
    where mine.tenant_id = $1 and mine.resource_id = $3`;
  const { rowCount: apart } = await client.query(
    `select from ${both} and (mine.in_flight or (mine.remote_id is not null and theirs.remote_id is not null)) limit 1`,
    [tenantId, buyerId, userId],
  );
  if (apart !== 0) return null;
  await client.query(
    `delete from links where tenant_id = $1 and id in (
       select case when theirs.remote_id is null then theirs.id else mine.id end from ${both})`,
    [tenantId, buyerId, userId],
  );
  await client.query(
    `update grants set resource_id = $3, source_id = $4 where tenant_id = $1 and resource_id = $2`,
    [tenantId, buyerId, userId, userSourceId],
  );
  await client.query(
    `update links set resource_id = $3, source_id = $4, wanted = wanted + 1, not_before = now(), attempts = 0,
            requested_at = case when wanted > done then requested_at else now() end
     where tenant_id = $1 and resource_id in ($2, $3)`,
    [tenantId, buyerId, userId, userSourceId],
  );
  await client.query(
    `delete from resources r using sources s where s.tenant_id = $1 and s.kind = 'storefront'
       and r.tenant_id = $1 and r.source_id = s.id and r.id = $2`,
    [tenantId, buyerId],
  );
  return courses;
}
