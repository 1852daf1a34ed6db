import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bucketOf, type Histogram, percentile, timeOf } from '../../src/provisioning/histogram.ts';

function histogramOf(times: readonly number[]): Histogram {
  const histogram = new Map<number, number>();
  for (const time of times) histogram.set(bucketOf(time), (histogram.get(bucketOf(time)) ?? 0) + 1);
  return histogram;
}

/** The nearest-rank percentile itself. */
function exact(times: readonly number[], share: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
}

const near = (told: number | null, right: number): boolean =>
  told !== null && Math.abs(told - right) <= right * 0.05;

test('every time from a millisecond to a month is told within five per cent', () => {
  const month = 30 * 86_400_000;
  for (let time = 1; time < month; time *= 1.003)
    assert.ok(near(timeOf(bucketOf(time)), time), `${time} ms`);
  assert.equal(timeOf(bucketOf(0)), 1);
});

test('percentiles of known times', () => {
  const hundred = histogramOf(Array.from({ length: 100 }, (_, index) => (index + 1) * 10));
  assert.ok(near(percentile(hundred, 0.5), 500));
  assert.ok(near(percentile(hundred, 0.95), 950));
  assert.ok(near(percentile(hundred, 0.99), 990));
  assert.ok(near(percentile(hundred, 1), 1_000));
  const one = histogramOf([80]);
  assert.ok(near(percentile(one, 0.01), 80) && near(percentile(one, 0.99), 80));
  assert.equal(percentile(histogramOf([]), 0.5), null);
});

test('one slow time in a hundred is not the 99th percentile, two are', () => {
  const quick = Array.from({ length: 99 }, () => 100);
  assert.ok(near(percentile(histogramOf([...quick, 60_000]), 0.99), 100));
  assert.ok(near(percentile(histogramOf([...quick, 60_000, 60_000]), 0.99), 60_000));
});

const times = fc.array(fc.integer({ min: 1, max: 1_000_000_000 }), {
  minLength: 1,
  maxLength: 200,
});

test('percentiles of any times are within five per cent of the nearest rank', () => {
  fc.assert(
    fc.property(times, fc.constantFrom(0.5, 0.95, 0.99, 1), (all, share) => {
      assert.ok(near(percentile(histogramOf(all), share), exact(all, share)));
    }),
  );
});
