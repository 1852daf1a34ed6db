import os from 'node:os';
import { openDatabase } from '../../src/store/database.ts';
import { newDataDir, silent } from '../process/data-dir.ts';
import { type DatabaseFacts, databaseFacts } from '../process/world.ts';

/** What the figures were measured on. */
export interface Machine {
  readonly cores: number;
  readonly processor: string;
  readonly memoryBytes: number;
  readonly platform: string;
  readonly node: string;
  /** Of a server started as the product starts it. */
  readonly postgres: DatabaseFacts;
  /** Other work on the machine, in processes that want a core: figures beside 0 are the machine's, not ours. */
  readonly load: number;
}

/** Asks the machine, and a PostgreSQL that is started for it. */
export async function machineFacts(): Promise<Machine> {
  await using dir = await newDataDir();
  await using database = await openDatabase({ dataDir: dir.path, role: 'server', log: silent });
  return {
    cores: os.availableParallelism(),
    processor: os.cpus()[0]?.model ?? 'unknown',
    memoryBytes: os.totalmem(),
    platform: `${os.type()} ${os.release()} ${os.arch()}`,
    node: process.version,
    postgres: await databaseFacts(database.pool),
    load: os.loadavg()[0] ?? 0,
  };
}

/** The facts as lines. */
export function formatMachine(machine: Machine): string {
  const { postgres } = machine;
  return [
    `${machine.cores} cores (${machine.processor}), ${(machine.memoryBytes / 2 ** 30).toFixed(0)} GiB, ${machine.platform}`,
    `load before the run ${machine.load.toFixed(2)}; servers, PostgreSQL and the load generator share these cores`,
    `Node ${machine.node}, PostgreSQL ${postgres.version} with fsync ${postgres.fsync}, synchronous_commit ${postgres.synchronousCommit}, full_page_writes ${postgres.fullPageWrites}, shared_buffers ${postgres.sharedBuffers}`,
  ].join('\n');
}
