import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { SharedRequest } from '../../src/connectors/shared-request.ts';
import type { Call } from '../../src/provisioning/connector.ts';
import { call as usual } from '../support/shop.ts';

/** A caller who can leave. */
function caller() {
  const leaving = new AbortController();
  const call: Call = { ...usual, signal: leaving.signal };
  return { call, leave: () => leaving.abort(new Error('left')) };
}

/** Asks a server that answers once it is told to, and counts how often it was asked. */
function server() {
  const asked: { readonly answer: (text: string) => void; readonly fail: () => void }[] = [];
  const ask = ({ signal }: Call) =>
    new Promise<string>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
      asked.push({ answer: resolve, fail: () => reject(new Error('it failed')) });
    });
  return { asked, ask };
}

suite('a request that several wait for', () => {
  test('is sent once, and what was answered is kept until it is forgotten', async () => {
    const { asked, ask } = server();
    const shared = new SharedRequest<string>();
    const both = [shared.get(ask, caller().call), shared.get(ask, caller().call)];
    asked[0]?.answer('first');
    assert.deepEqual(await Promise.all(both), ['first', 'first']);
    assert.equal(await shared.get(ask, caller().call), 'first');
    shared.forget();
    const another = shared.get(ask, caller().call);
    asked[1]?.answer('second');
    assert.equal(await another, 'second');
    assert.equal(asked.length, 2);
  });

  test('is sent again for the others when whoever asked first leaves', async () => {
    const { asked, ask } = server();
    const shared = new SharedRequest<string>();
    const first = caller();
    const left = shared.get(ask, first.call);
    const others = [shared.get(ask, caller().call), shared.get(ask, caller().call)];
    first.leave();
    await assert.rejects(left, /left/);
    assert.equal(asked.length, 2);
    asked[1]?.answer('for them');
    assert.deepEqual(await Promise.all(others), ['for them', 'for them']);
  });

  test('fails for all when the server does, and is sent anew the next time', async () => {
    const { asked, ask } = server();
    const shared = new SharedRequest<string>();
    const both = [shared.get(ask, caller().call), shared.get(ask, caller().call)];
    asked[0]?.fail();
    for (const one of both) await assert.rejects(one, /it failed/);
    const next = shared.get(ask, caller().call);
    asked[1]?.answer('well');
    assert.equal(await next, 'well');
  });
});
