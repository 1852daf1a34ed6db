/** Everything that is stored sealed, of all tenants: for whoever changes the key. */
import type { Queryable } from './statement.ts';

/** Where a sealed value is kept. */
export interface SealedAt {
  readonly table: 'destinations' | 'notice_settings';
  readonly tenantId: string;
  /** Of the row among those of its tenant; `null` where it has one. */
  readonly id: string | null;
}

/** A sealed value and where it is kept. */
export interface Sealed extends SealedAt {
  readonly sealed: string;
}

/** All of them: there are a few for each tenant. */
export async function allSealed(db: Queryable): Promise<readonly Sealed[]> {
  const { rows } = await db.query<Sealed>(
    `select 'destinations' as "table", tenant_id as "tenantId", id, secrets as sealed
     from destinations where secrets is not null
     union all
     select 'notice_settings', tenant_id, null, webhook_secret
     from notice_settings where webhook_secret is not null
     order by 1, 2, 3`,
  );
  return rows;
}

/**
 * Puts another value in the place of one.
 * @returns false where somebody else has changed it meanwhile
 */
export async function replaceSealed(
  db: Queryable,
  { table, tenantId, id, sealed }: Sealed,
  by: string,
): Promise<boolean> {
  const { rowCount } =
    table === 'destinations'
      ? await db.query(
          'update destinations set secrets = $4 where tenant_id = $1 and id = $2 and secrets = $3',
          [tenantId, id, sealed, by],
        )
      : await db.query(
          'update notice_settings set webhook_secret = $3 where tenant_id = $1 and webhook_secret = $2',
          [tenantId, sealed, by],
        );
  return rowCount === 1;
}
