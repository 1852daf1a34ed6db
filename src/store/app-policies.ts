/** App Login Policies: which group has which application. */
import type { DestinationKey } from './destinations.ts';
import type { Queryable } from './statement.ts';

/** A policy. Users of an application sign in here, with a password. */
export interface AppPolicy {
  readonly id: string;
  readonly name: string;
  readonly destinationId: string;
  readonly groupSource: string;
  readonly groupId: string;
  readonly loginMethod: 'password';
  readonly createdAt: Date;
}

/** A policy with the names a page shows; a group that is gone has none. */
export interface NamedAppPolicy extends AppPolicy {
  readonly application: string;
  readonly group: string | null;
}

const columns = `p.id, p.name, p.destination_id as "destinationId", p.group_source as "groupSource",
  p.group_id as "groupId", p.login_method as "loginMethod", p.created_at as "createdAt"`;

/** All policies of a tenant, by their names. */
export async function appPoliciesOf(
  db: Queryable,
  tenantId: string,
): Promise<readonly NamedAppPolicy[]> {
  const { rows } = await db.query<NamedAppPolicy>(
    `select ${columns}, d.name as application, g.data ->> 'displayName' as "group"
     from app_policies p
     join destinations d on d.tenant_id = $1 and d.id = p.destination_id
     left join resources g on g.tenant_id = $1 and g.source_id = p.group_source and g.id = p.group_id
     where p.tenant_id = $1 order by p.name, p.id`,
    [tenantId],
  );
  return rows;
}

/** The ids of the groups that have an application by policies. */
export async function assignedGroups(
  db: Queryable,
  { tenantId, destinationId }: DestinationKey,
): Promise<readonly string[]> {
  const { rows } = await db.query<{ id: string }>(
    'select group_id as id from app_policies where tenant_id = $1 and destination_id = $2',
    [tenantId, destinationId],
  );
  return rows.map(({ id }) => id);
}

/** The names of the policies that assign a group. */
export async function policiesAssigning(
  db: Queryable,
  tenantId: string,
  group: { readonly source: string; readonly id: string },
): Promise<readonly string[]> {
  const { rows } = await db.query<{ name: string }>(
    `select name from app_policies where tenant_id = $1 and group_source = $2 and group_id = $3 order by name`,
    [tenantId, group.source, group.id],
  );
  return rows.map(({ name }) => name);
}

/** Adds a policy. */
export async function insertAppPolicy(
  client: Queryable,
  tenantId: string,
  policy: AppPolicy,
): Promise<void> {
  await client.query(
    `insert into app_policies (tenant_id, id, name, destination_id, group_source, group_id, login_method, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      tenantId,
      policy.id,
      policy.name,
      policy.destinationId,
      policy.groupSource,
      policy.groupId,
      policy.loginMethod,
      policy.createdAt,
    ],
  );
}

/** Removes a policy. */
export async function deleteAppPolicy(
  client: Queryable,
  tenantId: string,
  id: string,
): Promise<void> {
  await client.query('delete from app_policies where tenant_id = $1 and id = $2', [tenantId, id]);
}

/** Gives a policy another name. */
export async function renameAppPolicy(
  db: Queryable,
  tenantId: string,
  { id, name }: Pick<AppPolicy, 'id' | 'name'>,
): Promise<void> {
  await db.query('update app_policies set name = $3 where tenant_id = $1 and id = $2', [
    tenantId,
    id,
    name,
  ]);
}
