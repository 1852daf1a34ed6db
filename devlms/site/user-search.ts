/** Finding accounts by what they have. Those that are deleted are not found. */
import type { Site } from './site.ts';
import { type User, userFrom } from './users.ts';

/** Everybody with one of these values, exactly as written: PostgreSQL minds the case. */
export function usersByField(
  { database }: Site,
  field: 'id' | 'idnumber' | 'username' | 'email',
  values: readonly string[],
): User[] {
  return database
    .statement(
      `SELECT * FROM users WHERE ${field} IN (SELECT value FROM json_each(?)) AND deleted = 0 ORDER BY id`,
    )
    .all(JSON.stringify(field === 'id' ? values.map(Number) : values))
    .map(userFrom);
}

/** Whether somebody else has this address, in any case. */
export function emailTaken({ database }: Site, email: string, byOtherThan = 0): boolean {
  const taken = database
    .statement('SELECT 1 FROM users WHERE lower(email) = lower(?) AND id != ? LIMIT 1')
    .get(email, byOtherThan);
  return taken !== undefined;
}

/** A condition on users: the value itself, or a LIKE that does not mind the case. */
export interface Criterion {
  readonly column: 'id' | 'idnumber' | 'auth' | 'username' | 'firstname' | 'lastname' | 'email';
  readonly likeness: boolean;
  readonly value: string;
}

/** Everybody who meets all of the conditions; `%` and `_` of a likeness are wildcards. */
export function usersLike({ database }: Site, criteria: readonly Criterion[]): User[] {
  const conditions = criteria.map(({ column, likeness }) =>
    likeness ? `AND ${column} LIKE ? ESCAPE '\\'` : `AND CAST(${column} AS TEXT) = ?`,
  );
  return database
    .statement(`SELECT * FROM users WHERE deleted = 0 ${conditions.join(' ')} ORDER BY id`)
    .all(...criteria.map(({ value }) => value))
    .map(userFrom);
}

/** Part of a name, a username, an address or an idnumber, the newest first, and how many there are. */
export function searchUsers(
  { database }: Site,
  { query, limit }: { readonly query: string; readonly limit: number },
): { readonly users: User[]; readonly total: number } {
  const where = `FROM users WHERE deleted = 0 AND
    instr(lower(username || ' ' || email || ' ' || firstname || ' ' || lastname || ' ' || idnumber), lower(?)) > 0`;
  const counted = database.statement(`SELECT count(*) AS total ${where}`).get(query);
  const rows = database.statement(`SELECT * ${where} ORDER BY id DESC LIMIT ?`).all(query, limit);
  return { users: rows.map(userFrom), total: Number(counted?.total) };
}
