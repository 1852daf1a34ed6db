import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { type Account, commandAs } from './embedded-account.ts';
import { embeddedBinary } from './embedded-binaries.ts';

type Program = Parameters<typeof embeddedBinary>[0];

/** Spawns a PostgreSQL program as an account, with nothing of our environment that could steer it. */
export function spawnAs(
  account: Account,
  program: Program,
  args: readonly string[],
  options: { readonly stdio: ('ignore' | 'pipe' | number)[]; readonly detached?: boolean },
): ChildProcess {
  const command = commandAs(account, embeddedBinary(program), args);
  return spawn(command.file, command.args, {
    ...options,
    ...command.options,
    cwd: '/',
    windowsHide: true,
    env: { ...inherited('PATH', 'LD_LIBRARY_PATH', 'SystemRoot', 'TEMP', 'TMP'), LC_ALL: 'C' },
  });
}

/** Runs a PostgreSQL program to its end, with `input` on its standard input. */
export async function run(
  account: Account,
  program: Program,
  args: readonly string[],
  input = '',
): Promise<void> {
  const child = spawnAs(account, program, args, { stdio: ['pipe', 'ignore', 'pipe'] });
  const { stdin, stderr } = child;
  if (stdin === null || stderr === null) throw new Error(`${program} has no standard streams`);
  stdin.on('error', () => undefined); // it may end without reading; its exit code tells why
  stdin.end(input);
  const [said, [code, signal]] = await Promise.all([text(stderr), once(child, 'exit')]);
  if (code === 0) return;
  throw new Error(`${program} failed (${signal ?? code}): ${said.trim()}`);
}

function inherited(...names: readonly string[]): NodeJS.ProcessEnv {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** Whether a process with this id exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
