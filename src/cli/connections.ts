/** Destinations as the command line reaches them: with the same secrets, allowance and guards as the server. */
import { pino } from 'pino';
import { connectorNamed } from '../connectors/index.ts';
import { createAppOf } from '../directory/shop-tokens.ts';
import { type Connect, createConnections } from '../provisioning/connect.ts';
import { usualLimits } from '../provisioning/drain.ts';
import { createOutbound } from '../provisioning/outbound.ts';
import type { InstalledApp } from '../shopify/shop-access.ts';
import { shopOrigins } from '../shopify/shop-origin.ts';
import { createShops, type ShopOf } from '../storefront/shop.ts';
import { type Context, secretsOf, theApp } from './context.ts';

/** To be closed after use. */
export interface Connections extends AsyncDisposable {
  readonly connect: Connect;
  readonly shopOf: ShopOf;
}

/** Opens them. */
export async function connections(context: Context): Promise<Connections> {
  const { config, database } = context;
  const outbound = createOutbound({ privateNetwork: config.privateNetwork });
  const world = {
    db: database.pool,
    fetch: outbound.fetch,
    log: pino({ level: 'silent' }),
    secrets: await secretsOf(config),
    measure: () => undefined,
    appOf: await appIn(context, outbound.fetch),
  };
  return {
    connect: createConnections({
      ...world,
      transfer: outbound.transfer,
      now: Date.now,
      connectorNamed,
    }),
    shopOf: createShops({ ...world, requestMs: usualLimits.requestMs }),
    [Symbol.asyncDispose]: () => outbound.close(),
  };
}

/** Tokens of installations are renewed here as by the server: one at a time, whoever it is. */
async function appIn(
  { config, database: { pool } }: Context,
  fetch: typeof globalThis.fetch,
): Promise<(tenantId: string) => InstalledApp> {
  const { app, played } = await theApp(config);
  const secrets = await secretsOf(config);
  const shopOrigin = shopOrigins(config.mode, played);
  return createAppOf({ pool, fetch, secrets, app, shopOrigin, now: Date.now });
}
