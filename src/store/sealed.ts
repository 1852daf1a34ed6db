/** Everything that is stored sealed, of all tenants: for whoever changes the key. */
import type { Queryable } from './statement.ts';

/** Where a sealed value is kept. */
export interface SealedAt {
  readonly table: 'destinations' | 'notice_settings' | 'installations';
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
     union all
     select 'installations', tenant_id, null, tokens from installations where tokens is not null
     order by 1, 2, 3`,
  );
  return rows;
}

const replacing = {
  destinations:
    'update destinations set secrets = $4 where tenant_id = $1 and id = $2 and secrets = $3',
  notice_settings:
    'update notice_settings set webhook_secret = $4 where tenant_id = $1 and $2::text is null and webhook_secret = $3',
  installations:
    'update installations set tokens = $4 where tenant_id = $1 and $2::text is null and tokens = $3',
} as const satisfies Readonly<Record<SealedAt['table'], string>>;

/**
 * Puts another value in the place of one.
 * @returns false where somebody else has changed it meanwhile
 */
export async function replaceSealed(
  db: Queryable,
  { table, tenantId, id, sealed }: Sealed,
  by: string,
): Promise<boolean> {
  const { rowCount } = await db.query(replacing[table], [tenantId, id, sealed, by]);
  return rowCount === 1;
}
