/** The development store as a process: `node devstore/main.ts`, options from the environment. */
import { type DevStoreOptions, optionsFromEnvironment } from './options.ts';
import { type DevStore, startDevStore } from './server.ts';

const read = optionsFromEnvironment(process.env);
const store = 'faults' in read ? fail(read.faults.join('\n')) : await start(read.options);

let stopping = false;
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stop);
// Started by another process, it ends with it, however that one ended.
if (process.channel) process.once('disconnect', stop);

// Whoever reads the line may be gone already; then `disconnect` ends this process.
process.stdout.on('error', () => undefined);
process.stdout.write(`Development store ${store.origin}\n`);

async function start(options: DevStoreOptions): Promise<DevStore> {
  try {
    const log = (message: string): void => void process.stderr.write(`${message}\n`);
    return await startDevStore({ ...options, log });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')
      return fail(
        `Port ${options.port} is taken. Stop what listens there or set DEVSTORE_PORT to another port.`,
      );
    throw error;
  }
}

async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  await store.close();
  process.exit(0);
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
