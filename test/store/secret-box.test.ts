import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SecretUnreadable, secretBox } from '../../src/store/secret-box.ts';

const [first, second, third] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2), Buffer.alloc(32, 3)];

test('after a rotation the old keys open what they sealed, and the new one seals', () => {
  const before = secretBox(first).seal('shpat_1', 'tenant-1');
  const rotated = secretBox(third, [second, first]);
  assert.equal(rotated.open(before, 'tenant-1'), 'shpat_1');
  assert.equal(secretBox(third).open(rotated.seal('shpat_2', 'tenant-1'), 'tenant-1'), 'shpat_2');
});

test('neither a key that was left out nor the context of another opens a secret', () => {
  const sealed = secretBox(first).seal('shpat_1', 'tenant-1');
  assert.throws(() => secretBox(third, [second]).open(sealed, 'tenant-1'), SecretUnreadable);
  assert.throws(() => secretBox(third, [first]).open(sealed, 'tenant-2'), SecretUnreadable);
});
