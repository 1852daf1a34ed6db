import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, lstatSync, mkdirSync } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Account } from './embedded-account.ts';
import type { Cluster } from './embedded-cluster.ts';
import { readPidFile } from './embedded-pid-file.ts';
import { isAlive, run, spawnAs } from './embedded-program.ts';

/** Server settings by name, as PostgreSQL spells them. */
export type Settings = Readonly<Record<string, string>>;

/** Where the server listens: a private socket, or loopback TCP where Node has no Unix sockets. */
export type Listen = 'socket' | 'loopback';

/**
 * Modest on memory: one tenant on one machine; who outgrows it sets DATABASE_URL. The log takes no
 * failed statements and no details of rows: what goes wrong reaches the caller, and rows are people.
 */
const defaults: Settings = {
  max_connections: '50',
  shared_buffers: '128MB',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_min_messages: 'log',
  log_error_verbosity: 'terse',
  log_checkpoints: 'off',
};

/**
 * Starts the server of a cluster and resolves when it accepts connections. It is a process group
 * of its own: Ctrl-C reaches Rollcall alone, which drains and then stops it.
 */
export async function startServer(cluster: Cluster, listen: Listen, settings: Settings = {}) {
  const all = { ...defaults, ...(await listening(cluster, listen)), ...settings };
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  await using log = await openLog(`${cluster.directory}.log`, cluster.account);
  const start = (await log.stat()).size;
  const child = spawnAs(cluster.account, 'postgres', ['-D', cluster.directory, ...flags], {
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  await once(child, 'spawn');
  child.unref();
  while (child.exitCode === null && child.signalCode === null) {
    const file = await readPidFile(cluster.directory);
    if (file?.pid === child.pid && file?.ready) return;
    await delay(10);
  }
  throw new Error(`PostgreSQL did not start. ${await readFrom(log, start)}`);
}

/** Stops the server of a cluster, whoever started it: open transactions are rolled back. */
export async function stopServer({ account, directory }: Cluster): Promise<void> {
  const running = await readPidFile(directory);
  if (running === undefined) return;
  await run(account, 'pg_ctl', ['stop', '-D', directory, '-m', 'fast', '-W']);
  // pg_ctl could wait itself, but would take the server of a quick successor for the old one.
  while ((await readPidFile(directory))?.pid === running.pid && isAlive(running.pid)) {
    await delay(10);
  }
  const sockets = temporaryDirectory(directory);
  if (sockets !== undefined) await rm(sockets, { recursive: true, force: true });
}

async function listening(cluster: Cluster, listen: Listen): Promise<Settings> {
  if (listen === 'socket') {
    const directory = socketDirectory(cluster);
    return {
      listen_addresses: '',
      unix_socket_directories: `"${directory.replaceAll('"', '""')}"`,
      unix_socket_permissions: '0700',
    };
  }
  // After a crash the port of before, so that the pools that know it find the server again.
  const before = (await readPidFile(cluster.directory))?.address?.port;
  const port = String(before ?? (await freePort()));
  return { listen_addresses: '127.0.0.1', unix_socket_directories: '', port };
}

/** The shortest limit on the path of a Unix socket, macOS's 104 bytes with the closing zero. */
const longestSocketPath = 103;

/**
 * The data directory itself, which only its owner may enter. Where that makes the path of the
 * socket too long, a directory with its hash for a name among the temporary ones.
 */
function socketDirectory({ account, directory }: Cluster): string {
  const elsewhere = temporaryDirectory(directory);
  if (elsewhere !== undefined) makePrivate(elsewhere, account);
  return elsewhere ?? directory;
}

function temporaryDirectory(directory: string): string | undefined {
  const length = Buffer.byteLength(join(directory, '.s.PGSQL.5432'));
  if (length <= longestSocketPath) return undefined;
  const hash = createHash('sha256').update(directory).digest('hex').slice(0, 16);
  return join(tmpdir(), `rollcall-${hash}`);
}

/** Anyone may make a directory of this name in /tmp before us: it must be ours, and closed. */
function makePrivate(path: string, account: Account): void {
  const made = mkdirSync(path, { recursive: true, mode: 0o700 });
  if (made !== undefined && account.kind === 'other') chownSync(path, account.uid, account.gid);
  const stat = lstatSync(path);
  const owner = account.kind === 'other' ? account.uid : process.getuid?.();
  if (stat.isDirectory() && stat.uid === owner && (stat.mode & 0o077) === 0) return;
  throw new Error(
    `${path} should be a private directory of user ${owner}. Remove it, then start again.`,
  );
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

const longestLog = 1_000_000;

/** What the server says goes to a file: a pipe to us would break when we are killed. */
async function openLog(path: string, account: Account): Promise<FileHandle> {
  const log = await open(path, 'a+', 0o600);
  if (account.kind === 'other') await log.chown(account.uid, account.gid);
  if ((await log.stat()).size > longestLog) await log.truncate();
  return log;
}

async function readFrom(file: FileHandle, position: number): Promise<string> {
  const length = (await file.stat()).size - position;
  const { buffer } = await file.read({ buffer: Buffer.alloc(length), position });
  return buffer.toString('utf8').trim();
}
