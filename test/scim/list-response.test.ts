/** Lists and their paging (RFC 7644 §3.4.2, §3.4.2.4; RFC 9865 §2). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  DEFAULT_COUNT,
  listResponse,
  MAX_COUNT,
  readPaging,
} from '../../src/scim/list-response.ts';
import { refuses } from './refusal.ts';

const PAGINGS: readonly (readonly [object, number, number])[] = [
  [{}, 1, DEFAULT_COUNT],
  [{ startIndex: '11', count: '10' }, 11, 10],
  [{ startIndex: 11, count: 10 }, 11, 10],
  [{ startIndex: '0', count: '0' }, 1, 0],
  [{ startIndex: '-5', count: '-1' }, 1, 0],
  [{ count: '1000000' }, 1, MAX_COUNT],
  [{ startIndex: '9'.repeat(30), count: '9'.repeat(30) }, 2 ** 31, MAX_COUNT],
  [{ startIndex: '', count: '' }, 1, DEFAULT_COUNT],
];

for (const [query, startIndex, count] of PAGINGS) {
  test(`${JSON.stringify(query)} asks for ${count} from ${startIndex}`, () => {
    assert.deepEqual(readPaging(query), { kind: 'index', startIndex, count });
  });
}

for (const value of ['x', '1.5', '1e3', ['1', '2'], '9'.repeat(200), 1.5, Number.NaN]) {
  test(`refused as invalidValue: startIndex=${value}`, () => {
    refuses(
      () => readPaging({ startIndex: value }),
      'invalidValue',
      /startIndex must be one whole/,
    );
    refuses(() => readPaging({ count: value }), 'invalidValue', /count must be one whole number/);
  });
}

const CURSORS: readonly (readonly [object, string, number | undefined])[] = [
  [{ cursor: '' }, '', undefined],
  [{ cursor: '', startIndex: '' }, '', undefined],
  [{ cursor: 'x', count: '-1' }, 'x', 0],
  [{ cursor: 'x', count: 1000000 }, 'x', MAX_COUNT],
];

for (const [query, cursor, count] of CURSORS) {
  test(`${JSON.stringify(query)} asks for ${count} after the cursor`, () => {
    assert.deepEqual(readPaging(query), { kind: 'cursor', cursor, count });
  });
}

test('what is wrong of a cursor has its own keywords (RFC 9865 §2.1)', () => {
  for (const cursor of [1, null, ['a', 'b'], {}]) {
    refuses(() => readPaging({ cursor }), 'invalidCursor', /given once, as a string/);
  }
  refuses(() => readPaging({ cursor: '', count: 'x' }), 'invalidCount', /one whole number/);
  refuses(() => readPaging({ cursor: '', startIndex: 1 }), 'invalidValue', /exclude each other/);
});

test('an empty list has its Resources all the same', () => {
  assert.deepEqual(listResponse({ resources: [], totalResults: 0, startIndex: 1 }), {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
    totalResults: 0,
    startIndex: 1,
    itemsPerPage: 0,
    Resources: [],
  });
});

test('itemsPerPage is what the page has, totalResults what there is', () => {
  const page = listResponse({ resources: [{}, {}], totalResults: 7, startIndex: 3 });
  assert.equal(page.itemsPerPage, 2);
  assert.equal(page.totalResults, 7);
});
