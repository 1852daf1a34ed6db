/** ID tokens that came in the address of a page, which may stay in a history or a log: each counts once. */
import type { Queryable } from './statement.ts';

/**
 * Uses a token up.
 * @returns false where it was used before
 */
export async function useIdToken(db: Queryable, id: string, expiresAt: Date): Promise<boolean> {
  const { rowCount } = await db.query(
    'insert into id_tokens_used (id, expires_at) values ($1, $2) on conflict do nothing',
    [id, expiresAt],
  );
  return rowCount === 1;
}

/** Forgets those that have expired, and are good for nothing anyway. */
export async function forgetIdTokens(db: Queryable, before: Date): Promise<void> {
  await db.query('delete from id_tokens_used where expires_at < $1', [before]);
}
