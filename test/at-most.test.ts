import assert from 'node:assert/strict';
import { test } from 'node:test';
import { atMost, TooManyWaiting } from '../src/at-most.ts';

const { signal } = new AbortController();

test('so many work at once, urgent ones come before others that wait, and each failure gives its place on', async () => {
  const first = Promise.withResolvers<void>();
  const began: string[] = [];
  const work = (name: string) => async () => {
    began.push(name);
    await first.promise;
    throw new Error(name);
  };
  const inTurn = atMost({ atOnce: 2 });
  const all = [
    inTurn(work('one')),
    inTurn(work('two')),
    inTurn(work('three')),
    inTurn(work('four'), { urgent: false, signal }),
    inTurn(work('urgent'), { urgent: true, signal }),
  ];
  assert.deepEqual(began, ['one', 'two']);
  first.resolve();
  const ended = await Promise.allSettled(all);
  assert.ok(ended.every(({ status }) => status === 'rejected'));
  assert.deepEqual(began, ['one', 'two', 'urgent', 'three', 'four']);
  assert.equal(await inTurn(async () => 'done'), 'done');
});

test('who is aborted leaves, and makes room for another where only so many may wait', async () => {
  const first = Promise.withResolvers<void>();
  const gone = new AbortController();
  const inTurn = atMost({ atOnce: 1, mostWaiting: 1 });
  const under = inTurn(() => first.promise);
  const leaves = inTurn(async () => 'worked', { urgent: false, signal: gone.signal });
  await assert.rejects(
    inTurn(async () => 'worked'),
    TooManyWaiting,
  );
  gone.abort(new Error('nobody listens any more'));
  await assert.rejects(leaves, /nobody listens/);
  const next = inTurn(async () => 'next');
  first.resolve();
  await under;
  assert.equal(await next, 'next');
});
