import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backoffMs, classify, DestinationError } from '../../src/provisioning/failure.ts';

test('the wait doubles from a second to an hour', () => {
  const longest = [0, 1, 2, 5, 11, 12, 40].map((attempts) => backoffMs(attempts, 1));
  assert.deepEqual(longest, [1_000, 2_000, 4_000, 32_000, 2_048_000, 3_600_000, 3_600_000]);
});

test('half of the wait is drawn at random', () => {
  assert.equal(backoffMs(3, 0), 4_000);
  assert.equal(backoffMs(3, 0.5), 6_000);
});

test('what a connector said stays what it said', () => {
  const error = new DestinationError('rejected', 'no');
  assert.equal(classify(error), error);
});

test('what nobody foresaw is transient, its outcome unknown and its cause kept', () => {
  const cause = new TypeError('undefined is not a function');
  const { kind, unknownOutcome, message, cause: kept } = classify(cause);
  assert.deepEqual(
    { kind, unknownOutcome, kept },
    { kind: 'transient', unknownOutcome: true, kept: cause },
  );
  assert.equal(message, 'Unexpected failure: undefined is not a function');
});
