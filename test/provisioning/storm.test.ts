import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { DestinationError } from '../../src/provisioning/failure.ts';
import { afterAnswer, afterFailure, isStorm, stormVerdict } from '../../src/provisioning/storm.ts';

const answered = (count: number) => '.'.repeat(count);
const failed = (count: number) => 'x'.repeat(count);

suite('a storm', () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ['nothing was tried', '', false],
    ['too few attempts to judge by', failed(19), false],
    ['20 attempts, all failed', failed(20), true],
    ['20 attempts, 40 % failed', answered(12) + failed(8), false],
    ['20 attempts, more than 40 % failed', answered(11) + failed(9), true],
    ['50 attempts, 40 % failed', answered(30) + failed(20), false],
    ['50 attempts, more than 40 % failed', answered(29) + failed(21), true],
  ];
  for (const [what, recent, storm] of cases) {
    test(`${what}: ${storm ? 'is one' : 'is none'}`, () => assert.equal(isStorm(recent), storm));
  }

  test('is told with its numbers and what went wrong last', () => {
    const verdict = stormVerdict(answered(10) + failed(10), 'the shop answered with status 500.');
    assert.deepEqual(verdict, {
      code: 'failing',
      reason: '10 of the last 20 attempts failed. The last one: the shop answered with status 500.',
    });
  });
});

suite('what is remembered', () => {
  const transient = new DestinationError('transient', 'no answer');

  test('is an attempt each', () => {
    assert.equal(afterAnswer('x.', 0), 'x..');
    assert.equal(afterFailure('x.', transient, 0), 'x.x');
  });

  test('is the last fifty', () => {
    assert.equal(afterAnswer(failed(50), 0), `${failed(49)}.`);
    assert.equal(afterFailure(answered(50), transient, 0), `${answered(49)}x`);
  });

  test('is two failures of one person and no more', () => {
    const after = [0, 1, 2, 9].map((before) => afterFailure('', transient, before));
    assert.deepEqual(after, ['x', 'x', '', '']);
  });

  test('is no failure that was made good', () => {
    assert.equal(afterAnswer('.x.xx', 1), '...xx.');
    assert.equal(afterAnswer('.x.xx', 7), '....x.');
    assert.equal(afterAnswer('...', 2), '....');
  });

  test('is an answer where a person’s record was refused', () => {
    const rejected = new DestinationError('rejected', 'no such phone');
    assert.equal(afterFailure('x', rejected, 1), '..');
  });

  test('is nothing where we are asked to wait', () => {
    const wait = new DestinationError('transient', 'wait', { pauseMs: 1 });
    assert.equal(afterFailure('.', wait, 0), '.');
  });
});
