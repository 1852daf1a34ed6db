/** People who were on the roll before they could be looked for. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { wordsOf } from '../../src/directory/words.ts';
import { lexemesOf } from '../../src/store/words.ts';
import { testDatabase } from '../support/database.ts';
import { userNamed } from '../support/world.ts';

test('everybody on the roll is given their words by the migration', async () => {
  await using database = await testDatabase();
  const { pool } = database;
  const people = ['Ada', 'Zoë Ångström-Müller', "Sinéad O'Brien", '李明 王'].map((name, index) =>
    userNamed(name, { displayName: `${name} (${index})`, emails: [{ value: `U${index}@Ex.org` }] }),
  );
  await pool.query(
    `insert into resources (tenant_id, source_id, type, id, user_name, emails, data, created_at, last_modified)
     select 't', 's', 'User', gen_random_uuid(), lower(user_data ->> 'userName'),
            array[lower(user_data #>> '{emails,0,value}')], user_data, now(), now()
     from jsonb_array_elements($1) user_data`,
    [JSON.stringify(people)],
  );
  const migration = await readFile('migrations/0014-people-search.sql', 'utf8');
  await pool.query(/update resources[^;]+;/.exec(migration)?.[0] ?? '');
  const { rows } = await pool.query<{ data: Record<string, string>; words: string[] }>(
    'select data, tsvector_to_array(words) as words from resources',
  );
  assert.equal(rows.length, people.length);
  for (const { data, words } of rows) {
    for (const word of lexemesOf('t', wordsOf(data)))
      assert.ok(words.includes(word), `${word} is none of ${words.join(' ')}`);
  }
});
