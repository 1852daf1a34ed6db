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
