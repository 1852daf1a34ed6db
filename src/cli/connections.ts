/** Destinations as the command line reaches them: with the same secrets, allowance and guards as the server. */
import { pino } from 'pino';
import { connectorNamed } from '../connectors/index.ts';
import { type Connect, createConnections } from '../provisioning/connect.ts';
import { usualLimits } from '../provisioning/drain.ts';
import { createOutbound } from '../provisioning/outbound.ts';
import { createShops, type ShopOf } from '../storefront/shop.ts';
import { type Context, secretsOf } from './context.ts';

/** To be closed after use. */
export interface Connections extends AsyncDisposable {
  readonly connect: Connect;
  readonly shopOf: ShopOf;
}

/** Opens them. */
export async function connections({ config, database }: Context): Promise<Connections> {
  const outbound = createOutbound({ privateNetwork: config.privateNetwork });
  const world = {
    db: database.pool,
    fetch: outbound.fetch,
    log: pino({ level: 'silent' }),
    secrets: await secretsOf(config),
    measure: () => undefined,
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
