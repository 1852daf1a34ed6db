import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { openCluster } from '../../src/store/embedded-cluster.ts';
import { isAlive } from '../../src/store/embedded-program.ts';
import { stopServer } from '../../src/store/embedded-server.ts';
import type { Role } from '../../src/store/embedded-session.ts';
import { atEnd } from './end.ts';
import { waitFor } from './wait.ts';

/** A directory for one embedded database; disposing of it stops what runs there. */
export type DataDir = AsyncDisposable & {
  readonly path: string;
  /** Processes to end with it. */
  readonly owners: Set<Owner>;
};

export async function temporaryDataDir(name = 'data'): Promise<DataDir> {
  const parent = await mkdtemp(join(tmpdir(), 'rollcall-embedded-'));
  await chmod(parent, 0o755);
  const path = join(parent, name);
  const owners = new Set<Owner>();
  const remove = async () => {
    for (const owner of owners) await owner.kill('SIGKILL');
    if ((await postmaster(path)) !== undefined) await stopServer(await openCluster(path));
    await rm(parent, { recursive: true });
  };
  return { path, owners, [Symbol.asyncDispose]: remove };
}

let initialised: Promise<DataDir> | undefined;

atEnd(async () => {
  await (await initialised)?.[Symbol.asyncDispose]();
});

/** A data directory whose database was started and stopped before: a copy, which is quicker. */
export async function initialisedDataDir(): Promise<DataDir> {
  initialised ??= initialise();
  const dataDir = await temporaryDataDir();
  await promisify(execFile)('cp', ['-a', (await initialised).path, dataDir.path]); // -a: the owners
  return dataDir;
}

async function initialise(): Promise<DataDir> {
  const dataDir = await temporaryDataDir();
  await (await open(dataDir, 'tool')).close();
  return dataDir;
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

/** Kills the PostgreSQL of a data directory, and says which process it was. */
export async function killPostgres(dataDir: DataDir): Promise<number> {
  const pid = await postmaster(dataDir.path);
  if (pid === undefined) throw new Error('no PostgreSQL is running');
  process.kill(pid, 'SIGKILL');
  return pid;
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
  const owner = { process: child, written: () => written, complaint: () => complaint, kill };
  dataDir.owners.add(owner);
  return owner;
}

/** Starts an owner and waits until it has written. */
export async function startOwner(
  dataDir: DataDir,
  role: Role,
  options: OwnerOptions = {},
): Promise<Owner> {
  const owner = spawnOwner(dataDir, role, options);
  const started = async () => owner.written() > 0 || owner.process.exitCode !== null;
  await waitFor('the owner to write or to end', started);
  if (owner.process.exitCode !== null) throw new Error(owner.complaint());
  return owner;
}
