/** Destinations as the command line reaches them: with the same secrets, allowance and guards as the server. */
import { pino } from 'pino';
import { connectorNamed } from '../connectors/index.ts';
import { developmentSecrets } from '../development.ts';
import { type Connect, createConnections } from '../provisioning/connect.ts';
import { createOutbound } from '../provisioning/outbound.ts';
import { secretBox } from '../store/secret-box.ts';
import type { Context } from './context.ts';

/** To be closed after use. */
export interface Connections extends AsyncDisposable {
  readonly connect: Connect;
}

/** Opens them. */
export async function connections({ config, database }: Context): Promise<Connections> {
  const key =
    config.encryptionKey ??
    Buffer.from((await developmentSecrets(config.dataDir)).encryptionKey, 'hex');
  const outbound = createOutbound({ privateNetwork: config.privateNetwork });
  return {
    connect: createConnections({
      db: database.pool,
      fetch: outbound.fetch,
      transfer: outbound.transfer,
      now: Date.now,
      log: pino({ level: 'silent' }),
      secrets: secretBox(key),
      connectorNamed,
      measure: () => undefined,
    }),
    [Symbol.asyncDispose]: () => outbound.close(),
  };
}
