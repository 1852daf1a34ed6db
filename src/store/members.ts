/** The members of groups: rows, so that a change costs what it changes. */
import type { JsonObject } from '../model.ts';
import { memberRows } from './member-sql.ts';
import type { Owner } from './resources.ts';
import { type Queryable, statement } from './statement.ts';

/**
 * The groups that hold what has the id $3, as ids: $1 tenant, $2 source. Whoever changes several
 * groups locks them first and in one order, so that no two wait for each other.
 */
export const groupsHolding = `select group_id from members where tenant_id = $1 and source_id = $2 and key = $3::uuid::text`;

/** Common table expressions by which what was deleted leaves the groups `joined`; $5 is the time. */
export const leaveGroups = `left_behind as (
     delete from members m using joined
     where m.tenant_id = $1 and m.source_id = $2 and m.group_id = joined.id and m.key = $3::uuid::text
     returning m.group_id
   ), touched as (
     update resources r set version = r.version + 1, last_modified = $5 from left_behind
     where r.tenant_id = $1 and r.source_id = $2 and r.id = left_behind.group_id
   )`;

/** A member as it is sent. */
export interface ListedMember {
  readonly key: string;
  /** JSON. */
  readonly text: string;
}

const selectPage = statement<ListedMember, [string, string, string, string, string | null, number]>(
  'member-page',
  `select key, element::text as text
   from ${memberRows({ tenant: '$1', source: '$2', resource: '$3::uuid', base: '$4::text' })} member
   where $5::text is null or key > $5 order by key limit $6`,
);

/** Which members of a group. */
export interface MemberPage {
  readonly groupId: string;
  /** The base URL of the source, for `$ref`. */
  readonly baseUrl: string;
  /** The key of the last one that is known already; `null` begins. */
  readonly after: string | null;
  readonly limit: number;
}

/** A page of a group's members, in the order of their keys. */
export async function memberPage(
  db: Queryable,
  { tenantId, sourceId }: Owner,
  { groupId, baseUrl, after, limit }: MemberPage,
): Promise<readonly ListedMember[]> {
  return selectPage(db, tenantId, sourceId, groupId, baseUrl, after, limit);
}

/** The ids of the groups somebody is a member of. */
export async function groupIdsOf(
  db: Queryable,
  { tenantId, sourceId }: Owner,
  userId: string,
): Promise<readonly string[]> {
  const { rows } = await db.query<{ group_id: string }>(groupsHolding, [
    tenantId,
    sourceId,
    userId,
  ]);
  return rows.map(({ group_id }) => group_id);
}

/** Members that are read at a time, where all of them are. */
const pageSize = 10_000;

/** All members of a group as they are sent. */
export async function allMembers(
  db: Queryable,
  owner: Owner,
  groupId: string,
  baseUrl: string,
): Promise<readonly JsonObject[]> {
  const all: JsonObject[] = [];
  for (let after: string | null = null; ; ) {
    const page: readonly ListedMember[] = await memberPage(db, owner, {
      groupId,
      baseUrl,
      after,
      limit: pageSize,
    });
    for (const { text } of page) all.push(JSON.parse(text));
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return all;
    after = last.key;
  }
}
