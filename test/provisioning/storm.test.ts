import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { DestinationError } from '../../src/provisioning/failure.ts';
import { attemptOf, isStorm, remember, stormVerdict } from '../../src/provisioning/storm.ts';

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

  test('is judged by the last fifty attempts', () => {
    const recent = [...failed(50), ...answered(30)].reduce(
      (known, one) => remember(known, one === 'x' ? 'failed' : 'answered'),
      '',
    );
    assert.equal(recent, failed(20) + answered(30));
  });

  test('is told with its numbers and what went wrong last', () => {
    assert.deepEqual(
      stormVerdict(answered(10) + failed(10), 'the shop answered with status 500.'),
      {
        code: 'failing',
        reason:
          '10 of the last 20 attempts failed. The last one: the shop answered with status 500.',
      },
    );
  });
});

suite('an attempt', () => {
  const transient = new DestinationError('transient', 'no answer');
  test('that failed counts', () => assert.equal(attemptOf(transient, 0), 'failed'));
  test('counts twice for one person and no more', () => {
    assert.deepEqual(
      [0, 1, 2, 9].map((before) => attemptOf(transient, before)),
      ['failed', 'failed', null, null],
    );
  });
  test('that refuses a person’s record was answered', () =>
    assert.equal(attemptOf(new DestinationError('rejected', 'no such phone'), 0), 'answered'));
  test('that asks us to wait says nothing', () =>
    assert.equal(attemptOf(new DestinationError('transient', 'wait', { pauseMs: 1 }), 0), null));
});
