/** Faults on demand: each strikes as it says, and only where it should; what was asked is counted. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitFor } from '../support/wait.ts';
import { assertException, makePerson, person, startLms, type TestLms } from './support.ts';

const create = (lms: TestLms, name = 'ada') =>
  lms.call('core_user_create_users', { users: [person(name)] });

const isThere = async (lms: TestLms, name = 'ada') =>
  Number((await lms.control('GET', `users?query=${name}@`)).total) === 1;

test('exception and invalid-token answer what they say without acting, as often as they were told', async (t) => {
  const lms = await startLms(t);
  await lms.control('POST', 'faults', {
    kind: 'exception',
    match: { operation: 'core_user_create_users' },
    times: 2,
    error: { errorcode: 'dmlwriteexception' },
  });
  for (let strike = 0; strike < 2; strike += 1)
    assertException(await create(lms), 'dmlwriteexception');
  await lms.control('POST', 'faults', { kind: 'invalid-token' });
  assertException(await create(lms), 'invalidtoken');
  assert.equal(await isThere(lms), false);
  await makePerson(lms, 'ada');
  const { faults } = await lms.control('GET', 'faults');
  assert.deepEqual(
    [0, 1].map((at) => Number(faults?.[at]?.struck)),
    [2, 1],
  );
});

test('status answers with it in HTML, and says when to come back', async (t) => {
  const lms = await startLms(t);
  for (const status of [429, 502]) {
    await lms.control('POST', 'faults', { kind: 'status', status });
    const response = await fetch(`${lms.origin}/webservice/rest/server.php`, { method: 'POST' });
    assert.equal(response.status, status);
    assert.equal(response.headers.get('Retry-After'), status === 429 ? '2' : null);
    assert.match(response.headers.get('Content-Type') ?? '', /^text\/html/);
  }
});

test('cut-before cuts without acting and cut-after cuts once it has acted', async (t) => {
  const lms = await startLms(t);
  await lms.control('POST', 'faults', { kind: 'cut-before' });
  await assert.rejects(create(lms));
  assert.equal(await isThere(lms), false);
  await lms.control('POST', 'faults', { kind: 'cut-after' });
  await assert.rejects(create(lms));
  assert.equal(await isThere(lms), true);
});

test('hang answers nothing and does nothing, for as long as its callers wait; slow acts in the end', async (t) => {
  const lms = await startLms(t);
  await lms.control('POST', 'faults', { kind: 'hang', times: 3 });
  const callers = new AbortController();
  const hanging = Array.from({ length: 3 }, () =>
    fetch(`${lms.origin}/webservice/rest/server.php?wsfunction=core_user_create_users`, {
      signal: callers.signal,
    }),
  );
  const inFlight = async () => Number((await lms.control('GET', 'stats')).inFlight);
  await waitFor('three calls to hang', async () => (await inFlight()) === 3);
  callers.abort();
  await Promise.all(hanging.map((call) => assert.rejects(call)));
  await waitFor('none to hang', async () => (await inFlight()) === 0);

  await lms.control('POST', 'faults', { kind: 'slow', delayMs: 20 });
  await makePerson(lms, 'ada');
  const stats = await lms.control('GET', 'stats');
  assert.equal(stats.mostInFlight, 3);
  assert.equal(stats.failures, 3);
  assert.deepEqual(stats.byFunction, { core_user_create_users: 4 });
});

test('a fault of one record strikes only calls that have it among their arguments', async (t) => {
  const lms = await startLms(t);
  await lms.control('POST', 'faults', {
    kind: 'exception',
    match: { text: 'bob@example.com' },
    times: null,
  });
  await makePerson(lms, 'ada');
  assertException(await create(lms, 'bob'), 'generalexceptionmessage');
  await makePerson(lms, 'cid');
  await lms.control('DELETE', 'faults');
  await makePerson(lms, 'bob');
});

test('a reset leaves courses and tokens, and no id is given twice', async (t) => {
  const lms = await startLms(t);
  const userid = await makePerson(lms, 'ada');
  const enrolments = [{ roleid: 5, userid, courseid: 2 }];
  assert.equal(await lms.call('enrol_manual_enrol_users', { enrolments }), null);
  await lms.control('POST', 'site', { debugging: true });
  await lms.control('POST', 'reset');
  assert.deepEqual((await lms.control('GET', 'enrolments')).enrolments, []);
  assert.equal((await lms.control('GET', 'site')).debugging, false);
  const again = await makePerson(lms, 'ada');
  assert.ok(again > userid);
});
