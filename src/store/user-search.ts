/**
 * Users of a source who are found by words, in the order of their userNames. As people of all sources are
 * (`people-list.ts`): by the index of words where it finds few, or where those it finds are far from the beginning of
 * the order; in that order where so many fit that a page is full soon.
 */
import type pg from 'pg';
import type { Owner } from './resources.ts';
import { byIndexes, type Queryable, statement } from './statement.ts';
import { wordsQuery } from './words.ts';

/** So many are counted, and can be turned to. */
export const mostFound = 2_000;

/** So many are put in order by what an index finds. */
const mostByWords = 30_000;

/** So many users are looked at, in their order, before an index is asked. */
const first = 4_000;

/** Some of those who are found. `total` is counted up to {@link mostFound}; `more`: there are more than that. */
export interface FoundUsers {
  readonly ids: readonly string[];
  readonly total: number;
  readonly more: boolean;
}

/** Which of those who are found. */
export interface FoundPage {
  readonly offset: number;
  readonly limit: number;
}

type Asked = [tenantId: string, sourceId: string, words: string, offset: number, limit: number];

/** `found`: how many were, at most one more than may be. */
type Select = (
  db: Queryable,
  ...asked: Asked
) => Promise<readonly { readonly ids: readonly string[]; readonly found: number }[]>;

const users = `resources where tenant_id = $1 and source_id = $2 and type = 'User'`;
const page = `array(select id from found order by user_name offset $4 limit $5) as ids, (select count(*) from found) as found`;

/** What is looked for is a value that nobody knows when this is planned: it goes by the index of words. */
const byWords = `${users} and words is not null and words @@ (select $3::tsquery)`;

const countByWords = statement<{ found: number }, [string, string, string]>(
  'users-counted-by-words',
  `select count(*) as found from (select from ${byWords} limit ${mostFound + 1}) counted`,
);

const selectByWords: Select = statement(
  'users-by-words',
  `with found as materialized (select id, user_name from ${byWords} limit ${mostByWords + 1}) select ${page}`,
);

/** Words are compared without their index, which does not know them as a truth value. */
const fitsWords = '(words @@ (select $3::tsquery)) is true';

const selectAmongFirst: Select = statement(
  'users-among-first',
  `with first as materialized (select id, user_name, words from ${users} order by user_name limit ${first}),
   found as materialized (select id, user_name from first where ${fitsWords})
   select ${page}`,
);

/** It is known that more fit than are counted. */
const selectInOrder: Select = statement(
  'users-in-order',
  `select array(select id from ${users} and ${fitsWords} order by user_name offset $4 limit $5) as ids,
          ${mostFound + 1} as found`,
);

/**
 * Finds the users whose names and addresses have, for each term, a word that begins with it; nobody where there is
 * no term.
 */
export async function usersByWords(
  pool: pg.Pool,
  { tenantId, sourceId }: Owner,
  terms: readonly string[],
  { offset, limit }: FoundPage,
): Promise<FoundUsers> {
  const words = wordsQuery(tenantId, terms);
  if (words === null) return { ids: [], total: 0, more: false };
  const { ids, found } = await findPage(pool, [tenantId, sourceId, words, offset, limit]);
  return { ids, total: Math.min(found, mostFound), more: found > mostFound };
}

async function findPage(pool: pg.Pool, asked: Asked) {
  const [tenantId, sourceId, words, , limit] = asked;
  const [near = none] = await byIndexes(pool, (client) => selectAmongFirst(client, ...asked));
  if (near.found > mostFound) return near;
  if (near.ids.length === limit) {
    const [{ found } = none] = await countByWords(pool, tenantId, sourceId, words);
    return { ids: near.ids, found };
  }
  const [all = none] = await selectByWords(pool, ...asked);
  if (all.found <= mostByWords) return all;
  const [page = none] = await byIndexes(pool, (client) => selectInOrder(client, ...asked));
  return page;
}

const none = { ids: [], found: 0 };
