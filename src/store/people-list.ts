/**
 * The people of all sources of a tenant, newest first, and those of them that are looked for. Where words, a state or
 * a need fit few people, an index finds all of them, and they are put in order; where they fit many, the roll is read
 * in its order until a page is full, which then is soon, unless all of them came long ago: whole departments come at once.
 */
import type pg from 'pg';
import { emailSql, nameSql } from './person-name.ts';
import { held, type LinkState, linkState, rejected } from './source-status.ts';
import type { SourceKind } from './sources.ts';
import { byIndexes, type Queryable, statement } from './statement.ts';
import { wordsQuery } from './words.ts';

/** Which people. */
export interface PeopleFilter {
  /** Beginnings of words that all have to be there. */
  readonly terms: readonly string[];
  readonly sourceId: string | null;
  /** `attention`: a destination holds or rejects them. */
  readonly state: 'active' | 'inactive' | 'attention' | null;
}

/** Which page of them; `before` is the last one of the page before. */
export interface PeoplePage {
  readonly before: string | null;
  readonly limit: number;
}

/** Somebody on a list. */
export interface ListedPerson {
  readonly id: string;
  readonly name: string;
  readonly userName: string;
  readonly email: string | null;
  readonly active: boolean;
  readonly source: { readonly id: string; readonly name: string; readonly kind: SourceKind };
  readonly createdAt: Date;
  readonly modifiedAt: Date;
  readonly destinations: readonly { readonly destinationId: string; readonly state: LinkState }[];
}

/** A page of a list. `total` is counted up to a limit; `more`: there are more than that. */
export interface ListedPeople {
  readonly people: readonly ListedPerson[];
  readonly total: number;
  readonly more: boolean;
  /** Where the next page begins; `null` where this is the last. */
  readonly next: string | null;
}

/** So many are counted. */
const most = 1_000;

/** So many are put in order where they are not among the newest. */
const mostByWords = 30_000;

/** So many inactive people are looked at, whatever they are called. */
const mostInactive = 5_000;

/** So many of the newest are looked at before an index is asked for many. */
const newest = 2_000;

interface Found {
  readonly ids: readonly string[];
  readonly sourceIds: readonly string[];
  /** Exact up to the number that is counted. */
  readonly total: number;
}

type Asked = [
  tenantId: string,
  words: string | null,
  sourceId: string | null,
  active: boolean | null,
  attention: boolean,
  before: string,
  limit: number,
];

/** What a person `r` has to fit beside words and need. */
const fits = `($3::text is null or r.source_id = $3) and ($4::boolean is null or r.active = $4)`;

/** Words are compared without their index, which does not know them as a truth value. */
const fitsWords = `($2::text is null or (r.words @@ (select $2::tsquery)) is true)`;

/** Links that wait for somebody; the first condition is that of their index. */
const inNeed = `outcome in ('held', 'rejected') and ((${held}) or (${rejected}))`;

/** A scalar is asked for each row: whoever plans this knows too little to do better. */
const fitsNeed = `(not $5::boolean or (select true from links where tenant_id = $1 and resource_id = r.id and ${inNeed} limit 1))`;

const answer = (page: string, total: string) =>
  `select coalesce(array_agg(id order by id desc), '{}') as ids,
          coalesce(array_agg(source_id order by id desc), '{}') as "sourceIds", ${total} as total
   from (${page} order by id desc limit $7) page`;

/** Of `found`, which is cut to one more than may be found, those who are `fitting`. */
const pageOfFound = `select page.*, (select count(*) from found) as found
  from (${answer('select id, source_id from fitting where id < $6', '(select count(*) from fitting)')}) page`;

type SelectFew = (
  db: Queryable,
  ...asked: Asked
) => Promise<readonly (Found & { readonly found: number })[]>;

/** By the index of words: what is looked for is a value that nobody knows when this is planned. */
const byWords = (limit: number) =>
  `with found as materialized (
     select r.id, r.source_id from resources r
     where r.tenant_id = $1 and r.words is not null and r.words @@ (select $2::tsquery) and ${fits} limit ${limit + 1}
   ), fitting as materialized (select * from found r where ${fitsNeed})
   ${pageOfFound}`;

const selectByWords: SelectFew = statement('people-by-words', byWords(most));

const selectManyByWords: SelectFew = statement('many-people-by-words', byWords(mostByWords));

/** The users of a source `s`, as many and in such an order as `rest` says. */
const usersOfSources = (condition: string, rest: string) =>
  `select r.* from sources s cross join lateral (
     select r.id, r.source_id, r.active, r.words from resources r
     where r.tenant_id = $1 and r.source_id = s.id and r.type = 'User' and ${condition} ${rest}
   ) r where s.tenant_id = $1 and ($3::text is null or s.id = $3)`;

/** By the index of inactive people. */
const selectInactive: SelectFew = statement(
  'people-inactive',
  `with found as materialized (${usersOfSources('not r.active', `limit ${mostInactive + 1}`)}),
   fitting as materialized (select * from found r where ${fits} and ${fitsWords} and ${fitsNeed})
   ${pageOfFound}`,
);

/** By the index of links that wait for somebody, each person by the first of their links. */
const selectInNeed: SelectFew = statement(
  'people-in-need',
  `with found as materialized (
     select r.id, r.source_id from links l
     cross join lateral (
       select r.id, r.source_id from resources r
       where r.tenant_id = $1 and r.source_id = l.source_id and r.id = l.resource_id and ${fits} and ${fitsWords} limit 1
     ) r
     where $5::boolean and l.tenant_id = $1 and ${inNeed} and l.destination_id = (
       select min(destination_id) from links where tenant_id = $1 and resource_id = l.resource_id and ${inNeed})
     limit ${most + 1}
   ), fitting as (select * from found)
   ${pageOfFound}`,
);

const usersFitting = (condition: string, rest: string) =>
  usersOfSources(`${condition} and ${fits} and ${fitsWords} and ${fitsNeed}`, rest);

/** Among the newest: `total` is how many of these fit. */
const selectAmongNewest: (db: Queryable, ...asked: Asked) => Promise<readonly Found[]> = statement(
  'people-among-newest',
  `with newest as materialized (
     ${usersOfSources('r.id < $6', `order by r.id desc limit ${newest}`)} order by r.id desc limit ${newest}
   ), fitting as materialized (select id, source_id from newest r where ${fits} and ${fitsWords} and ${fitsNeed})
   ${answer('select * from fitting', '(select count(*) from fitting)')}`,
);

/** In the order of the roll. Where words or need were asked for, it is known that many fit. */
const selectInOrder: (db: Queryable, ...asked: Asked) => Promise<readonly Found[]> = statement(
  'people-in-order',
  answer(
    usersFitting('r.id < $6', 'order by r.id desc limit $7'),
    `case when $2::text is null and not $5::boolean
       then (select count(*) from (${usersFitting('true', `limit ${most + 1}`)} limit ${most + 1}) counted)
       else ${most + 1} end`,
  ),
);

const selectShown = statement<ListedPerson, [string, readonly string[], readonly string[]]>(
  'people-shown',
  `select r.id, ${nameSql('r')} as name, r.data ->> 'userName' as "userName", ${emailSql('r')} as email, r.active,
          json_build_object('id', s.id, 'name', s.name, 'kind', s.kind) as source,
          r.created_at as "createdAt", r.last_modified as "modifiedAt",
          coalesce((
            select json_agg(json_build_object('destinationId', l.destination_id, 'state', l.state) order by d.created_at, d.id)
            from (select destination_id, ${linkState} as state from links where tenant_id = $1 and resource_id = r.id) l
            join destinations d on d.tenant_id = $1 and d.id = l.destination_id), '[]') as destinations
   from unnest($2::text[], $3::uuid[]) with ordinality as asked (source_id, id, place)
   join sources s on s.tenant_id = $1 and s.id = asked.source_id
   join resources r on r.tenant_id = $1 and r.source_id = asked.source_id and r.id = asked.id
   order by asked.place`,
);

/** After all ids. */
const end = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** A page of people. */
export async function listPeople(
  pool: pg.Pool,
  tenantId: string,
  filter: PeopleFilter,
  { before, limit }: PeoplePage,
): Promise<ListedPeople> {
  const { terms, sourceId, state } = filter;
  const active = state === 'active' || state === 'inactive' ? state === 'active' : null;
  const words = wordsQuery(tenantId, terms);
  const asked: Asked = [
    ...([tenantId, words, sourceId, active, state === 'attention'] as const),
    ...([before ?? end, limit + 1] as const),
  ];
  const { ids, sourceIds, total } = await findPage(pool, asked);
  const people = await selectShown(pool, tenantId, sourceIds.slice(0, limit), ids.slice(0, limit));
  return {
    people,
    total: Math.min(total, most),
    more: total > most,
    next: ids.length > limit ? (ids[limit - 1] ?? null) : null,
  };
}

async function findPage(pool: pg.Pool, asked: Asked): Promise<Found> {
  const [, words, , , , , limit] = asked;
  const [near] =
    words === null ? [] : await byIndexes(pool, (client) => selectAmongNewest(client, ...asked));
  // Many begin with a letter: their index is spared where it is known already that they are more than are counted.
  if (near !== undefined && near.total > most) return near;
  const few = await findFew(pool, asked);
  if (few !== null) return few;
  if (near?.ids.length === limit) return { ...near, total: most + 1 };
  const many = words === null ? null : await fewOf(selectManyByWords, mostByWords, pool, asked);
  if (many !== null) return many;
  const [page] = await byIndexes(pool, (client) => selectInOrder(client, ...asked));
  return page ?? { ids: [], sourceIds: [], total: 0 };
}

/** A page of those who fit, where one of the indexes finds few; else `null`. */
async function findFew(pool: pg.Pool, asked: Asked): Promise<Found | null> {
  const [, words, , active, attention] = asked;
  const inactive =
    words !== null && active === false
      ? await byIndexes(pool, (client) => fewOf(selectInactive, mostInactive, client, asked))
      : null;
  if (inactive !== null) return inactive;
  const called = words === null ? null : await fewOf(selectByWords, most, pool, asked);
  if (called !== null || !attention) return called;
  return byIndexes(pool, (client) => fewOf(selectInNeed, most, client, asked));
}

/** A page of those who are found, where they are no more than so many; else `null`. */
async function fewOf(
  select: SelectFew,
  limit: number,
  db: Queryable,
  asked: Asked,
): Promise<Found | null> {
  const [found] = await select(db, ...asked);
  return found === undefined || found.found > limit ? null : found;
}

const selectCalled = statement<{ readonly id: string }, [string, string | null]>(
  'people-called-like',
  `select r.id from resources r
   where r.tenant_id = $1 and r.words is not null and r.words @@ (select $2::tsquery) limit ${most + 1}`,
);

/** Ids of everybody whom these words fit; `null` where they are too many to name. */
export async function peopleLike(
  db: Queryable,
  tenantId: string,
  terms: readonly string[],
): Promise<readonly string[] | null> {
  const rows = await selectCalled(db, tenantId, wordsQuery(tenantId, terms));
  return rows.length > most ? null : rows.map(({ id }) => id);
}
