/** The file of a run: where it lies while it is collected, and how it is handed over. */
import { openAsBlob } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bulk, Call } from './connector.ts';
import type { DrainWorld } from './drain.ts';
import { backoffMs, classify, LeaseLost } from './failure.ts';

/** A directory for a file on its way; gone after use. */
export async function temporaryDirectory(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'rollcall-bulk-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
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
