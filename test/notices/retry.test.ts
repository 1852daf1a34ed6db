import assert from 'node:assert/strict';
import { test } from 'node:test';
import { retryAt, usualNoticeTimes } from '../../src/notices/retry.ts';

const raisedAt = new Date('2026-11-27T12:00:00Z');
const hourMs = 3_600_000;
const at = (hours: number) => raisedAt.getTime() + hours * hourMs;

/** How long is waited after so many attempts, in seconds; `null` where it is given up. */
function wait(attempts: number, now: number, random = 0): number | null {
  const next = retryAt({ raisedAt, attempts, now, random }, usualNoticeTimes);
  return next === null ? null : (next.getTime() - now) / 1_000;
}

test('the wait widens from five seconds to six hours', () => {
  const waits = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 20].map((attempts) => wait(attempts, at(0)));
  assert.deepEqual(waits, [5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 21_600, 21_600, 21_600]);
});

test('receivers that failed together are not tried together', () => {
  assert.equal(wait(5, at(1), 0.5), 3_960);
});

test('the last attempt is right before the three days are over, and then it is given up', () => {
  assert.equal(wait(15, at(71)), 3_600);
  assert.equal(wait(16, at(72)), null);
});
