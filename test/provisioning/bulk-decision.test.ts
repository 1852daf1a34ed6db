import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  average,
  type BulkQuestion,
  bulkPays,
  expectedMs,
  learn,
  pollAfterMs,
  restMs,
} from '../../src/provisioning/bulk-decision.ts';

const now = new Date('2026-11-27T12:00:00Z');
const minutesAgo = (minutes: number) => new Date(now.getTime() - minutes * 60_000);

const nothing = {
  overheadMs: null,
  lineMs: null,
  unitCost: null,
  returnedShare: null,
  measuredAt: null,
};

/** The plan standard with its bucket used up: two and a half creations a second. */
const question: BulkQuestion = {
  creatable: 1_000,
  available: 0,
  restoreRate: 100,
  measures: nothing,
  prior: { overheadMs: 30_000, lineMs: 30, unitCost: 40 },
  inForce: false,
  restingUntil: null,
  now,
};

const measured = { ...nothing, measuredAt: minutesAgo(10) };

const cases: readonly (readonly [what: string, change: Partial<BulkQuestion>, pays: boolean])[] = [
  ['a thousand at 2.5 a second take seven minutes by single calls', {}, true],
  ['nobody waits', { creatable: 0, inForce: true }, false],
  ['a few are done before a file is', { creatable: 50 }, false],
  ['what the bucket holds is spent first', { creatable: 150, available: 2_000 }, false],
  ['the same without it', { creatable: 150 }, true],
  ['a plan whose allowance knows no end', { restoreRate: 1e9, available: 1e9 }, false],
  ['a little faster is not worth a beginning', { creatable: 100 }, false],
  ['but is no reason to stop', { creatable: 100, inForce: true }, true],
  ['slower is', { creatable: 75, inForce: true }, false],
  ['bulk rests after a failure', { restingUntil: new Date(now.getTime() + 1) }, false],
  ['a rest that is over is none', { restingUntil: now }, true],
  ['creations turned out to be cheap', { measures: { ...nothing, unitCost: 2 } }, false],
  ['the operation turned out to be slow', { measures: { ...measured, lineMs: 500 } }, false],
  [
    'but that was two days ago',
    { measures: { ...measured, lineMs: 500, measuredAt: minutesAgo(2_880) } },
    true,
  ],
  ['nearly every line was given back', { measures: { ...measured, returnedShare: 0.9 } }, false],
  ['one in ten was given back', { measures: { ...measured, returnedShare: 0.1 } }, true],
];

suite('bulk is in force', () => {
  for (const [what, change, pays] of cases) {
    test(`${pays ? 'where' : 'not where'} ${what}`, () => {
      const asked = { ...question, ...change };
      assert.equal(bulkPays(asked), pays, JSON.stringify(expectedMs(asked)));
    });
  }
});

suite('a run teaches', () => {
  const run = { lines: 1_000, made: 900, returned: 100, wholeMs: 30_000, operationMs: 20_000 };

  test('what a line takes, what everything else takes, and how many are given back', () => {
    assert.deepEqual(learn(nothing, run, question.prior), {
      overheadMs: 10_000,
      lineMs: 20,
      returnedShare: 0.1,
    });
  });

  test('a little more each time', () => {
    const known = { overheadMs: 20_000, lineMs: 40, returnedShare: 0 };
    const after = learn(known, run, question.prior);
    assert.deepEqual(after, { overheadMs: 17_000, lineMs: 34, returnedShare: 0.03 });
  });

  test('that one which brings nothing is slow, but not for ever', () => {
    const failed = { ...run, made: 0, returned: 0, operationMs: 3_600_000 };
    assert.equal(learn(nothing, failed, question.prior).lineMs, 111);
  });
});

test('an average moves towards what is new', () => {
  assert.equal(average(null, 50), 50);
  assert.equal(average(50, 60), 53);
});

test('an operation is asked about ever less often', () => {
  assert.deepEqual(
    [0, 10_000, 60_000, 3_600_000].map(pollAfterMs),
    [1_000, 2_500, 15_000, 300_000],
  );
  let [at, questions] = [0, 0];
  for (; at < 3_600_000; questions += 1) at += pollAfterMs(at);
  assert.ok(questions <= 40, `${questions} questions in an hour`);
});

test('bulk rests longer after each failure in a row, at most a day', () => {
  assert.deepEqual([1, 2, 3, 9].map(restMs), [60_000, 240_000, 960_000, 86_400_000]);
});
