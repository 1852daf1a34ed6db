import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
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
  const pool = new pg.Pool({ connectionString: url });
  await migrate(pool);
  await pool.end();
  return {
    template: url,
    stop: async () => {
      await asAdmin(server.url, `drop database ${template}`);
      await server.stop();
    },
  };
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
  await asAdmin(url('postgres'), `alter role ${user} createdb`);
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
