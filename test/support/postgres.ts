import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { pino } from 'pino';
import { startBoss } from '../../src/provisioning/engine.ts';
import { openCluster } from '../../src/store/embedded-cluster.ts';
import { EmbeddedPostgres } from '../../src/store/embedded-postgres.ts';
import { isAlive } from '../../src/store/embedded-program.ts';
import { stopServer } from '../../src/store/embedded-server.ts';
import { migrate } from '../../src/store/migrate.ts';

/** A PostgreSQL for a run of tests; `template` is the URL of a migrated database to copy. */
export type TestServer = { readonly template: string; stop(): Promise<void> };

/** Where `global-setup.ts` tells the processes of a run which template to copy. */
export const templateVariable = 'ROLLCALL_TEST_TEMPLATE';

/** The server of TEST_DATABASE_URL (whose user may create databases), else one of our own. */
export async function startTestServer(): Promise<TestServer> {
  const given = process.env.TEST_DATABASE_URL;
  const server = given ? { url: given, stop: async () => undefined } : await startEmbedded();
  const template = `rollcall_template_${randomBytes(6).toString('hex')}`;
  await asAdmin(server.url, `create database ${template}`);
  const url = withDatabase(server.url, template);
  await prepare(url);
  return {
    template: url,
    stop: async () => {
      await asAdmin(server.url, `drop database ${template}`);
      await server.stop();
    },
  };
}

/** Makes the tables of ours and of the queue, as a first start does. */
async function prepare(url: string): Promise<void> {
  const connectionOptions = { connectionString: url };
  const pool = new pg.Pool(connectionOptions);
  await migrate(pool);
  await pool.end();
  const boss = await startBoss({ connectionOptions, log: pino({ level: 'silent' }) });
  await boss.stop();
}

/** Runs one statement beside the database of a URL, such as `create database`. */
export async function asAdmin(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: withDatabase(url, 'postgres') });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** The same server, another database. */
export function withDatabase(url: string, name: string): string {
  const other = new URL(url);
  other.pathname = `/${name}`;
  return other.href;
}

/** What a test writes need not survive a power cut. */
const settings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  autovacuum: 'off',
  max_connections: '200',
  log_min_messages: 'fatal',
  // A world lives for seconds: its statements are planned once a connection, not six times.
  plan_cache_mode: 'force_generic_plan',
  wal_level: 'minimal',
  max_wal_senders: '0',
};

const prefix = 'rollcall-test-';

async function startEmbedded(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  await removeAbandoned();
  const dataDir = await mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`));
  const log = { info: () => undefined, warn: () => undefined };
  const postgres = await EmbeddedPostgres.open({ dataDir, role: 'tool', log, settings });
  const { host, port, user, password } = postgres.connection;
  const url = (name: string) =>
    `postgres://${name}:${password}@localhost:${port}/postgres?host=${encodeURIComponent(host)}`;
  // A connection is made in a third of the time where the password is not worth guessing.
  await asAdmin(
    url('postgres'),
    `set scram_iterations = 1; alter role ${user} createdb password '${password}'`,
  );
  return {
    url: url(user),
    stop: async () => {
      await postgres.close();
      await rm(dataDir, { recursive: true });
    },
  };
}

/** Runs that were killed leave their PostgreSQL behind: the next run ends it. */
async function removeAbandoned(): Promise<void> {
  for (const entry of await readdir(tmpdir())) {
    if (!entry.startsWith(prefix)) continue;
    if (isAlive(Number.parseInt(entry.slice(prefix.length), 10))) continue;
    const dataDir = join(tmpdir(), entry);
    await stopServer(await openCluster(dataDir)).catch(() => undefined); // most are not running
    await rm(dataDir, { recursive: true, force: true });
  }
}
