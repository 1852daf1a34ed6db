/** The users of a directory as a file of comma-separated values, as `user-file.ts` takes it in again. */
import type pg from 'pg';
import { type Owner, userPage } from '../store/resources.ts';
import { csvLine } from './csv.ts';
import { cellsOf, columnNames } from './user-file.ts';

/** So many users are read at once. */
const atOnce = 500;

/** The file in pieces, read a page at a time as fast as whoever writes it takes it. */
export async function* exportUsers(pool: pg.Pool, owner: Owner): AsyncGenerator<string> {
  // Without it spreadsheets take the file for another encoding than UTF-8.
  yield `\ufeff${csvLine(columnNames)}`;
  for (let after: string | null = null; ; ) {
    const users = await userPage(pool, owner, after, atOnce);
    yield users.map(({ data, groups }) => csvLine(cellsOf(data, groups))).join('');
    if (users.length < atOnce) return;
    after = users.at(-1)?.id ?? null;
  }
}
