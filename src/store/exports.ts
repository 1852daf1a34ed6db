/** All that is held of a customer, gathered on request, for an administrator to hand on. */
import { v7 as uuidv7 } from 'uuid';
import type { Json } from '../model.ts';
import { raiseSql } from './notices.ts';
import type { Queryable } from './statement.ts';

/** What was asked for, and by which delivery. */
export interface NewExport {
  readonly deliveryId: string;
  readonly customerId: string;
  readonly data: Json;
}

/** Stores an export and tells of it; a delivery that comes again makes no second one. */
export async function storeExport(
  db: Queryable,
  tenantId: string,
  { deliveryId, customerId, data }: NewExport,
): Promise<void> {
  await db.query(
    `with made as (
       insert into exports (tenant_id, id, delivery_id, customer_id, data) values ($1, $2, $3, $4, $5)
       on conflict (tenant_id, delivery_id) do nothing returning id
     ), raised as (
       select 'privacy.export' as kind, null as destination_id, null as code, $6::text as message,
              jsonb_build_object('exportId', id) as detail, null as once from made
     ), ${raiseSql({ tenant: '$1', id: '$7' })}
     select from made`,
    [
      tenantId,
      uuidv7(),
      deliveryId,
      customerId,
      JSON.stringify(data),
      'A customer asked what is held of them: download the export and hand it to them within 30 days of the request.',
      uuidv7(),
    ],
  );
}

/** An export as it is listed. */
export interface ListedExport {
  readonly id: string;
  readonly customerId: string;
  readonly madeAt: Date;
}

const columns = `id, customer_id as "customerId", made_at as "madeAt"`;

/** The exports of a tenant, newest first. */
export async function listExports(
  db: Queryable,
  tenantId: string,
): Promise<readonly ListedExport[]> {
  const { rows } = await db.query<ListedExport>(
    `select ${columns} from exports where tenant_id = $1 order by id desc limit 200`,
    [tenantId],
  );
  return rows;
}

/** An export with what is in it; `null` where there is none of this id. */
export async function findExport(
  db: Queryable,
  tenantId: string,
  id: string,
): Promise<(ListedExport & { readonly data: Json }) | null> {
  const { rows } = await db.query<ListedExport & { readonly data: Json }>(
    `select ${columns}, data from exports where tenant_id = $1 and id = $2`,
    [tenantId, id],
  );
  return rows[0] ?? null;
}
