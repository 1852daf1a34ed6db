/** Tenants with their SCIM connection and their shop, made by an operator or in development. */
import type pg from 'pg';
import { connectorNamed } from '../connectors/index.ts';
import type { Connector, Settings } from '../provisioning/connector.ts';
import { defaultPolicy } from '../provisioning/policy.ts';
import {
  type DestinationKey,
  destinationsOf,
  insertDestination,
  updateSettings,
} from '../store/destinations.ts';
import type { SecretBox } from '../store/secret-box.ts';
import { insertSource } from '../store/sources.ts';
import { type Queryable, transaction } from '../store/statement.ts';
import { insertTenant } from '../store/tenants.ts';
import { split } from './destination-settings.ts';
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
  return transaction(pool, (client) => makeTenant(client, secrets, tenant));
}

/** The same in a transaction of the caller's. */
export async function makeTenant(
  client: Queryable,
  secrets: SecretBox,
  tenant: NewTenant,
): Promise<MadeTenant> {
  const tenantId = newTenantId();
  const sourceId = newSourceId(tenantId);
  const destinationId = newDestinationId();
  const on = tenant.switches === 'on';
  await insertTenant(client, { tenantId, name: tenant.name, shopDomain: tenant.shop.shop });
  await insertSource(client, {
    tenantId,
    id: sourceId,
    kind: 'scim',
    name: 'Identity provider',
    provisioningEnabled: on,
    creationEnabled: on,
  });
  const connector = shopConnector();
  const of = { tenantId, id: destinationId };
  const stored = split(connector, tenant.shop, { of, box: secrets });
  await insertDestination(client, {
    tenantId,
    id: destinationId,
    connector: connector.name,
    name: connector.title,
    policy: defaultPolicy(connector),
    state: tenant.shopState ?? 'active',
    ...stored,
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
  const of = { tenantId: key.tenantId, id: key.destinationId };
  const { settings, secrets: sealed } = split(shopConnector(), shop, { of, box: secrets });
  await updateSettings(pool, key, settings, sealed);
}

function shopConnector(): Connector {
  const connector = connectorNamed('shopify');
  if (connector === null) throw new Error('the Shopify connector is missing');
  return connector;
}

/** The destination of a tenant's shop. */
export async function shopOf(pool: pg.Pool, tenantId: string): Promise<DestinationKey | null> {
  const shop = (await destinationsOf(pool, tenantId)).find(
    ({ connector }) => connector === 'shopify',
  );
  return shop === undefined ? null : { tenantId, destinationId: shop.id };
}
