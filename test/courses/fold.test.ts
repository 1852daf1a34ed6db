import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { fold, type Purchase } from '../../src/courses/fold.ts';

const day = (date: string) => new Date(`2026-${date}T09:00:00Z`);

const bought = (id: string, date: string, terms: Partial<Purchase['terms']> = {}): Purchase => ({
  ...{ id, at: day(date), rank: id },
  terms: { access: { days: 30 }, startsAt: null, again: 'extend', ...terms },
});

function access(...purchases: readonly Purchase[]) {
  const dates = ({ start, end }: { start: Date; end: Date | null }) =>
    [start, end].map((at) => at?.toISOString().slice(5, 10) ?? null);
  return Object.fromEntries(
    [...fold(purchases)].toSorted().map(([id, stretch]) => [id, dates(stretch)]),
  );
}

suite('the access of purchases', () => {
  test('begins with the purchase, or not before a date', () => {
    assert.deepEqual(access(bought('1', '01-01')), { 1: ['01-01', '01-31'] });
    assert.deepEqual(access(bought('1', '01-01', { startsAt: '2026-02-01T09:00:00Z' })), {
      1: ['02-01', '03-03'],
    });
    assert.deepEqual(access(bought('1', '03-01', { startsAt: '2026-02-01T09:00:00Z' })), {
      1: ['03-01', '03-31'],
    });
  });

  test('ends on a date, or never', () => {
    const until = { access: { until: '2026-06-30T09:00:00Z' } };
    assert.deepEqual(access(bought('1', '01-01', until)), { 1: ['01-01', '06-30'] });
    assert.deepEqual(access(bought('1', '07-01', until)), { 1: ['07-01', '07-01'] }, 'too late');
    assert.deepEqual(access(bought('1', '01-01', { access: 'unlimited' })), {
      1: ['01-01', null],
    });
  });

  test('goes on where the earlier one ends, whichever is told first', () => {
    const [first, second] = [bought('1', '01-01'), bought('2', '01-10')];
    const extended = { 1: ['01-01', '01-31'], 2: ['01-31', '03-02'] };
    assert.deepEqual(access(first, second), extended);
    assert.deepEqual(access(second, first), extended);
    assert.deepEqual(access(second), { 2: ['01-10', '02-09'] }, 'the first one was refunded');
  });

  test('begins anew after a gap', () => {
    assert.deepEqual(access(bought('1', '01-01'), bought('2', '03-01')), {
      1: ['01-01', '01-31'],
      2: ['03-01', '03-31'],
    });
  });

  test('takes the place of the earlier one', () => {
    assert.deepEqual(
      access(
        bought('1', '01-01', { access: 'unlimited' }),
        bought('2', '01-10', { again: 'replace' }),
      ),
      { 1: ['01-01', '01-10'], 2: ['01-10', '02-09'] },
    );
  });

  test('is none beside an earlier one', () => {
    const again = { again: 'ignore' } as const;
    assert.deepEqual(access(bought('1', '01-01'), bought('2', '01-10', again)), {
      1: ['01-01', '01-31'],
      2: ['01-10', '01-10'],
    });
    assert.deepEqual(access(bought('2', '01-10', again)), { 2: ['01-10', '02-09'] });
    assert.deepEqual(access(bought('1', '01-01'), bought('2', '02-10', again))[2], [
      '02-10',
      '03-12',
    ]);
  });

  test('does not extend what never ends', () => {
    assert.deepEqual(access(bought('1', '01-01', { access: 'unlimited' }), bought('2', '01-10')), {
      1: ['01-01', null],
      2: ['01-10', '02-09'],
    });
  });
});
