/** Which of their own attributes people of a tenant's directory may change. */
import { type Queryable, statement } from './statement.ts';

const selectAttributes = statement<{ attributes: string[] | null }, [tenantId: string]>(
  'own-attributes',
  "select own_attributes as attributes from sources where tenant_id = $1 and kind = 'local'",
);

/** What is set; `null`: nothing was set yet. */
export async function ownAttributesOf(
  db: Queryable,
  tenantId: string,
): Promise<readonly string[] | null> {
  const [row] = await selectAttributes(db, tenantId);
  return row?.attributes ?? null;
}

/** What was set before, and where. */
export interface FormerAttributes {
  readonly sourceId: string;
  readonly former: readonly string[] | null;
}

/** Sets it; `null` where there is no directory. */
export async function updateOwnAttributes(
  db: Queryable,
  tenantId: string,
  attributes: readonly string[],
): Promise<FormerAttributes | null> {
  const { rows } = await db.query<FormerAttributes>(
    `with before as (
       select tenant_id, id, own_attributes from sources where tenant_id = $1 and kind = 'local' for update
     )
     update sources s set own_attributes = $2 from before where s.tenant_id = $1 and s.id = before.id
     returning s.id as "sourceId", before.own_attributes as former`,
    [tenantId, attributes],
  );
  return rows[0] ?? null;
}
