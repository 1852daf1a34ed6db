import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCluster } from '../../src/store/embedded-cluster.ts';
import { readPidFile } from '../../src/store/embedded-pid-file.ts';
import { stopServer } from '../../src/store/embedded-server.ts';

/** An empty data directory for one Rollcall. */
export interface DataDir extends AsyncDisposable {
  readonly path: string;
}

/** Makes one; disposing of it stops the PostgreSQL that a killed Rollcall left behind, and removes it. */
export async function newDataDir(): Promise<DataDir> {
  const parent = await mkdtemp(join(tmpdir(), 'rollcall-bench-'));
  await chmod(parent, 0o755); // root's PostgreSQL runs as somebody else, who has to pass through
  const path = join(parent, 'data');
  return {
    path,
    async [Symbol.asyncDispose]() {
      if ((await postgresPid(path)) !== undefined) await stopServer(await openCluster(path));
      await rm(parent, { recursive: true });
    },
  };
}

/** The process id of the PostgreSQL that runs there; undefined when none does. */
export async function postgresPid(dataDir: string): Promise<number | undefined> {
  return (await readPidFile(join(dataDir, 'postgres')))?.pid;
}

/** What the embedded PostgreSQL has to say is not of interest here. */
export const silent = { info: () => undefined, warn: () => undefined };
