/** By which words somebody is found, and what somebody types who looks for them. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { termsOf, wordsOf } from '../../src/directory/words.ts';

suite('the words of somebody', () => {
  test('are those of the address, from where each begins, and its domain as one', () => {
    assert.deepEqual(wordsOf({ userName: 'Ada.Lovelace@Example.com' }), [
      'ada.lovelace@example.com',
      'example.com',
      'lovelace@example.com',
    ]);
  });

  test('are those of the name that find something more', () => {
    const user = {
      userName: 'ada@example.com',
      displayName: 'Ada King, Countess of Lovelace',
      name: { givenName: 'Ada', familyName: 'King-Noel' },
      emails: [{ value: 'ada@example.com' }, { value: 'countess@ockham.example' }],
    };
    assert.deepEqual(
      wordsOf(user),
      [
        ...['ada@example.com', 'countess@ockham.example', 'example.com', 'king,', 'king-noel'],
        ...['lovelace', 'noel', 'ockham.example', 'of'],
      ].toSorted(),
    );
  });

  test('have no case and no accents, in any script', () => {
    const user = { userName: 'x', name: { givenName: 'Ångela ЖАННА', familyName: "O'Brien 李明" } };
    assert.deepEqual(wordsOf(user), ['angela', 'brien', "o'brien", 'x', 'жанна', '李明']);
  });

  test('are cut where nobody types on, and not within a character', () => {
    const [word = ''] = wordsOf({ userName: `${'a'.repeat(63)}😀` });
    assert.equal(word.length, 64);
    assert.equal(word.isWellFormed(), true);
  });

  test('are none where there is no text', () => {
    assert.deepEqual(wordsOf({ userName: '--', emails: [{}], name: 'Ada' }), []);
  });
});

suite('what is looked for', () => {
  const asked: readonly (readonly [query: string, terms: readonly string[]])[] = [
    ['  Ada  LOVE', ['ada', 'love']],
    ['José', ['jose']],
    ['@example.com', ['example.com']],
    ['a ada', ['ada']],
    ['@ "', []],
  ];
  for (const [query, terms] of asked)
    test(`is ${JSON.stringify(terms)} where somebody types ${JSON.stringify(query)}`, () => {
      assert.deepEqual(termsOf(query), terms);
    });
});
