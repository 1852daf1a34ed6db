import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { generatedFile, generateOperations } from '../../scripts/codegen.ts';

test('the operations are valid in the schema of Shopify, and what was generated from them is fresh', async () => {
  const expected = await generateOperations();
  const actual = await readFile(generatedFile, 'utf8');
  assert.equal(actual, expected, 'run `npm run codegen`');
});
