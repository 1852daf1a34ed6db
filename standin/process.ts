/** A stand-in as a process of its own: it says where it is in one line, and ends when it should. */

/** A server that was started. */
export interface Standing {
  readonly origin: string;
  readonly close: () => Promise<void>;
}

/** What makes a stand-in a process. */
export interface StandInProcess<Options extends { readonly port: number }> {
  /** How it begins its line. */
  readonly name: string;
  readonly portSetting: string;
  /** The options the environment says, or every sentence that says what is wrong with them. */
  readonly read: { readonly options: Options } | { readonly faults: readonly string[] };
  readonly start: (
    options: Options & { readonly log: (message: string) => void },
  ) => Promise<Standing>;
}

/** Starts it and says so; in vain, it says why and ends the process. */
export async function runStandIn<Options extends { readonly port: number }>(
  standIn: StandInProcess<Options>,
): Promise<void> {
  const { name, read } = standIn;
  const server =
    'faults' in read ? fail(read.faults.join('\n')) : await started(standIn, read.options);

  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    await server.close();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stop);
  // Started by another process, it ends with it, however that one ended.
  if (process.channel) process.once('disconnect', stop);

  // Whoever reads the line may be gone already; then `disconnect` ends this process.
  process.stdout.on('error', () => undefined);
  process.stdout.write(`${name} ${server.origin}\n`);
}

async function started<Options extends { readonly port: number }>(
  { start, portSetting }: StandInProcess<Options>,
  options: Options,
): Promise<Standing> {
  try {
    const log = (message: string): void => void process.stderr.write(`${message}\n`);
    return await start({ ...options, log });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')
      return fail(
        `Port ${options.port} is taken. Stop what listens there or set ${portSetting} to another port.`,
      );
    throw error;
  }
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
