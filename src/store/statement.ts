import type pg from 'pg';
import type { QueryResultRow } from 'pg';

/** Whatever a statement can be sent to: the pool, or one client inside a transaction. */
export type Queryable = Pick<pg.Pool, 'query'>;

/**
 * A named prepared statement: parsed and planned once a connection.
 * @returns a function that runs it and gives its rows
 */
export function statement<Row extends QueryResultRow, Values extends readonly unknown[]>(
  name: string,
  text: string,
): (db: Queryable, ...values: Values) => Promise<Row[]> {
  return async (db, ...values) => {
    const { rows } = await db.query<Row>({ name, text, values: [...values] });
    return rows;
  };
}

/**
 * Runs `work` in a transaction: committed when it resolves, rolled back when it throws. `settings` are sent with its
 * begin.
 */
export async function transaction<Result>(
  pool: Pick<pg.Pool, 'connect'>,
  work: (client: pg.PoolClient) => Promise<Result>,
  settings = '',
): Promise<Result> {
  const client = await pool.connect();
  try {
    await client.query(`begin; ${settings}`);
    const result = await work(client);
    await client.query('commit');
    client.release();
    return result;
  } catch (error) {
    await client.query('rollback').then(
      () => client.release(),
      (rollbackError: Error) => client.release(rollbackError),
    );
    throw error;
  }
}

/**
 * Runs what asks for each of many destinations, from indexes alone. Where one of them has nearly all the
 * links, the planner takes each of the others for as large, and would read the whole table for every one.
 */
export async function byIndexes<Result>(
  pool: Pick<pg.Pool, 'connect'>,
  ask: (client: pg.PoolClient) => Promise<Result>,
): Promise<Result> {
  return transaction(
    pool,
    ask,
    'set local enable_seqscan = off; set local enable_bitmapscan = off',
  );
}

/** The constraint a statement would have violated (SQLSTATE 23505), or `null` for another error. */
export function violatedUnique(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error) || error.code !== '23505') return null;
  return 'constraint' in error && typeof error.constraint === 'string' ? error.constraint : '';
}

/** Whether PostgreSQL ended a statement because it and another waited for each other (40P01). */
export function isDeadlock(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '40P01';
}

/** Whether PostgreSQL ended a statement because it took longer than the pool allows (57014). */
export function isTooSlow(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '57014';
}

const lostConnection = /^(08|57P0|53300|ECONNREFUSED|ECONNRESET|ENOENT|EPIPE)/;
const lostMessage =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/;

/** Whether the database could not be reached, or went away: a restart of it takes part of a second. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return lostConnection.test(code) || lostMessage.test(error.message);
}
