import type { JsonObject } from '../model.ts';
import { type Queryable, statement } from './statement.ts';

/**
 * Who says so: an identity provider, the storefront of the tenant's shop, our own directory, or nobody any more:
 * a connection that was removed and whose people stay.
 */
export type SourceKind = 'scim' | 'storefront' | 'local' | 'former';

/** A SCIM connection and its switches. */
export interface Source {
  readonly tenantId: string;
  readonly id: string;
  readonly kind: SourceKind;
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

/** The SCIM connections of a tenant. */
export async function sourcesOf(db: Queryable, tenantId: string): Promise<readonly Source[]> {
  const { rows } = await db.query<Source>(
    `select ${columns} from sources where tenant_id = $1 and kind = 'scim' order by created_at, id`,
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
  > & { readonly domains?: Source['domains'] },
): Promise<void> {
  await db.query(
    `insert into sources (tenant_id, id, kind, name, provisioning_enabled, creation_enabled, enabled_at, domains)
     values ($1, $2, $3, $4, $5, $6, case when $5 and $6 then now() end, $7)`,
    [
      source.tenantId,
      source.id,
      source.kind,
      source.name,
      source.provisioningEnabled,
      source.creationEnabled,
      source.domains ?? null,
    ],
  );
}

/** What may be changed about a source; what is not given stays as it is. */
export type SourceChanges = {
  readonly [Name in
    | 'name'
    | 'provisioningEnabled'
    | 'creationEnabled'
    | 'domains'
    | 'reactivateOnCreate'
    | 'invalidPhone'
    | 'unknownAttributes'
    | 'strictInterop']?: Source[Name] | undefined;
};

/** Makes the given changes; `null` where there is no such source. */
export async function updateSource(
  db: Queryable,
  tenantId: string,
  sourceId: string,
  changes: SourceChanges,
): Promise<Source | null> {
  const { rows } = await db.query<Source>(
    `update sources set name = coalesce($3, name),
            provisioning_enabled = coalesce($4, provisioning_enabled),
            creation_enabled = coalesce($5, creation_enabled),
            enabled_at = case when not (coalesce($4, provisioning_enabled) and coalesce($5, creation_enabled)) then null
                              when provisioning_enabled and creation_enabled then enabled_at
                              else now() end,
            reactivate_on_create = coalesce($6, reactivate_on_create),
            invalid_phone = coalesce($7, invalid_phone),
            unknown_attributes = coalesce($8, unknown_attributes),
            strict_interop = coalesce($9, strict_interop),
            domains = case when $10 then $11 else domains end
     where tenant_id = $1 and id = $2 returning ${columns}`,
    [
      tenantId,
      sourceId,
      changes.name ?? null,
      changes.provisioningEnabled ?? null,
      changes.creationEnabled ?? null,
      changes.reactivateOnCreate ?? null,
      changes.invalidPhone ?? null,
      changes.unknownAttributes ?? null,
      changes.strictInterop ?? null,
      // `null` is a value of its own: every domain.
      changes.domains !== undefined,
      changes.domains ?? null,
    ],
  );
  return rows[0] ?? null;
}

/** Puts these schema extensions in place of those a source has. */
export async function updateSchemaExtensions(
  db: Queryable,
  { tenantId, id }: Pick<Source, 'tenantId' | 'id'>,
  schemas: readonly JsonObject[],
): Promise<void> {
  await db.query(
    'update sources set schema_extensions = $3::jsonb where tenant_id = $1 and id = $2',
    [tenantId, id, JSON.stringify(schemas)],
  );
}

/** Sources of which a tenant has one at most, each made when it is first needed. */
const single = { storefront: 'Storefront', local: 'Directory' } as const;

/** The one source of a kind of a tenant. */
async function singleOf(
  client: Queryable,
  { tenantId, id }: Pick<Source, 'tenantId' | 'id'>,
  kind: keyof typeof single,
): Promise<string> {
  const made = () =>
    client.query<{ id: string }>(
      `with made as (
         insert into sources (tenant_id, id, kind, name, provisioning_enabled, creation_enabled, enabled_at)
         values ($1, $2, $3, $4, true, true, case when $3 = 'local' then now() end)
         on conflict (tenant_id, kind) where kind in ('storefront', 'local') do nothing returning id
       )
       select id from made union all select id from sources where tenant_id = $1 and kind = $3`,
      [tenantId, id, kind, single[kind]],
    );
  // Somebody else's that came meanwhile is waited for, and seen by the next statement.
  const row = (await made()).rows[0] ?? (await made()).rows[0];
  if (row === undefined) throw new Error(`the ${kind} source of the tenant is gone`);
  return row.id;
}

/** The storefront of a tenant, which is made when it brings its first person. */
export async function storefrontOf(
  client: Queryable,
  tenantId: string,
  newId: string,
): Promise<string> {
  return singleOf(client, { tenantId, id: newId }, 'storefront');
}

const selectDirectory = statement<Source, [string]>(
  'directory-of',
  `select ${columns} from sources where tenant_id = $1 and kind = 'local'`,
);

/** The directory of a tenant; `null` where nobody has opened it yet. */
export async function findDirectory(db: Queryable, tenantId: string): Promise<Source | null> {
  const [row] = await selectDirectory(db, tenantId);
  return row ?? null;
}

/** The directory of a tenant: a source of its own, made when somebody first opens it. */
export async function directoryOf(
  client: Queryable,
  tenantId: string,
  newId: string,
): Promise<string> {
  return singleOf(client, { tenantId, id: newId }, 'local');
}

/** A source with what it has brought, and when it was last heard of. */
export interface SourceUse {
  readonly id: string;
  readonly people: number;
  readonly groups: number;
  /** When any of its tokens was last used; `null` before its first request. */
  readonly lastUsedAt: Date | null;
}

// All are counted, and groups by themselves: indexes alone answer.
const selectUse = statement<SourceUse, [tenantId: string]>(
  'sources-use',
  `select s.id, owned.n - grouped.n as people, grouped.n as groups, used.at as "lastUsedAt"
   from sources s
   cross join lateral (select count(*) as n from resources r where r.tenant_id = $1 and r.source_id = s.id) owned
   cross join lateral (
     select count(*) as n from resources r where r.tenant_id = $1 and r.source_id = s.id and r.type = 'Group') grouped
   cross join lateral (
     select max(last_used_at) as at from tokens t where t.tenant_id = $1 and t.source_id = s.id) used
   where s.tenant_id = $1 and s.kind = 'scim'`,
);

/** What each SCIM connection of a tenant has brought. */
export async function sourcesUse(db: Queryable, tenantId: string): Promise<readonly SourceUse[]> {
  return selectUse(db, tenantId);
}

/**
 * Removes a connection with its tokens. It remains as what it was: what is under way may still write for it, and
 * whoever it brought stays. To be called inside a transaction, the source being locked.
 */
export async function removeSource(
  client: Queryable,
  tenantId: string,
  sourceId: string,
): Promise<void> {
  const key = [tenantId, sourceId];
  await client.query(
    `update sources set kind = 'former', provisioning_enabled = false, enabled_at = null
     where tenant_id = $1 and id = $2`,
    key,
  );
  await client.query('delete from tokens where tenant_id = $1 and source_id = $2', key);
}
