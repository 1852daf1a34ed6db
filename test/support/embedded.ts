import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { openCluster } from '../../src/store/embedded-cluster.ts';
import { isAlive } from '../../src/store/embedded-program.ts';
import { stopServer } from '../../src/store/embedded-server.ts';
import type { Role } from '../../src/store/embedded-session.ts';

/** A directory for one embedded database; disposing of it stops what runs there. */
export type DataDir = AsyncDisposable & { readonly path: string };

export async function temporaryDataDir(name = 'data'): Promise<DataDir> {
  const parent = await mkdtemp(join(tmpdir(), 'rollcall-embedded-'));
  await chmod(parent, 0o755);
  const path = join(parent, name);
  const remove = async () => {
    if ((await postmaster(path)) !== undefined) await stopServer(await openCluster(path));
    await rm(parent, { recursive: true });
  };
  return { path, [Symbol.asyncDispose]: remove };
}

export const silent = { info: () => undefined, warn: () => undefined };

export function open(dataDir: DataDir, role: Role): Promise<Database> {
  return openDatabase({ dataDir: dataDir.path, role, log: silent });
}

/** The process id in `postmaster.pid` of a server that lives; undefined when none does. */
export async function postmaster(dataDir: string): Promise<number | undefined> {
  const file = join(dataDir, 'postgres', 'postmaster.pid');
  const pid = Number.parseInt(await readFile(file, 'utf8').catch(() => ''), 10);
  return isAlive(pid) ? pid : undefined;
}

/** Waits until a condition holds; fails after ten seconds. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`not within 10 s: ${condition}`);
    await delay(5);
  }
}

/** A process of its own that holds an embedded database and writes to it without end. */
export type Owner = {
  readonly process: ChildProcess;
  /** The number of the last row whose commit it was told of; 0 before the first. */
  readonly written: () => number;
  /** Why it ended, for one that was refused. */
  readonly complaint: () => string;
  kill(signal: NodeJS.Signals): Promise<void>;
};

export type OwnerOptions = { readonly uid?: number; readonly detached?: boolean };

/** Starts an owner without waiting for its database. */
export function spawnOwner(dataDir: DataDir, role: Role, options: OwnerOptions = {}): Owner {
  const script = fileURLToPath(new URL('embedded-owner.ts', import.meta.url));
  const child = spawn(process.execPath, [script, dataDir.path, role], { ...options, cwd: '/' });
  let written = 0;
  let complaint = '';
  createInterface({ input: child.stdout }).on('line', (line) => {
    written = Number(line);
  });
  child.stderr.on('data', (chunk) => {
    complaint += chunk;
  });
  const kill = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  };
  return { process: child, written: () => written, complaint: () => complaint, kill };
}

/** Starts an owner and waits until it has written. */
export async function startOwner(
  dataDir: DataDir,
  role: Role,
  options: OwnerOptions = {},
): Promise<Owner> {
  const owner = spawnOwner(dataDir, role, options);
  await until(() => owner.written() > 0 || owner.process.exitCode !== null);
  if (owner.process.exitCode !== null) throw new Error(owner.complaint());
  return owner;
}
