import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { type Answer, scim, type World } from './world.ts';

/** Another Rollcall on the same database. */
export interface SecondInstance {
  scim(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer>;
  close(): Promise<void>;
}

/**
 * Starts a second Rollcall on a world's database, in a thread of its own, so that the two share
 * nothing but the database, like two machines. To be closed before the world is.
 */
export async function secondInstance(world: World): Promise<SecondInstance> {
  const thread = new URL('./second-instance-thread.ts', import.meta.url);
  const worker = new Worker(thread, { workerData: world.database.url });
  const [origin] = await once(worker, 'message');
  return {
    scim: (method, path, body, headers) =>
      scim(String(origin), world, { method, path, body, headers: headers ?? {} }),
    async close() {
      const exited = once(worker, 'exit');
      worker.postMessage('close');
      await exited;
    },
  };
}
