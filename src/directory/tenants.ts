/** Tenants with their SCIM connection and their shop, made by an operator or in development. */
import type pg from 'pg';
import { connectorNamed } from '../connectors/index.ts';
import { secretContext } from '../provisioning/connect.ts';
import type { Settings } from '../provisioning/connector.ts';
import { defaultPolicy } from '../provisioning/policy.ts';
import {
  type DestinationKey,
  destinationsOf,
  insertDestination,
  updateSettings,
} from '../store/destinations.ts';
import type { SecretBox } from '../store/secret-box.ts';
import { insertSource } from '../store/sources.ts';
import { transaction } from '../store/statement.ts';
import { insertTenant } from '../store/tenants.ts';
import { newDestinationId, newSourceId, newTenantId } from './ids.ts';

/** A tenant about to be made. */
export interface NewTenant {
  readonly name: string;
  readonly shop: Settings & { readonly shop: string };
  /** Both switches of its SCIM connection. */
  readonly switches: 'on' | 'off';
  /** Whether its shop is worked on from the beginning, or once somebody activates it. */
  readonly shopState?: 'active' | 'paused';
}

/** What was made. */
export interface MadeTenant {
  readonly tenantId: string;
  readonly sourceId: string;
  readonly destinationId: string;
}

/** Makes a tenant with one SCIM connection and its shop as a destination, all or nothing. */
export async function createTenant(
  pool: pg.Pool,
  secrets: SecretBox,
  tenant: NewTenant,
): Promise<MadeTenant> {
  const tenantId = newTenantId();
  const sourceId = newSourceId(tenantId);
  const destinationId = newDestinationId();
  const on = tenant.switches === 'on';
  await transaction(pool, async (client) => {
    await insertTenant(client, { tenantId, name: tenant.name, shopDomain: tenant.shop.shop });
    await insertSource(client, {
      tenantId,
      id: sourceId,
      kind: 'scim',
      name: 'Identity provider',
      provisioningEnabled: on,
      creationEnabled: on,
    });
    const connector = connectorNamed('shopify');
    if (connector === null) throw new Error('the Shopify connector is missing');
    const stored = split(tenant.shop, { tenantId, id: destinationId }, secrets);
    await insertDestination(client, {
      tenantId,
      id: destinationId,
      connector: connector.name,
      name: connector.title,
      policy: defaultPolicy(connector),
      state: tenant.shopState ?? 'active',
      ...stored,
    });
  });
  return { tenantId, sourceId, destinationId };
}

/** Gives a tenant's shop new settings, e.g. another access token. */
export async function updateShop(
  pool: pg.Pool,
  secrets: SecretBox,
  key: DestinationKey,
  shop: Settings,
): Promise<void> {
  const { settings, secrets: sealed } = split(
    shop,
    { tenantId: key.tenantId, id: key.destinationId },
    secrets,
  );
  await updateSettings(pool, key, settings, sealed);
}

/** The destination of a tenant's shop. */
export async function shopOf(pool: pg.Pool, tenantId: string): Promise<DestinationKey | null> {
  const shop = (await destinationsOf(pool, tenantId)).find(
    ({ connector }) => connector === 'shopify',
  );
  return shop === undefined ? null : { tenantId, destinationId: shop.id };
}

/** Separates what may be shown from what is sealed, by the connector's fields. */
function split(
  values: Settings,
  of: { readonly tenantId: string; readonly id: string },
  box: SecretBox,
): { readonly settings: Settings; readonly secrets: string } {
  const secret = new Set(
    connectorNamed('shopify')?.fields.flatMap(({ name, secret }) => (secret ? [name] : [])),
  );
  const pick = (wanted: boolean) =>
    Object.fromEntries(Object.entries(values).filter(([name]) => secret.has(name) === wanted));
  return {
    settings: pick(false),
    secrets: box.seal(JSON.stringify(pick(true)), secretContext(of)),
  };
}
