/**
 * The attributes of a resource as SQL: which stand in columns, which are rows, which the server
 * issues, and which are in `data`. Filtering and sorting look them up here.
 */
import type { ResourceType } from '../scim/resource-types.ts';
import type { Target } from '../scim/value-target.ts';
import { memberOf } from './json-sql.ts';
import { groupRows, memberRows } from './member-sql.ts';

/** What a text over the table `resources` is compiled for. */
export interface ResourceScope {
  readonly type: ResourceType;
  /** Placeholders of the owner. */
  readonly tenant: string;
  readonly source: string;
  /** The base URL of the source. */
  readonly baseUrl: string;
  /** Adds a value to those of the statement and returns its placeholder. */
  readonly parameter: (value: unknown) => string;
}

/** A column that holds an attribute: as text in the attribute's compared form, or as a time. */
export interface Column {
  readonly text?: string;
  readonly time?: string;
  /** Whether it may be NULL in a type that has the attribute. */
  readonly optional?: boolean;
}

const COLUMNS: ReadonlyMap<string, Column> = new Map([
  ['id', { text: 'resources.id::text' }],
  ['externalId', { text: 'resources.external_id', optional: true }],
  ['userName', { text: 'resources.user_name' }],
  ['displayName', { text: 'resources.display_name', optional: true }],
  ['meta.resourceType', { text: 'resources.type' }],
  ['meta.version', { text: `('W/"' || resources.version || '"')` }],
  ['meta.created', { time: 'resources.created_at' }],
  ['meta.lastModified', { time: 'resources.last_modified' }],
]);

/** The column of an attribute of the resource, if it has one. */
export function columnOf({ name }: Target, scope: ResourceScope): Column | undefined {
  return name === 'meta.location' ? { text: locationOf(scope) } : COLUMNS.get(name);
}

function locationOf(scope: ResourceScope): string {
  return `(${baseOf(scope)} || '${scope.type.endpoint}/' || resources.id)`;
}

/** A placeholder of its own each time: one that stands nowhere in a statement would have no type. */
function baseOf({ baseUrl, parameter }: ResourceScope): string {
  return `${parameter(baseUrl)}::text`;
}

/**
 * The rows that hold the values of an attribute: a subquery with the columns `key`, in whose order
 * they stand, and `element`. Undefined where the attribute is not kept in rows.
 */
export function rowsOf({ steps }: Target, scope: ResourceScope): string | undefined {
  const key = `${scope.type.name} ${steps[0]?.key}`;
  if (key !== 'Group members' && key !== 'User groups') return undefined;
  const names = {
    tenant: scope.tenant,
    source: scope.source,
    resource: 'resources.id',
    base: baseOf(scope),
  };
  return key === 'Group members' ? memberRows(names) : groupRows(names);
}

/** A member of the resource, of type jsonb, as it is sent; not of those that {@link rowsOf} finds. */
export function jsonOf(keys: readonly string[], scope: ResourceScope): string {
  const [first, ...rest] = keys;
  return first === 'meta' ? memberOf(metaOf(scope), rest) : memberOf('resources.data', keys);
}

function metaOf(scope: ResourceScope): string {
  return `jsonb_build_object('resourceType', resources.type, 'created', ${sent('resources.created_at')},
    'lastModified', ${sent('resources.last_modified')}, 'location', ${locationOf(scope)},
    'version', 'W/"' || resources.version || '"')`;
}

function sent(time: string): string {
  return `to_char(${time} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}
