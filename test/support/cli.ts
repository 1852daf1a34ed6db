/** The command line as a process of its own, on a database of a test. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { TestDatabase } from './database.ts';

const cli = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));

/** Runs a command, with more variables over those of the process. */
export type Rollcall = (
  args: readonly string[],
  more?: Readonly<Record<string, string>>,
) => Promise<{ readonly code: number; readonly out: string; readonly err: string }>;

/** The command line of a database. */
export function cliOf(
  { url }: Pick<TestDatabase, 'url'>,
  usual: Readonly<Record<string, string>> = {},
): Rollcall {
  return (args, more = {}) => {
    const env = {
      ...process.env,
      DATABASE_URL: url,
      ROLLCALL_PUBLIC_URL: 'http://127.0.0.1:3000',
      ...usual,
      ...more,
    };
    return new Promise((resolve) => {
      execFile(process.execPath, [cli, ...args], { env }, (error, out, err) => {
        resolve({ code: error === null ? 0 : Number(error.code), out, err });
      });
    });
  };
}
