import pg from 'pg';
import { EmbeddedPostgres, type Log } from './embedded-postgres.ts';
import type { Role } from './embedded-session.ts';

/** The database of this process: a pool for us, and the way to it for pg-boss. */
export type Database = AsyncDisposable & {
  readonly pool: pg.Pool;
  readonly connectionOptions: pg.PoolConfig;
  /** Resolves when the database is gone for good and the process must end. */
  readonly lost: Promise<Error>;
  close(): Promise<void>;
};

export type DatabaseOptions = {
  /** A PostgreSQL ≥ 15 of the operator's. Without it the embedded one, in `dataDir`. */
  readonly databaseUrl?: string | undefined;
  readonly dataDir: string;
  readonly role: Role;
  readonly log: Log;
  readonly poolSize?: number;
};

/** Opens the database, starting the embedded PostgreSQL where none is given. Migrates nothing. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  return options.databaseUrl === undefined
    ? openEmbedded(options)
    : openGiven(options, options.databaseUrl);
}

async function openEmbedded(options: DatabaseOptions): Promise<Database> {
  const postgres = await EmbeddedPostgres.open(options);
  const connectionOptions = { ...postgres.connection, application_name: applicationName };
  const pool = openPool(connectionOptions, options);
  return database({
    pool,
    connectionOptions,
    lost: postgres.lost,
    close: async () => {
      await pool.end();
      await postgres.close();
    },
  });
}

async function openGiven(options: DatabaseOptions, url: string): Promise<Database> {
  const connectionOptions = { connectionString: url, application_name: applicationName };
  const pool = openPool(connectionOptions, options);
  try {
    await checkServer(pool);
  } catch (error) {
    await pool.end();
    throw error;
  }
  const never = new Promise<Error>(() => undefined);
  return database({ pool, connectionOptions, lost: never, close: () => pool.end() });
}

function database(parts: Omit<Database, typeof Symbol.asyncDispose>): Database {
  return { ...parts, [Symbol.asyncDispose]: () => parts.close() };
}

const applicationName = 'rollcall';

async function checkServer(pool: pg.Pool): Promise<void> {
  const { rows } = await pool
    .query<ServerFacts>(
      `select current_setting('server_version') as version,
              current_setting('server_version_num')::int as number,
              current_setting('server_encoding') as encoding`,
    )
    .catch((cause: Error) => {
      throw new Error(`The database of DATABASE_URL cannot be reached: ${cause.message}`, {
        cause,
      });
    });
  const reason = rows[0] && whyUnfit(rows[0]);
  if (reason !== undefined) throw new Error(reason);
}

type ServerFacts = { readonly version: string; readonly number: number; readonly encoding: string };

/** What an operator must change about a server before we can use it; undefined when nothing. */
export function whyUnfit({ version, number, encoding }: ServerFacts): string | undefined {
  if (number < 150_000) {
    return `DATABASE_URL points to PostgreSQL ${version}. Rollcall needs version 15 or newer.`;
  }
  if (encoding !== 'UTF8') {
    return (
      `The database of DATABASE_URL has the encoding ${encoding}. Rollcall needs one made with ` +
      "create database rollcall encoding 'UTF8' template template0."
    );
  }
  return undefined;
}

/** A pool with limits on everything that could wait for ever. */
function openPool(connection: pg.PoolConfig, { log, poolSize }: DatabaseOptions): pg.Pool {
  const pool = new pg.Pool({
    ...connection,
    max: poolSize ?? 10,
    connectionTimeoutMillis: 10_000,
    statement_timeout: 30_000,
    idle_in_transaction_session_timeout: 60_000,
    // Our statements take milliseconds; compiling one whose cost was overestimated takes hundreds.
    options: '-c jit=off',
    types: { getTypeParser },
  });
  // A connection that breaks is replaced by the next query. Without these listeners it would end
  // the process: the first hears idle connections, the second those in a transaction, whose query
  // rejects as well.
  pool.on('error', (error) => log.warn({ err: error }, 'an idle database connection broke'));
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** `bigint` as a number, which our counters never outgrow; everything else as `pg` reads it. */
const getTypeParser: typeof pg.types.getTypeParser = (oid: number, format?: 'text' | 'binary') =>
  oid === pg.types.builtins.INT8 && format !== 'binary'
    ? parseSafeInteger
    : pg.types.getTypeParser(oid, format);

function parseSafeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`bigint ${text} does not fit a number`);
  return value;
}
