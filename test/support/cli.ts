/** The command line, for a test. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { runCommand } from '../../src/cli/run.ts';
import type { TestDatabase } from './database.ts';

/** Runs a command, with more variables over those of the process, and what stands on its standard input. */
export type Rollcall = (
  args: readonly string[],
  more?: Readonly<Record<string, string>>,
  stdin?: string,
) => Promise<{ readonly code: number; readonly out: string; readonly err: string }>;

/** The command line of a database, run in this process: each command opens the database anew. */
export function cliOf(
  { url }: Pick<TestDatabase, 'url'>,
  usual: Readonly<Record<string, string>> = {},
): Rollcall {
  return async (args, more = {}, stdin = '') => {
    let [out, err] = ['', ''];
    const code = await runCommand(args, {
      env: environment(url, { ...usual, ...more }),
      out: (text) => {
        out += text;
      },
      err: (text) => {
        err += text;
      },
      stdin: async () => stdin,
    });
    return { code, out, err };
  };
}

const cli = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));

/** The same, each command in a process of its own, as an operator has it. */
export function cliProcessOf({ url }: Pick<TestDatabase, 'url'>): Rollcall {
  return (args, more = {}) =>
    new Promise((resolve) => {
      const env = environment(url, more);
      execFile(process.execPath, [cli, ...args], { env }, (error, out, err) => {
        resolve({ code: error === null ? 0 : Number(error.code), out, err });
      });
    });
}

function environment(url: string, more: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const usual = { DATABASE_URL: url, ROLLCALL_PUBLIC_URL: 'http://127.0.0.1:3000' };
  return { ...process.env, ...usual, ...more };
}
