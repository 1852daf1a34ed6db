import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type pg from 'pg';

const migrationsDirectory = new URL('../../migrations/', import.meta.url);

type Migration = { readonly name: string; readonly sql: string; readonly checksum: string };

/**
 * Brings the schema up to date: runs the files of `migrations/` that this database has not seen, in
 * the order of their numbers, each in a transaction. Safe when several processes start at once.
 * Returns the names of those it ran.
 */
export async function migrate(
  pool: pg.Pool,
  directory: URL = migrationsDirectory,
): Promise<readonly string[]> {
  const migrations = await readMigrations(directory);
  const client = await pool.connect();
  try {
    // Waiting for another process, or building an index, may take longer than a statement may.
    await client.query('set statement_timeout = 0');
    await client.query('select pg_advisory_lock($1, $2)', [lockSpace, migrating]);
    await client.query(`create table if not exists migrations (
      name text primary key, checksum text not null, applied_at timestamptz not null default now())`);
    const pending = pendingOf(migrations, await readApplied(client));
    for (const migration of pending) await apply(client, migration);
    return pending.map(({ name }) => name);
  } finally {
    client.release(true); // closing the connection gives the lock and the setting back
  }
}

/** What keeps this release from working with a database as it is migrated, with the mend; `null` when nothing does. */
export async function schemaTrouble(
  pool: Pick<pg.Pool, 'query'>,
  directory: URL = migrationsDirectory,
): Promise<string | null> {
  const migrations = await readMigrations(directory);
  const { rows } = await pool.query<{ made: boolean }>(
    "select to_regclass('migrations') is not null as made",
  );
  const applied = rows[0]?.made === true ? await readApplied(pool) : new Map<string, string>();
  const newer = unknownOf(migrations, applied);
  if (newer !== undefined)
    return `The database has seen ${newer}, which this Rollcall does not know, and so it rests: start the newer release here, too.`;
  const lacking = migrations.map(({ name }) => name).filter((name) => !applied.has(name));
  if (lacking.length === 0) return null;
  return `The database lacks ${lacking.join(', ')}: start this release of Rollcall once more.`;
}

/** Asks whether a newer release has migrated the database meanwhile: which migration it is, or `null`. */
export async function watchForNewer(
  pool: Pick<pg.Pool, 'query'>,
  directory: URL = migrationsDirectory,
): Promise<() => Promise<string | null>> {
  const known = (await readMigrations(directory)).map(({ name }) => name);
  return async () => {
    const { rows } = await pool.query<{ name: string }>(
      'select name from migrations where name > $1 order by name limit 1',
      [known.at(-1) ?? ''],
    );
    return rows[0]?.name ?? null;
  };
}

/** Advisory lock: "roll" in ASCII, and which. */
const lockSpace = 0x726f6c6c;
const migrating = 3;

async function readMigrations(directory: URL): Promise<readonly Migration[]> {
  const names = (await readdir(directory)).filter((name) => /^\d{4}-.+\.sql$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(new URL(name, directory), 'utf8');
      const sql = text.replaceAll('\r\n', '\n'); // a checkout on Windows is the same release
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

async function readApplied(client: Pick<pg.Pool, 'query'>): Promise<ReadonlyMap<string, string>> {
  const { rows } = await client.query<{ name: string; checksum: string }>(
    'select name, checksum from migrations',
  );
  return new Map(rows.map(({ name, checksum }) => [name, checksum]));
}

/** The migrations still to run, or a refusal: the history of a database is never rewritten. */
export function pendingOf(
  migrations: readonly Migration[],
  applied: ReadonlyMap<string, string>,
): readonly Migration[] {
  const newer = unknownOf(migrations, applied);
  if (newer !== undefined) {
    throw new Error(
      `The database has seen ${newer}, which this Rollcall does not know: it is older than the one that ` +
        'wrote the database. Start that release or a newer one.',
    );
  }
  const changed = migrations.find(
    ({ name, checksum }) => (applied.get(name) ?? checksum) !== checksum,
  );
  if (changed !== undefined) {
    throw new Error(
      `${changed.name} was changed after this database ran it. Restore the file and put the change into a ` +
        'new migration (in development you may delete the data directory instead).',
    );
  }
  const pending = migrations.filter(({ name }) => !applied.has(name));
  const last = [...applied.keys()].sort().at(-1) ?? '';
  const late = pending.find(({ name }) => name < last);
  if (late !== undefined) {
    throw new Error(
      `${late.name} is numbered before ${last}, which this database has already run. Renumber it.`,
    );
  }
  return pending;
}

function unknownOf(
  migrations: readonly Migration[],
  applied: ReadonlyMap<string, string>,
): string | undefined {
  const known = new Set(migrations.map(({ name }) => name));
  return [...applied.keys()].find((name) => !known.has(name));
}

async function apply(client: pg.PoolClient, { name, sql, checksum }: Migration): Promise<void> {
  try {
    await client.query('begin');
    await client.query(sql);
    await client.query('insert into migrations (name, checksum) values ($1, $2)', [name, checksum]);
    await client.query('commit');
  } catch (cause) {
    await client.query('rollback');
    throw new Error(`The migration ${name} failed: ${String(cause)}`, { cause });
  }
}
