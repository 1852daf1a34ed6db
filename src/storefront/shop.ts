/** Reads tenants' shops, each with the credentials and the allowance of its destination. */
import type { Logger } from 'pino';
import { sharedAllowance } from '../provisioning/allowance.ts';
import { settingsOf } from '../provisioning/connect.ts';
import { DestinationError } from '../provisioning/failure.ts';
import type { Measure } from '../provisioning/measure.ts';
import { type AdminClient, createAdminClient } from '../shopify/admin-client.ts';
import type { Operation } from '../shopify/operations.generated.ts';
import { type InstalledApp, shopAccess } from '../shopify/shop-access.ts';
import { ShopifyFailure } from '../shopify/shopify-failure.ts';
import { destinationsOf, type StoredDestination } from '../store/destinations.ts';
import type { SecretBox } from '../store/secret-box.ts';
import type { Queryable } from '../store/statement.ts';

/** What reading shops needs of the world. */
export interface ShopWorld {
  readonly db: Queryable;
  readonly fetch: typeof fetch;
  readonly log: Logger;
  readonly secrets: SecretBox;
  /** Is told what is asked of the shops. */
  readonly measure: Measure;
  /** How long one request may take, its answer read. */
  readonly requestMs: number;
  /** Gives the app as it is installed in a tenant's shop. */
  readonly appOf?: (tenantId: string) => InstalledApp;
}

/** A tenant's shop cannot be read for now: nobody's fault who waits for it, and they come again. */
export class ShopUnavailable extends Error {
  override readonly name = 'ShopUnavailable';
}

/** A shop that is read. */
export interface Shop {
  /**
   * Sends a query.
   * @throws `ShopUnavailable`, or `ShopifyFailure` for what the shop refuses by itself
   */
  ask<Result, Variables>(
    operation: Operation<Result, Variables>,
    variables: Variables,
  ): Promise<Result>;
}

/** Gives a tenant's shop; `null` where it has none. `signal` ends waiting for its allowance. */
export type ShopOf = (tenantId: string, signal: AbortSignal) => Promise<Shop | null>;

/** Makes what gives each tenant its shop. A client lives on until the settings change. */
export function createShops(world: ShopWorld): ShopOf {
  const clients = new Map<string, { readonly made: string; readonly client: AdminClient }>();
  const clientOf = (destination: StoredDestination): AdminClient => {
    const made = JSON.stringify([destination.id, destination.settings, destination.secrets]);
    const known = clients.get(destination.tenantId);
    if (known?.made === made) return known.client;
    const client = connect(world, destination);
    clients.set(destination.tenantId, { made, client });
    return client;
  };
  return async (tenantId, signal) => {
    const all = await destinationsOf(world.db, tenantId);
    const destination = all.find(({ connector }) => connector === 'shopify');
    if (destination === undefined) return null;
    return {
      async ask(operation, variables) {
        try {
          return await clientOf(destination).send(operation, variables, {
            urgent: false,
            signal,
            beforeWrite: async () => {
              throw new Error('The storefront only reads.');
            },
          });
        } catch (error) {
          if (isTheShops(error)) throw new ShopUnavailable(error.message, { cause: error });
          throw error;
        }
      },
    };
  };
}

/** Whether nothing that is asked for can be had; a request that the shop refuses is the asker's own fault. */
function isTheShops(error: unknown): error is Error {
  if (error instanceof DestinationError) return true;
  if (!(error instanceof ShopifyFailure)) return false;
  return error.kind !== 'rejected' && error.reason !== 'request_refused';
}

function connect(world: ShopWorld, destination: StoredDestination): AdminClient {
  const { db, fetch, log, measure, secrets, requestMs, appOf } = world;
  const settings = settingsOf(destination, secrets);
  const key = { tenantId: destination.tenantId, destinationId: destination.id };
  return createAdminClient({
    ...shopAccess(settings, appOf?.(key.tenantId)),
    fetch,
    timeoutMs: requestMs,
    log: log.child({ destinationId: destination.id }),
    allowance: sharedAllowance(db, key.tenantId, key.destinationId, {
      used: (request) => measure(key, { kind: 'request', ...request }),
    }),
  });
}
