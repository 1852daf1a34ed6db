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

function hasEmail(value: unknown, { parameter }: ResourceScope): string {
  return `resources.emails @> array[${parameter(value)}::text]`;
}

function hasMember(value: unknown, { tenant, source, parameter }: ResourceScope): string {
  return `resources.id in (select member.group_id from members member
    where member.tenant_id = ${tenant} and member.source_id = ${source} and member.key = ${parameter(value)}::text)`;
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether a text is an id as we issue them: ids are case exact (RFC 7643 §3.1). */
export function isId(value: unknown): boolean {
  return typeof value === 'string' && UUID.test(value);
}

/** Direct and indirect members: UNION ends the search where groups hold each other. */
function isInGroup(value: unknown, { tenant, source, parameter }: ResourceScope): string {
  if (!isId(value)) return 'false';
  return `resources.id in (with recursive below (id) as (
      select ${parameter(value)}::uuid
      union
      select nested.id from below
      join members member on member.tenant_id = ${tenant} and member.source_id = ${source} and member.group_id = below.id
      join resources nested on nested.tenant_id = ${tenant} and nested.source_id = ${source}
        and nested.type = 'Group' and nested.id = member.member_id
    )
    select member.member_id from below
    join members member on member.tenant_id = ${tenant} and member.source_id = ${source} and member.group_id = below.id
    where member.member_id is not null)`;
}
