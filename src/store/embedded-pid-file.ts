import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * What a running PostgreSQL writes about itself into `postmaster.pid`: see src/include/utils/pidfile.h
 * of PostgreSQL. This is how a second process finds the server: no state file of our own can be stale.
 */
export type PidFile = {
  readonly path: string;
  readonly pid: number;
  /** A socket directory or a loopback address; undefined until the server listens. */
  readonly address: { readonly host: string; readonly port: number } | undefined;
  readonly ready: boolean;
};

/** Reads `postmaster.pid`; undefined when no server claims the directory. */
export async function readPidFile(directory: string): Promise<PidFile | undefined> {
  const path = join(directory, 'postmaster.pid');
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  // pid, data directory, start time, port, socket directory, listen address, shared memory, status
  const [pid, , , port, socketDirectory, listenAddress, , status] = text.split('\n');
  const host = socketDirectory || listenAddress;
  return {
    path,
    pid: Number(pid),
    address: host ? { host, port: Number(port) } : undefined,
    ready: status?.trim() === 'ready',
  };
}
