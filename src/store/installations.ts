/** The app in shops: whether it is installed, and the tokens it has there. */
import { v7 as uuidv7 } from 'uuid';
import { raiseSql } from './notices.ts';
import type { Queryable } from './statement.ts';

/** `needs_reopening`: its tokens are dead, and only somebody who opens the app in the shop can give it new ones. */
export type InstallationState = 'installed' | 'needs_reopening' | 'uninstalled';

/** The app in the shop of a tenant. */
export interface Installation {
  readonly tenantId: string;
  readonly shop: string;
  readonly state: InstallationState;
  readonly reason: string | null;
  readonly scopes: readonly string[];
  /** Both of them, sealed; `null` where they are dead. */
  readonly tokens: string | null;
  readonly accessUntil: Date | null;
  readonly installedAt: Date;
  readonly uninstalledAt: Date | null;
}

const columns = `i.tenant_id as "tenantId", t.shop_domain as shop, i.state, i.reason, i.scopes, i.tokens,
  i.access_until as "accessUntil", i.installed_at as "installedAt", i.uninstalled_at as "uninstalledAt"`;

const from = `from installations i join tenants t on t.tenant_id = i.tenant_id and t.shop_domain is not null`;

/** The installation of a tenant; `null` where its shop has a token of its own, or it has no shop. */
export async function findInstallation(
  db: Queryable,
  tenantId: string,
): Promise<Installation | null> {
  const { rows } = await db.query<Installation>(
    `select ${columns} ${from} where i.tenant_id = $1`,
    [tenantId],
  );
  return rows[0] ?? null;
}

/** The same, kept from others who would change it until the transaction ends. */
export async function lockInstallation(
  client: Queryable,
  tenantId: string,
): Promise<Installation | null> {
  const { rows } = await client.query<Installation>(
    `select ${columns} ${from} where i.tenant_id = $1 for update of i`,
    [tenantId],
  );
  return rows[0] ?? null;
}

/** How a shop stands with us. */
export interface ShopStanding {
  readonly tenantId: string;
  /** `null`: it has an access token of its own. */
  readonly state: InstallationState | null;
  readonly uninstalledAt: Date | null;
  /** Its time of grace is over: what it had here is being erased. */
  readonly erasing: boolean;
}

/** How the shop with this domain stands; `null`: it is not here. One look-up that cannot know the tenant. */
export async function shopStanding(db: Queryable, shop: string): Promise<ShopStanding | null> {
  const { rows } = await db.query<ShopStanding>({
    name: 'shop-standing',
    text: `select t.tenant_id as "tenantId", i.state, i.uninstalled_at as "uninstalledAt",
                  t.erasing_since is not null as erasing
           from tenants t left join installations i on i.tenant_id = t.tenant_id where t.shop_domain = $1`,
    values: [shop],
  });
  return rows[0] ?? null;
}

/** Keeps everybody else from installing the app in this shop until the transaction ends. */
export async function lockShop(client: Queryable, shop: string): Promise<void> {
  await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`shop ${shop}`]);
}

/** A pair of tokens as it is stored. */
export interface StoredTokens {
  readonly sealed: string;
  readonly scopes: readonly string[];
  readonly accessUntil: Date;
  readonly refreshUntil: Date;
  readonly at: Date;
}

const putTokens = `scopes = $3, tokens = $4, access_until = $5, refresh_until = $6, renewed_at = $7`;

const valuesOf = (tenantId: string, state: InstallationState, tokens: StoredTokens) => [
  tenantId,
  state,
  tokens.scopes,
  tokens.sealed,
  tokens.accessUntil,
  tokens.refreshUntil,
  tokens.at,
];

/** The app is installed in a tenant's shop, for the first time or again, with these tokens. */
export async function putInstallation(
  db: Queryable,
  tenantId: string,
  tokens: StoredTokens,
): Promise<void> {
  await db.query(
    `insert into installations (tenant_id, state, scopes, tokens, access_until, refresh_until, renewed_at, installed_at)
     values ($1, $2, $3, $4, $5, $6, $7, $7)
     on conflict (tenant_id) do update set state = $2, ${putTokens}, reason = null, erase_by = null,
       erase_webhook_id = null, erase_asked_at = null, installed_at = $7, uninstalled_at = null`,
    valuesOf(tenantId, 'installed', tokens),
  );
}

/** The next pair of an installation, in one statement. */
export async function renewTokens(
  db: Queryable,
  tenantId: string,
  tokens: StoredTokens,
): Promise<void> {
  await db.query(
    `update installations set ${putTokens} where tenant_id = $1 and state = $2`,
    valuesOf(tenantId, 'installed', tokens),
  );
}

/** The reason a destination is stopped with where the app has to be opened. */
export const needsReopening = 'needs_reopening';

/**
 * An installation's tokens are dead: its shop is quarantined, and somebody is told, in the same statement. Nobody
 * probes it: only opening the app helps.
 */
export async function closeInstallation(
  db: Queryable,
  tenantId: string,
  connector: string,
  reason: string,
): Promise<void> {
  await db.query(
    `with closed as (
       update installations set state = 'needs_reopening', reason = $4, tokens = null, access_until = null,
              refresh_until = null
       where tenant_id = $1 and state = 'installed' returning tenant_id
     ), changed as (
       update destinations d set state = 'quarantined', reason = $4, reason_code = '${needsReopening}',
              quarantined_at = now(), failures = 0, recent = '', probes = 0, epoch = epoch + 1,
              probe_at = now() + interval '1 day'
       from closed where d.tenant_id = $1 and d.connector = $3 and d.state = 'active' returning d.id
     ), raised as (
       select 'destination.quarantined' as kind, id as destination_id, '${needsReopening}' as code, $4::text as message,
              jsonb_build_object('since', now()) as detail, null as once from changed limit 1
     ), ${raiseSql({ tenant: '$1', id: '$2' })}
     select from closed`,
    [tenantId, uuidv7(), connector, reason],
  );
}

/**
 * Takes installations whose tokens were not renewed since then, a few at a time, of any tenant: unused, a refresh
 * token dies.
 */
export async function idleInstallations(
  db: Queryable,
  before: Date,
  limit: number,
): Promise<readonly string[]> {
  const { rows } = await db.query<{ tenantId: string }>(
    `select tenant_id as "tenantId" from installations
     where state = 'installed' and renewed_at < $1 order by renewed_at limit $2`,
    [before, limit],
  );
  return rows.map(({ tenantId }) => tenantId);
}
