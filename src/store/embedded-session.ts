import { readFile, rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Cluster } from './embedded-cluster.ts';
import { readPidFile } from './embedded-pid-file.ts';
import { isAlive } from './embedded-program.ts';
import { type Listen, type Settings, startServer } from './embedded-server.ts';

/**
 * A connection that says "this database is in use". Everyone who uses an embedded PostgreSQL holds
 * the shared advisory lock `inUse` through one; a server also holds `instance`, of which there is
 * one. The kernel closes the connection of a process that dies, so that neither lock outlives its
 * holder: no file and no process id is trusted for this.
 */
export type Session = {
  readonly client: pg.Client;
  readonly connection: Connection;
  /** Resolves when the connection is gone, for whatever reason. */
  readonly ended: Promise<void>;
};

/** How to reach the database, for `pg` and for pg-boss, which opens a pool of its own. */
export type Connection = {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly ssl: false;
};

/** A `server` is the one instance of its data directory; a `tool` visits, beside one or alone. */
export type Role = 'server' | 'tool';

export type SessionOptions = {
  readonly cluster: Cluster;
  readonly role: Role;
  readonly listen: Listen;
  readonly settings: Settings;
  readonly signal: AbortSignal;
};

/** Who runs the other Rollcall must stop it: two would act twice. */
export class DataDirectoryInUse extends Error {}

/** Advisory locks: "roll" in ASCII, and which. */
const lockSpace = 0x726f6c6c;
const inUse = 1;
const instance = 2;

/** Backends of a server that was killed leave within this time; until then the next cannot start. */
const startPatience = 5_000;

/** Joins the running PostgreSQL of a cluster, an orphan's too, or starts it. */
export async function openSession(options: SessionOptions): Promise<Session> {
  let giveUpAt: number | undefined;
  for (;;) {
    options.signal.throwIfAborted();
    const found = await visit(options.cluster, options.role);
    if (typeof found === 'object') return found;
    if (found === 'absent') {
      try {
        await removeStalePidFile(options.cluster.directory);
        await startServer(options.cluster, options.listen, options.settings);
        continue;
      } catch (error) {
        // Another process may be starting it too; the next visit finds its server.
        giveUpAt ??= Date.now() + startPatience;
        if (Date.now() > giveUpAt) throw error;
      }
    }
    await delay(50);
  }
}

/** Takes `inUse` for this session alone; false while others hold it. */
export function isLastOne({ client }: Session): Promise<boolean> {
  return tryLock(client, inUse);
}

/** `not yet`: a server is there, but starting, stopping, or it stopped under us. */
async function visit(cluster: Cluster, role: Role): Promise<Session | 'absent' | 'not yet'> {
  const address = (await readPidFile(cluster.directory))?.address;
  if (address === undefined) return 'absent';
  const { password } = cluster;
  const identity = { user: 'rollcall', password, database: 'rollcall', ssl: false } as const;
  const connection: Connection = { ...address, ...identity };
  const client = new pg.Client({
    ...connection,
    application_name: `rollcall ${role} ${process.pid}`,
    connectionTimeoutMillis: 10_000,
  });
  const ended = new Promise<void>((resolve) => client.once('end', () => resolve()));
  client.on('error', () => undefined); // `end` follows, and tells
  try {
    await client.connect();
    await client.query('select pg_advisory_lock_shared($1, $2)', [lockSpace, inUse]);
    if (role === 'server') await lockInstance(client, cluster.directory);
    return { client, connection, ended };
  } catch (error) {
    await client.end();
    return meaning(error);
  }
}

/** What a failed visit says about the server; anything unforeseen is thrown on. */
function meaning(error: unknown): 'absent' | 'not yet' {
  if (!(error instanceof Error) || error instanceof DataDirectoryInUse) throw error;
  const code = 'code' in error ? error.code : undefined;
  if (code === 'ECONNREFUSED' || code === 'ENOENT') return 'absent';
  // cannot_connect_now, admin_shutdown, crash_shutdown
  if (code === '57P03' || code === '57P01' || code === '57P02') return 'not yet';
  if (code === 'ECONNRESET' || code === 'EPIPE') return 'not yet';
  if (error.message === 'Connection terminated unexpectedly') return 'not yet';
  throw error;
}

async function lockInstance(client: pg.Client, directory: string): Promise<void> {
  // A Rollcall that was killed a moment ago holds its lock until its backend has noticed.
  for (let attempt = 0; attempt < 20; attempt += 1) {
    if (await tryLock(client, instance)) return;
    await delay(50);
  }
  const { rows } = await client.query<{ application_name: string }>(
    `select application_name from pg_locks join pg_stat_activity using (pid)
      where locktype = 'advisory' and classid = $1 and objid = $2 and granted`,
    [lockSpace, instance],
  );
  const holder = rows[0]?.application_name.replace('rollcall server', 'process') ?? 'just gone';
  throw new DataDirectoryInUse(
    `The database in ${directory} is in use by another Rollcall (${holder}). ` +
      'Stop that one first, or give this one a data directory of its own.',
  );
}

async function tryLock(client: pg.Client, lock: number): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>(
    'select pg_try_advisory_lock($1, $2) as locked',
    [lockSpace, lock],
  );
  return rows[0]?.locked ?? false;
}

/**
 * PostgreSQL deletes the pid file of a dead server itself, but when a container or a reboot has
 * given that id to another process of the same user, it takes that process for the server.
 */
async function removeStalePidFile(directory: string): Promise<void> {
  const file = await readPidFile(directory);
  if (file === undefined || !isAlive(file.pid)) return;
  const commandLine = await readFile(`/proc/${file.pid}/cmdline`, 'utf8').catch(() => undefined);
  if (commandLine === undefined || commandLine.includes('postgres')) return;
  await rm(file.path);
}
