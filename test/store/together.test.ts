import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Queryable, statement, violatedUnique } from '../../src/store/statement.ts';
import { together, writtenTogether } from '../../src/store/together.ts';
import { testDatabase } from '../support/database.ts';

const insertWords = statement<{ word: string }, [readonly string[]]>(
  'test-words',
  'insert into words select * from unnest($1::text[]) returning word',
);

/** A table with a unique word, and how many statements were sent to it. */
async function words() {
  const database = await testDatabase();
  await database.pool.query('create table words (word text primary key)');
  const sizes: number[] = [];
  const insert = writtenTogether<string, number>(async (db, _context, given) => {
    sizes.push(given.length);
    return (await insertWords(db, given)).length;
  });
  const all = async () => {
    const { rows } = await database.pool.query('select word from words order by word');
    return rows.map(({ word }) => word);
  };
  return { database, insert, sizes, all };
}

test('rows that come at once are written by one statement, later ones by the next', async () => {
  const { database, insert, sizes, all } = await words();
  await using _ = database;
  await Promise.all(['a', 'b', 'c'].map((word) => insert(database.pool, ['x'], word)));
  await insert(database.pool, ['x'], 'd');
  assert.deepEqual(sizes, [3, 1]);
  assert.deepEqual(await all(), ['a', 'b', 'c', 'd']);
});

test('a row that cannot be written fails alone', async () => {
  const { database, insert, all } = await words();
  await using _ = database;
  await insert(database.pool, ['x'], 'taken');
  const outcomes = await Promise.allSettled(
    ['a', 'taken', 'b'].map((word) => insert(database.pool, ['x'], word)),
  );
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
  const [, failed] = outcomes;
  assert.equal(failed?.status === 'rejected' && violatedUnique(failed.reason), 'words_pkey');
  assert.deepEqual(await all(), ['a', 'b', 'taken']);
});

test('what belongs to different owners never travels together', async () => {
  const { database, insert, sizes } = await words();
  await using _ = database;
  await Promise.all([insert(database.pool, ['one'], 'a'), insert(database.pool, ['another'], 'b')]);
  assert.deepEqual(sizes, [1, 1]);
});

test('a look-up finds its own among those asked at once, and null for what is not there', async () => {
  const asked: (readonly string[])[] = [];
  const find = together<string>(async (_db, _context, keys) => {
    asked.push(keys);
    return new Map(keys.filter((key) => key !== 'nobody').map((key) => [key, key.toUpperCase()]));
  });
  const nowhere = {} as Queryable;
  const found = await Promise.all(
    ['ada', 'nobody', 'grace'].map((key) => find(nowhere, ['x'], key)),
  );
  assert.deepEqual(found, ['ADA', null, 'GRACE']);
  assert.equal(asked.length, 1);
});

test('no more than a hundred travel together', async () => {
  const { database, insert, sizes } = await words();
  await using _ = database;
  const many = Array.from({ length: 250 }, (_word, index) => `word ${index}`);
  await Promise.all(many.map((word) => insert(database.pool, ['x'], word)));
  assert.deepEqual(sizes, [100, 100, 50]);
});
