import type { Queryable } from './statement.ts';

/** A merchant: the isolation boundary. */
export interface Tenant {
  readonly tenantId: string;
  readonly name: string;
  readonly shopDomain: string | null;
}

const columns = `tenant_id as "tenantId", name, shop_domain as "shopDomain"`;

/** Adds a tenant. */
export async function insertTenant(db: Queryable, tenant: Tenant): Promise<void> {
  await db.query('insert into tenants (tenant_id, name, shop_domain) values ($1, $2, $3)', [
    tenant.tenantId,
    tenant.name,
    tenant.shopDomain,
  ]);
}

/** One tenant. */
export async function findTenant(db: Queryable, tenantId: string): Promise<Tenant | null> {
  const { rows } = await db.query<Tenant>(`select ${columns} from tenants where tenant_id = $1`, [
    tenantId,
  ]);
  return rows[0] ?? null;
}

/** The tenant of a shop: one of the few look-ups that cannot know the tenant beforehand. */
export async function findTenantByShop(db: Queryable, shopDomain: string): Promise<Tenant | null> {
  const { rows } = await db.query<Tenant>(
    `select ${columns} from tenants where shop_domain = $1 and erasing_since is null`,
    [shopDomain],
  );
  return rows[0] ?? null;
}

/** All tenants of this installation, for its operator. */
export async function allTenants(db: Queryable): Promise<readonly Tenant[]> {
  const { rows } = await db.query<Tenant>(
    `select ${columns} from tenants order by created_at, tenant_id`,
  );
  return rows;
}

/** For how many days a tenant keeps things, where it decided so itself. */
export interface OwnDays {
  readonly activity: number | null;
  readonly inbox: number | null;
}

/** What a tenant decided. */
export async function ownDaysOf(db: Queryable, tenantId: string): Promise<OwnDays> {
  const { rows } = await db.query<OwnDays>(
    'select activity_days as activity, inbox_days as inbox from tenants where tenant_id = $1',
    [tenantId],
  );
  return rows[0] ?? { activity: null, inbox: null };
}

/** Keeps what a tenant decided. */
export async function saveOwnDays(db: Queryable, tenantId: string, days: OwnDays): Promise<void> {
  await db.query('update tenants set activity_days = $2, inbox_days = $3 where tenant_id = $1', [
    tenantId,
    days.activity,
    days.inbox,
  ]);
}
