/** Erases a tenant: every row of it in every table, a few at a time, so that nobody else waits. */

import type pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { type Queryable, statement, transaction } from './statement.ts';

/** A tenant that is to be erased, or is being. */
export interface Erasing {
  readonly tenantId: string;
  readonly shop: string;
  /** The request of the shop, where it sent one. */
  readonly webhookId: string | null;
  readonly askedAt: Date;
}

const takeLeave = statement<Record<string, never>, [Date, Date]>(
  'take-leave-of-tenants',
  `with due as (
     select tenant_id from installations
     where state = 'uninstalled' and (uninstalled_at <= $1 or erase_by <= $2) for update skip locked
   ), begun as (
     update tenants t set erasing_since = now() from due
     where t.tenant_id = due.tenant_id and t.erasing_since is null returning t.tenant_id
   ), shut as (
     delete from tokens using begun where tokens.tenant_id = begun.tenant_id
   )
   update destinations d set state = 'paused', epoch = epoch + 1, secrets = null
   from begun where d.tenant_id = begun.tenant_id`,
);

/**
 * Takes leave of the tenants whose time of grace is over, or whose shop asked: from here on they have no shop and no
 * credentials, and cannot come back.
 * @param left those that left before then
 */
export async function beginErasing(db: Queryable, left: Date, now: Date): Promise<void> {
  await takeLeave(db, left, now);
}

const selectErasing = statement<Erasing, []>(
  'erasing-tenants',
  `select t.tenant_id as "tenantId", t.shop_domain as shop, i.erase_webhook_id as "webhookId",
          coalesce(i.erase_asked_at, t.erasing_since) as "askedAt"
   from tenants t left join installations i on i.tenant_id = t.tenant_id
   where t.erasing_since <= now() - interval '2 seconds' order by t.erasing_since`,
);

/** Tenants that are being erased. What was under way when that began has ended meanwhile. */
export async function erasingTenants(db: Queryable): Promise<readonly Erasing[]> {
  return selectErasing(db);
}

/** The tables with rows of tenants, but for the tenants themselves: asked of the database, so that none is forgotten. */
export async function tablesOfTenants(db: Queryable): Promise<readonly string[]> {
  const { rows } = await db.query<{ name: string }>(
    `select table_name as name from information_schema.columns
     where table_schema = current_schema() and column_name = 'tenant_id' and table_name <> 'tenants'
     order by table_name`,
  );
  return rows.map(({ name }) => name);
}

/**
 * Deletes some rows of a tenant from a table.
 * @returns how many: fewer than `limit` when none are left
 */
export async function eraseSome(
  db: Queryable,
  table: string,
  tenantId: string,
  limit: number,
): Promise<number> {
  const { rowCount } = await db.query(
    `delete from ${table} where ctid = any (array(select ctid from ${table} where tenant_id = $1 limit $2))`,
    [tenantId, limit],
  );
  return rowCount ?? 0;
}

/** Ends it: the tenant is gone, and the proof is there, or neither. */
export async function finishErasing(
  pool: pg.Pool,
  { tenantId, shop, webhookId, askedAt }: Erasing,
  counts: Readonly<Record<string, number>>,
): Promise<void> {
  await transaction(pool, async (client) => {
    const { rowCount } = await client.query('delete from tenants where tenant_id = $1', [tenantId]);
    if (rowCount === 0) return;
    await client.query(
      `insert into erasures (id, what, shop_domain, webhook_id, asked_at, counts)
       values ($1, 'shop', $2, $3, $4, $5) on conflict (webhook_id) where webhook_id is not null do nothing`,
      [uuidv7(), shop, webhookId, askedAt, JSON.stringify(counts)],
    );
  });
}
