import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csvLine } from '../../src/directory/csv.ts';

const cells: readonly (readonly [text: string | null, cell: string])[] = [
  ['Ada', 'Ada'],
  [null, ''],
  ['a, "b"', '"a, ""b"""'],
  ['two\nlines', '"two\nlines"'],
  ['=1+1', "'=1+1"],
  ['+44 20', "'+44 20"],
  ['-1', "'-1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\t=1', "'\t=1"],
  ['=cmd|"/c calc"!A1', `"'=cmd|""/c calc""!A1"`],
  ['a=1', 'a=1'],
];
for (const [text, cell] of cells)
  test(`${JSON.stringify(text)} is the cell ${JSON.stringify(cell)}`, () => {
    assert.equal(csvLine([text]), `${cell}\r\n`);
  });

test('cells are parted by commas', () => {
  assert.equal(csvLine(['a', null, 'b']), 'a,,b\r\n');
});
