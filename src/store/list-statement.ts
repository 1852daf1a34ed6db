/**
 * The statements of lists (RFC 7644 §3.4.2): the resources of one type or of several that match a
 * filter, in an order, from an index or after a place. A page is bounded in number and in size.
 */
import type { ResourceKind } from '../model.ts';
import type { Filter } from '../scim/filter.ts';
import type { ResourceType } from '../scim/resource-types.ts';
import type { Sort } from '../scim/sort.ts';
import { filterSql } from './filter-sql.ts';
import { isMember, type MembershipNames, memberRows } from './member-sql.ts';
import type { ResourceScope } from './resource-sql.ts';
import type { Owner } from './resources.ts';
import { afterSql, type ListOrder, type ListPlace, orderSql, sortKey } from './sort-sql.ts';

/** A type that a list has. */
export interface ListedType {
  readonly type: ResourceType;
  /** Whether the `groups` of users, or the `members` of groups, are to be read. */
  readonly memberships: boolean;
}

/** Which resources, in which order. */
export interface ListQuery {
  readonly owner: Owner;
  /** The base URL of the source. */
  readonly baseUrl: string;
  readonly types: readonly ListedType[];
  readonly filter: Filter | null;
  readonly sort: Sort | null;
}

/** Which of them. */
export interface PageRequest {
  readonly limit: number;
  /** How many to skip, or the place to go on after. */
  readonly from: number | ListPlace;
}

/** A resource as a page's statement gives it. */
export interface PageRow {
  readonly id: string;
  readonly type: ResourceKind;
  readonly version: number;
  readonly createdAt: Date;
  readonly lastModified: Date;
  /** The key of the order, as text. */
  readonly key: string | null;
  /** What is stored. */
  readonly json: string;
  /** The members of a group; `null` where they are not read, or too many. */
  readonly members: string | null;
  /** Whether a user is in groups; `null` where it is in none, or that is not asked for. */
  readonly grouped: true | null;
  /** Whether another resource was found after it. */
  readonly followed: boolean;
}

/** Pages end early beyond so many bytes: users may have a megabyte each. */
const mostBytes = 8_388_608;

/** Of groups with more members none are read with the page. */
const mostMembers = 1_000;

/** A statement under construction. */
interface Draft {
  readonly values: unknown[];
  readonly scopes: readonly ResourceScope[];
  readonly parameter: (value: unknown) => string;
}

function draftOf({ owner, baseUrl, types }: ListQuery): Draft {
  const values: unknown[] = [owner.tenantId, owner.sourceId];
  const parameter = (value: unknown) => `$${values.push(value)}`;
  const names = { tenant: '$1', source: '$2', baseUrl, parameter };
  return { values, parameter, scopes: types.map(({ type }) => ({ ...names, type })) };
}

/** SQL with the values of its placeholders. */
export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** Counts the resources that match. */
export function countStatement(query: ListQuery): Statement {
  const { scopes, values } = draftOf(query);
  return { text: `select count(*) as total from resources ${whereSql(query, scopes)}`, values };
}

/** Types stand in the text: a plan for any type could not use the indexes of one. */
function whereSql({ filter }: ListQuery, scopes: readonly ResourceScope[]): string {
  const kinds = scopes.map((scope) => {
    const condition = filter === null ? '' : ` and ${filterSql(filter, scope)}`;
    return `(resources.type = '${scope.type.name}'${condition})`;
  });
  return `where resources.tenant_id = $1 and resources.source_id = $2 and (${kinds.join(' or ')})`;
}

/**
 * Selects a page of the resources that match, as rows of a {@link PageRow}. The limit stands in the
 * text: a plan for any limit would be one for a tenth of the roll.
 */
export function pageStatement(query: ListQuery, { limit, from }: PageRequest): Statement {
  const draft = draftOf(query);
  const { scopes, values, parameter } = draft;
  const order = orderOf(query, scopes);
  const where = whereSql(query, scopes);
  const after = typeof from === 'number' ? '' : `and ${afterSql(order, from, parameter)}`;
  const offset = typeof from === 'number' && from > 0 ? `offset ${parameter(from)}` : '';
  const found = `select id, type, version, created_at, last_modified, data, ${order.key?.text ?? 'null::text'} as sort_key
    from resources ${where} ${after}
    order by ${orderSql(order, 'resources.id')} limit ${Math.trunc(limit)} ${offset}`;
  const shown = order.key === null ? order : { ...order, key: { ...order.key, text: 'sort_key' } };
  return { text: measured(found, orderSql(shown, 'id'), membershipsOf(query, draft)), values };
}

function orderOf({ sort }: ListQuery, scopes: readonly ResourceScope[]): ListOrder {
  if (sort === null) return { key: null, descending: false };
  return { key: sortKey(sort, scopes), descending: sort.descending };
}

/**
 * What was found, as text, up to the limit in bytes and at least one. OFFSET 0 keeps the planner from
 * writing the text of a resource out once for its size and once more for its answer.
 */
function measured(found: string, order: string, { members, grouped }: Memberships): string {
  return `with found as materialized (${found})
    select id, type, version, created_at as "createdAt", last_modified as "lastModified",
      sort_key::text as key, json, members, grouped, followed
    from (
      select resources.*, shown.*, ${grouped} as grouped, lead(id) over page is not null as followed,
        sum(octet_length(json) + coalesce(octet_length(members), 0)) over page
          - octet_length(json) - coalesce(octet_length(members), 0) as before
      from found resources
      cross join lateral (select resources.data::text as json, (${members})::text as members offset 0) shown
      window page as (order by ${order} rows unbounded preceding)
    ) listed
    where before < ${mostBytes} order by ${order}`;
}

/** What is read beside the resources that were found, as expressions. */
interface Memberships {
  readonly members: string;
  readonly grouped: string;
}

/** Whose groups are to be shown is only marked: most users of most sources are in none. */
function membershipsOf({ types, baseUrl }: ListQuery, { parameter }: Draft): Memberships {
  const has = (kind: ResourceKind) =>
    types.some(({ type, memberships }) => type.name === kind && memberships);
  const owner = { tenant: '$1', source: '$2' };
  const members = () =>
    firstMembers({ ...owner, base: `${parameter(baseUrl)}::text`, resource: 'resources.id' });
  return {
    members: has('Group') ? `case resources.type when 'Group' then ${members()} end` : 'null',
    grouped: has('User') ? isMember({ ...owner, resource: 'resources.id' }) : 'null::boolean',
  };
}

function firstMembers(names: MembershipNames): string {
  return `(select case when count(*) <= ${mostMembers} then coalesce(jsonb_agg(element order by key), '[]') end
    from (select key, element from ${memberRows(names)} first order by key limit ${mostMembers + 1}) first)`;
}
