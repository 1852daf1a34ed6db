/** Rollcall as a process of its own, for tests that stop and kill it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import type { PlanName } from '../../devstore/plans.ts';
import { createTenant } from '../../src/directory/tenants.ts';
import { secretBox } from '../../src/store/secret-box.ts';
import { type TestDatabase, testDatabase } from './database.ts';
import { waitFor } from './wait.ts';
import {
  type Answer,
  type Connection,
  clientId,
  clientSecret,
  connect,
  type StoreView,
  scim,
  testStore,
} from './world.ts';

/** A process that serves SCIM. */
export interface RollcallProcess extends AsyncDisposable {
  readonly origin: string;
  /** Everything it has printed and logged so far. */
  output(): string;
  signal(name: 'SIGSTOP' | 'SIGCONT'): void;
  /** Ends it without giving it a chance to notice. */
  kill(): Promise<void>;
  /** Ends it as an operator would. */
  stop(): Promise<void>;
}

/** A database and a development store that outlive the processes started between them. */
export interface ProcessWorld extends Connection, AsyncDisposable {
  readonly pool: pg.Pool;
  readonly destinationId: string;
  readonly store: StoreView;
  /** @param env more of its environment */
  start(env?: Readonly<Record<string, string>>): Promise<RollcallProcess>;
  /** SCIM as one of the processes serves it. */
  at(process: Pick<RollcallProcess, 'origin'>): {
    scim(method: string, path: string, body?: unknown): Promise<Answer>;
  };
}

/** What its processes seal secrets with. */
export const encryptionKey = Buffer.alloc(32, 9);

/** Starts the world; its processes are to be disposed of before it. */
export async function processWorld(
  plan: PlanName = 'unlimited',
  webhooks: 'on' | 'off' = 'off',
): Promise<ProcessWorld> {
  const [database, store] = await Promise.all([testDatabase(), testStore(plan, webhooks)]);
  const { pool } = database;
  const made = await createTenant(pool, secretBox(encryptionKey), {
    name: 'Test',
    shop: { shop: 'test.myshopify.com', origin: store.origin, accessToken: store.accessToken },
    switches: 'on',
  });
  const connection = await connect(pool, made);
  return {
    ...made,
    ...connection,
    pool,
    store,
    start: async (env) => {
      const process = await startProcess(database, env);
      store.deliverTo(process.origin);
      return process;
    },
    at: ({ origin }) => ({
      scim: (method, path, body) => scim(origin, connection, { method, path, body }),
    }),
    [Symbol.asyncDispose]: async () => {
      await store.close();
      await database.close();
    },
  };
}

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** Starts Rollcall on a database, in production mode, and waits until it is ready. */
async function startProcess(
  database: Pick<TestDatabase, 'url'>,
  env: Readonly<Record<string, string>> = {},
): Promise<RollcallProcess> {
  const port = await freePort();
  const child = spawn(process.execPath, [main], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      ROLLCALL_MODE: 'production',
      ROLLCALL_PUBLIC_URL: 'https://rollcall.example.com',
      ROLLCALL_ENCRYPTION_KEY: encryptionKey.toString('hex'),
      ROLLCALL_PRIVATE_NETWORK: 'allowed',
      ROLLCALL_LOG_LEVEL: 'warn',
      ROLLCALL_HOST: '127.0.0.1',
      ROLLCALL_SHOPIFY_CLIENT_ID: clientId,
      ROLLCALL_SHOPIFY_CLIENT_SECRET: clientSecret,
      PORT: String(port),
      DATABASE_URL: database.url,
      ...env,
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
  }
  const kill = () => end(child, 'SIGKILL');
  try {
    await waitFor(
      'Rollcall to be ready',
      async () => {
        if (ended(child)) throw new Error(`Rollcall ended:\n${output}`);
        return output.includes('Ready in ');
      },
      60_000,
    );
  } catch (error) {
    await kill();
    throw error;
  }
  return {
    origin: `http://127.0.0.1:${port}`,
    output: () => output,
    signal: (name) => {
      child.kill(name);
    },
    kill,
    stop: () => end(child, 'SIGTERM'),
    [Symbol.asyncDispose]: kill,
  };
}

const ended = (child: ChildProcess): boolean =>
  child.exitCode !== null || child.signalCode !== null;

async function end(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  if (ended(child)) return;
  const exit = once(child, 'exit');
  child.kill(signal);
  await exit;
}

/**
 * A port nobody listens on. Of those that the system gives to nobody who asks for any: until the process that
 * is started has it, others open sockets all the while.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 32_000);
    const server = createServer().listen(port, '127.0.0.1');
    const free = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    if (!free) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}
