/** The file of a run: where it lies while it is collected, and how it is handed over. */
import { lstatSync, openAsBlob } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bulk, Call } from './connector.ts';
import type { DrainWorld } from './drain.ts';
import { backoffMs, classify, LeaseLost } from './failure.ts';

/** The directories of all processes of this host; each is named after the process it belongs to. */
const directories = `rollcall-bulk-${hostname()}-`;

const removed = (path: string) => rm(path, { recursive: true, force: true });

/** A directory for a file on its way, which nobody else may read; gone after use. */
export async function temporaryDirectory(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), `${directories}${process.pid}-`));
  return { path, [Symbol.asyncDispose]: () => removed(path) };
}

/**
 * Removes what killed processes of this host and user left behind: the files hold people's data. To be called
 * before this process has files of its own, because a process of the same number was before it.
 */
export async function removeLeftFiles(): Promise<void> {
  const names = (await readdir(tmpdir())).filter((name) => name.startsWith(directories));
  for (const name of names) {
    const pid = Number(name.slice(directories.length).split('-')[0]);
    const path = join(tmpdir(), name);
    if ((pid === process.pid || !isRunning(pid)) && isOurs(path)) await removed(path);
  }
}

/** The place is shared: what another user's process left is that user's, and could not be removed. */
function isOurs(path: string): boolean {
  const owner = lstatSync(path, { throwIfNoEntry: false })?.uid;
  return process.getuid === undefined || process.getuid() === owner;
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Somebody else's process may not be asked, but it is there.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The file is uploaded again so often before the run is given up: collecting it took longer. */
const uploadTries = 4;

/** A file on its way to a destination. */
interface Upload extends Pick<DrainWorld, 'random'> {
  readonly path: string;
  readonly bulk: Bulk;
  readonly call: Call;
}

/** Hands a file over, and says where it is. It is read as it is sent: however large, it takes no memory. */
export async function uploadFile({ path, bulk, call, random }: Upload): Promise<string> {
  const file = await openAsBlob(path);
  for (let tries = 1; ; tries += 1) {
    try {
      return await bulk.upload(file, call);
    } catch (error) {
      if (error instanceof LeaseLost || call.signal.aborted) throw error;
      const failure = classify(error);
      if (failure.kind !== 'transient' || tries === uploadTries) throw failure;
      const wait = failure.pauseMs ?? backoffMs(tries, random());
      await sleep(wait, undefined, { signal: call.signal });
    }
  }
}
