import { randomBytes } from 'node:crypto';
import {
  chown,
  mkdir,
  open,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Account, accountFor } from './embedded-account.ts';
import { embeddedBinary, embeddedMajor } from './embedded-binaries.ts';
import { isAlive, run } from './embedded-program.ts';

/** A PostgreSQL data directory of our own, and who runs its server. */
export type Cluster = {
  readonly directory: string;
  readonly account: Account;
  readonly password: string;
};

/** Opens `<dataDir>/postgres`, initialising it on the first start. Starts no server. */
export async function openCluster(dataDir: string): Promise<Cluster> {
  await mkdir(dataDir, { recursive: true });
  const directory = join(await realpath(dataDir), 'postgres');
  const account = accountFor(directory, embeddedBinary('postgres'));
  if ((await majorOf(directory)) === undefined) await initialise(directory, account);
  const major = await majorOf(directory);
  if (major !== embeddedMajor) {
    throw new Error(
      `The database in ${directory} was written by PostgreSQL ${major}, and this Rollcall comes with ` +
        `PostgreSQL ${embeddedMajor}, which cannot read it. Start the Rollcall that wrote it, save it with ` +
        'pg_dump, move the directory away, start this one and restore; or set DATABASE_URL.',
    );
  }
  return { directory, account, password: await readFile(passwordFile(directory), 'utf8') };
}

/** Random, for this directory only; inside it, so that both appear and disappear together. */
function passwordFile(directory: string): string {
  return join(directory, 'rollcall.password');
}

/** The major version that wrote a data directory; undefined when there is nothing there yet. */
async function majorOf(directory: string): Promise<string | undefined> {
  const entries = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (entries === undefined || entries.length === 0) return undefined;
  if (entries.includes('PG_VERSION')) {
    return (await readFile(join(directory, 'PG_VERSION'), 'utf8')).trim();
  }
  throw new Error(
    `${directory} is neither empty nor a PostgreSQL data directory. Move it away, or set another data directory.`,
  );
}

/**
 * Initialises beside the final place and renames: whatever stands there is complete, also when the
 * first start is killed half-way. Of two first starts at the same moment one rename wins.
 */
async function initialise(directory: string, account: Account): Promise<void> {
  await removeAbandoned(directory);
  const workspace = `${directory}.new-${process.pid}-${randomBytes(4).toString('hex')}`;
  try {
    const fresh = await initdb(workspace, account);
    await rename(fresh, directory);
    await syncDirectory(dirname(directory));
  } catch (error) {
    if ((await majorOf(directory)) === undefined) throw error;
  } finally {
    await rm(workspace, removal);
  }
}

/** Makes a complete data directory with a database `rollcall`, owned by a role that is no superuser. */
async function initdb(workspace: string, account: Account): Promise<string> {
  await mkdir(workspace, { mode: 0o700 });
  await giveTo(account, workspace);
  const password = randomBytes(24).toString('base64url');
  const passwordInput = join(workspace, 'password');
  await writeFile(passwordInput, password, { mode: 0o600 });
  await giveTo(account, passwordInput);
  const fresh = join(workspace, 'postgres');
  // The builtin provider lower()s all of Unicode and does not depend on the host's locales.
  const locale = ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  await run(account, 'initdb', [
    `--pgdata=${fresh}`,
    '--username=postgres',
    `--pwfile=${passwordInput}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    ...locale,
  ]);
  await run(
    account,
    'postgres',
    ['--single', '-D', fresh, '-c', 'exit_on_error=on', 'postgres'],
    `create role rollcall login password '${password}'\ncreate database rollcall owner rollcall\n`,
  );
  await rename(passwordInput, passwordFile(fresh));
  return fresh;
}

/** What first starts that were killed left behind; an orphaned initdb may still be writing to it. */
async function removeAbandoned(directory: string): Promise<void> {
  const prefix = `${basename(directory)}.new-`;
  for (const entry of await readdir(dirname(directory))) {
    if (!entry.startsWith(prefix)) continue;
    const pid = Number.parseInt(entry.slice(prefix.length), 10);
    if (pid !== process.pid && isAlive(pid)) continue;
    await rm(join(dirname(directory), entry), removal);
  }
}

const removal = { recursive: true, force: true, maxRetries: 20, retryDelay: 50 } as const;

async function giveTo(account: Account, path: string): Promise<void> {
  if (account.kind === 'other') await chown(path, account.uid, account.gid);
}

/** Makes a rename durable: the file system may otherwise forget it in a power cut. */
async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return; // directories cannot be opened there
  const handle = await open(path);
  await handle.sync();
  await handle.close();
}
