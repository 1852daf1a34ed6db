/** The development LMS as a process: `node devlms/main.ts`, options from the environment. */
import { type DevLmsOptions, optionsFromEnvironment } from './options.ts';
import { type DevLms, startDevLms } from './server.ts';

const read = optionsFromEnvironment(process.env);
const lms = 'faults' in read ? fail(read.faults.join('\n')) : await start(read.options);

let stopping = false;
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stop);
// Started by another process, it ends with it, however that one ended.
if (process.channel) process.once('disconnect', stop);

// Whoever reads the line may be gone already; then `disconnect` ends this process.
process.stdout.on('error', () => undefined);
process.stdout.write(`Development LMS ${lms.origin}\n`);

async function start(options: DevLmsOptions): Promise<DevLms> {
  try {
    const log = (message: string): void => void process.stderr.write(`${message}\n`);
    return await startDevLms({ ...options, log });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')
      return fail(
        `Port ${options.port} is taken. Stop what listens there or set DEVLMS_PORT to another port.`,
      );
    throw error;
  }
}

async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  await lms.close();
  process.exit(0);
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
