/** External services (lists of functions) and the tokens that open them, each for one user. */
import { randomBytes } from 'node:crypto';
import type { Site } from './site.ts';

/** A list of functions under a name. */
export interface Service {
  readonly shortname: string;
  readonly functions: readonly string[];
}

/** What opens a service for a user. */
export interface Token {
  readonly token: string;
  readonly userId: number;
  readonly service: string;
  /** Unix seconds; 0 for ever. */
  readonly validUntil: number;
  /** The one address it may be used from; empty for any. */
  readonly ipRestriction: string;
}

/** The service of this name. */
export function findService({ database }: Site, shortname: string): Service | undefined {
  const row = database.statement('SELECT * FROM services WHERE shortname = ?').get(shortname);
  return row && { shortname, functions: JSON.parse(String(row.functions)) };
}

/** Makes a service or changes its functions. */
export function saveService({ database }: Site, { shortname, functions }: Service): void {
  database
    .statement('INSERT OR REPLACE INTO services (shortname, functions) VALUES (?, ?)')
    .run(shortname, JSON.stringify(functions));
}

/** What a token stands for. */
export function findToken({ database }: Site, token: string): Token | undefined {
  const row = database.statement('SELECT * FROM tokens WHERE token = ?').get(token);
  return (
    row && {
      token,
      userId: Number(row.user_id),
      service: String(row.service),
      validUntil: Number(row.valid_until),
      ipRestriction: String(row.ip_restriction),
    }
  );
}

/** The token somebody has for a service already. */
export function tokenFor({ database }: Site, userId: number, service: string): string | undefined {
  const row = database
    .statement('SELECT token FROM tokens WHERE user_id = ? AND service = ? ORDER BY rowid LIMIT 1')
    .get(userId, service);
  return row && String(row.token);
}

/** A token to be; its text is made up where it is not given. */
export type NewToken = Pick<Token, 'userId' | 'service'> & Partial<Token>;

/** Keeps a token and gives its text. */
export function saveToken({ database }: Site, given: NewToken): string {
  const token = given.token ?? randomBytes(16).toString('hex');
  database
    .statement(
      `INSERT OR REPLACE INTO tokens (token, user_id, service, valid_until, ip_restriction)
       VALUES (?, ?, ?, ?, ?)`,
    )
    .run(token, given.userId, given.service, given.validUntil ?? 0, given.ipRestriction ?? '');
  return token;
}

/** Forgets a token. */
export function removeToken({ database }: Site, token: string): void {
  database.statement('DELETE FROM tokens WHERE token = ?').run(token);
}
