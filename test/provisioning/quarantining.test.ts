import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { usualLimits } from '../../src/provisioning/drain.ts';
import { DestinationError } from '../../src/provisioning/failure.ts';
import {
  isOver,
  probeMs,
  probesAtEntry,
  verdictAfterProbe,
} from '../../src/provisioning/quarantining.ts';

const now = Date.parse('2026-11-27T12:00:00Z');
const ago = (ms: number) => new Date(now - ms);
const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];

test('probes come after 1 and 5 and 30 minutes, 6 hours, then daily', () => {
  const waits = [0, 1, 2, 3, 4, 5, 27].map((probes) => probeMs(usualLimits, probes) / minute);
  assert.deepEqual(waits, [1, 5, 30, 360, 1_440, 1_440, 1_440]);
});

test('who is quarantined again within the hour is probed as rarely as before', () => {
  const entry = (releasedAt: Date | null) => probesAtEntry({ probes: 3, releasedAt }, now);
  assert.deepEqual([null, ago(2 * hour), ago(59 * minute)].map(entry), [0, 0, 3]);
});

test('four weeks of quarantine are the end of it', () => {
  const over = (quarantinedAt: Date | null) => isOver({ quarantinedAt }, now);
  assert.deepEqual([null, ago(27.9 * day), ago(28 * day)].map(over), [false, false, true]);
});

suite('after a probe that failed', () => {
  const before = { reason: 'The token is refused.', reasonCode: 'credentials' } as const;
  test('another fault of the owner’s is the reason', () => {
    const error = new DestinationError('misconfigured', 'It is frozen.', {
      code: 'shop_unavailable',
    });
    assert.deepEqual(verdictAfterProbe(before, error), {
      code: 'shop_unavailable',
      reason: 'It is frozen.',
    });
  });
  test('no answer leaves the reason as it was', () => {
    const error = new DestinationError('transient', 'It did not answer.');
    assert.deepEqual(verdictAfterProbe(before, error), {
      code: 'credentials',
      reason: 'The token is refused.',
    });
  });
});
