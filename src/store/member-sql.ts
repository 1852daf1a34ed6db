/**
 * Memberships as a client sees them, as SQL: the `members` of a Group and the `groups` of a User
 * (RFC 7643 §4.2, §4.1.2) are rows, and what reads or filters resources builds the JSON from them by
 * these texts. No value stands in them, only the names they are given: placeholders and columns.
 */

/** What a text refers to in the statement it stands in. */
export interface MembershipNames {
  /** Placeholders of the owner, e.g. `$1` and `$2`. */
  readonly tenant: string;
  readonly source: string;
  /** The id of the Group or the User: a placeholder with `::uuid`, or a column, e.g. `resources.id`. */
  readonly resource: string;
  /** The base URL of the source, with `::text` where it is a placeholder; `$ref` begins with it. */
  readonly base: string;
}

/**
 * The members of a group: a subquery, to be given an alias, with the columns `key` (lower case, unique
 * in the group, indexed in this order) and `element` (jsonb). What was sent stands; what was not is
 * taken from the member where it is a resource of this source, and its type always is.
 */
export function memberRows({ tenant, source, resource, base }: MembershipNames): string {
  return `(select member.key, jsonb_strip_nulls(jsonb_build_object(
      'value', member.value,
      '$ref', coalesce(${base} || case who.type when 'User' then '/Users/' when 'Group' then '/Groups/' end || who.id, member.ref),
      'display', coalesce(member.display, who.data ->> 'displayName', who.data ->> 'userName'),
      'type', coalesce(who.type, member.type))) as element
    from members member
    left join resources who on who.tenant_id = ${tenant} and who.source_id = ${source} and who.id = member.member_id
    where member.tenant_id = ${tenant} and member.source_id = ${source} and member.group_id = ${resource})`;
}

/**
 * The groups of users, direct and indirect: a subquery, to be given an alias, with the columns `key`
 * (the group's id, a uuid), `element` (jsonb) and `user_id`. UNION drops what was reached before, so
 * that groups that hold each other (legal, RFC 7644 §3.7.1) end the search; OFFSET 0 has each group
 * looked up in an index, as nobody can estimate how many there are.
 * @param users a query with the column `id`: which users
 */
export function groupRowsOf(
  users: string,
  { tenant, source, base }: Omit<MembershipNames, 'resource'>,
): string {
  const holding = (id: string) => `cross join lateral (select member.group_id from members member
      where member.tenant_id = ${tenant} and member.source_id = ${source} and member.key = ${id}::text
      offset 0) held`;
  return `(with recursive reached (user_id, id, direct) as (
      select users.id, held.group_id, true from (${users}) users ${holding('users.id')}
      union
      select reached.user_id, held.group_id, false from reached ${holding('reached.id')}
    )
    select holder.id as key, jsonb_strip_nulls(jsonb_build_object(
      'value', holder.id,
      '$ref', ${base} || '/Groups/' || holder.id,
      'display', holder.data ->> 'displayName',
      'type', case when found.direct then 'direct' else 'indirect' end)) as element, found.user_id
    from (select user_id, id, bool_or(direct) as direct from reached group by user_id, id) found
    cross join lateral (select holder.id, holder.data from resources holder
      where holder.tenant_id = ${tenant} and holder.source_id = ${source} and holder.id = found.id offset 0) holder)`;
}

/** The groups of one user: `key` and `element`, as in {@link groupRowsOf}. */
export function groupRows(names: MembershipNames): string {
  return groupRowsOf(`select ${names.resource} as id`, names);
}

/**
 * Whether a resource is in any group, or NULL: much cheaper to tell than in which. Not EXISTS, which
 * the planner may answer by reading all members of all groups.
 */
export function isMember({ tenant, source, resource }: Omit<MembershipNames, 'base'>): string {
  return `(select true from members member where member.tenant_id = ${tenant}
    and member.source_id = ${source} and member.key = ${resource}::text limit 1)`;
}
