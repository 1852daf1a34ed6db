/**
 * What an index answers of multi-valued attributes: the few resources that can match at all. The
 * value is in the form in which it is compared.
 */
import type { ResourceScope } from './resource-sql.ts';

/**
 * A condition that every resource meets which has the value among those of the attribute, and no
 * other. Undefined where no index has the attribute.
 */
export function hasValue(
  attribute: string,
  value: unknown,
  scope: ResourceScope,
): string | undefined {
  return FINDERS.get(`${scope.type.name} ${attribute}`)?.(value, scope);
}

type Finder = (value: unknown, scope: ResourceScope) => string;

const FINDERS: ReadonlyMap<string, Finder> = new Map([
  ['User emails', hasEmail],
  ['User groups', isInGroup],
  ['Group members', hasMember],
]);

/** The first address has an index of its own, as few have a second: see the migration. */
function hasEmail(value: unknown, { parameter }: ResourceScope): string {
  const email = `${parameter(value)}::text`;
  return `((cardinality(resources.emails) > 0 and resources.emails[1] collate "C" = ${email})
    or (cardinality(resources.emails) > 1 and resources.emails @> array[${email}]))`;
}

function hasMember(value: unknown, { tenant, source, parameter }: ResourceScope): string {
  return idIsOneOf(`select member.group_id from members member
    where member.tenant_id = ${tenant} and member.source_id = ${source} and member.key = ${parameter(value)}::text`);
}

/**
 * An array, not IN: it is made once and looked up in the primary key, before anything else is asked
 * of the resources. The planner might take a join for the dearer of two conditions.
 */
function idIsOneOf(ids: string): string {
  return `resources.id = any(array(${ids}))`;
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether a text is an id as we issue them: ids are case exact (RFC 7643 §3.1). */
export function isId(value: unknown): boolean {
  return typeof value === 'string' && UUID.test(value);
}

/**
 * Direct and indirect members: UNION ends the search where groups hold each other. OFFSET 0 has the
 * members of each group looked up in their index: how many groups there are, nobody can estimate.
 */
function isInGroup(value: unknown, { tenant, source, parameter }: ResourceScope): string {
  if (!isId(value)) return 'false';
  const members = `cross join lateral (select member_id from members
      where tenant_id = ${tenant} and source_id = ${source} and group_id = below.id offset 0) member`;
  return idIsOneOf(`with recursive below (id) as (
      select ${parameter(value)}::uuid
      union
      select nested.id from below ${members}
      join resources nested on nested.tenant_id = ${tenant} and nested.source_id = ${source}
        and nested.type = 'Group' and nested.id = member.member_id
    )
    select member.member_id from below ${members} where member.member_id is not null`);
}
