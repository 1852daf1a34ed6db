/** The users of a directory as a file of comma-separated values, as `user-file.ts` takes it in again. */
import type pg from 'pg';
import { validate as isUuid } from 'uuid';
import type { ResourceType } from '../scim/resource-types.ts';
import { findResources, type Owner, userPage } from '../store/resources.ts';
import { csvLine } from './csv.ts';
import { columnsOf, managerOf } from './user-columns.ts';
import { cellsOf, headingsOf } from './user-file.ts';

/** So many users are read at once. */
const atOnce = 500;

/** Whose users, and of which type they are. */
export interface Exported {
  readonly owner: Owner;
  readonly type: ResourceType;
}

/** The file in pieces, read a page at a time as fast as whoever writes it takes it. */
export async function* exportUsers(
  pool: pg.Pool,
  { owner, type }: Exported,
): AsyncGenerator<string> {
  const columns = columnsOf(type);
  // Without it spreadsheets take the file for another encoding than UTF-8.
  yield `\ufeff${csvLine(headingsOf(columns))}`;
  for (let after: string | null = null; ; ) {
    const users = await userPage(pool, owner, after, atOnce);
    const names = await namesOf(
      pool,
      owner,
      users.map(({ data }) => managerOf(data)),
    );
    const lines = users.map(({ data, groups }) => {
      const manager = names.get(managerOf(data)) ?? null;
      return csvLine(cellsOf(columns, data, { groups, manager }));
    });
    yield lines.join('');
    if (users.length < atOnce) return;
    after = users.at(-1)?.id ?? null;
  }
}

/** The userNames of users, by their ids. */
async function namesOf(
  pool: pg.Pool,
  owner: Owner,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const known = [...new Set(ids)].filter((id) => isUuid(id));
  const users = await findResources(pool, owner, 'User', known);
  return new Map(users.map(({ id, data }) => [id, String(data.userName)]));
}
