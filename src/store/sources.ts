import type { JsonObject } from '../model.ts';
import { type Queryable, statement } from './statement.ts';

/** A SCIM connection and its switches. */
export interface Source {
  readonly tenantId: string;
  readonly id: string;
  readonly kind: 'scim' | 'storefront' | 'local';
  readonly name: string;
  /** *Enable SCIM provisioning*: off answers 403. */
  readonly provisioningEnabled: boolean;
  /** *Enable new customer creation*: off holds people without an account. */
  readonly creationEnabled: boolean;
  readonly reactivateOnCreate: boolean;
  /** The e-mail domains it may speak for; `null` is all. */
  readonly domains: readonly string[] | null;
  /** What happens to a phone number no destination would take. */
  readonly invalidPhone: 'refuse' | 'drop';
  /** What becomes of attributes that no schema defines. */
  readonly unknownAttributes: 'ignore' | 'refuse' | 'keep';
  /** The rules of the SCIM Interoperability Profile that go against RFC 7644. */
  readonly strictInterop: boolean;
  /** Schema extensions as they are published at /Schemas, each with its `resourceType` beside. */
  readonly schemaExtensions: readonly JsonObject[];
}

const columns = `tenant_id as "tenantId", id, kind, name, provisioning_enabled as "provisioningEnabled",
  creation_enabled as "creationEnabled", reactivate_on_create as "reactivateOnCreate", domains,
  invalid_phone as "invalidPhone", unknown_attributes as "unknownAttributes",
  strict_interop as "strictInterop", schema_extensions as "schemaExtensions"`;

const selectSource = statement<Source, [string, string]>(
  'source-by-id',
  `select ${columns} from sources where tenant_id = $1 and id = $2`,
);

/** One source of a tenant. */
export async function findSource(
  db: Queryable,
  tenantId: string,
  sourceId: string,
): Promise<Source | null> {
  const [row] = await selectSource(db, tenantId, sourceId);
  return row ?? null;
}

/** One source, kept from others who would change it until the transaction ends. */
export async function lockSource(
  client: Queryable,
  tenantId: string,
  sourceId: string,
): Promise<Source | null> {
  const { rows } = await client.query<Source>(
    `select ${columns} from sources where tenant_id = $1 and id = $2 for update`,
    [tenantId, sourceId],
  );
  return rows[0] ?? null;
}

/** All sources of a tenant. */
export async function sourcesOf(db: Queryable, tenantId: string): Promise<readonly Source[]> {
  const { rows } = await db.query<Source>(
    `select ${columns} from sources where tenant_id = $1 order by created_at, id`,
    [tenantId],
  );
  return rows;
}

/** Adds a source. */
export async function insertSource(
  db: Queryable,
  source: Pick<
    Source,
    'tenantId' | 'id' | 'kind' | 'name' | 'provisioningEnabled' | 'creationEnabled'
  >,
): Promise<void> {
  await db.query(
    `insert into sources (tenant_id, id, kind, name, provisioning_enabled, creation_enabled) values ($1, $2, $3, $4, $5, $6)`,
    [
      source.tenantId,
      source.id,
      source.kind,
      source.name,
      source.provisioningEnabled,
      source.creationEnabled,
    ],
  );
}

/** The switches of a source that may be changed. */
export interface SourceSwitches {
  readonly provisioningEnabled?: boolean | undefined;
  readonly creationEnabled?: boolean | undefined;
  readonly reactivateOnCreate?: boolean | undefined;
  readonly invalidPhone?: 'refuse' | 'drop' | undefined;
}

/** Sets the given switches and leaves the others. */
export async function updateSwitches(
  db: Queryable,
  tenantId: string,
  sourceId: string,
  switches: SourceSwitches,
): Promise<Source | null> {
  const { rows } = await db.query<Source>(
    `update sources set provisioning_enabled = coalesce($3, provisioning_enabled),
            creation_enabled = coalesce($4, creation_enabled),
            reactivate_on_create = coalesce($5, reactivate_on_create),
            invalid_phone = coalesce($6, invalid_phone)
     where tenant_id = $1 and id = $2 returning ${columns}`,
    [
      tenantId,
      sourceId,
      switches.provisioningEnabled ?? null,
      switches.creationEnabled ?? null,
      switches.reactivateOnCreate ?? null,
      switches.invalidPhone ?? null,
    ],
  );
  return rows[0] ?? null;
}
